// retention.test.mjs - a journal that is trimmed while its server works: people notice nothing, and nothing is lost.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Bare } from '../lib/bayeux.mjs'
import { sotto } from '../lib/server.mjs'
import { until, world } from '../lib/world.mjs'

const keepFor = 1 // seconds
const config = { 'journal.keep-for': keepFor, 'admin.listen': '127.0.0.1:0' }

const status = async w => {
  const { stdout, stderr } = await sotto(['status', '--json', ...w.server.where()])
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

const said = async (...args) => {
  const { code, stdout, stderr } = await sotto(args)
  assert.equal(code, 0, stderr)
  return stdout
}

// What happens now is later than keepFor after what happened before.
async function untilTrimmed(w, lsn) {
  let journal
  await until(async () => {
    await w.ana.notReady()
    await w.ana.ready()
    ;({ journal } = await status(w))
    return journal.first > lsn
  }, () => `event ${lsn} to be trimmed away; the first is ${journal.first}`, 30_000)
  return journal
}

test('sessions, their texts and what was missed are there when their events are not, over a kill -9 as well', async t => {
  const w = await world(t, { agents: ['ana'], config })
  await w.customer.writes('the first words')
  await w.ana.accepts()
  await w.ana.says('a first answer')
  await w.ana.sees(data => data.messageType === 'MessageDeliveryUpdated')
  const before = await w.ana.readsMessages(), told = [...w.ana.all], { last } = (await status(w)).journal
  await sleep(keepFor * 1000)
  const journal = await untilTrimmed(w, last)
  assert.ok(journal.first > last && journal.last > journal.first)
  assert.ok(Math.abs(Date.now() - Date.parse(journal.since)) < 30_000, journal.since)
  assert.ok(journal.bytes > 0 && journal.tablesBytes > 0)
  assert.match(await said('status', ...w.server.where()), /^journal +\d+ MiB, from event \d+ of 20\S+ \S+; the tables have \d+ MiB$/m)
  const reads = async () => {
    assert.deepEqual(await w.ana.readsMessages(), before)
    const client = new Bare(w.server, w.ana.rest)
    await client.handshake()
    const { successful } = await client.subscribe('/v2/me/*', { ext: { replay: { '/v2/me/*': 0 } } })
    assert.equal(successful, true, 'what users were told has a window of its own')
    const came = []
    await until(async () => came.push(...(await client.poll()).filter(one => !one.channel.startsWith('/meta/'))) >= told.length,
      'what was told')
    assert.deepEqual(came.slice(0, told.length), told)
  }
  await reads()
  await w.restart({ kill: true })
  await reads()
  await w.customer.writes('and after all that')
  await w.ana.sees(data => data.messages?.some(one => one.text === 'and after all that'))
  const [, base] = /^the journal was trimmed up to event (\d+); \d+ objects are as they were kept$/m
    .exec(await said('verify', ...w.server.where()))
  assert.ok(Number(base) >= last)
  const place = `${w.server.folder}/copy`
  await said('backup', place, ...w.server.where())
  assert.match(await said('verify', '--backup', place), /^the journal was trimmed up to event \d+/m)
})
