// health.test.mjs - what an operator sees of a server at work, where, and who else does not.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { SmallDisk, unmountable } from '../lib/smalldisk.mjs'
import { until, watched, world } from '../lib/world.mjs'

const config = { 'admin.listen': '127.0.0.1:0' }

// The operator's listener of a server: paths are fetched from it.
function operator({ server }) {
  const [, port] = /health and metrics: on 127\.0\.0\.1, port (\d+)/.exec(server.stderr)
  return async (path, options) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, options)
    const text = await answer.text()
    return { status: answer.status, type: answer.headers.get('content-type'), text }
  }
}

// What promtool's check asks of the text format: each metric with its help and type before its samples, all of one together,
// names and labels of their letters, counters and histograms called and counted as such.
function readMetrics(text) {
  assert.ok(text.endsWith('\n'))
  const metrics = new Map()
  let metric, helped
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name, rest] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') {
      assert.ok(!metrics.has(name), `${name} twice`)
      assert.match(rest, /^\S.*\S$/)
      helped = name
    } else if (kind === 'TYPE') {
      assert.equal(name, helped)
      assert.match(rest, /^(counter|gauge|histogram)$/)
      assert.equal(rest === 'counter', name.endsWith('_total'), `${name} is a ${rest}`)
      metrics.set(name, metric = { type: rest, samples: new Map() })
    } else {
      const [, sample, labels = '', value] = /^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\d+(?:\.\d+)?)$/.exec(line) ?? assert.fail(line)
      assert.ok(sample === helped || (metric.type === 'histogram' && /_(bucket|sum|count)$/.test(sample)), line)
      assert.ok(!metric.samples.has(sample + labels), `${line} twice`)
      metric.samples.set(sample + labels, Number(value))
    }
  }
  for (const [name, { type, samples }] of metrics) {
    if (type !== 'histogram') continue
    const series = new Map() // the labels but le: its buckets, in the order in which they stand
    for (const [sample, count] of samples) {
      const [, others, le] = /_bucket\{(.*?),?le="([^"]+)"\}$/.exec(sample) ?? []
      if (le) series.set(others, [...series.get(others) ?? [], [le, count]])
    }
    assert.ok(series.size > 0 || samples.size === 0, name)
    for (const [others, buckets] of series) {
      const bounds = buckets.map(([le]) => Number(le.replace('+Inf', 'Infinity'))), counts = buckets.map(([, count]) => count)
      assert.deepEqual(bounds, [...new Set(bounds)].sort((a, b) => a - b), name)
      assert.deepEqual(counts, [...counts].sort((a, b) => a - b), name)
      assert.equal(bounds.at(-1), Infinity, name)
      const labels = others && `{${others}}`
      assert.equal(counts.at(-1), samples.get(`${name}_count${labels}`), name)
      assert.ok(samples.has(`${name}_sum${labels}`), name)
    }
  }
  const all = new Map([...metrics.values()].flatMap(({ samples }) => [...samples]))
  return sample => all.get(sample)
}

test('the loop turns, what is asked can be done; links, sessions and the store are told', async t => {
  const w = await world(t, { agents: ['ana'], config })
  const get = operator(w)
  assert.deepEqual(await get('/healthz'), { status: 200, type: 'text/plain; charset=utf-8', text: 'alive\n' })
  await w.customer.writes('Hello')
  await w.ana.accepts()
  const { status, type, text } = await get('/readyz')
  assert.equal(status, 200)
  assert.match(type, /^application\/json/)
  const told = JSON.parse(text)
  assert.equal(told.ready, true)
  assert.deepEqual(told.store, { isOurs: true, takesWrites: true, durability: 'disk' })
  assert.deepEqual(told.links, [{ name: 'carrier', isUp: true, unsent: 0 }])
  assert.deepEqual(told.sessions, { queued: 0, active: 1, left: 0 })
  assert.equal(told.journal.last, told.journal.durable)
  assert.equal(told.journal.lag, told.journal.last - told.journal.projected)
  assert.equal(told.backup, undefined)
  await until(async () => JSON.parse((await get('/readyz')).text).journal.lag === 0, 'the tables to follow')
})

test('What a reload took away is told of nowhere any more, and what it brought is', async t => {
  const link = name => ({ name, host: '127.0.0.1', port: 1, 'system-id': 'sotto', password: 'secret' })
  const queue = (name, number) => ({ name, number, link: name })
  const file = (...names) => ({ smsc: undefined, config: { ...config, 'bootstrap.links': names.map(name => link(name)),
    'bootstrap.queues': names.map((name, i) => queue(name, `100${names.length}${i}`)) } })
  const w = await world(t, { agents: ['ana'], config })
  const get = operator(w)
  const namesIn = async () => {
    const { text } = await get('/metrics')
    const named = what => [...new Set([...text.matchAll(new RegExp(`^sotto_\\w+\\{${what}="(\\w+)"\\}`, 'gm'))].map(match => match[1]))].sort()
    return { metrics: named('link'), queues: named('queue'), health: JSON.parse((await get('/readyz')).text).links.map(one => one.name).sort(),
      status: [...(await sotto(['status', ...w.server.where()])).stdout.matchAll(/^link +(\w+):/gm)].map(match => match[1]).sort() }
  }
  const all = (...names) => ({ metrics: names, queues: names, health: names, status: names })
  for (const names of [['one', 'two'], ['two'], ['three', 'two']]) {
    await w.server.writesConfig(file(...names))
    const { code, stderr } = await w.server.reload()
    assert.equal(code, 0, stderr)
    assert.deepEqual(await namesIn(), all(...names))
  }
})

test('metrics are as Prometheus reads them, and count what happened', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'], config })
  const get = operator(w)
  const before = readMetrics((await get('/metrics')).text)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.ana.says('Good day')
  await w.customerAt('15551000002').writes('I wait')
  await w.ana.isInvited()
  const { status, type, text } = await get('/metrics')
  assert.equal(status, 200)
  assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
  const now = readMetrics(text)
  assert.equal(now('sotto_build_info{version="0.1.0"}'), 1)
  assert.equal(now('sotto_sessions{state="active"}'), 1)
  assert.equal(now('sotto_sessions{state="queued"}'), 1)
  assert.equal(now('sotto_queue_waiting{queue="support"}'), 1)
  assert.equal(now('sotto_smpp_link_bound{link="carrier"}'), 1)
  assert.equal(now('sotto_agents{state="Ready"}'), 1)
  assert.equal(now('sotto_agents{state="NotReady"}'), 1)
  assert.equal(now('sotto_store_writable'), 1)
  assert.equal(now('sotto_events_total{event="session_opened"}'), 2)
  for (const sample of ['sotto_journal_lsn', 'sotto_http_requests_total{route="/api/v2/me/smssessions/{id}",code="200"}', 'sotto_commit_duration_seconds_count',
    'sotto_commit_batch_records_sum',
    'sotto_http_request_duration_seconds_count{route="/api/v2/me/smssessions/{id}"}', 'sotto_http_requests_total{route="/api/v2/notifications",code="200"}', 'sotto_notification_age_seconds_count', 'sotto_notifications_total{topic="/v2/me/smssessions"}'])
    assert.ok(now(sample) > (before(sample) ?? 0), sample)
  assert.equal(now('sotto_journal_lsn') - before('sotto_journal_lsn'),
    now('sotto_commit_batch_records_sum') - before('sotto_commit_batch_records_sum'))
})

test('requests count under the routes of the API\'s table, whatever is asked for', async t => {
  const w = await world(t, { agents: ['ana'], config })
  const get = operator(w), { ana } = w
  const routesIn = text => new Set([...text.matchAll(/route="([^"]*)"/g)].map(match => match[1]))
  const known = new Set(['other', 'page', 'docs', '/api/v2/notifications', '/hooks/{link}',
    ...Object.keys((await (await fetch(`${w.server.url}/openapi.json`)).json()).paths).map(path => `/api/v2${path.replace(/\{(?!session\})\w+\}/g, '{id}')}`)])
  for (const path of ['/me/smssessions/0123456789ABCDEF', `/users/${ana.user}`, '/users/nobody', '/me/../me', '/no/such/%22%0a/path', '/me/smssessions//x']) await ana.rest.get(path)
  for (const path of ['/hooks/nobody', '/hooks/another', '/elsewhere', '/docs']) await fetch(w.server.url + path, { method: path.startsWith('/hooks') ? 'POST' : 'GET' })
  const before = await get('/metrics'), now = readMetrics(before.text)
  for (const route of routesIn(before.text)) assert.ok(known.has(route), route)
  assert.equal(now('sotto_http_requests_total{route="/hooks/{link}",code="403"}'), 2)
  assert.equal(now('sotto_http_requests_total{route="/api/v2/users/{id}",code="404"}'), 1)
  assert.equal(now('sotto_http_requests_total{route="docs",code="200"}'), 2)
  for (let i = 0; i < 50; i++) await ana.rest.get(`/strange/${i}`)
  const after = await get('/metrics')
  assert.equal(readMetrics(after.text)('sotto_http_requests_total{route="other",code="404"}') - now('sotto_http_requests_total{route="other",code="404"}'), 50)
  assert.deepEqual(routesIn(after.text), routesIn(before.text))
})

test('no person, no phone and no word of a text is in the metrics; only the operator\'s address has them', async t => {
  const w = await watched(t, { config })
  await w.ana.says('Unmistakable')
  const get = operator(w)
  const { text } = await get('/metrics')
  for (const { user, id, session } of w.people) for (const word of [user, id, session]) assert.ok(!word || !text.includes(word), word)
  for (const word of [w.customer.phone, w.customer.phone.slice(-7), 'Unmistakable']) assert.ok(!text.includes(word), word)
  for (const path of ['/metrics', '/healthz', '/readyz', '/api/v2/metrics'])
    for (const person of [w.ana, w.sam]) {
      const { status } = await fetch(w.server.url + path, { headers: { authorization: `Basic ${btoa(`${person.user}:pw-${person.name}`)}` } })
      assert.equal(status, 404, `${path} for ${person.name}`)
    }
  for (const path of ['/', '/api/v2/me', '/docs', '/metrics/', '/api/v2/notifications']) assert.equal((await get(path)).status, 404, path)
  for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await get(path, { method: 'POST', body: 'x' })).status, 404, path)
})

test('by default there is no such listener; an address that is none, or is taken, is refused', async t => {
  const w = await world(t, { agents: ['ana'] })
  assert.doesNotMatch(w.server.stderr, /health and metrics/)
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(done => { other.on('listening', done) })
  const file = join(w.server.folder, 'other.yaml')
  await writeFile(file, `listen: 127.0.0.1:0\ndata-dir: ${w.server.folder}/other\nadmin:\n  listen: 127.0.0.1:${other.address().port}\n`)
  const taken = await sotto(['serve', '--config', file])
  other.close()
  assert.equal(taken.code, 1)
  assert.match(taken.stderr, /cannot listen on 127\.0\.0\.1, port \d+: is the port taken/)
  await writeFile(file, 'listen: 127.0.0.1:0\nadmin:\n  listen: nowhere\n')
  const { code, stderr } = await sotto(['check-config', file])
  assert.equal(code, 1)
  assert.match(stderr, /:3: admin\.listen: 'nowhere' is not HOST:PORT/)
})

test('sotto status says the same, through the admin socket; and that no server runs', async t => {
  const w = await world(t, { agents: ['ana'] })
  await w.customer.writes('Hello')
  const asked = await sotto(['status', ...w.server.where()])
  assert.equal(asked.code, 0, asked.stderr)
  assert.match(asked.stdout, /^server {4}ready, version 0\.1\.0, since \d{4}-/m)
  assert.match(asked.stdout, /^store {5}takes writes; \d+ events on disk, the tables are \d+ behind$/m)
  assert.match(asked.stdout, /^link {6}carrier: up, 0 texts to send$/m)
  assert.match(asked.stdout, /^sessions {2}1 wait, 0 are active, 0 are left and not completed$/m)
  assert.match(asked.stdout, /^backup {4}none is known of$/m)
  await sotto(['backup', join(w.server.folder, 'backup'), ...w.server.where()])
  const { stdout } = await sotto(['status', '--json', ...w.server.where()])
  assert.match(JSON.parse(stdout).backup, /^\d{4}-\d\d-\d\d /)
  await w.smsc.end()
  await until(async () => /^link +carrier: down/m.test((await sotto(['status', ...w.server.where()])).stdout), 'the link to be down')
  await w.server.stop()
  const without = await sotto(['status', ...w.server.where()])
  assert.equal(without.code, 1)
  assert.match(without.stderr, /no server is running on /)
})

test('on a disk that takes no writes it is alive, and not ready', { skip: unmountable() }, async t => {
  const disk = new SmallDisk(160)
  const w = await world(t, { agents: ['ana'], disk, config })
  const get = operator(w)
  disk.fill()
  await w.customer.writes('Hello').catch(() => {})
  await until(async () => {
    await w.ana.asks('SendMessage', { text: 'x' }, 'none').catch(() => {})
    await w.ana.rest.ask('/me', 'NotReady').catch(() => {})
    await w.ana.rest.ask('/me', 'Ready').catch(() => {})
    return (await get('/readyz')).status === 503
  }, 'the store to refuse')
  assert.equal((await get('/healthz')).status, 200)
  assert.equal(JSON.parse((await get('/readyz')).text).store.takesWrites, false)
  assert.equal(readMetrics((await get('/metrics')).text)('sotto_store_writable'), 0)
  assert.equal((await sotto(['status', ...w.server.where()])).code, 1)
  disk.makeRoom()
  await until(async () => (await get('/readyz')).status === 200, 'room to be noticed')
})
