// ledger.test.mjs - the monitoring ledger: who watched whom, for auditors, and for nobody to be told of being watched.
import assert from 'node:assert/strict'
import test from 'node:test'
import { world } from '../lib/world.mjs'

const house = { agents: ['ana'], supervisors: ['sam'], users: { otto: { roles: ['auditor'] } } }

const read = async (person, query = '') => {
  const { code, body, raw } = await person.rest.get(`/ledger${query}`)
  assert.equal(code, 0, raw)
  return body.ledger
}

const acts = rows => rows.map(row => row.act)

// Ana answers a customer, sam looks on for a while.
async function watchedConversation({ ana, sam, customer }) {
  await sam.monitors(ana)
  await customer.writes('Hello, my card is 4711')
  await ana.accepts()
  await sam.accepts()
  await sam.leaves()
}

test('An auditor reads who watched whom, in which session and mode, since when, until when and why', async t => {
  const w = await world(t, house)
  assert.deepEqual(await read(w.otto), [])
  await watchedConversation(w)
  const rows = await read(w.otto)
  assert.deepEqual(acts(rows), ['Ordered', 'Offered', 'Began', 'Ended'])
  assert.deepEqual(rows.map(row => row.cause), ['MONITOR', 'ACCEPT', 'ACCEPT', 'LEAVE'])
  for (const row of rows) {
    assert.deepEqual(row.supervisor, { path: `/users/${w.sam.id}`, userName: w.sam.user })
    assert.deepEqual(row.agent, { path: `/users/${w.ana.id}`, userName: 'ana' })
    assert.equal(row.mode, 'Monitor')
    assert.equal(row.disclosure, 'silent')
    assert.equal(row.smssessionId, row.act === 'Ordered' ? undefined : w.ana.session)
  }
  const [, , began, ended] = rows
  assert.equal(ended.since, began.time)
  assert.deepEqual([began.since, ended.time >= began.time], [undefined, true])
  await w.sam.cancels(w.ana)
  assert.deepEqual(acts(await read(w.otto)), ['Ordered', 'Offered', 'Began', 'Ended', 'OrderEnded'])
})

test('Never words, names or numbers of customers', async t => {
  const w = await world(t, house)
  await watchedConversation(w)
  const { raw } = await w.otto.rest.get('/ledger')
  for (const word of ['4711', 'Hello', w.customer.phone]) assert.equal(raw.includes(word), false, word)
})

test('What was offered and not taken is told as that', async t => {
  const w = await world(t, house)
  await w.sam.monitors(w.ana)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.sam.rejects()
  assert.deepEqual(acts(await read(w.otto)), ['Ordered', 'Offered', 'Declined'])
  await w.ana.completes()
  await w.customer.writes('Again')
  await w.ana.accepts()
  await w.sam.isInvited()
  await w.ana.completes()
  assert.deepEqual(acts(await read(w.otto)).slice(3), ['Offered', 'Withdrawn'])
})

test('Only auditors read it', async t => {
  const w = await world(t, { ...house, users: { ...house.users, ada: { roles: ['admin'] } }, absent: ['ada'] })
  await watchedConversation(w)
  for (const person of [w.ana, w.sam, w.ada]) {
    const { code, body } = await person.rest.get('/ledger')
    assert.equal(code, 5, person.name)
    assert.equal(body.ledger, undefined)
  }
})

test('An agent who is an auditor as well cannot tell by the ledger whether she is watched', async t => {
  const w = await world(t, { agents: ['ben'], supervisors: ['sam'], users: { ana: { roles: ['agent', 'auditor'] } }, ready: ['ana'] })
  const { ana, ben, sam, customer } = w
  const before = (await ana.rest.get('/ledger')).raw
  await watchedConversation(w)
  assert.equal((await ana.rest.get('/ledger')).raw, before)
  await ana.completes()
  assert.equal((await ana.rest.get('/ledger')).raw, before)
  await ana.notReady()
  await ben.ready()
  // Others' work she may audit, but not the sessions in which she works herself.
  await sam.monitors(ben)
  await customer.writes('Once more')
  await ben.accepts()
  await sam.accepts()
  assert.deepEqual(acts(await read(ana)), ['Ordered', 'Offered', 'Began'])
  await ben.invites(ana)
  assert.deepEqual(acts(await read(ana)), ['Ordered'])
  await ana.accepts()
  await sam.leaves()
  assert.deepEqual(acts(await read(ana)), ['Ordered'])
  await ana.completes()
  await w.restart() // the session is over: only the tables know that it was hers
  assert.deepEqual(acts(await read(ana)), ['Ordered'])
})

test('Pages follow each other; what a page may be is bounded', async t => {
  const w = await world(t, house)
  await watchedConversation(w)
  await w.sam.cancels(w.ana)
  const whole = await read(w.otto)
  for (const limit of [1, 2, 3, 5, 500]) {
    const rows = []
    for (let cursor = ''; cursor !== undefined;) {
      const { body } = await w.otto.rest.get(`/ledger?limit=${limit}${cursor && `&cursor=${cursor}`}`)
      assert.ok(body.ledger.length <= limit)
      rows.push(...body.ledger)
      cursor = body.cursor
    }
    assert.deepEqual(rows, whole, `limit ${limit}`)
  }
  for (const query of ['limit=0', 'limit=501', 'limit=x', 'limit=-1', 'cursor=', 'cursor=1', 'cursor=1-', 'cursor=x-1', 'cursor=-1-1'])
    assert.equal((await w.otto.rest.get(`/ledger?${query}`)).code, 10, query)
})

test('kill -9 takes nothing from it', async t => {
  const w = await world(t, house)
  await w.sam.monitors(w.ana)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.sam.accepts()
  const before = await read(w.otto)
  await w.restart({ kill: true })
  assert.deepEqual((await read(w.otto)).slice(0, 3), before)
  assert.deepEqual(acts(before), ['Ordered', 'Offered', 'Began'])
})
