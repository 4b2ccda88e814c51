// provision.test.mjs - administrators add, change and remove users and queues over REST; it counts at once, and who is put out is out.
import assert from 'node:assert/strict'
import test from 'node:test'
import { linkName, queueName, serviceNumber } from '../lib/config.mjs'
import { request } from '../lib/rest.mjs'
import { until } from '../lib/wait.mjs'
import { answer, world } from '../lib/world.mjs'

const centre = (t, more = {}) => world(t, { agents: ['ana'], users: { ada: { roles: ['admin'] } }, absent: ['ada'], ...more })
const put = (person, path, body) => person.rest.send('PUT', path, { body })
const remove = (person, path) => person.rest.send('DELETE', path)

test('A user is added, signs in, is given roles and another password, is disabled and removed: each at once', async t => {
  const { ada, ana, server } = await centre(t)
  const asNew = (method, path, body, password = 'first password') => request(method, server.api + path, { body, user: 'new', password })
  const made = await ada.ok(ada.rest.post('/users', { userName: 'new', firstName: 'Nina', lastName: 'W.', roles: ['ROLE_AGENT'], password: 'first password', changePasswordOnFirstLogin: false }))
  const { user } = (await ana.ok(ana.rest.get('/users/new')))
  assert.deepEqual([user.id, user.path, user.firstName, user.roles, user.enabled, user.sms], [made.id, made.path, 'Nina', ['ROLE_AGENT'], true, true])
  assert.equal((await asNew('POST', '/me', { operationName: 'StartContactCenterSession', channels: ['smssession'] })).code, 0)
  await ada.ok(put(ada, '/users/new', { roles: ['ROLE_AGENT', 'ROLE_SUPERVISOR'], lastName: null }))
  assert.deepEqual((({ roles, lastName, firstName }) => [roles, lastName, firstName])((await asNew('GET', '/me')).body.user), [['ROLE_AGENT', 'ROLE_SUPERVISOR'], '', 'Nina'])
  await ada.ok(put(ada, '/users/new', { password: 'second password' }))
  assert.equal((await asNew('GET', '/me')).code, 20)
  assert.equal((await asNew('GET', '/users', undefined, 'second password')).code, 8, 'another one has to be chosen first')
  await ada.ok(put(ada, '/users/new', { enabled: false }))
  assert.equal((await asNew('GET', '/me', undefined, 'second password')).code, 20)
  await ada.ok(remove(ada, '/users/new'))
  await until(() => /info admin: user '.*ada.*': REMOVE_USER, at \/api\/v2\/users\/new/.test(server.stderr), () => `a line of the log; it has: ${server.stderr}`)
  assert.equal((await ada.rest.get('/users/new')).code, 6)
  assert.equal((await ada.rest.post('/users', { userName: 'New', password: 'first password' })).code, 2, 'names are not given again')
  await server.restart()
  assert.equal((await ada.rest.get('/users/new')).code, 6)
  assert.equal((await server.verify()).code, 0)
})

test('What is asked wrongly, by whom it may not be, from elsewhere, and twice', async t => {
  const { ada, ana } = await centre(t)
  const user = { userName: 'x', password: 'long enough' }
  const bad = [
    [ada.rest.post('/users', {}), 1], [ada.rest.post('/users', { userName: 'x' }), 1], [ada.rest.post('/users', { ...user, password: 'short' }), 10],
    [ada.rest.post('/users', { ...user, userName: 'a:b' }), 10], [ada.rest.post('/users', { ...user, userName: 'x'.repeat(65) }), 10], [ada.rest.post('/users', { ...user, userName: 'ANA' }), 2],
    [ada.rest.post('/users', { ...user, roles: [] }), 10], [ada.rest.post('/users', { ...user, roles: ['agent'] }), 10], [ada.rest.post('/users', { ...user, roles: 'ROLE_AGENT' }), 10],
    [ada.rest.post('/users', { ...user, enabled: 'yes' }), 10], [ada.rest.post('/users', { ...user, firstName: ' ' }), 10],
    [put(ada, '/users/ana', {}), 1], [put(ada, '/users/ana', { userName: 'eva' }), 11], [put(ada, '/users/ana', { password: 'long enough', enabled: true }), 10],
    [put(ada, '/users/nobody', { enabled: true }), 6], [remove(ada, '/users/nobody'), 6], [remove(ada, '/users'), 6],
    // Nobody locks the own door.
    [put(ada, '/users/ada', { roles: ['ROLE_AGENT'] }), 3], [put(ada, '/users/ada', { enabled: false }), 3], [put(ada, '/users/ada', { password: 'long enough' }), 3], [remove(ada, '/users/ada'), 3],
    [ana.rest.post('/users', user), 5], [put(ana, '/users/ana', { firstName: 'A' }), 5], [remove(ana, '/users/ada'), 5], [ana.rest.post('/queues', {}), 5], [ana.rest.get('/links'), 5],
    [ada.rest.post('/queues', { name: 'q', phoneNumber: '1234' }), 1], [ada.rest.post('/queues', { name: 'q', phoneNumber: '12a-', linkName: 'nowhere' }), 6],
    [ada.rest.post('/queues', { name: 'q', phoneNumber: '+', linkName }), 10], [ada.rest.post('/queues', { name: 'a/b', phoneNumber: '1234', linkName }), 10],
    [ada.rest.post('/queues', { name: queueName, phoneNumber: '1234', linkName }), 2], [ada.rest.post('/queues', { name: 'q', phoneNumber: serviceNumber, linkName }), 2],
    [put(ada, `/queues/${queueName}`, {}), 1], [put(ada, `/queues/${queueName}`, { name: 'q' }), 11], [put(ada, `/queues/${queueName}`, { linkName: 'nowhere' }), 6],
    [ada.rest.post('/assignments', {}), 1], [ada.rest.post('/assignments', { userName: 'ana', kind: 'member' }), 1], [ada.rest.post('/assignments', { userName: 'ana', kind: 'friend', name: 'north' }), 10],
    [ada.rest.post('/assignments', { userName: 'ana', kind: 'member', name: ' north' }), 10], [ada.rest.post('/assignments', { userName: 'nobody', kind: 'member', name: 'north' }), 6],
    [ada.rest.post('/assignments', { userName: 'ana', kind: 'queue', name: 'nowhere' }), 6], [ada.rest.post('/assignments', { userName: 'ana', kind: 'member', name: 'north', level: 1 }), 10],
    ...[101, -1, 1.5, '1'].map(level => [ada.rest.post('/assignments', { userName: 'ana', kind: 'skill', name: 'Czech', level }), 10]), [remove(ada, '/assignments/x'), 6],
    [ana.rest.get('/assignments'), 5], [ana.rest.post('/assignments', { userName: 'ana', kind: 'supervisor', name: 'north' }), 5],
    [ada.rest.post('/rules', {}), 1], [ada.rest.post('/rules', { name: 'r' }), 1], [ada.rest.post('/rules', { name: 'r', texts: 'both' }), 1], [ada.rest.post('/rules', { name: 'a/b', undelivered: true }), 10],
    [ada.rest.post('/rules', { name: 'r', undelivered: false }), 10], [ada.rest.post('/rules', { name: 'r', undelivered: true, replyAfter: 1 }), 10], [ada.rest.post('/rules', { name: 'r', undelivered: true, texts: 'both' }), 10],
    ...[0, 86401, '9', 1.5].map(replyAfter => [ada.rest.post('/rules', { name: 'r', replyAfter }), 10]),
    ...[[], 'law', [''], ['...'], ['a\nb'], [1], ['x'.repeat(65)], ['x' + '!'.repeat(64)], ['x' + '\u200b'.repeat(64)], Array(257).fill('x')].map(words => [ada.rest.post('/rules', { name: 'r', words }), 10]), [ada.rest.post('/rules', { name: 'r', words: ['x'], texts: 'nobody' }), 10],
    [put(ada, '/rules/none', { undelivered: true }), 6], [remove(ada, '/rules/none'), 6], [ana.rest.get('/rules'), 5], [ana.rest.post('/rules', { name: 'r', undelivered: true }), 5],
    [ada.rest.send('DELETE', '/users/ana', { headers: { Origin: 'https://evil.example' } }), 3],
  ]
  for (const [i, [asked, code]] of bad.entries()) assert.equal((await asked).code, code, `question ${i}: ${(await asked).raw}`)
  assert.deepEqual(answer(await ana.rest.get('/me')), [200, 0])
  const key = { 'Idempotency-Key': 'once' }
  const first = await ada.rest.post('/users', user, key), second = await ada.rest.post('/users', user, key)
  assert.deepEqual([first.code, second.raw], [0, first.raw])
})

test('A queue is added and texts to its number are offered; its number stays while a session is open; the link is seen', async t => {
  const { ada, ana, smsc, server } = await centre(t)
  assert.deepEqual((await ada.ok(ada.rest.get('/links'))).links, [{ name: linkName, isUp: true, unsent: 0 }])
  const made = await ada.ok(ada.rest.post('/queues', { name: 'sales & more', phoneNumber: '15550200', linkName }))
  assert.equal(made.path, '/queues/sales%20%26%20more')
  assert.equal((await smsc.deliver({ from: '15551000009', to: '15550200', text: 'how much?' })).command_status, 0)
  await ana.accepts()
  assert.deepEqual(answer(await put(ada, made.path, { phoneNumber: '15550300' })), [400, 2])
  assert.deepEqual(answer(await remove(ada, made.path)), [400, 2])
  await ana.completes()
  await ada.ok(put(ada, made.path, { phoneNumber: '15550300' }))
  assert.deepEqual((({ phoneNumber, linkName }) => [phoneNumber, linkName])((await ana.ok(ana.rest.get(made.path))).queue), ['15550300', linkName])
  const other = await ada.ok(ada.rest.post('/queues', { name: 'returns', phoneNumber: '15550400', linkName }))
  await ada.ok(remove(ada, other.path))
  assert.equal((await ada.rest.get(other.path)).code, 6)
  // The file has a list of queues, so at the next start it counts; without a list they are administrators'.
  await server.restart()
  assert.equal((await ada.rest.get(made.path)).code, 6)
  await until(() => /queue 'sales & more', number 15550300, is gone/.test(server.stderr), () => `a line of the log; it has: ${server.stderr}`)
})

test('Assignments and rules count at once, are kept, and a list of rules that the file has counts again', async t => {
  const { ada, ana, ben, sam, customer, server } = await centre(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  const assign = (person, kind, name, more = {}) => ada.ok(ada.rest.post('/assignments', { userName: person.user, kind, name, ...more }))
  const all = async () => (await ada.ok(ada.rest.get('/assignments?fields=*'))).assignments
  await sam.monitors(ben)
  const member = await assign(ana, 'member', 'north / one'), boss = await assign(sam, 'supervisor', 'north / one')
  assert.equal((await sam.order(ben, 'Monitor')).code, 6, 'ben is of no group of sam')
  await sam.monitors(ana)
  assert.equal((await ada.rest.post('/assignments', { userName: ana.user, kind: 'member', name: 'north / one' })).code, 2)
  await assign(ana, 'skill', 'Czech', { level: 100 })
  const skill = await assign(ana, 'skill', 'Czech', { level: 3 }), queue = await assign(ben, 'queue', queueName)
  assert.deepEqual((await all()).map(({ userPath, kind, name, level }) => [userPath, kind, name, level]).sort(),
    [[`/users/${ana.id}`, 'member', 'north / one', undefined], [`/users/${ana.id}`, 'skill', 'Czech', 3], [`/users/${ben.id}`, 'queue', queueName, undefined], [`/users/${sam.id}`, 'supervisor', 'north / one', undefined]].sort())
  assert.deepEqual((await ada.ok(ada.rest.get('/assignments?kind=skill&fields=userName,level'))).assignments, [{ userName: ana.user, level: 3 }])
  await ada.ok(ada.rest.post('/rules', { name: 'law', words: ['lawyer', 'legal action'], texts: 'customer' }))
  assert.equal((await ada.rest.post('/rules', { name: 'law', undelivered: true })).code, 2)
  // The queue is ben's alone, so ana is offered nothing of it until that is taken back.
  await customer.writes('my LAWYER')
  await ana.seesNothing()
  await ada.ok(remove(ada, queue.path))
  assert.equal((await remove(ada, queue.path)).code, 6)
  await ana.accepts()
  const hands = async () => (await sam.ok(sam.rest.get('/me/supervision'))).supervision.hands.map(one => [one.rule, one.reason])
  assert.deepEqual(await hands(), [['law', 'lawyer']])
  await ada.ok(put(ada, '/rules/law', { texts: 'both' }))
  await ada.ok(put(ada, '/rules/law', { words: ['court'] }))
  assert.deepEqual((({ words, texts }) => [words, texts])((await ada.ok(ada.rest.get('/rules/law'))).rule), [['court'], 'both'])
  await ada.ok(put(ada, '/rules/law', { replyAfter: 86400 }))
  await ada.ok(ada.rest.post('/rules', { name: 'lost', undelivered: true }))
  assert.deepEqual((await ada.ok(ada.rest.get('/rules?fields=name,words,texts,replyAfter,undelivered'))).rules, [{ name: 'law', replyAfter: 86400 }, { name: 'lost', undelivered: true }])
  assert.deepEqual(await hands(), [['law', 'lawyer']], 'what it found stays')
  await server.restart({ kill: true })
  assert.equal((await ada.ok(ada.rest.get('/rules'))).uris.length, 2, 'a file without rules leaves them alone')
  assert.equal((await all()).length, 3, 'assignments are the store’s')
  await server.writesConfig({ config: { 'bootstrap.supervision.rules': [{ name: 'lost', undelivered: 'yes' }] } })
  assert.match((await server.reload()).stdout, /rule 'law' is gone/)
  assert.equal((await ada.rest.get('/rules/law')).code, 6)
  await ada.ok(remove(ada, '/rules/lost'))
  assert.deepEqual([(await remove(ada, '/rules/lost')).code, (await ada.ok(ada.rest.get('/rules'))).uris], [6, []])
  for (const one of [member, boss, skill]) await ada.ok(remove(ada, one.path))
  assert.deepEqual(await all(), [])
  assert.equal((await server.verify()).code, 0)
})
