// clients.test.mjs - what is given to integrators, used as its own words say: the module for JavaScript, the example in Python.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import test from 'node:test'
import { Sotto } from '../../packaging/npm/index.js'
import { atEnd, keep } from '../lib/atend.mjs'
import { passwordOf } from '../lib/config.mjs'
import { repository } from '../lib/server.mjs'
import { until, world } from '../lib/world.mjs'

const words = readFileSync(join(repository, 'packaging/npm/README.md'), 'utf8')
const [, block] = /^```js\n(.*?)^```$/ms.exec(words)
const AsyncFunction = (async () => {}).constructor

// Whatever anybody was told of it, by the test's own client.
const told = person => person.all.map(({ channel, data }) => [channel, data])

async function changes(person) {
  await person.notReady()
  await person.ready()
}

test('the module\'s block, as it stands there, hears each notification once and in order, over a kill of the server', async t => {
  const w = await world(t, { agents: ['ana'] })
  const stored = new Map(), heard = []
  const localStorage = { getItem: key => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) }
  const begin = async () => {
    const text = block.replace('http://127.0.0.1:8080', w.server.url).replace("'sam'", `'${w.ana.user}'`).replace("'demo'", `'${passwordOf('ana')}'`)
      .replace('console.log(channel, data.notificationType)', 'hear(channel, data)') + '\nreturn { line, answer }'
    const { line, answer } = await new AsyncFunction('Sotto', 'localStorage', 'hear', 'console', text)(Sotto, localStorage,
      (channel, data) => heard.push([channel, data]), { log: word => assert.fail(word) })
    assert.equal(answer.ok, true, answer.message)
    atEnd(t, () => line.stop())
    return line
  }
  const line = await begin()
  await changes(w.ana)
  await until(() => heard.length === w.ana.all.length, () => `${heard.length} of ${w.ana.all.length}`)
  await w.restart({ kill: true })
  await changes(w.ana)
  const last = w.ana.all.at(-1).ext.replayId
  await until(() => heard.length === last, () => `${heard.length} of ${last} after the kill`)
  assert.deepEqual(heard.slice(-w.ana.all.length), told(w.ana))
  line.stop()
  await changes(w.ana) // while it was away
  await begin()
  const end = w.ana.all.at(-1).ext.replayId
  await until(() => heard.length >= end, () => `${heard.length} of ${end}`)
  assert.equal(heard.length, end)
  assert.deepEqual(heard.slice(-w.ana.all.length), told(w.ana))
})

test('what is sent once is done once, where an answer is lost; no answer and a refusal are values', async t => {
  const w = await world(t, { agents: ['ana'] })
  await w.customer.writes('hello')
  await w.ana.accepts()
  let losses = 2
  const asked = []
  // It passes everything on, and swallows the first answers.
  const proxy = createServer((from, back) => {
    asked.push(from.headers['idempotency-key'])
    const on = request(w.server.url + from.url, { method: from.method, headers: from.headers }, reply => {
      if (losses-- > 0) return back.destroy()
      back.writeHead(reply.statusCode, reply.headers)
      reply.pipe(back)
    })
    from.pipe(on)
  })
  await new Promise(done => proxy.listen(0, '127.0.0.1', done))
  atEnd(t, () => proxy.close())
  const sotto = new Sotto({ url: `http://127.0.0.1:${proxy.address().port}/`, user: w.ana.user, password: passwordOf('ana') })
  const at = w.ana.at(w.ana.session)
  const answer = await sotto.once(at, 'SendMessage', { text: 'only once' })
  assert.deepEqual([answer.ok, answer.code, answer.lost], [true, 0, false])
  assert.equal(asked.length, 3)
  assert.equal(new Set(asked).size, 1)
  const { body } = await sotto.get(`${at}/messages`)
  assert.equal(body.messages.filter(one => one.text === 'only once').length, 1)
  losses = 1
  const lost = await sotto.operate(at, 'SetInFocus')
  assert.deepEqual([lost.ok, lost.lost, lost.code], [false, true, -1])
  losses = 1
  assert.equal((await sotto.once(at, 'SetInFocus', {}, { attempts: 1 })).lost, true)
  const refused = await sotto.once(at, 'Nonsense')
  assert.deepEqual([refused.ok, refused.code, refused.lost], [false, 2, false])
  const nobody = new Sotto({ url: w.server.url, user: 'nobody', password: 'x' })
  assert.equal((await nobody.get('/me')).code, 20)
  let isOut = false
  const line = nobody.listen({ heard: () => assert.fail('heard'), signedOut: () => { isOut = true } })
  atEnd(t, () => line.stop())
  await until(() => isOut, 'the line to end')
})

const patience = 60_000 // ms; an interpreter takes its time to begin on a busy machine
const hasPython = spawnSync('python3', ['--version']).status === 0

test('the example in Python prints each notification once, over a kill of the server and its own end', { skip: hasPython ? false : 'python3 is not there' }, async t => {
  const w = await world(t, { agents: ['ana'] })
  const lines = []
  const place = join(w.server.folder, 'place')
  const begin = () => {
    const child = keep(spawn('python3', [join(repository, 'doc/replay.py'), w.server.url, w.ana.user, passwordOf('ana'), place],
      { stdio: ['ignore', 'pipe', 'inherit'] }))
    let rest = ''
    child.stdout.on('data', part => {
      const parts = (rest + part).split('\n')
      rest = parts.pop()
      lines.push(...parts.map(one => JSON.parse(one)))
    })
    atEnd(t, () => child.kill('SIGKILL'))
    return child
  }
  const child = begin()
  await changes(w.ana)
  await until(() => lines.length === w.ana.all.length, () => `${lines.length} lines`, patience)
  await w.restart({ kill: true })
  await changes(w.ana)
  const last = w.ana.all.at(-1).ext.replayId
  await until(() => lines.length === last, () => `${lines.length} of ${last} after the kill`, patience)
  await until(() => Number(readFileSync(place, 'ascii')) === last, 'its place to be kept')
  child.kill('SIGKILL')
  await new Promise(done => child.on('close', done))
  await changes(w.ana)
  begin()
  const end = w.ana.all.at(-1).ext.replayId
  await until(() => lines.length >= end, () => `${lines.length} of ${end}`, patience)
  assert.deepEqual(lines.map(one => one.ext.replayId), Array.from({ length: end }, (_, i) => i + 1))
  assert.deepEqual(lines.slice(-w.ana.all.length), w.ana.all)
})
