// focus.test.mjs - SetInFocus: which session an agent looks at, and who sees it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { world } from '../lib/world.mjs'

const answer = ({ status, code }) => [status, code]

// Which of the agent's sessions are looked at, as that supervisor lists them.
async function inFocus(supervisor, agent) {
  const { user } = await supervisor.ok(supervisor.rest.get(`/users/${agent.id}?subresources=smssessions`))
  return user.smssessions.filter(one => one.inFocus).map(one => one.id)
}

// ana talks to two customers: gives both sessions, the older one first.
async function two(t, options = {}) {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], ...options })
  const sessions = []
  for (const phone of ['15551000001', '15551000002']) {
    await w.customerAt(phone).writes('Hello')
    await w.ana.accepts()
    sessions.push(w.ana.session)
  }
  return { ...w, w, sessions }
}

test('SetInFocus: a supervisor who lists the agent\'s sessions sees which one is looked at; nobody is told', async t => {
  const { ana, sam, sessions: [first, second] } = await two(t)
  assert.deepEqual(await inFocus(sam, ana), [])
  const { referenceId } = await ana.ok(ana.asks('SetInFocus', {}, second))
  assert.ok(referenceId)
  assert.deepEqual(await inFocus(sam, ana), [second])
  await ana.ok(ana.asks('SetInFocus', {}, second)) // once more: it is so already
  await ana.ok(ana.asks('SetInFocus', {}, first))
  assert.deepEqual(await inFocus(sam, ana), [first])
  for (const one of [ana, sam]) await one.seesNothing()
})

test('SetInFocus outlives a kill, and ends with the participation', async t => {
  const { w, ana, sam, sessions: [first, second] } = await two(t)
  await ana.ok(ana.asks('SetInFocus', {}, first))
  await w.restart({ kill: true })
  assert.deepEqual(await inFocus(sam, ana), [first])
  ana.session = first
  await ana.leaves('LeftChat')
  assert.ok((await ana.readsSession(first)).capabilities.includes('SetInFocus'))
  await ana.ok(ana.asks('SetInFocus', {}, second))
  await ana.ok(ana.asks('SetInFocus', {}, first))
  await ana.completes()
  assert.deepEqual(await inFocus(sam, ana), [])
  assert.deepEqual(answer(await ana.asks('SetInFocus', {}, first)), [404, 6])
})

test('While Invited it is 2; a supervisor of any mode may, and moves nothing that the agent looks at', async t => {
  const w = await world(t, { agents: ['ana'], users: { sue: { roles: ['supervisor', 'agent'] }, sam: { roles: ['supervisor'] } }, ready: ['ana'] })
  const { ana, sue, sam, customer } = w
  await sue.monitors(ana)
  await customer.writes('Hello')
  await ana.isInvited()
  assert.deepEqual(answer(await ana.asks('SetInFocus')), [400, 2])
  await ana.acceptsIt()
  await sue.isInvited()
  assert.deepEqual(answer(await sue.asks('SetInFocus')), [400, 2])
  await sue.acceptsIt()
  await ana.notReady()
  await sue.ready()
  await w.customerAt('15551000002').writes('Hello')
  const watched = sue.session
  await sue.accepts()
  const own = sue.session
  await sue.ok(sue.asks('SetInFocus', {}, own))
  await ana.ok(ana.asks('SetInFocus'))
  await sue.ok(sue.asks('SetInFocus', {}, watched))
  assert.deepEqual(await inFocus(sam, sue), [own])
  assert.deepEqual(await inFocus(sam, ana), [watched])
  await ana.seesNothing()
})
