// routing.test.mjs - who is offered a session, in which order, and what happens without an answer.
import assert from 'node:assert/strict'
import test from 'node:test'
import { queueName, world } from '../lib/world.mjs'

const phone = n => `1555100${String(n).padStart(4, '0')}`

test('A waiting session is offered when an agent becomes Ready', async t => {
  const { ana, customer } = await world(t, { agents: ['ana'], ready: [] })
  await customer.writes('Hello')
  await ana.ready()
  await ana.accepts()
})

test('First come, first served', async t => {
  const w = await world(t, { agents: ['ana'], ready: [] })
  for (const n of [1, 2, 3]) await w.customerAt(phone(n)).writes(`I am ${n}`)
  await w.ana.ready()
  for (const n of [1, 2, 3]) {
    const { history } = await w.ana.accepts()
    assert.equal(history.messages.find(one => one.type === 'Text').text, `I am ${n}`)
  }
})

test('Longest idle: of agents with as many sessions, the one whose last Accept or Ready is longest ago', async t => {
  const w = await world(t, { agents: ['ana', 'ben', 'cho'], ready: ['ben', 'cho', 'ana'] })
  const { ana, ben, cho } = w
  for (const [n, person] of [[1, ben], [2, cho], [3, ana], [4, ben], [5, cho], [6, ana]]) {
    await w.customerAt(phone(n)).writes('Hello')
    await person.accepts()
  }
  for (const person of [ana, ben, cho]) assert.equal((await person.readsSessions()).length, 2)
})

test('Fewest open sessions go before longest idle', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana', 'ben'] })
  const { ana, ben } = w
  await w.customerAt(phone(1)).writes('Hello')
  await ana.accepts()
  await w.customerAt(phone(2)).writes('Hello')
  await ben.accepts()
  await ben.completes()
  await w.customerAt(phone(3)).writes('Hello') // ana is idle longer, ben has none
  await ben.accepts()
})

test('Capacity: an agent is offered agents.capacity sessions, Invited and Chatting together, and no more', async t => {
  const w = await world(t, { agents: ['ana'], config: { 'bootstrap.agents.capacity': 2 } })
  const { ana } = w
  for (const n of [1, 2, 3]) await w.customerAt(phone(n)).writes(`I am ${n}`)
  await ana.accepts()
  await ana.isInvited()
  await ana.seesNothing()
  await ana.acceptsIt()
  await ana.seesNothing()
  await ana.completes()
  const { history } = await ana.accepts()
  assert.ok(history.messages.some(one => one.text === 'I am 3'))
})

test('Capacity is 4 where nothing is said', async t => {
  const w = await world(t, { agents: ['ana'] })
  for (const n of [1, 2, 3, 4, 5]) await w.customerAt(phone(n)).writes('Hello')
  for (let i = 0; i < 4; i++) await w.ana.accepts()
  await w.ana.seesNothing()
})

test('An invitation that is not answered is Revoked, the agent NotReady with reason NoAnswer, the next agent is asked', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'], ready: ['ana'], config: { 'bootstrap.routing.answer-timeout': 1 } })
  await customer.writes('Hello')
  await ana.isInvited()
  await ben.ready()
  await ana.sees('Revoked')
  const state = await ana.state()
  assert.deepEqual([state.state, state.reason], ['NotReady', 'NoAnswer'])
  assert.equal((await ana.asks('Accept')).code, 6)
  await ben.accepts()
  assert.equal(ben.session, ana.session)
})

test('An offer that came and went while the machine stood still is told as both: Invited, and then Revoked', async t => {
  const { ana, ben, customer, server } = await world(t, { agents: ['ana', 'ben'], config: { 'bootstrap.routing.answer-timeout': 2 } })
  await customer.writes('Hello')
  await ana.isInvited()
  await server.standsStill(5000)
  await ana.seesNext('Revoked', ana.session)
  await ben.seesNext('Invited', ana.session)
  await ben.seesNext('Revoked', ana.session)
  await Promise.all([ana.seesNothing(), ben.seesNothing()])
})

test('Where routing.not-ready-after-no-answer is off the agent stays Ready, and is asked again after the pause only', async t => {
  const { ana, ben, customer } = await world(t,
    { agents: ['ana', 'ben'], ready: ['ana'], config: { 'bootstrap.routing.answer-timeout': 1, 'bootstrap.agents.not-ready-after-no-answer': 'no' } })
  await customer.writes('Hello')
  await ana.isInvited()
  await ana.sees('Revoked')
  assert.equal((await ana.state()).state, 'Ready')
  await ben.ready()
})

test('Reject: the next agent is asked; the one who rejected is not offered it again while another is eligible', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'], ready: ['ana', 'ben'] })
  await customer.writes('Hello')
  await ana.rejects()
  await ben.isInvited()
  assert.equal(ben.session, ana.session)
  await ana.seesNothing()
})

test('Alone after Reject: offered again after routing.reject-wait', async t => {
  const { ana, customer } = await world(t, { agents: ['ana'], config: { 'bootstrap.routing.reject-wait': 1 } })
  await customer.writes('Hello')
  await ana.rejects()
  const first = ana.session
  await ana.isInvited()
  assert.equal(ana.session, first)
})

test('A requeued session keeps its place before those who came later', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'], config: { 'bootstrap.agents.capacity': 1 } })
  const { ana, ben } = w
  await w.customerAt(phone(1)).writes('I am 1')
  await ana.accepts()
  await w.customerAt(phone(2)).writes('I am 2')
  await w.customerAt(phone(3)).writes('I am 3')
  await ana.notReady()
  await ana.completes(queueName)
  await ben.ready()
  const { history } = await ben.accepts()
  assert.ok(history.messages.some(one => one.text === 'I am 1'))
  assert.equal(ben.session, ana.session)
})

test('An agent who completed a session into the queue is not offered it while another is eligible', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'], ready: ['ana', 'ben'] })
  await customer.writes('Hello')
  await ana.accepts()
  await ana.completes(queueName)
  await ben.isInvited()
  assert.equal(ben.session, ana.session)
  await ana.seesNothing()
})

test('NotReady while Invited: the invitation stays, no further one comes', async t => {
  const w = await world(t, { agents: ['ana'] })
  const { ana } = w
  await w.customerAt(phone(1)).writes('Hello')
  await ana.isInvited()
  await ana.notReady()
  await w.customerAt(phone(2)).writes('Hello')
  await ana.acceptsIt()
  assert.deepEqual(ana.unread, [])
  assert.equal((await ana.readsSessions()).length, 1)
})

test('EndContactCenterSession requeues what is Invited and what is running, in place', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  const { ana, ben } = w
  await w.customerAt(phone(1)).writes('I am 1')
  await ana.accepts()
  await w.customerAt(phone(2)).writes('I am 2')
  await ana.isInvited()
  await ana.signsOut()
  await w.customerAt(phone(3)).writes('I am 3')
  await ben.ready()
  for (const n of [1, 2, 3]) {
    const { history } = await ben.accepts()
    assert.ok(history.messages.some(one => one.text === `I am ${n}`), `I am ${n}`)
  }
})

test('Whoever only supervises cannot be Ready (5), and is offered nothing', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], ready: [] })
  const { ana, sam, customer } = w
  const refused = await sam.rest.ask('/me/channels/smssession', 'Ready')
  assert.deepEqual([refused.status, refused.code], [403, 5])
  await customer.writes('Hello')
  await ana.ready()
  await ana.accepts()
  await sam.seesNothing()
})

test('What waits survives a restart, and its order', async t => {
  const w = await world(t, { agents: ['ana'], ready: [] })
  for (const n of [1, 2, 3]) await w.customerAt(phone(n)).writes(`I am ${n}`)
  await w.restart({ kill: true })
  await w.ana.ready()
  for (const n of [1, 2, 3]) {
    const { history } = await w.ana.accepts()
    assert.ok(history.messages.some(one => one.text === `I am ${n}`))
  }
})

for (const [operation, save] of [['Accept', ana => ana.acceptsIt({ saveLAR: true }).then(() => ana.completes())],
  ['Complete', ana => ana.acceptsIt().then(() => ana.ok(ana.asks('Complete', { saveLAR: true })))],
  ['LeaveAndComplete', ana => ana.acceptsIt().then(() => ana.ok(ana.asks('LeaveAndComplete', { saveLAR: true })))]]) {
  test(`saveLAR of ${operation}: the customer's next session is offered to this agent, before who would be first, after a kill as well`, async t => {
    const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
    await w.customer.writes('Hello')
    await w.ana.isInvited()
    await save(w.ana)
    await w.ana.notReady()
    await w.ben.ready() // for longer than ana
    await w.ana.ready()
    await w.restart({ kill: true })
    await w.customer.writes('It is me again')
    await w.ana.isInvited()
    await w.customerAt(phone(2)).writes('Hello')
    await w.ben.isInvited()
  })
}

test('saveLAR: whoever cannot take it is not waited for; true and false are taken, else 10', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  await w.customer.writes('Hello')
  await w.ana.isInvited()
  for (const saveLAR of ['true', 1, [], {}]) assert.equal((await w.ana.asks('Accept', { saveLAR })).code, 10)
  await w.ana.acceptsIt({ saveLAR: null })
  await w.ana.ok(w.ana.asks('Complete', { saveLAR: true }))
  await w.ana.notReady()
  await w.ben.ready()
  await w.customer.writes('It is me again')
  await w.ben.accepts()
})
