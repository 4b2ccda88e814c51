// colleagues.test.mjs - what agents do with one another in a session: Consult, CancelConsult, Transfer, RemoveParticipantFromConference.
import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, nicknames, queueName, watched, world } from '../lib/world.mjs'

const of = person => ({ targetPath: `/users/${person.id}` })

// sam steps into sight.
const inSight = { supervisors: [], users: { sam: { roles: ['supervisor'], joins: true } } }

async function conference(t, options) {
  const w = await watched(t, options)
  await w.ana.invites(w.ben)
  await w.ben.accepts()
  await Promise.all([w.ana, w.ben, w.sam].map(one => one.forgets()))
  return w
}

async function consultation(t, options) {
  const w = await watched(t, options)
  await w.ana.ok(w.ana.asks('Consult', of(w.ben)))
  await w.ben.accepts()
  await Promise.all([w.ana, w.ben, w.sam].map(one => one.forgets()))
  return w
}

const can = async (person, operation) => (await person.readsSession()).capabilities.includes(operation)

test('RemoveParticipantFromConference: all who stay are told the notice, who is there, and the leaving; whom it is about that it is over', async t => {
  const { ana, ben, sam, customer } = await conference(t)
  const { referenceId } = await ana.ok(ana.asks('RemoveParticipantFromConference', of(ben)))
  const text = `REMOVE_PARTICIPANT_FROM_CONFERENCE${ben.id}`
  for (const person of [ana, sam]) {
    const [notice] = (await person.seesNext('NewMessages')).messages
    assert.deepEqual([notice.type, notice.text, notice.visibility, notice.from.nickname], ['Notice', text, 'Agents', ana.user])
    const told = await person.seesNext('ParticipantsUpdated')
    assert.ok(!nicknames(told.smssession).includes(ben.user))
    assert.equal(told.referenceId, person === ana ? referenceId : undefined)
    const [left] = (await person.seesNext('NewMessages')).messages
    assert.deepEqual([left.type, left.from.nickname], ['ParticipantLeft', ben.user])
    await person.seesNothing()
  }
  assert.equal((await ben.seesNext('NewMessages')).messages[0].text, text)
  assert.equal((await ben.seesNext('Completed')).smssession.id, ana.session)
  await ben.seesNothing()
  assert.deepEqual(answer(await ben.rest.get(ben.at())), [404, 6])
  assert.equal((await ana.readsSession()).state, 'Chatting')
  await ana.says('We are two again')
  await customer.gets('We are two again')
  assert.deepEqual(customer.texts, ['We are two again'])
})

test('Whom one may put out: another agent who has joined; a silent supervisor is not found, a visible one stays, oneself never', async t => {
  const { ana, ben, sam } = await watched(t, inSight)
  const removes = async (who, target) => answer(await who.asks('RemoveParticipantFromConference', target, ana.session))
  assert.equal(await can(ana, 'RemoveParticipantFromConference'), false, 'alone, whoever watches')
  assert.deepEqual(await removes(ana, of(sam)), [400, 2])
  await ana.invites(ben)
  await ben.isInvited()
  assert.deepEqual(await removes(ana, of(ben)), [400, 2], 'who is invited is not there yet')
  await ben.acceptsIt()
  assert.equal(await can(ana, 'RemoveParticipantFromConference'), true)
  const silent = await ana.asks('RemoveParticipantFromConference', of(sam))
  const nobody = await ana.asks('RemoveParticipantFromConference', { targetPath: `/users/${'0'.repeat(32)}` })
  assert.deepEqual([silent.status, silent.raw], [404, nobody.raw], 'who watches silently, and who does not exist')
  assert.deepEqual(await removes(ana, of(ana)), [403, 3])
  assert.deepEqual(await removes(ana, {}), [400, 1])
  assert.deepEqual(await removes(sam, of(ben)), [403, 3])
  await sam.ok(sam.asks('SwitchToCoach', {}))
  assert.deepEqual(await removes(ana, of(sam)), [403, 3])
  await sam.ok(sam.asks('SwitchToBargeIn', {}))
  assert.deepEqual(await removes(sam, { userUri: `/users/${ben.id}` }), [200, 0], 'the older name of the parameter')
  await ben.sees('Completed')
  assert.deepEqual(await removes(sam, of(ana)), [400, 2], 'an agent has to stay')
})

// --- Transfer

test('Transfer to an agent: who asks is Completed, whom it is to Invited, who watches goes on; the customer notices nothing', async t => {
  const { ana, ben, sam, customer } = await watched(t)
  await sam.forgets()
  const { referenceId } = await ana.ok(ana.asks('Transfer', of(ben)))
  const completed = await ana.seesNext('Completed')
  assert.deepEqual([completed.smssession.id, completed.referenceId], [ana.session, referenceId])
  await ana.seesNothing()
  assert.deepEqual(answer(await ana.rest.get(ana.at())), [404, 6])
  const invited = await ben.isInvited()
  assert.equal(invited.smssession.id, ana.session)
  assert.ok(invited.smssession.answerBefore)
  assert.ok(!nicknames((await sam.seesNext('ParticipantsUpdated')).smssession).includes(ana.user))
  assert.equal((await sam.seesNext('NewMessages')).messages[0].type, 'ParticipantLeft')
  assert.equal((await sam.readsSession()).state, 'Chatting')
  await customer.writes('Are you there?')
  await sam.sees({ text: 'Are you there?' })
  const { history } = await ben.acceptsIt()
  assert.ok(history.messages.some(one => one.text === 'Are you there?'))
  await sam.sees({ type: 'ParticipantJoined' })
  await ben.says('I am')
  await customer.gets('I am')
  assert.deepEqual(customer.texts, ['I am'])
  await ana.seesNothing()
})

for (const [how, comesToNothing, state] of [['refused', ben => ben.rejects()], ['not answered', ben => ben.sees('Revoked')],
  ['signed out of', ben => ben.signsOut()]]) {
  test(`A Transfer that is ${how} goes back into the queue in which it waited, and who watches is Revoked`, async t => {
    const { ana, ben, sam, customer } = await watched(t, { ready: ['ana', 'ben'], config: { 'bootstrap.routing.answer-timeout': 3 } })
    await ana.ok(ana.asks('Transfer', of(ben)))
    if (how !== 'refused') await ben.isInvited()
    await comesToNothing(ben)
    await sam.sees('Revoked')
    const again = await ana.isInvited()
    assert.equal(again.smssession.id, sam.session)
    if (how !== 'signed out of') assert.equal((await ben.state()).state, 'Ready', 'nobody asked the queue for ben')
    const { history } = await ana.acceptsIt()
    assert.deepEqual(history.messages.filter(one => one.type === 'Text').map(one => one.text), ['Hello'])
    await ana.says('It is me again')
    await customer.gets('It is me again')
  })
}

test('Transfer to a queue is Complete into it: all who are in it are Completed, who watches Revoked, who asked is offered it last', async t => {
  const { ana, ben, sam } = await conference(t)
  await ana.ok(ana.asks('Transfer', { queueName }))
  await ana.sees('Completed')
  await ben.sees('Completed')
  await sam.sees('Revoked')
  await ben.ready()
  assert.equal((await ben.isInvited()).smssession.id, ana.session)
})

test('Transfer from a wrap-up opens the session again; not while the customer has begun a new one', async t => {
  const { ana, ben, customer, ...w } = await watched(t)
  await ana.leaves('LeftChat')
  assert.equal(await can(ana, 'Transfer'), true)
  await ana.ok(ana.asks('Transfer', of(ben)))
  await ana.sees('Completed')
  await customer.writes('One more thing')
  const { history } = await ben.accepts()
  assert.ok(history.messages.some(one => one.text === 'One more thing'), 'the same session')
  await ben.leaves('LeftChat')
  await ana.notReady()
  await customer.writes('A new one')
  assert.equal(await can(ben, 'Transfer'), false)
  assert.deepEqual(answer(await ben.asks('Transfer', of(ana))), [400, 2])
  assert.deepEqual(answer(await ben.asks('Transfer', { queueName })), [400, 2])
  assert.equal(await can(w.sam, 'SwitchToCoach'), true, 'who watches is there still')
})

test('Transfer: one target is needed, and one alone; nobody is handed it who is there, signed out, or oneself', async t => {
  const { ana, ben, sam } = await conference(t, { agents: ['ana', 'ben', 'cho'], absent: ['cho'] })
  const transfer = parameters => ana.asks('Transfer', parameters).then(answer)
  assert.deepEqual(await transfer({}), [400, 1])
  assert.deepEqual(await transfer({ ...of(sam), queueName }), [400, 10])
  assert.deepEqual(await transfer({ targetPath: '/users/nobody' }), [404, 6])
  assert.deepEqual(await transfer({ queueName: 'nowhere' }), [404, 6])
  assert.deepEqual(await transfer(of(ana)), [403, 3])
  assert.deepEqual(await transfer(of(ben)), [400, 2])
  assert.deepEqual(await transfer({ targetPath: '/users/cho' }), [400, 2])
  assert.deepEqual(answer(await sam.asks('Transfer', of(ben))), [403, 3])
  await ana.seesNothing()
  await ben.seesNothing()
  assert.deepEqual(await transfer(of(sam)), [200, 0], 'who watches silently is somebody like anybody')
  await ana.sees('Completed')
  await ben.forgets()
  await sam.isInvited()
  await sam.ok(sam.asks('Reject'))
  await ben.seesNothing()
  assert.equal((await sam.readsSession()).state, 'Chatting', 'and watches on')
})

test('A BargeIn transfers the agent\'s session and stays in it', async t => {
  const { ana, ben, sam, customer } = await watched(t, inSight)
  await sam.ok(sam.asks('SwitchToBargeIn'))
  await sam.ok(sam.asks('Transfer', of(ben)))
  await ana.sees('Completed')
  await ben.isInvited()
  const { state, capabilities } = await sam.readsSession()
  assert.deepEqual([state, capabilities], ['Chatting', ['Leave', 'SetInFocus', 'SwitchToMonitor', 'SwitchToCoach']], 'nobody has it now')
  await ben.acceptsIt()
  await sam.says('Ben looks into it')
  await customer.gets('Ben looks into it')
})

test('Transfer against Complete, at once: it is over for all, whichever came first', async t => {
  const w = await world(t, { agents: ['ana', 'ben', 'cho'], ready: ['ana'] })
  const { ana, ben, cho, customer } = w
  for (let round = 0; round < 5; round++) {
    await customer.writes(`Hello ${round}`)
    await ana.accepts()
    await ana.invites(ben)
    await ben.accepts()
    const [transferred, completed] = await Promise.all(round % 2
      ? [ana.asks('Transfer', of(cho)), ben.asks('Complete')] : [ben.asks('Complete'), ana.asks('Transfer', of(cho))].reverse())
    assert.deepEqual(answer(completed), [200, 0])
    assert.ok([0, 6].includes(transferred.code), `${transferred.raw}`)
    await ana.sees('Completed')
    await ben.sees('Completed')
    if (transferred.code === 0) {
      await cho.sees('Invited')
      await cho.sees('Revoked')
    }
    for (const person of [ana, ben, cho]) assert.deepEqual(await person.readsSessions(), [], person.name)
    await cho.forgets()
  }
})

// --- Consult, CancelConsult

const whoIsThere = ({ smssession }) => smssession.participants.map(one => [one.nickname, one.visibility])

test('Consult: who accepts is seen by agents and supervisors, and the ...ToAgents operations appear; the customer notices nothing', async t => {
  const { ana, ben, sam, customer } = await watched(t)
  await sam.forgets()
  await ana.says('One moment')
  for (const person of [ana, sam]) await person.sees(data => data.messageType === 'MessageDeliveryUpdated')
  const { referenceId } = await ana.ok(ana.asks('Consult', { targetUri: `http://elsewhere/api/v2/users/${ben.id}` }))
  assert.ok(referenceId > 0)
  await ben.isInvited()
  await ana.seesNothing()
  assert.equal(await can(ana, 'CancelConsult'), true)
  assert.equal(await can(ana, 'SendToAgents'), false, 'who is asked is not there yet')
  const { history } = await ben.acceptsIt()
  assert.deepEqual(history.messages.filter(one => one.type === 'Text').map(one => one.text), ['Hello', 'One moment'])
  for (const person of [ana, sam]) {
    const told = await person.seesNext('ParticipantsUpdated')
    assert.deepEqual(whoIsThere(told).slice(0, 3), [[ana.user, 'All'], [ben.user, 'Agents'], ['15551000001', 'All']])
    const [joined] = (await person.seesNext('NewMessages')).messages
    assert.deepEqual([joined.type, joined.visibility, joined.from.visibility], ['ParticipantJoined', 'Agents', 'Agents'])
  }
  const { capabilities } = await ana.readsSession()
  for (const one of ['SendToAgents', 'SendStartTypingToAgentsNotification', 'Transfer', 'Invite', 'RemoveParticipantFromConference']) {
    assert.ok(capabilities.includes(one), one)
  }
  assert.ok(!capabilities.includes('CancelConsult'))
  await customer.gets('One moment')
  assert.deepEqual(customer.texts, ['One moment'])
})

test('What a consultant writes is for agents, whatever is asked; it reads what the customer writes, and never has what is the agent\'s', async t => {
  const { ana, ben, sam, customer } = await consultation(t)
  for (const [operation, parameters, payload] of [['SendMessage', { text: 'The blue one' }, { text: 'The blue one' }],
    ['SendUrl', { url: 'https://example.org/blue' }, { url: 'https://example.org/blue' }], ['SendToAgents', { text: 'Really' }, { text: 'Really' }]]) {
    await ben.ok(ben.asks(operation, parameters))
    for (const person of [ana, sam]) {
      const [entry] = (await person.seesNext('NewMessages')).messages
      assert.deepEqual({ ...entry, ...payload }, entry)
      assert.equal(entry.visibility, 'Agents')
    }
  }
  await customer.writes('Which one?')
  await ben.sees({ text: 'Which one?' })
  for (const operation of ['Complete', 'LeaveAndComplete', 'SetDisposition', 'Consult', 'CancelConsult', 'Invite', 'Transfer', 'RemoveParticipantFromConference']) {
    assert.deepEqual(answer(await ben.asks(operation, { ...of(sam), disposition: 'x' })), [403, 3], operation)
  }
  assert.deepEqual((await ben.readsSession()).capabilities, ['Leave', 'SetInFocus', 'AttachUserData', 'DeleteUserData', 'UpdateUserData', 'RaiseHand', 'WithdrawHand', 'SendToAgents',
    'SendStartTypingToAgentsNotification', 'SendStopTypingToAgentsNotification', 'SendCustomNoticeToAgents', 'SendMessage', 'SendStartTypingNotification',
    'SendStopTypingNotification', 'SendUrl', 'SendCustomNotice'])
  await ana.says('The blue one, then')
  await customer.gets('The blue one, then')
  assert.deepEqual(customer.texts, ['The blue one, then'])
  await ben.leaves()
  assert.equal((await ana.readsSession()).state, 'Chatting')
})

test('A consultation becomes a transfer: the consultant goes on in the sight of all, who asked is Completed, nobody is invited', async t => {
  const { ana, ben, sam, customer } = await consultation(t)
  await ana.ok(ana.asks('Transfer', of(ben)))
  await ana.sees('Completed')
  const told = await ben.seesNext('ParticipantsUpdated')
  assert.deepEqual(whoIsThere(told)[0], [ben.user, 'All'])
  assert.ok(told.smssession.capabilities.includes('Complete'))
  assert.equal((await sam.sees({ type: 'ParticipantRejoined' })).messages[0].from.nickname, ben.user)
  await ben.forgets()
  await ben.says('I am Ben')
  await customer.gets('I am Ben')
  await ben.completes()
  await sam.sees('Revoked')
})

test('Invite of a consultant makes a conference at once', async t => {
  const { ana, ben, customer } = await consultation(t)
  await ana.ok(ana.asks('Invite', of(ben)))
  const told = await ana.seesNext('ParticipantsUpdated')
  assert.ok(whoIsThere(told).some(([nickname, visibility]) => nickname === ben.user && visibility === 'All'))
  assert.equal((await ana.seesNext('NewMessages')).messages[0].type, 'ParticipantRejoined')
  await ben.forgets()
  await ben.says('Good day')
  await customer.gets('Good day')
  assert.deepEqual(answer(await ana.asks('Invite', of(ben))), [400, 2])
})

test('The last agent whom the customer sees leaves: the session stays open, and the consultant goes on with it', async t => {
  const { ana, ben, customer } = await consultation(t)
  await ana.leaves('Completed')
  const told = await ben.sees(data => data.notificationType === 'ParticipantsUpdated' && data.smssession.capabilities.includes('Complete'))
  assert.deepEqual(whoIsThere(told)[0], [ben.user, 'All'])
  await ben.forgets()
  await ben.says('It is Ben now')
  await customer.gets('It is Ben now')
  await customer.writes('Fine')
  await ben.sees({ text: 'Fine' })
})

test('CancelConsult before the answer: Revoked, and who asked is told nothing; after it: 0, and an Error with that referenceId', async t => {
  const { ana, ben, sam } = await watched(t)
  assert.deepEqual(answer(await ana.asks('CancelConsult')), [400, 2])
  await ana.ok(ana.asks('Consult', of(ben)))
  await ben.isInvited()
  const withdrawn = await ana.ok(ana.asks('CancelConsult'))
  assert.deepEqual(Object.keys(withdrawn).sort(), ['referenceId', 'statusCode'])
  await ben.seesNext('Revoked')
  await ana.seesNothing()
  assert.deepEqual(answer(await ana.asks('CancelConsult')), [400, 2], 'there is none any more')
  await ana.ok(ana.asks('Consult', of(ben)))
  await ben.accepts()
  await Promise.all([ana, ben, sam].map(one => one.forgets()))
  const { referenceId } = await ana.ok(ana.asks('CancelConsult'))
  assert.deepEqual(await ana.sees('Error'), { notificationType: 'Error', errorMessage: 'Request failed', referenceId })
  await ben.seesNothing()
  await sam.seesNothing()
  assert.equal((await ben.readsSession()).state, 'Chatting')
})

test('A consultation that is accepted while it is cancelled: either it is taken back, or who asked is told that it failed', async t => {
  const { ana, ben } = await watched(t)
  for (let round = 0; round < 6; round++) {
    await ana.ok(ana.asks('Consult', of(ben)))
    await ben.isInvited()
    const [accepted, cancelled] = await Promise.all([ben.asks('Accept'), ana.asks('CancelConsult')])
    assert.equal(cancelled.code, 0, 'who asked cannot know')
    if (accepted.code === 0) {
      assert.equal((await ana.sees('Error')).referenceId, cancelled.body.referenceId)
      await ben.sees('Chatting')
      await ben.leaves()
    } else {
      assert.equal(accepted.code, 6)
      await ben.sees('Revoked')
    }
    await ana.forgets()
    await ben.forgets()
  }
})

test('STOP and a Transfer to somebody else end the consultation', async t => {
  const { ana, ben, cho, customer } = await consultation(t, { agents: ['ana', 'ben', 'cho'] })
  await ana.ok(ana.asks('Transfer', of(cho)))
  await ben.sees('Completed')
  await cho.accepts()
  await cho.ok(cho.asks('Consult', of(ben)))
  await ben.accepts()
  await customer.writes('STOP')
  await cho.sees('LeftChat')
  await ben.sees('Completed')
})

test('What a consultation was survives kill -9', async t => {
  const w = await consultation(t)
  const { ana, ben, customer } = w
  await w.restart({ kill: true })
  assert.equal((await ben.readsSession()).participants.find(one => one.nickname === ben.user).visibility, 'Agents')
  await ben.says('Still between us')
  await ana.sees({ text: 'Still between us' })
  await ana.ok(ana.asks('CancelConsult'))
  await ana.sees('Error')
  assert.deepEqual(customer.texts, [])
})

test('Invite and Consult through a queue: its agents are asked one after the other, and who accepts is there', async t => {
  const { ana, ben, cyd, customer } = await world(t, { agents: ['ana', 'ben', 'cyd'], ready: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts()
  assert.deepEqual(answer(await ana.asks('Invite', { queueName })), [400, 2], 'nobody is free')
  await ben.ready()
  await cyd.ready()
  await ana.ok(ana.asks('Invite', { queueName }))
  await ben.rejects()
  await cyd.accepts()
  const { smssession } = await ana.sees('ParticipantsUpdated')
  assert.deepEqual(nicknames(smssession), ['ana', 'cyd', customer.phone])
  await ana.ok(ana.asks('Consult', { targetPath: `/queues/${queueName}` }))
  await ben.accepts()
  assert.equal((await ana.sees('ParticipantsUpdated')).smssession.participants.find(one => one.nickname === 'ben').visibility, 'Agents')
})

test('Through a queue: missing 1, unknown 6, with a user as well 10; whom nobody follows ends as who was invited by name', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'] })
  await ben.notReady()
  await customer.writes('Hello')
  await ana.accepts()
  await ben.ready()
  for (const operation of ['Invite', 'Consult']) {
    const asks = parameters => ana.asks(operation, parameters).then(answer)
    assert.deepEqual(await asks({}), [400, 1])
    assert.deepEqual(await asks({ queueName: 'nowhere' }), [404, 6])
    assert.deepEqual(await asks({ targetPath: '/queues/nowhere' }), [404, 6])
    assert.deepEqual(await asks({ queueName, ...of(ben) }), [400, 10])
    assert.deepEqual(await asks({ queueName, targetPath: `/queues/${queueName}` }), [400, 10])
    assert.deepEqual(await asks({ targetPath: `/groups/${queueName}` }), [400, 10])
    await ana.forgets()
    await ana.ok(ana.asks(operation, { targetUri: `https://elsewhere/api/v2/queues/${queueName}` }))
    await ben.rejects()
    await ana.seesNothing()
    assert.equal((await ben.state()).state, 'Ready')
  }
  assert.deepEqual(answer(await ana.asks('RemoveParticipantFromConference', { targetPath: `/queues/${queueName}` })), [404, 6])
})

const last = (messages, n) => messages.slice(-n).map(({ type, text, visibility }) => [type, text, visibility])

test('Leave with a text says it first; the customer gets it, and the transcript ends with the leaving', async t => {
  const { ana, customer } = await watched(t)
  await ana.ok(ana.asks('Leave', { text: 'Good bye' }))
  await customer.gets('Good bye')
  await ana.sees({ text: 'Good bye' })
  await ana.sees('LeftChat')
  assert.deepEqual(last(await ana.readsMessages(), 2), [['Text', 'Good bye', 'All'], ['ParticipantLeft', undefined, 'All']])
})

test('treatAs System is a notice, messageType CustomNotice another: neither leaves by SMS', async t => {
  const { ana, ben, sam, customer } = await conference(t)
  await ben.ok(ben.asks('Leave', { text: 'Ask for form 7', treatAs: 'System' }))
  const [notice] = (await ana.sees({ text: 'Ask for form 7' })).messages
  assert.deepEqual([notice.type, notice.visibility, notice.from.nickname], ['Notice', 'All', ben.user])
  await sam.sees({ text: 'Ask for form 7' })
  await ana.ok(ana.asks('LeaveAndComplete', { text: 'Solved', messageType: 'CustomNotice' }))
  const [own] = (await ana.sees('NewMessages')).messages.filter(({ type }) => type === 'CustomNotice')
  assert.equal(own?.noticeText ?? 'Solved', 'Solved')
  assert.deepEqual(customer.texts, [])
})

test('Transfer and RemoveParticipantFromConference with a text: who stays, the customer and who takes over read it', async t => {
  const { ana, ben, customer } = await conference(t)
  await ana.ok(ana.asks('RemoveParticipantFromConference', { ...of(ben), text: 'Ben has to go' }))
  await ana.sees({ text: 'Ben has to go' })
  await ben.sees('Completed') // who is put out is told the notice, as ever
  await customer.gets('Ben has to go')
  await ana.ok(ana.asks('Transfer', { ...of(ben), text: 'Ben goes on', treatAs: 'Normal' }))
  await customer.gets('Ben goes on')
  const { history } = await ben.accepts()
  assert.ok(history.messages.some(one => one.text === 'Ben goes on'))
})

test('A text that could not be sent keeps everything as it is; words of enumerations and limits are 10; who watches says nothing: 3', async t => {
  const { ana, ben, sam, customer } = await watched(t)
  for (const parameters of [{ text: '' }, { text: 'x'.repeat(4097) }, { text: 7 }, { text: 'x', treatAs: 'system' }, { text: 'x', messageType: 'Notice' }])
    assert.deepEqual(answer(await ana.asks('Leave', parameters)), [400, 10], JSON.stringify(parameters))
  assert.deepEqual(answer(await sam.asks('Leave', { text: 'Boo' })), [403, 3])
  assert.equal((await sam.readsSession()).state, 'Chatting')
  await customer.writes('Are you there?')
  await ana.leaves('LeftChat')
  assert.deepEqual(answer(await ana.asks('Transfer', { ...of(ben), text: 'Yours' })), [400, 2])
  await ana.ok(ana.asks('Transfer', of(ben)))
  await ben.accepts()
  await customer.writes('STOP')
  assert.equal((await ben.readsSession()).state, 'LeftChat')
  await sam.ok(sam.asks('Leave', { treatAs: 'System' }))
})
