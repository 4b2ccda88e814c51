// monitor.test.mjs - every sentence of the page that the project started from (doc: Monitor), as conversations.
import assert from 'node:assert/strict'
import test from 'node:test'
import { request } from '../lib/rest.mjs'
import { alike, nicknames, queueName, script, world } from '../lib/world.mjs'

const two = { agents: ['ana'], supervisors: ['sam'] }

test('Overview: this allows a supervisor to silently monitor a targeted agent SMS session', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana)
  await ana.seesNothing()
  await customer.writes('Hello')
  const before = await ana.accepts()
  const sessionBefore = await ana.readsSession()
  const messagesBefore = await ana.readsMessages()
  await sam.accepts()
  await ana.seesNothing()
  assert.deepEqual(await ana.readsSession(), sessionBefore)
  assert.deepEqual(await ana.readsMessages(), messagesBefore)
  assert.deepEqual(nicknames(before.participants.smssession), ['ana', '15551000001'])
  await customer.writes('Is anybody there?')
  const told = await ana.sees('NewMessages')
  assert.deepEqual(told.messages.map(one => one.index), [before.history.messages.length + 1])
  await sam.leaves()
  await ana.seesNothing()
  assert.deepEqual(customer.texts, [])
})

test('When the monitored agent accepts, the supervisor has the session delivered', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.isInvited()
  await sam.seesNothing()
  assert.deepEqual(await sam.readsSessions(), [])
  await ana.acceptsIt()
  const invitation = await sam.seesNext('Invited')
  assert.equal(invitation.messageType, 'SMSsessionStateChangeMessage')
  assert.equal(invitation.smssession.id, ana.session)
  assert.deepEqual(invitation.smssession.capabilities, ['Accept', 'Reject'])
  assert.deepEqual(invitation.smssession.participants, [])
  await sam.seesNothing()
})

test('An offer that the agent rejects or does not answer is not delivered to the supervisor', async t => {
  const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await sam.monitors(ana, { mode: 'NextChat' })
  await customer.writes('Hello')
  await ana.rejects()
  await ben.ready()
  await ben.accepts()
  await sam.seesNothing()
  await ben.completes()
  await ben.notReady()
  await customer.writes('Again')
  await ana.accepts()
  await sam.isInvited() // the order was not used up by the refused offer
})

test('The supervisor has all SMS session notifications delivered, in the order in which the agent gets them', async t => {
  const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await sam.monitors(ana)
  await customer.writes('one')
  await customer.writes('two')
  await ana.accepts()
  await ana.says('three')
  await customer.writes('four')
  await ana.sees({ text: 'four' })
  await sam.isInvited()
  await ana.mark()
  const agentHad = ana.notifications.filter(one => one.notificationType === 'NewMessages').map(alike)
    .flatMap(one => one.messages)
  const place = ana.all.length
  const { history } = await sam.acceptsIt()
  const before = alike(history).messages
  assert.deepEqual(before.filter(one => one.visibility !== 'Supervisors'), agentHad, 'what was earlier is in the history')

  await ana.says('five')
  await customer.writes('six')
  await ana.invites(ben)
  await ben.accepts()
  await ben.says('seven')
  await customer.writes('eight')
  await ben.leaves()
  await ana.says('nine')
  await ana.mark()
  await sam.mark()
  const follows = ['ParticipantsUpdated', 'NewMessages']
  const agentGot = ana.since(place).filter(one => follows.includes(one.notificationType)).map(alike)
  const supervisorGot = sam.unread.filter(one => follows.includes(one.notificationType)).map(data => {
    const { participants, ...rest } = alike(data)
    return participants ? { ...rest, participants: participants.filter(one => one.visibility !== 'Supervisors') } : rest
  })
  assert.ok(agentGot.length >= 9, `only ${agentGot.length} notifications`)
  assert.deepEqual(supervisorGot, agentGot)
})

test('The supervisor reads the same transcript by GET, numbered from 1 without gaps in each viewer\'s counting', async t => {
  const { ana, sam, sue, customer } = await world(t, { agents: ['ana'], supervisors: ['sam', 'sue'] })
  await sam.monitors(ana)
  await sue.monitors(ana)
  await customer.writes('one')
  await ana.accepts()
  await sam.accepts()
  await ana.says('two')
  await sue.accepts()
  await customer.writes('three')
  await ana.sees({ text: 'three' })
  const agents = await ana.readsMessages()
  const supervisors = await sue.readsMessages()
  const numbers = messages => messages.map(one => one.index)
  assert.deepEqual(numbers(agents), agents.map((_, i) => i + 1))
  assert.deepEqual(numbers(supervisors), supervisors.map((_, i) => i + 1))
  assert.deepEqual(script(supervisors.filter(one => one.visibility !== 'Supervisors')), script(agents))
  assert.deepEqual(script(supervisors.filter(one => one.visibility === 'Supervisors')),
    [['ParticipantJoined', sam.user], ['ParticipantJoined', sue.user]])
})

test('If the agent is currently in an SMS session, the supervisor is added to the next one only', async t => {
  const w = await world(t, two)
  const { ana, sam, customer } = w
  await customer.writes('first session')
  const first = (await ana.accepts()).status.smssession.id
  await sam.monitors(ana)
  await sam.seesNothing()
  await customer.writes('still the first')
  await ana.sees({ text: 'still the first' })
  await sam.seesNothing()
  assert.equal((await sam.rest.get(`/me/smssessions/${first}`)).code, 6)
  await w.customerAt('15551000002').writes('second session')
  await ana.accepts()
  assert.notEqual(ana.session, first)
  assert.equal((await sam.isInvited()).smssession.id, ana.session)
  await sam.seesNothing()
})

test('A session offered before Monitor and accepted after it is delivered', async t => {
  const { ana, sam, customer } = await world(t, two)
  await customer.writes('Hello')
  await ana.isInvited()
  await sam.monitors(ana)
  await ana.acceptsIt()
  await sam.accepts()
})

test('The supervisor cannot send messages in this mode', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  for (const [operation, parameters] of [['SendMessage', { text: 'psst' }], ['SendMessage', {}], ['SendMessage', { text: 7 }],
    ['Complete', {}], ['Complete', { queueName }], ['Complete', { queueName: 'nowhere' }],
    ['Invite', { targetUri: `/users/${sam.id}` }], ['Invite', {}]]) {
    const { status, code } = await sam.asks(operation, parameters)
    assert.deepEqual([status, code], [403, 3], `${operation} ${JSON.stringify(parameters)}`)
  }
  assert.deepEqual((await sam.readsSession()).capabilities, ['Leave', 'SetInFocus', 'TakeOver', 'SwitchToCoach', 'SwitchToBargeIn'])
  await ana.seesNothing()
  await sam.seesNothing()
  await ana.says('only this')
  await customer.gets('only this')
  assert.deepEqual(customer.texts, ['only this'])
})

test('Before Accept a delivered session shows nothing of itself, and only Accept and Reject are possible', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.isInvited()
  await ana.says('secret')
  await sam.seesNothing()
  const session = await sam.readsSession()
  assert.deepEqual(session.participants, [])
  assert.deepEqual(session.capabilities, ['Accept', 'Reject'])
  assert.equal(session.state, 'Invited')
  assert.equal((await sam.rest.get(`${sam.at()}/messages`)).code, 2)
  assert.equal((await sam.asks('Leave')).code, 2)
  assert.equal((await sam.asks('SendMessage', { text: 'psst' })).code, 3)
  await sam.acceptsIt()
  assert.equal((await sam.asks('Accept')).code, 2)
  assert.equal((await sam.asks('Reject')).code, 2)
})

test('Only another supervisor will see that the supervisor has joined the session', async t => {
  const { ana, sam, sue, customer } = await world(t, { agents: ['ana'], supervisors: ['sam', 'sue'] })
  await sam.monitors(ana)
  await sue.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  const first = await sam.accepts()
  assert.deepEqual(nicknames(first.participants.smssession), ['ana', '15551000001', sam.user])
  await sue.isInvited()
  await sue.seesNothing() // who is invited has not joined
  const second = await sue.acceptsIt()
  assert.deepEqual(nicknames(second.participants.smssession), ['ana', '15551000001', sam.user, sue.user])
  assert.deepEqual(second.participants.smssession.participants.map(one => one.visibility),
    ['All', 'All', 'Supervisors', 'Supervisors'])
  assert.deepEqual(second.participants.smssession.participants.map(one => one.type),
    ['Agent', 'Customer', 'Agent', 'Agent'])
  assert.deepEqual(nicknames((await sam.seesNext('ParticipantsUpdated')).smssession), ['ana', '15551000001', sam.user, sue.user])
  const joined = await sam.seesNext('NewMessages')
  assert.deepEqual(script(joined.messages), [['ParticipantJoined', sue.user]])
  assert.equal(joined.messages[0].visibility, 'Supervisors')
  await ana.seesNothing()
  assert.deepEqual(nicknames(await ana.readsSession()), ['ana', '15551000001'])
  assert.doesNotMatch(JSON.stringify(ana.all), /sam|sue|Supervisors/)
  await sue.leaves()
  assert.deepEqual(nicknames((await sam.seesNext('ParticipantsUpdated')).smssession), ['ana', '15551000001', sam.user])
  assert.deepEqual(script((await sam.seesNext('NewMessages')).messages), [['ParticipantLeft', sue.user]])
  await ana.seesNothing()
  assert.deepEqual(customer.texts, [])
})

test('The customer gets nothing when supervisors come, change and go', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana, { nickname: 'Boss' })
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await sam.leaves()
  await ana.says('Good day')
  await customer.gets('Good day')
  assert.deepEqual(customer.texts, ['Good day'])
})

for (const accepted of [true, false]) {
  const who = accepted ? 'a supervisor who is in it' : 'a supervisor who was invited'
  test(`When the SMS session is completed, ${who} receives state Revoked`, async t => {
    const { ana, sam, customer } = await world(t, two)
    await sam.monitors(ana)
    await customer.writes('Hello')
    await ana.accepts()
    if (accepted) await sam.accepts()
    else await sam.isInvited()
    await ana.completes()
    const revoked = await sam.sees('Revoked')
    assert.equal(revoked.smssession.id, ana.session)
    assert.equal(revoked.smssession.capabilities, undefined)
    await sam.seesNothing()
    assert.equal((await sam.rest.get(sam.at())).code, 6)
    assert.equal((await sam.asks('Leave')).code, 6)
    assert.deepEqual(await sam.readsSessions(), [])
  })

  test(`When the SMS session is placed in a queue, ${who} receives state Revoked`, async t => {
    const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
    await sam.monitors(ana)
    await customer.writes('Hello')
    await ana.accepts()
    if (accepted) await sam.accepts()
    else await sam.isInvited()
    await ana.notReady()
    await ana.completes(queueName)
    assert.equal((await sam.sees('Revoked')).smssession.id, ana.session)
    await ben.ready()
    await ben.accepts() // who is not monitored
    await sam.seesNothing()
    assert.equal((await sam.rest.get(sam.at())).code, 6)
  })
}

test('A session placed in a queue comes back with its id and transcript, and is delivered again at the next Accept', async t => {
  const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await sam.monitors(ana)
  await sam.monitors(ben)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.says('Please wait')
  const session = ana.session
  await ana.notReady()
  await ana.completes(queueName)
  await sam.sees('Revoked')
  await ben.ready()
  const { history } = await ben.accepts()
  assert.equal(ben.session, session)
  const told = script(history.messages).filter(entry => entry[0] === 'Text')
  assert.deepEqual(told, [['Text', '15551000001', 'Hello'], ['Text', 'ana', 'Please wait']])
  assert.equal((await sam.isInvited()).smssession.id, session)
  await sam.acceptsIt()
})

test('If the monitored agent leaves but another agent is still present, the supervisor continues until Complete', async t => {
  const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.invites(ben)
  await ben.accepts()
  await ana.leaves('Completed')
  await ben.says('I go on')
  await sam.sees({ text: 'I go on' })
  await customer.writes('Thank you')
  await sam.sees({ text: 'Thank you' })
  assert.equal((await sam.readsSession()).state, 'Chatting')
  assert.deepEqual(nicknames(await sam.readsSession()), ['ben', '15551000001', sam.user])
  await ben.completes()
  await sam.sees('Revoked')
})

test('If the monitored agent leaves but another agent is still present, the supervisor continues until it is placed in a queue', async t => {
  const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.invites(ben)
  await ben.accepts()
  await ana.notReady()
  await ana.leaves('Completed')
  await ben.says('I go on')
  await sam.sees({ text: 'I go on' })
  await ben.completes(queueName)
  await sam.sees('Revoked')
})

test('A supervisor does not keep a session open: alone with it, the agent\'s Leave ends the customer\'s side', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana, { mode: 'NextChat' })
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.leaves('LeftChat')
  assert.equal((await sam.readsSession()).state, 'Chatting')
  await customer.writes('A new matter') // opens a session of its own
  await ana.isInvited()
  const sessions = await ana.readsSessions()
  assert.deepEqual(sessions.map(one => one.state).sort(), ['Invited', 'LeftChat'])
  assert.equal((await ana.asks('Complete', {}, sam.session)).code, 0)
  await sam.sees('Revoked')
})

test('The supervisor can leave an SMS session at any time', async t => {
  const { ana, sam, customer } = await world(t, two)
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  const left = await sam.leaves('Completed')
  assert.equal(left.smssession.id, ana.session)
  await ana.says('unheard')
  await customer.writes('unheard too')
  await ana.sees({ text: 'unheard too' })
  await ana.completes()
  await sam.seesNothing()
  assert.equal((await sam.asks('Leave')).code, 6)
})

test('The supervisor can leave right after Accept, after the agent left it alone, and after other supervisors came', async t => {
  const { ana, sam, sue, customer } = await world(t, { agents: ['ana'], supervisors: ['sam', 'sue'] })
  await sam.monitors(ana)
  await sue.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await sue.accepts()
  await sam.leaves('Completed')
  await ana.leaves('LeftChat')
  await ana.sees({ type: 'ParticipantLeft' })
  await sue.leaves('Completed')
  await ana.seesNothing()
  await ana.completes()
  await sam.seesNothing()
  await sue.seesNothing()
})

test('Request: the sample of the page, verbatim', async t => {
  const { ana, sam, customer, server } = await world(t, two)
  assert.match(ana.id, /^[0-9a-f]{32}$/)
  const sample = `{
    "operationName": "Monitor",
    "supervisorMonitoringMode": "NextChat"
}`
  const answer = await request('POST', `${server.url}/api/v2/users/${ana.id}/channels/smssession`,
    { body: sample, user: sam.user, password: sam.rest.password })
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body, { statusCode: 0 })
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
})

test('A user name works where the user id stands', async t => {
  const { ana, sam, customer } = await world(t, two)
  assert.equal((await sam.order('ana', 'Monitor')).code, 0)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.isInvited()
})

test('HTTP Method: POST; others on this URL are not found', async t => {
  const { ana, sam } = await world(t, two)
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await sam.rest.send(method, `/users/${ana.id}/channels/smssession`,
      { body: { operationName: 'Monitor' } })
    assert.deepEqual([answer.status, answer.code], [404, 6], method)
  }
})

test('Required Features: without api-multimedia the operation is not found, and the message names the feature', async t => {
  const { ana, sam } = await world(t, { ...two, absent: ['ana', 'sam'], config: { 'bootstrap.features.api-multimedia': 'no' } })
  const { body } = await ana.rest.get('/me')
  const answer = await sam.order(body.user, 'Monitor')
  assert.deepEqual([answer.status, answer.code], [404, 6])
  assert.match(answer.body.statusMessage, /api-multimedia/)
  const unknown = await sam.order('0'.repeat(32), 'Monitor')
  assert.equal(unknown.raw, answer.raw)
  assert.equal((await ana.order(body.user, 'Monitor')).raw, answer.raw, 'before roles')
  assert.equal((await sam.order(body.user, 'Dance')).raw, answer.raw, 'before operations')
})

test('NextChat: monitor only the next SMS session the agent receives, then stop monitoring', async t => {
  const w = await world(t, two)
  const { ana, sam, customer } = w
  await sam.monitors(ana, { mode: 'NextChat' })
  await customer.writes('first')
  await ana.accepts()
  await sam.accepts()
  assert.equal((await sam.order(ana, 'CancelSupervisorMonitoring')).code, 2, 'no monitoring is active any more')
  await w.customerAt('15551000002').writes('second')
  await ana.accepts()
  await sam.seesNothing()
})

test('AllChats: monitor all agent SMS sessions until monitoring is cancelled', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana, { mode: 'AllChats' })
  for (const phone of ['15551000001', '15551000002', '15551000003']) {
    await w.customerAt(phone).writes('Hello')
    await ana.accepts()
    await sam.accepts()
    assert.equal(sam.session, ana.session)
  }
  await sam.cancels(ana)
  await w.customerAt('15551000004').writes('Hello')
  await ana.accepts()
  await sam.seesNothing()
  assert.equal((await sam.readsSessions()).length, 3, 'what was delivered stays')
})

test('If the mode is not specified, AllChats is the default', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana)
  for (const phone of ['15551000001', '15551000002']) {
    await w.customerAt(phone).writes('Hello')
    await ana.accepts()
    await sam.accepts()
  }
  await sam.cancels(ana)
})

test('Cancel leaves delivered invitations and sessions alone', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana)
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await sam.accepts()
  await w.customerAt('15551000002').writes('two')
  await ana.accepts()
  await sam.isInvited()
  await sam.cancels(ana)
  await sam.seesNothing()
  await sam.acceptsIt()
  await w.customerAt('15551000001').writes('still heard')
  await sam.sees({ text: 'still heard' })
  const again = await sam.order(ana, 'CancelSupervisorMonitoring')
  assert.deepEqual([again.status, again.code], [400, 2])
})

test('Reject does not bring NextChat back', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana, { mode: 'NextChat' })
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await sam.rejects()
  await ana.seesNothing()
  await w.customerAt('15551000002').writes('two')
  await ana.accepts()
  await sam.seesNothing()
  assert.equal((await sam.order(ana, 'CancelSupervisorMonitoring')).code, 2)
})

test('Reject under AllChats refuses that session only', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana)
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await sam.rejects()
  await w.customerAt('15551000002').writes('two')
  await ana.accepts()
  await sam.accepts()
})

test('Monitor again replaces the mode of the earlier order', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana)
  await sam.monitors(ana, { mode: 'NextChat' })
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await sam.isInvited()
  await sam.seesNothing()
  await w.customerAt('15551000002').writes('two')
  await ana.accepts()
  await sam.seesNothing()
})

const nicknameCases = [
  ['given', { nickname: 'Mystery' }, {}, 'Mystery'],
  ['not specified: the user name', {}, {}, 'sam'],
  ['empty, which is absent: the user name', { nickname: '' }, {}, 'sam'],
  ['overruled by that of Accept', { nickname: 'Mystery' }, { nickname: 'Sammy' }, 'Sammy'],
  ['kept where that of Accept is empty', { nickname: 'Mystery' }, { nickname: '' }, 'Mystery'],
  ['of 63 characters', { nickname: 'x'.repeat(63) }, {}, 'x'.repeat(63)],
  ['of 64 characters beyond the BMP', { nickname: '🦉'.repeat(64) }, {}, '🦉'.repeat(64)],
]
for (const [what, order, accept, name] of nicknameCases) {
  test(`nickname, as the second supervisor reads it: ${what}`, async t => {
    const { ana, sam, sue, customer } = await world(t, { agents: ['ana'], supervisors: ['sam', 'sue'] })
    await sue.monitors(ana)
    await sam.monitors(ana, order)
    await customer.writes('Hello')
    await ana.accepts()
    await sue.accepts()
    await sam.accepts(accept)
    const expected = sam.called(name)
    assert.deepEqual(nicknames((await sue.seesNext('ParticipantsUpdated')).smssession), ['ana', '15551000001', sue.user, expected])
    assert.deepEqual(script((await sue.seesNext('NewMessages')).messages), [['ParticipantJoined', expected]])
    await ana.seesNothing()
    assert.ok(!JSON.stringify(ana.all).includes(expected))
  })
}

test('Bad parameters are refused with 10 and nothing changes', async t => {
  const { ana, sam, customer } = await world(t, two)
  const bad = [
    { supervisorMonitoringMode: 'nextchat' }, { supervisorMonitoringMode: 'Next' }, { supervisorMonitoringMode: '' },
    { supervisorMonitoringMode: 1 }, { supervisorMonitoringMode: ['NextChat'] },
    { nickname: 'x'.repeat(65) }, { nickname: 7 }, { nickname: { a: 1 } }, { nickname: 'a\nb' }, { nickname: 'a\u0000b' },
    { nickname: 'a\u007fb' }, { nickname: 'a\u202eb' }, { nickname: 'a\u2066b' }, { nickname: '🦉'.repeat(65) },
  ]
  for (const parameters of bad) {
    const { status, code } = await sam.order(ana, 'Monitor', parameters)
    assert.deepEqual([status, code], [400, 10], JSON.stringify(parameters))
  }
  await customer.writes('Hello')
  await ana.accepts()
  await sam.seesNothing()
  assert.equal((await sam.order(ana, 'CancelSupervisorMonitoring')).code, 2)
})

test('Unknown extra fields are ignored', async t => {
  const { ana, sam } = await world(t, two)
  assert.equal((await sam.order(ana, 'Monitor', { colour: 'blue', supervisorMonitoringMode: 'NextChat' })).code, 0)
})

test('Who and whom: own user 3, unknown user 6, channel not provisioned 6, not started 2, role 5', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam', 'sue'], absent: ['sue', 'mia'],
    users: { mia: { roles: ['agent'], sms: 'no' }, ada: { roles: ['admin'] } } })
  const { ana, sam, sue, mia, ada } = w
  const expects = async (person, target, code, what) => {
    const answer = await person.order(target, 'Monitor')
    assert.equal(answer.code, code, what)
    return answer.raw
  }
  await expects(sam, sam, 3, 'own user')
  const unknown = await expects(sam, '0'.repeat(32), 6, 'unknown user')
  const channel = await expects(sam, mia, 6, 'not provisioned')
  assert.equal(typeof channel, typeof unknown)
  await expects(sue, ana, 2, 'not started')
  const role = await expects(ana, sam, 5, 'an agent supervises nobody')
  assert.equal(await expects(ana, '0'.repeat(32), 5, 'role before existence'), role)
  assert.equal(await expects(ana, ana, 5, 'role before own user'), role)
  await expects(ada, ana, 5, 'an admin supervises only as supervisor')
  assert.equal((await sam.rest.ask(`/users/${ana.id}/channels/voice`, 'Monitor')).code, 6)
  assert.equal((await sam.rest.ask(`/users/${ana.id}/channels/smssession`, 'Dance')).code, 2, 'unknown operation')
  assert.equal((await sam.rest.post(`/users/${ana.id}/channels/smssession`, {})).code, 1, 'operationName missing')
  assert.equal((await sam.rest.post('/users/nobody/channels/smssession', {})).code, 6, 'existence before operationName')
  assert.equal((await sam.order(sam, 'Monitor', { nickname: 7 })).code, 3, 'forbidden before bad parameters')
  assert.equal((await sue.order(ana, 'Monitor', { nickname: 7 })).code, 10, 'bad parameters before state')
  assert.equal((await sue.order(ana, 'CancelSupervisorMonitoring')).code, 2)
})

test('The target need not be signed in, and its logout does not end the order', async t => {
  const { ana, sam, customer } = await world(t, { ...two, absent: ['ana'] })
  const { body } = await sam.rest.get('/users/ana')
  ana.id = body.user.id
  await sam.monitors(ana)
  await ana.signsIn()
  await ana.signsOut()
  await ana.losesClient()
  await ana.signsIn()
  await ana.ready()
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
})

test('The supervisor need not be Ready, and watched sessions use none of the supervisor\'s capacity', async t => {
  const w = await world(t, { agents: ['ana'], users: { bob: { roles: ['agent', 'supervisor'] } }, config: { 'bootstrap.agents.capacity': 1 } })
  const { ana, bob } = w
  await bob.monitors(ana)
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await bob.accepts()
  await bob.ready()
  await w.customerAt('15551000002').writes('two')
  await bob.isInvited()
  assert.deepEqual((await bob.readsSessions()).map(one => one.state).sort(), ['Chatting', 'Invited'])
})

test('The registration survives a restart, and so does the session that is watched', async t => {
  const w = await world(t, two)
  const { ana, sam } = w
  await sam.monitors(ana)
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await sam.accepts()
  const session = sam.session
  await w.restart()
  assert.equal((await sam.readsSession(session)).state, 'Chatting')
  await w.customerAt('15551000001').writes('after the restart')
  await sam.sees({ text: 'after the restart' })
  await ana.notReady()
  await ana.ready()
  await w.customerAt('15551000002').writes('two')
  await ana.accepts()
  await sam.accepts()
})

test('The registration survives kill -9', async t => {
  const w = await world(t, two)
  const { ana, sam, customer } = w
  await sam.monitors(ana, { mode: 'NextChat', nickname: 'Night shift' })
  await w.restart({ kill: true })
  await customer.writes('Hello')
  await ana.accepts()
  const { participants } = await sam.accepts()
  assert.deepEqual(nicknames(participants.smssession), ['ana', '15551000001', sam.called('Night shift')])
})

test('The registration ends with the supervisor\'s EndContactCenterSession, which leaves watched sessions unnoticed', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam', 'sue'] })
  const { ana, sam, sue, customer } = w
  await sue.monitors(ana)
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sue.accepts()
  await sam.accepts()
  await sue.sees({ type: 'ParticipantJoined' })
  await sam.signsOut()
  assert.deepEqual(nicknames((await sue.sees('ParticipantsUpdated')).smssession), ['ana', '15551000001', sue.user])
  await ana.seesNothing()
  await sam.losesClient()
  await sam.signsIn()
  await w.customerAt('15551000002').writes('two')
  await ana.accepts()
  await sue.isInvited()
  await sam.seesNothing()
  assert.equal((await sam.order(ana, 'CancelSupervisorMonitoring')).code, 2)
})

test('An agent who also has ROLE_SUPERVISOR and is a party sees nothing of the supervisor', async t => {
  const { bob, sam, customer } = await world(t, { supervisors: ['sam'], users: { bob: { roles: ['agent', 'supervisor'] } } })
  await bob.ready()
  await sam.monitors(bob)
  await customer.writes('Hello')
  await bob.accepts()
  const before = await bob.readsMessages()
  await sam.accepts()
  await bob.seesNothing()
  assert.deepEqual(nicknames(await bob.readsSession()), ['bob', '15551000001'])
  assert.deepEqual(await bob.readsMessages(), before)
  await sam.leaves()
  await bob.seesNothing()
  assert.deepEqual(await bob.readsMessages(), before)
})

test('An agent who joins a watched session later sees nothing of the supervisor', async t => {
  const { ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.invites(ben)
  const { participants, history } = await ben.accepts()
  assert.deepEqual(nicknames(participants.smssession), ['ana', 'ben', '15551000001'])
  assert.deepEqual(history.messages.map(one => one.index), history.messages.map((_, i) => i + 1))
  assert.doesNotMatch(JSON.stringify([participants, history]), /sam|Supervisors/)
})

test('An agent\'s Invite of a user who watches silently is an ordinary invitation; its Accept ends the watching', async t => {
  const { ana, bob, sue, customer } = await world(t,
    { agents: ['ana'], supervisors: ['sue'], users: { bob: { roles: ['agent', 'supervisor'] } } })
  await bob.monitors(ana, { mode: 'NextChat' })
  await sue.monitors(ana, { mode: 'NextChat' })
  await customer.writes('Hello')
  await ana.accepts()
  await bob.accepts()
  await sue.accepts()
  await ana.invites(bob)
  await bob.isInvited()
  await ana.seesNothing()
  await bob.acceptsIt()
  assert.deepEqual(nicknames((await ana.seesNext('ParticipantsUpdated')).smssession), ['ana', 'bob', '15551000001'])
  assert.deepEqual(script((await ana.seesNext('NewMessages')).messages), [['ParticipantJoined', 'bob']])
  await bob.says('Hello from bob')
  await customer.gets('Hello from bob')
  await sue.sees({ text: 'Hello from bob' })
  const roles = (await sue.readsSession()).participants.filter(one => one.nickname === 'bob').map(one => one.visibility)
  assert.deepEqual(roles, ['All'])
})

test('An Accept into a session where the supervisor already is delivers nothing and uses nothing up', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  const { ana, ben, sam } = w
  await sam.monitors(ana)
  await sam.monitors(ben, { mode: 'NextChat' })
  await w.customerAt('15551000001').writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.invites(ben)
  await ben.accepts()
  await ana.mark()
  await sam.mark()
  assert.ok(!sam.unread.some(one => one.notificationType === 'StatusChange'))
  sam.read = sam.all.length
  await ana.notReady()
  await ben.ready()
  await w.customerAt('15551000002').writes('Hello')
  await ben.accepts()
  await sam.isInvited()
})

test('Two orders of one supervisor on two agents are independent', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  const { ana, ben, sam } = w
  await sam.monitors(ana)
  await sam.monitors(ben)
  await sam.cancels(ana)
  await w.customerAt('15551000001').writes('one')
  await ana.accepts()
  await sam.seesNothing()
  await ana.notReady()
  await ben.ready()
  await w.customerAt('15551000002').writes('two')
  await ben.accepts()
  await sam.accepts()
})

test('A supervisor reads an agent\'s sessions with subresources=smssessions: those handled, never those watched', async t => {
  const { ana, bob, sam, customer } = await world(t,
    { agents: ['ana'], supervisors: ['sam'], users: { bob: { roles: ['agent', 'supervisor'] } } })
  await bob.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await bob.accepts()
  const read = async id => (await sam.ok(sam.rest.get(`/users/${id}?subresources=smssessions`))).user.smssessions
  assert.deepEqual((await read(ana.id)).map(one => [one.id, one.capabilities]), [[ana.session, []]])
  assert.deepEqual(await read(bob.id), [])
  assert.equal((await ana.rest.get(`/users/${bob.id}?subresources=smssessions`)).code, 5)
})

test('Nothing is told to the agent when it is put under monitoring, or taken out of it', async t => {
  const { ana, sam } = await world(t, two)
  const before = [await ana.rest.get('/me?subresources=*'), await ana.rest.get('/me/channels?fields=*')].map(one => one.raw)
  await sam.monitors(ana)
  await sam.cancels(ana)
  await sam.monitors(ana)
  const after = [await ana.rest.get('/me?subresources=*'), await ana.rest.get('/me/channels?fields=*')].map(one => one.raw)
  assert.deepEqual(after, before)
  await ana.seesNothing()
  await sam.seesNothing()
})
