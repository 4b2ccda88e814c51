// rest.test.mjs - each REST operation and each answer of the order of checks.
import assert from 'node:assert/strict'
import test from 'node:test'
import { passwordOf } from '../lib/config.mjs'
import { request } from '../lib/rest.mjs'
import { answer, queueName, script, serviceNumber, world } from '../lib/world.mjs'

// A centre in which ana has one session with a customer.
async function conversation(t, options = {}) {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'], ...options })
  await w.customer.writes('Hello')
  await w.ana.accepts()
  return w
}

test('GET /diagnostics/version needs no login', async t => {
  const { server } = await world(t, {})
  const { status, body } = await server.request('GET', '/diagnostics/version')
  assert.equal(status, 200)
  assert.equal(body.statusCode, 0)
  assert.match(body.version, /^\d+\.\d+\.\d+/)
})

test('A 400 names what it is about; every answer ends with a newline, which its length and its tag count', async t => {
  const { ana } = await world(t, { agents: ['ana'] })
  const { rest } = ana
  const cases = [
    [rest.ask('/me', 'StartContactCenterSession'), 1, 'A required parameter is missing: channels'],
    [rest.ask('/me', 'StartContactCenterSession', { channels: 'smssession' }), 10, 'A value is outside its valid range: channels'],
    [rest.ask('/me/smssessions', 'Create', { phoneNumber: 'x', queueName, text: 'x' }), 10, 'A value is outside its valid range: phoneNumber'],
    [rest.get('/users?limit=0'), 10, 'A value is outside its valid range: limit'],
    [rest.get('/users?cursor=x'), 10, 'A value is outside its valid range: cursor'],
    [rest.get('/users?order=x'), 10, 'A value is outside its valid range: order'],
    [rest.post('/me', { operationName: 7 }), 10, 'A value is outside its valid range: operationName'],
    [rest.post('/me', { operationName: 'Ready' }, { 'Idempotency-Key': '' }), 10, 'A value is outside its valid range: Idempotency-Key'],
    [rest.send('PUT', '/me', { body: { userName: 'x' } }), 11, 'A property cannot be changed: userName'],
    [rest.send('PUT', '/me', { body: {} }), 1, 'A required parameter is missing: oldPassword'],
  ]
  for (const [asked, code, text] of cases) {
    const { status, body, raw, headers } = await asked
    assert.deepEqual([status, body.statusCode, body.statusMessage], [400, code, text])
    assert.ok(raw.endsWith('}\n'))
    assert.equal(Number(headers['content-length']), raw.length)
  }
  const first = await rest.get('/users'), again = await rest.get('/users', { 'If-None-Match': first.headers.etag })
  assert.ok(first.raw.endsWith('}\n'))
  assert.equal(again.status, 304)
})

test('Every answer is JSON with statusCode; statusMessage beside every other than 0 and no resource then', async t => {
  const { ana, server } = await world(t, { agents: ['ana'] })
  const good = await ana.rest.get('/me')
  assert.match(good.headers['content-type'], /^application\/json(;|$)/)
  assert.equal(good.body.statusMessage, undefined)
  for (const path of ['/me', '/nowhere', '/me/smssessions/ABC', '/users/nobody']) {
    const { body, headers } = await (path === '/me' ? server.request('GET', path) : ana.rest.get(path))
    assert.match(headers['content-type'], /^application\/json(;|$)/)
    assert.deepEqual(Object.keys(body).sort(), ['statusCode', 'statusMessage'])
    assert.notEqual(body.statusCode, 0)
  }
})

test('GET /me tells the user, with uri and path; subresources add channels and sessions', async t => {
  const { ana, server } = await conversation(t)
  const { user } = await ana.ok(ana.rest.get('/me'))
  assert.match(user.id, /^[0-9a-f]{32}$/)
  assert.equal(user.userName, 'ana')
  assert.deepEqual(user.roles, ['ROLE_AGENT'])
  assert.equal(user.enabled, true)
  assert.equal(user.changePasswordOnFirstLogin, false)
  assert.equal(user.path, `/users/${user.id}`)
  assert.equal(user.uri, `${server.api}/users/${user.id}`)
  assert.equal(user.smssessions, undefined)
  const all = (await ana.ok(ana.rest.get('/me?subresources=*'))).user
  assert.deepEqual(all.channels.map(one => [one.channel, one.userState.state]), [['smssession', 'Ready']])
  assert.deepEqual(all.smssessions.map(one => one.id), [ana.session])
  const some = (await ana.ok(ana.rest.get('/me?subresources=channels'))).user
  assert.equal(some.smssessions, undefined)
  assert.equal(some.channels.length, 1)
})

test('Ready and NotReady on /me are those of the channel', async t => {
  const { ana } = await world(t, { agents: ['ana'], ready: [] })
  for (const state of ['Ready', 'NotReady']) {
    await ana.ok(ana.rest.ask('/me', state))
    assert.equal((await ana.state()).state, state)
    await ana.mark()
    assert.equal(ana.channelStates().at(-1), state)
  }
})

test('GET /me/channels lists the state of the channel, with the documented ids', async t => {
  const { ana } = await world(t, { agents: ['ana'], ready: [] })
  assert.deepEqual(await ana.state(),
    { id: '900D55CC-2BB0-431F-8BF9-D3525B383BE6', displayName: 'Not Ready', state: 'NotReady' })
  await ana.ready()
  assert.deepEqual(await ana.state(), { id: '9430250E-0A1B-421F-B372-F29E69366DED', displayName: 'Ready', state: 'Ready' })
  await ana.signsOut()
  assert.deepEqual(await ana.state(),
    { id: '0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB', displayName: 'Offline', state: 'LoggedOut' })
})

test('GET /me/smssessions lists uris, and whole resources with fields=*', async t => {
  const { ana, server } = await conversation(t)
  assert.deepEqual(await ana.ok(ana.rest.get('/me/smssessions')),
    { statusCode: 0, uris: [`${server.api}/smssessions/${ana.session}`] })
  const [session] = await ana.readsSessions()
  assert.deepEqual(session, await ana.readsSession())
})

test('GET one session: the resource with state, capabilities, participants', async t => {
  const { ana, server } = await conversation(t)
  const session = await ana.readsSession()
  assert.match(session.id, /^[0-9A-Z]{16}$/)
  assert.equal(session.uri, `${server.api}/smssessions/${session.id}`)
  assert.equal(session.path, `/smssessions/${session.id}`)
  assert.equal(session.state, 'Chatting')
  assert.equal(session.chatType, 'Inbound')
  assert.match(session.receivedDate, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/)
  assert.deepEqual(session.capabilities, ['Transfer', 'Leave', 'LeaveAndComplete', 'Invite', 'Consult', 'SetInFocus', 'SetDisposition', 'AttachUserData',
    'DeleteUserData', 'UpdateUserData', 'RaiseHand', 'WithdrawHand', 'Complete', 'SendMessage',
    'SendStartTypingNotification', 'SendStopTypingNotification', 'SendUrl', 'SendCustomNotice'])
  assert.deepEqual(session.participants.map(one => [one.type, one.nickname, one.visibility]),
    [['Agent', 'ana', 'All'], ['Customer', '15551000001', 'All']])
  for (const one of session.participants) assert.match(one.participantId, /^[0-9A-F]{16}$/)
  assert.equal(typeof session.userData, 'object')
})

test('GET messages: startIndex and count; bad ones are 10', async t => {
  const { ana, customer } = await conversation(t)
  for (const text of ['b', 'c', 'd']) await customer.writes(text)
  const all = await ana.readsMessages()
  assert.deepEqual(script(all), [['ParticipantJoined', '15551000001'], ['Text', '15551000001', 'Hello'],
    ['ParticipantJoined', 'ana'], ['Text', '15551000001', 'b'], ['Text', '15551000001', 'c'], ['Text', '15551000001', 'd']])
  for (const one of all) {
    assert.match(one.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/)
    assert.ok(Number.isInteger(one.timestampSeconds))
    assert.ok(Math.abs(one.timestampSeconds - Date.now()) < 600000, 'milliseconds in spite of its name')
  }
  const some = async query => (await ana.ok(ana.rest.get(`${ana.at()}/messages?${query}`))).messages.map(one => one.index)
  assert.deepEqual(await some('startIndex=3'), [3, 4, 5, 6])
  assert.deepEqual(await some('startIndex=3&count=2'), [3, 4])
  assert.deepEqual(await some('count=1'), [1])
  assert.deepEqual(await some('startIndex=7'), [])
  for (const query of ['startIndex=-1', 'count=-1', 'startIndex=x', 'count=1.5', 'startIndex=', 'count=99999999999999999999']) {
    assert.deepEqual(answer(await ana.rest.get(`${ana.at()}/messages?${query}`)), [400, 10], query)
  }
})

test('GET /users/{userId} by id and by name; the password is nowhere', async t => {
  const { ana, sam } = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  const byId = await sam.rest.get(`/users/${ana.id}`)
  const byName = await sam.rest.get('/users/ana')
  assert.equal(byId.raw, byName.raw)
  assert.equal(byId.body.user.userName, 'ana')
  assert.doesNotMatch(byId.raw, /argon2|password"/)
})

test('StartContactCenterSession: state after login is NotReady; repeated while started: 0, the state stays', async t => {
  const { ana } = await world(t, { agents: ['ana'], ready: [] })
  assert.equal((await ana.state()).state, 'NotReady')
  await ana.ready()
  await ana.ok(ana.rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
  assert.equal((await ana.state()).state, 'Ready')
})

test('StartContactCenterSession: partial success 7 with results per channel; all failed: the first code and the results', async t => {
  const { ana } = await world(t, { agents: ['ana'], absent: ['ana'] })
  const partial = await ana.rest.ask('/me', 'StartContactCenterSession', { channels: ['voice', 'smssession'] })
  assert.deepEqual(answer(partial), [200, 7])
  assert.deepEqual(partial.body.results.map(one => [one.channel, one.statusCode]), [['voice', 6], ['smssession', 0]])
  assert.equal((await ana.state()).state, 'NotReady')
  const none = await ana.rest.ask('/me', 'StartContactCenterSession', { channels: ['voice'] })
  assert.deepEqual(answer(none), [404, 6])
  assert.deepEqual(none.body.results.map(one => [one.channel, one.statusCode]), [['voice', 6]])
})

test('StartContactCenterSession: missing channels 1; wrong types 10', async t => {
  const { ana } = await world(t, { agents: ['ana'], absent: ['ana'] })
  const start = parameters => ana.rest.ask('/me', 'StartContactCenterSession', parameters).then(answer)
  assert.deepEqual(await start({}), [400, 1])
  assert.deepEqual(await start({ channels: 'smssession' }), [400, 10])
  assert.deepEqual(await start({ channels: [7] }), [400, 10])
})

test('Ready and NotReady need a started session (2), and the channel must be there (6)', async t => {
  const { ana } = await world(t, { agents: ['ana'], absent: ['ana'] })
  assert.deepEqual(answer(await ana.rest.ask('/me/channels/smssession', 'Ready')), [400, 2])
  assert.deepEqual(answer(await ana.rest.ask('/me/channels/smssession', 'NotReady')), [400, 2])
  assert.deepEqual(answer(await ana.rest.ask('/me/channels/voice', 'Ready')), [404, 6])
})

test('Accept answers 0 and delivers StatusChange, ParticipantsUpdated, the history, in this order', async t => {
  const { ana, customer, server } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  const { smssession: invited, messageType } = await ana.isInvited()
  assert.equal(messageType, 'SMSsessionStateChangeMessage')
  assert.deepEqual(invited.capabilities, ['Accept', 'Reject'])
  assert.deepEqual(invited.participants, [])
  const { status, participants, history } = await ana.acceptsIt()
  assert.deepEqual(status.smssession.participants, [])
  assert.equal(status.smssession.state, 'Chatting')
  assert.equal(participants.messageType, 'SMSsessionStateChangeMessage')
  assert.deepEqual(participants.smssession.participants.map(one => one.type), ['Agent', 'Customer'])
  assert.equal(history.messageType, 'MessageLogUpdated')
  assert.equal(history.smssessionPath, `/smssessions/${ana.session}`)
  assert.equal(history.smssessionUri, `${server.api}/smssessions/${ana.session}`)
  assert.deepEqual(script(history.messages),
    [['ParticipantJoined', '15551000001'], ['Text', '15551000001', 'Hello'], ['ParticipantJoined', 'ana']])
  assert.deepEqual(history.messages.map(one => one.index), [1, 2, 3])
  await ana.seesNothing()
})

test('Accept with a nickname: so the others read it', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts({ nickname: 'Ana B.' })
  await ana.invites(ben)
  const { participants } = await ben.accepts()
  assert.deepEqual(participants.smssession.participants.map(one => one.nickname), ['Ana B.', 'ben', '15551000001'])
})

test('While Invited nothing of the session can be read', async t => {
  const { ana, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  await ana.isInvited()
  const session = await ana.readsSession()
  assert.equal(session.state, 'Invited')
  assert.deepEqual(session.participants, [])
  assert.deepEqual(answer(await ana.rest.get(`${ana.at()}/messages`)), [400, 2])
  await customer.writes('Are you there?')
  await ana.seesNothing()
})

test('Reject answers 0; the state is Completed and the session is gone', async t => {
  const { ana, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  await ana.isInvited()
  await ana.ok(ana.asks('Reject'))
  const { smssession } = await ana.seesNext('Completed')
  assert.equal(smssession.id, ana.session)
  assert.equal(smssession.capabilities?.length ?? 0, 0)
  assert.deepEqual(answer(await ana.rest.get(ana.at())), [404, 6])
})

test('SendMessage: the customer gets it, the sender gets its own notification', async t => {
  const { ana, customer } = await conversation(t)
  const { messages } = await ana.says('How may I help you?')
  assert.deepEqual(messages.map(one => [one.index, one.type, one.text, one.visibility, one.from.nickname, one.from.type]),
    [[4, 'Text', 'How may I help you?', 'All', 'ana', 'Agent']])
  await customer.gets('How may I help you?')
})

test('SendMessage: text of 4,095, 4,096 and 4,097 characters; missing, empty and wrong ones', async t => {
  const { ana, customer } = await conversation(t)
  await ana.says('a'.repeat(4095))
  await ana.says('b'.repeat(4096))
  await customer.gets('b'.repeat(4096))
  const send = parameters => ana.asks('SendMessage', parameters).then(answer)
  assert.deepEqual(await send({ text: 'c'.repeat(4097) }), [400, 10])
  assert.deepEqual(await send({ text: '🦉'.repeat(4097) }), [400, 10])
  assert.deepEqual(await send({}), [400, 1])
  assert.deepEqual(await send({ text: 7 }), [400, 10])
  assert.deepEqual(await send({ text: null }), [400, 1])
  assert.equal((await ana.readsMessages()).length, 5)
})

test('Leave alone: LeftChat, the customer\'s side is closed; then Complete', async t => {
  const { ana, customer } = await conversation(t)
  await ana.notReady()
  const left = await ana.leaves('LeftChat')
  assert.deepEqual(left.smssession.capabilities,
    ['Transfer', 'SetInFocus', 'SetDisposition', 'AttachUserData', 'DeleteUserData', 'UpdateUserData', 'RaiseHand', 'WithdrawHand', 'Complete'])
  assert.deepEqual(answer(await ana.asks('SendMessage', { text: 'late' })), [400, 2])
  assert.deepEqual(answer(await ana.asks('Leave')), [400, 2])
  assert.equal((await ana.readsSession()).state, 'LeftChat')
  assert.ok((await ana.readsMessages()).length >= 3)
  const first = ana.session
  await customer.writes('Hello again')
  await ana.completes()
  await ana.ready()
  await ana.isInvited()
  assert.notEqual(ana.session, first, 'the next text opens a new session')
})

test('Leave with another agent there: Completed for the one, the others go on', async t => {
  const { ana, ben, customer } = await conversation(t)
  await ana.invites(ben)
  await ben.accepts()
  await ana.leaves('Completed')
  const { smssession } = await ben.sees('ParticipantsUpdated')
  assert.deepEqual(smssession.participants.map(one => one.nickname), ['ben', '15551000001'])
  assert.deepEqual(script((await ben.seesNext('NewMessages')).messages), [['ParticipantLeft', 'ana']])
  await ben.says('I am here')
  await customer.gets('I am here')
  assert.deepEqual(answer(await ana.asks('SendMessage', { text: 'late' })), [404, 6])
})

test('Complete ends the session for all; the customer\'s next text opens a new one', async t => {
  const { ana, ben, customer } = await conversation(t)
  await ana.invites(ben)
  await ben.accepts()
  const completed = await ana.completes()
  assert.equal(completed.smssession.capabilities, undefined)
  await ben.sees('Completed')
  for (const person of [ana, ben]) assert.deepEqual(await person.readsSessions(), [])
  const first = ana.session
  await customer.writes('Hello again')
  await ana.isInvited()
  assert.notEqual(ana.session, first)
})

test('Complete withdraws an unanswered invitation: Revoked', async t => {
  const { ana, ben } = await conversation(t)
  await ana.invites(ben)
  await ben.isInvited()
  await ana.completes()
  await ben.sees('Revoked')
  assert.deepEqual(answer(await ben.asks('Accept')), [404, 6])
})

test('Complete with queueName: the same id waits again, other agents Completed; unknown queue 6', async t => {
  const { ana, ben, customer } = await conversation(t)
  assert.deepEqual(answer(await ana.asks('Complete', { queueName: 'nowhere' })), [404, 6])
  assert.deepEqual(answer(await ana.asks('Complete', { queueName: 7 })), [400, 10])
  assert.equal((await ana.readsSession()).state, 'Chatting')
  await ana.notReady()
  await ana.completes(queueName)
  await customer.writes('still waiting')
  await ben.ready()
  const { history } = await ben.accepts()
  assert.equal(ben.session, ana.session)
  assert.deepEqual(script(history.messages).filter(([type]) => type === 'Text'),
    [['Text', '15551000001', 'Hello'], ['Text', '15551000001', 'still waiting']])
})

test('referenceId: counts from 1 per user; on each reply, and on the one notification that answers it, of who asked', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  await customer.writes('Hello')
  const invited = await ana.isInvited()
  assert.equal(invited.referenceId, undefined, 'nobody asked for that')
  const { status, participants, history } = await ana.acceptsIt()
  assert.deepEqual([status, participants, history].map(one => one.referenceId), [1, undefined, undefined])
  assert.deepEqual(await ana.ok(ana.asks('SendMessage', { text: 'a' })), { statusCode: 0, referenceId: 2 })
  assert.equal((await ana.asks('SendMessage', {})).body.referenceId, undefined, 'a refusal has none, and takes none')
  assert.deepEqual(await ana.ok(ana.asks('Invite', { targetPath: `/users/${ben.id}` })), { statusCode: 0, referenceId: 3 })
  await ben.isInvited()
  assert.deepEqual((await ben.acceptsIt()).status.referenceId, 1)
  assert.equal((await ana.sees('ParticipantsUpdated')).referenceId, undefined, 'that was ben')
  await ana.ok(ana.asks('Leave'))
  assert.equal((await ana.sees('Completed')).referenceId, 4)
  assert.equal((await ben.sees('ParticipantsUpdated')).referenceId, undefined)
  await ben.ok(ben.asks('Complete'))
  assert.equal((await ben.sees('Completed')).referenceId, 2)
  assert.deepEqual(await ben.ok(ben.rest.ask('/me/channels/smssession', 'NotReady')), { statusCode: 0 })
})

test('Invite: answers a referenceId from 1 upwards or none; the other is Invited, and joins for all to see', async t => {
  const { ana, ben, server } = await conversation(t)
  const body = await ana.ok(ana.asks('Invite', { targetUri: `${server.api}/users/${ben.id}` }))
  assert.ok(body.referenceId === undefined || body.referenceId >= 1)
  await ben.isInvited()
  await ana.seesNothing()
  await ben.acceptsIt()
  const { smssession } = await ana.seesNext('ParticipantsUpdated')
  assert.deepEqual(smssession.participants.map(one => one.nickname), ['ana', 'ben', '15551000001'])
  assert.deepEqual(script((await ana.seesNext('NewMessages')).messages), [['ParticipantJoined', 'ben']])
})

test('Invite by targetPath and by targetUri; missing 1, unknown 6, somebody who is in it 2', async t => {
  const { ana, ben } = await conversation(t)
  const invite = parameters => ana.asks('Invite', parameters).then(answer)
  assert.deepEqual(await invite({}), [400, 1])
  assert.deepEqual(await invite({ targetPath: 7 }), [400, 10])
  assert.deepEqual(await invite({ targetPath: '/users/nobody' }), [404, 6])
  assert.deepEqual(await invite({ targetPath: `/users/${ben.id}` }), [200, 0])
  assert.deepEqual(await invite({ targetPath: `/users/${ben.id}` }), [400, 2])
  await ben.accepts()
  assert.deepEqual(await invite({ targetPath: `/users/${ben.id}` }), [400, 2])
  assert.deepEqual(await invite({ targetPath: `/users/${ana.id}` }), [403, 3])
})

test('LeaveAndComplete: over at once where nobody stays, else one has left', async t => {
  const { ana, ben } = await conversation(t)
  await ana.invites(ben)
  await ben.accepts()
  assert.deepEqual(answer(await ana.asks('LeaveAndComplete', { queueName })), [400, 2])
  await ana.ok(ana.asks('LeaveAndComplete'))
  assert.deepEqual(answer(await ana.asks('LeaveAndComplete')), [404, 6])
  await ben.ok(ben.asks('LeaveAndComplete'))
  assert.deepEqual(await ben.readsSessions(), [])
})

test('An Invite that is rejected leaves no trace in the session', async t => {
  const { ana, ben } = await conversation(t)
  await ana.invites(ben)
  await ben.rejects()
  await ana.seesNothing()
})

test('Not yours and not existing are the same bytes', async t => {
  const { ana, ben, sam } = await conversation(t)
  for (const person of [ben, sam]) {
    const ask = async id => {
      const answers = [await person.rest.get(`/me/smssessions/${id}`), await person.rest.get(`/me/smssessions/${id}/messages`),
        await person.rest.post(`/me/smssessions/${id}`, {})]
      for (const operation of ['Accept', 'Reject', 'SendMessage', 'SendUrl', 'SendToAgents', 'Leave', 'LeaveAndComplete', 'Complete', 'Invite', 'Dance']) {
        answers.push(await person.rest.ask(`/me/smssessions/${id}`, operation))
      }
      return answers.map(one => [one.status, one.raw])
    }
    const notYours = await ask(ana.session)
    assert.deepEqual(notYours, await ask('0000000000000000'))
    assert.deepEqual(notYours, await ask('x'))
    for (const [status] of notYours) assert.equal(status, 404)
  }
})

test('The order of checks: limits and JSON, login, origin, route, role, target, operation, forbidden, parameters, state', async t => {
  const w = await conversation(t, { absent: ['ben'] })
  const { ana, server } = w
  const foreign = { Origin: 'https://evil.example' }
  const login = { user: 'ana', password: ana.rest.password }
  const check = async (expected, method, path, options, what) => {
    const got = await request(method, server.api + path, options)
    assert.equal(got.code, expected, `${what}: ${got.raw}`)
  }
  const op = operationName => ({ operationName })
  await check(10, 'POST', '/me', { body: '{"operationName":' }, 'JSON before login')
  await check(10, 'POST', '/nowhere', { body: '[1,2' }, 'JSON before login and route')
  await check(20, 'POST', '/nowhere', { body: op('Dance'), headers: foreign }, 'login before origin and route')
  await check(20, 'GET', '/nowhere', {}, 'login before route')
  await check(3, 'POST', '/nowhere', { body: op('Dance'), headers: foreign, ...login }, 'origin before route')
  await check(6, 'POST', '/nowhere', { body: op('Dance'), ...login }, 'route')
  await check(6, 'POST', '/me/smssessions/nothing', { body: {}, ...login }, 'target before operationName')
  await check(5, 'POST', '/users/nobody/channels/smssession', { body: {}, ...login }, 'role before target')
  await check(1, 'POST', ana.at(), { body: {}, ...login }, 'operationName missing')
  await check(10, 'POST', ana.at(), { body: { operationName: 7 }, ...login }, 'operationName of a wrong type')
  await check(2, 'POST', ana.at(), { body: op('Dance'), ...login }, 'unknown operation')
  await check(2, 'POST', ana.at(), { body: op('sendmessage'), ...login }, 'operation names are case sensitive')
  await check(2, 'POST', ana.at(), { body: op('Ready'), ...login }, 'an operation of another resource')
  await check(2, 'POST', '/me', { body: op('Accept'), ...login }, 'an operation of another resource')
  await check(1, 'POST', ana.at(), { body: op('SendMessage'), ...login }, 'parameter missing')
  await check(2, 'POST', ana.at(), { body: op('Accept'), ...login }, 'state')
  await check(10, 'POST', ana.at(), { body: { operationName: 'Accept', nickname: 7 }, ...login }, 'bad parameter before state')
  await check(2, 'POST', ana.at(), { body: { operationName: 'Accept', nickname: 'Ana' }, ...login }, 'state')
})

test('JSON: duplicate keys, wrong shapes, depth 16 and 17, broken UTF-8, bytes after the end: 10', async t => {
  const { ana } = await world(t, { agents: ['ana'], ready: [] })
  const deep = levels => '{"operationName":"Ready","x":' + '['.repeat(levels - 1) + ']'.repeat(levels - 1) + '}'
  const post = body => ana.rest.post('/me/channels/smssession', body).then(answer)
  assert.deepEqual(await post(deep(15)), [200, 0])
  await ana.notReady()
  assert.deepEqual(await post(deep(16)), [200, 0])
  await ana.notReady()
  const bad = [deep(17), '', '{', 'null', '[]', '"Ready"', '7', '{"operationName":"Ready"}x', '{"operationName":"Ready",}',
    '{"operationName":"Ready","operationName":"Ready"}', '{"operationName":"Ready","a":{"b":1,"b":2}}',
    "{'operationName':'Ready'}", '{"operationName":"Re\\u0000ady"}', '{"operationName":"Ready","a":NaN}',
    '{"operationName":"Ready","a":"\\ud800"}', '{"operationName":"Ready","a":"\n"}',
    Buffer.from([...Buffer.from('{"operationName":"Ready","a":"'), 0xff, 0xfe, ...Buffer.from('"}')])]
  for (const body of bad) assert.deepEqual(await post(body), [400, 10], String(body).slice(0, 60))
  assert.equal((await ana.state()).state, 'NotReady')
})

test('JSON: numbers that nobody has room for are passed over where the field is not ours, and are 10 where it is', async t => {
  const { ana } = await world(t, { agents: ['ana'], ready: [] })
  const post = body => ana.rest.post('/me/channels/smssession', body).then(answer)
  for (const number of ['9223372036854775808', '-9223372036854775809', '18446744073709551616', '1' + '0'.repeat(400), '1e400', '-2.5E+999']) {
    assert.deepEqual(await post(`{"operationName":"Ready","placeId":${number},"more":[{"n":${number}},"${number}"]}`), [200, 0], number)
    await ana.notReady()
    assert.deepEqual(await post(`{"operationName":${number}}`), [400, 10], number)
    assert.deepEqual(await post(`{"operationName":"Ready","a":${number}x}`), [400, 10], number)
  }
})

test('A nickname of which nothing is seen is 10: blanks, zero widths, marks of direction and order, fillers', async t => {
  const { ana, sam, customer } = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  await customer.writes('Hello')
  await ana.isInvited()
  const nothing = [' ', '    ', '\u00a0', '\u1680', '\u2003\u2009', '\u202f', '\u3000', '\u200b', '\u200c\u200d', '\u2060', '\ufeff', '\u00ad',
    '\u034f', '\u180e', '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\ufe0f', '\u{e0020}', '\u{1d159}', ' \u200b\u3164 \u2800'.repeat(12)]
  for (const nickname of nothing) {
    const codes = [await sam.rest.ask('/users/ana/channels/smssession', 'Monitor', { nickname }), await ana.asks('Accept', { nickname })]
    assert.deepEqual(codes.map(answer), [[400, 10], [400, 10]], JSON.stringify(nickname))
  }
  assert.equal((await ana.asks('Accept', { nickname: '\u200b.\u3164' })).code, 0)
})

test('A stranger is told the version, and of the page its files, and nothing else: what is there and what is not is 401 alike', async t => {
  const { server } = await world(t, { agents: ['ana'] })
  const me = await server.request('GET', '/me')
  assert.equal((await server.request('GET', '/diagnostics/version')).status, 200)
  assert.deepEqual((await request('POST', server.url + '/', { body: {} })).status, 401)
  for (const url of ['/desk', '/desk/', '/favicon.ico', '/api', '/api/v1/me', '/api/v2', '/api/v2/', '/api/v2/nowhere', '/api/v2/users/ana',
    '/api/v2/diagnostics', '/api/v2/notifications/nowhere', '/docs/nowhere']) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const told = await request(method, server.url + url)
      assert.deepEqual([told.status, told.raw], [401, me.raw], `${method} ${url}`)
    }
    const known = await request('GET', server.url + url, { user: 'ana', password: passwordOf('ana') })
    assert.equal(known.status, url.endsWith('/users/ana') ? 200 : 404, url)
  }
})

test('Unknown methods and routes are not found, whoever asks', async t => {
  const { ana } = await world(t, { agents: ['ana'] })
  for (const [method, path] of [['PUT', '/me/channels'], ['DELETE', '/me'], ['PATCH', '/me'], ['PUT', '/me/smssessions'], ['GET', '/'],
    ['GET', '/me/'], ['GET', '/ME'], ['GET', '/people'], ['GET', '/me/smssessions/a/b/c'], ['GET', '//me'], ['POST', '/diagnostics/version']]) {
    assert.deepEqual(answer(await ana.rest.send(method, path, { body: method === 'GET' ? undefined : { operationName: 'Ready' } })),
      [404, 6], `${method} ${path}`)
  }
})

test('api.always200: the HTTP status is 200 whatever the code', async t => {
  const { ana, server } = await world(t, { agents: ['ana'], config: { 'api.always200': 'yes' } })
  assert.deepEqual(answer(await server.request('GET', '/me')), [200, 20])
  assert.deepEqual(answer(await ana.rest.get('/nowhere')), [200, 6])
})

test('EndContactCenterSession: invitations and running sessions go back to the queue (on-logout requeue)', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  const { ana, ben, customer } = w
  await customer.writes('one')
  await ana.accepts()
  const first = ana.session
  await w.customerAt('15551000002').writes('two')
  await ana.isInvited()
  const second = ana.session
  await ana.signsOut()
  await ben.ready()
  await ben.accepts()
  const taken = [ben.session]
  await ben.accepts()
  taken.push(ben.session)
  assert.deepEqual(taken, [first, second])
})

test('agents.on-logout keep: running sessions stay the agent\'s', async t => {
  const { ana, ben, customer } = await world(t, { agents: ['ana', 'ben'], ready: ['ana'], config: { 'bootstrap.agents.on-logout': 'keep' } })
  await customer.writes('one')
  await ana.accepts()
  await ana.signsOut()
  await ben.ready()
  await ben.seesNothing()
  assert.deepEqual((await ana.readsSessions()).map(one => one.state), ['Chatting'])
})

test('The service number and the customer\'s phone: a contact\'s texts append to the one open session', async t => {
  const w = await conversation(t)
  await w.customer.writes('more')
  await w.ana.sees({ text: 'more' })
  assert.equal((await w.ana.readsSessions()).length, 1)
  await w.ana.says('an answer')
  await w.customer.gets('an answer')
  assert.equal(w.smsc.submits.at(-1).from, serviceNumber)
  assert.equal(w.smsc.submits.at(-1).to, w.customer.phone)
})

test('One\'s sessions in pages: as they came, none twice, whatever ends meanwhile and whoever watches', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  const { ana, sam } = w
  await sam.monitors(ana, { mode: 'AllChats' })
  const came = []
  for (const phone of ['15551000001', '15551000002', '15551000003']) {
    await w.customerAt(phone).writes('Hello')
    await ana.accepts()
    came.push(ana.session)
  }
  const page = (who, query) => who.rest.get(`/me/smssessions?fields=*&${query}`)
  const first = await page(ana, 'limit=2')
  assert.deepEqual(first.body.smssessions.map(one => one.id), came.slice(0, 2))
  const raw = first.raw
  await sam.accepts()
  assert.equal((await page(ana, 'limit=2')).raw, raw, 'the same cursor, watched or not')
  await ana.ok(ana.asks('Complete', {}, came[1]))
  const second = await page(ana, `limit=2&cursor=${first.body.cursor}`)
  assert.deepEqual(second.body.smssessions.map(one => one.id), came.slice(2))
  assert.equal(second.body.cursor, undefined)
  assert.deepEqual((await ana.rest.get('/me/smssessions?limit=1')).body.uris.length, 1)
  for (const query of ['limit=0', 'limit=501', 'cursor=x']) assert.equal((await page(ana, query)).code, 10, query)
  assert.equal((await page(sam, `cursor=${first.body.cursor}`)).code, 10, 'another\'s')
})
