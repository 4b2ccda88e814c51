// supervise.test.mjs - supervisors whom agents see: Coach, BargeIn, and switching in place.
import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, nicknames, world } from '../lib/world.mjs'

// sam supervises in sight, sid silently.
const cast = { agents: ['ana'], supervisors: ['sid'], users: { sam: { roles: ['supervisor'], joins: true } } }

async function supervised(t, how, options = {}) {
  const w = await world(t, { ...cast, ...options })
  await w.sam.ok(w.sam.order(w.ana, how))
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.sam.accepts()
  return w
}

const entry = ({ type, visibility, text, from }) => ({ type, visibility, text, from: from.nickname, as: from.visibility })

const participant = resource => resource.participants.find(one => one.nickname === 'sam')

test('Coach: the agent sees the supervisor join, ParticipantsUpdated and then NewMessages; the customer gets nothing', async t => {
  const { ana, sam, customer } = await world(t, cast)
  assert.deepEqual(answer(await sam.order(ana, 'Coach')), [200, 0])
  await ana.seesNothing()
  await customer.writes('Hello')
  await ana.accepts()
  await ana.seesNothing() // who is invited has not joined
  const { participants } = await sam.accepts()
  const told = await ana.seesNext('ParticipantsUpdated')
  assert.deepEqual(nicknames(told.smssession), ['ana', '15551000001', 'sam'])
  assert.equal(participant(told.smssession).visibility, 'Agents')
  assert.equal(participant(told.smssession).type, 'Agent')
  assert.deepEqual(nicknames(participants.smssession), ['ana', '15551000001', 'sam'])
  const { messages } = await ana.seesNext('NewMessages')
  assert.deepEqual(messages.map(entry),
    [{ type: 'ParticipantJoined', visibility: 'Agents', text: undefined, from: 'sam', as: 'Agents' }])
  assert.ok(told.smssession.capabilities.includes('SendToAgents'))
  assert.deepEqual(customer.texts, [])
})

test('Coach: only the agent sees what the supervisor writes, the customer never', async t => {
  const { ana, sam, customer } = await supervised(t, 'Coach')
  await ana.sees('NewMessages')
  await sam.says('Offer the refund')
  const { messages } = await ana.sees({ text: 'Offer the refund' })
  assert.deepEqual(messages.map(entry),
    [{ type: 'Text', visibility: 'Agents', text: 'Offer the refund', from: 'sam', as: 'Agents' }])
  assert.equal(messages[0].deliveryState, undefined)
  await sam.ok(sam.asks('SendUrl', { url: 'https://example.org/policy' }))
  await ana.says('You get it back')
  await customer.gets('You get it back')
  assert.deepEqual(customer.texts, ['You get it back'])
  for (const operation of ['Complete', 'Invite', 'LeaveAndComplete']) {
    assert.deepEqual(answer(await sam.asks(operation, { targetPath: '/users/ana' })), [403, 3], operation)
  }
})

test('BargeIn: agent and customer both see what the supervisor writes', async t => {
  const { ana, sam, customer } = await supervised(t, 'BargeIn')
  const told = await ana.sees('ParticipantsUpdated')
  assert.equal(participant(told.smssession).visibility, 'All')
  await sam.says('I am the manager')
  await customer.gets('I am the manager')
  const { messages } = await ana.sees({ text: 'I am the manager' })
  assert.equal(messages[0].visibility, 'All')
  assert.deepEqual(answer(await sam.asks('Complete')), [403, 3])
  await ana.leaves('LeftChat') // a supervisor keeps no session open
  assert.deepEqual(answer(await sam.asks('SendMessage', { text: 'And?' })), [400, 2])
  await ana.completes()
  await sam.sees('Revoked')
})

test('capabilities of a supervisor are those of its mode, the switches at the end', async t => {
  const { sam } = await supervised(t, 'Coach')
  const capabilities = async () => (await sam.readsSession()).capabilities
  const coach = await capabilities()
  assert.equal(coach[0], 'Leave')
  assert.deepEqual(coach.slice(-2), ['SwitchToMonitor', 'SwitchToBargeIn'])
  for (const one of ['SendMessage', 'SendToAgents', 'SendStartTypingNotification']) assert.ok(coach.includes(one), one)
  for (const one of ['Complete', 'Invite', 'SwitchToCoach']) assert.ok(!coach.includes(one), one)
  await sam.ok(sam.asks('SwitchBargeIn')) // as one page prints it
  const barge = await capabilities()
  assert.ok(barge.includes('Invite'))
  assert.deepEqual(barge.slice(-2), ['SwitchToMonitor', 'SwitchToCoach'])
  await sam.ok(sam.asks('SwitchToMonitor'))
  assert.deepEqual(await capabilities(), ['Leave', 'SetInFocus', 'TakeOver', 'SwitchToCoach', 'SwitchToBargeIn'])
})

test('SwitchToCoach from Monitor: to the agent it is a joining, to who switched and to other supervisors a rejoining', async t => {
  const { ana, sam, sid, customer } = await world(t, cast)
  for (const one of [sam, sid]) await one.monitors(ana)
  await customer.writes('Hello')
  const before = await ana.accepts()
  for (const one of [sid, sam]) await one.accepts()
  await sid.sees('NewMessages') // of sam's joining
  const silent = participant(await sam.readsSession()).participantId
  await ana.seesNothing()
  assert.deepEqual(answer(await sam.asks('SwitchToCoach')), [200, 0])
  for (const [one, type] of [[ana, 'ParticipantJoined'], [sam, 'ParticipantRejoined'], [sid, 'ParticipantRejoined']]) {
    const { smssession } = await one.seesNext('ParticipantsUpdated')
    assert.equal(smssession.state, 'Chatting')
    assert.equal(participant(smssession).visibility, 'Agents')
    assert.notEqual(participant(smssession).participantId, silent)
    const { messages } = await one.seesNext('NewMessages')
    assert.deepEqual(messages.map(entry), [{ type, visibility: 'Agents', text: undefined, from: 'sam', as: 'Agents' }], one.name)
    if (one === ana) assert.equal(messages[0].index, before.history.messages.length + 1)
    await one.seesNothing()
  }
  assert.deepEqual(answer(await sam.asks('SwitchToCoach')), [400, 2])
  assert.deepEqual(answer(await ana.asks('SwitchToMonitor')), [403, 3])
})

test('SwitchToMonitor: agents are told what they are told of a supervisor who leaves, and nothing more', async t => {
  const { ana, sam, customer } = await supervised(t, 'Coach')
  const seen = participant((await ana.sees('ParticipantsUpdated')).smssession).participantId
  await ana.forgets()
  await sam.ok(sam.asks('SwitchToMonitor'))
  const updated = await ana.seesNext('ParticipantsUpdated')
  assert.deepEqual(nicknames(updated.smssession), ['ana', '15551000001'])
  const left = await ana.seesNext('NewMessages')
  assert.deepEqual(left.messages.map(entry),
    [{ type: 'ParticipantLeft', visibility: 'Agents', text: undefined, from: 'sam', as: 'Agents' }])
  assert.equal(left.messages[0].from.participantId, seen)
  assert.ok(!updated.smssession.capabilities.includes('SendToAgents'))
  await ana.seesNothing()
  await customer.writes('Are you still there?')
  await sam.sees({ text: 'Are you still there?' })
  await ana.forgets()
  await sam.leaves()
  await ana.seesNothing()
})

const intrudes = (person, agent, parameters = {}, session = agent.session) =>
  person.rest.ask(`/users/${agent.id}/smssessions/${session}`, 'Intrude', parameters)

test('Intrude: the supervisor is invited into a session that the agent is handling now', async t => {
  const { ana, sam, sid, customer } = await world(t, cast)
  await customer.writes('Hello')
  await ana.isInvited()
  assert.deepEqual(answer(await intrudes(sam, ana, { supervisorVisibilityMode: 'Coach' })), [404, 6]) // offered is not handled
  await ana.acceptsIt()
  await ana.forgets()
  assert.deepEqual(answer(await intrudes(sam, ana)), [400, 1]) // neither a mode nor an order
  assert.deepEqual(answer(await intrudes(sam, ana, { supervisorVisibilityMode: 'coach' })), [400, 10])
  assert.deepEqual(answer(await intrudes(sam, ana, { supervisorVisibilityMode: 'Coach' }, '0000000000000000')), [404, 6])
  assert.deepEqual(answer(await intrudes(ana, sam, { supervisorVisibilityMode: 'Coach' }, ana.session)), [403, 5])
  assert.deepEqual(answer(await intrudes(sam, ana, { supervisorVisibilityMode: 'Coach' })), [200, 0])
  await ana.seesNothing()
  const { smssession } = await sam.isInvited()
  assert.deepEqual([smssession.state, smssession.capabilities, smssession.participants], ['Invited', ['Accept', 'Reject'], []])
  assert.ok(smssession.receivedDate && smssession.userData)
  assert.deepEqual(answer(await intrudes(sam, ana, { supervisorVisibilityMode: 'Coach' })), [400, 2]) // in it already
  const { history } = await sam.acceptsIt()
  assert.deepEqual(history.messages.map(one => one.type), ['ParticipantJoined', 'Text', 'ParticipantJoined', 'ParticipantJoined'])
  assert.equal((await ana.sees('NewMessages')).messages[0].from.visibility, 'Agents')
  await sid.ok(intrudes(sid, ana, { supervisorVisibilityMode: 'Monitor' }))
  await sid.accepts()
  await ana.seesNothing()
})

test('Intrude without a mode: as the order on that agent says, which goes on', async t => {
  const { ana, sam, customer } = await world(t, cast)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.ok(sam.order(ana, 'BargeIn', { supervisorMonitoringMode: 'NextChat', nickname: 'Boss' }))
  await sam.ok(intrudes(sam, ana))
  await sam.accepts()
  const told = await ana.sees('ParticipantsUpdated')
  assert.deepEqual(told.smssession.participants.at(-1).visibility, 'All')
  assert.deepEqual(told.smssession.participants.at(-1).nickname, 'Boss')
  await ana.completes()
  await sam.sees('Revoked')
  await customer.writes('Again')
  await ana.accepts()
  await sam.isInvited()
})

test('supervision.auto-accept: what is delivered is joined at once', async t => {
  const { ana, sid, customer } = await world(t, { ...cast, config: { 'bootstrap.supervision.auto-accept': 'yes' } })
  await sid.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await ana.seesNothing()
  await sid.seesNext('Chatting')
  await sid.seesNext('ParticipantsUpdated')
  assert.equal((await sid.seesNext('NewMessages')).messages.at(-1).from.nickname, sid.called('sid'))
  await sid.seesNothing()
})

test('supervision.private: silent supervisors do not see each other either', async t => {
  const { ana, sam, sid, customer } = await world(t, { ...cast, config: { 'bootstrap.supervision.private': 'yes' } })
  for (const one of [sam, sid]) await one.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  const { history } = await sam.accepts()
  const { participants, history: sids } = await sid.accepts()
  await sam.seesNothing()
  assert.deepEqual(sids.messages, history.messages) // and the whole of it
  assert.equal(participants.smssession.participants.at(-1).visibility, 'Supervisors')
  assert.equal(participants.smssession.participants.length, 3)
  await customer.writes('And?')
  assert.equal((await sid.sees('NewMessages')).messages[0].index, history.messages.at(-1).index + 1)
})
