// canary.test.mjs - what every other test relies on without saying so: a word that only supervisors may know is found
// wherever it reaches somebody else, and the test in which it does fails.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { PassThrough } from 'node:stream'
import { Bare, Listener } from '../lib/bayeux.mjs'
import { Canary } from '../lib/canary.mjs'
import { request } from '../lib/rest.mjs'
import { world } from '../lib/world.mjs'

const two = { agents: ['ana'], supervisors: ['sam'] }
const users = { ana: { roles: ['agent'] }, sam: { roles: ['supervisor'] }, bob: { roles: ['agent', 'supervisor'] } }

const tokenOf = name => /zq[a-z0-9]{10}$/.exec(name)[0]

// A canary that has heard this, from this user.
function heard(who, where, ...parts) {
  const canary = new Canary(users)
  const stream = new PassThrough()
  canary.listens(stream, who, where)
  for (const part of parts) stream.write(typeof part === 'function' ? part(canary) : part)
  return canary
}

const found = canary => canary.hits().map(({ who, what, where }) => [who, what, where])

test('Who only supervises is named with a token, new each time; others are named as they are', () => {
  const [one, other] = [new Canary(users), new Canary(users)]
  assert.match(one.nameOf('sam'), /^sam-zq[a-z0-9]{10}$/)
  assert.notEqual(one.nameOf('sam'), other.nameOf('sam'))
  assert.deepEqual(['ana', 'bob', 'nobody'].map(name => one.nameOf(name)), ['ana', 'bob', 'nobody'])
  assert.equal(one.called('sam', 'Boss'), `Boss-${tokenOf(one.nameOf('sam'))}`)
  assert.equal(one.called('sam', ''), '', 'an absent nickname stays absent')
  assert.equal(one.called('bob', 'Boss'), 'Boss')
  for (const length of [51, 52, 63, 64]) {
    const name = one.called('sam', '🦉'.repeat(length))
    assert.equal([...name].length, length === 51 ? 64 : length, 'no longer than a nickname may be')
    assert.ok(name.endsWith(tokenOf(one.nameOf('sam'))))
  }
})

test('A token is found in what an agent, the carrier and nobody in particular got, also cut in two and in UCS-2', () => {
  const ucs2 = text => Buffer.from(text, 'utf16le').swap16()
  const name = canary => canary.nameOf('sam')
  for (const who of ['ana', 'the carrier', undefined]) {
    for (const parts of [[name], ['{"x":"', name, '"}'],
      [canary => name(canary).slice(0, 9), canary => name(canary).slice(9)], [canary => name(canary).toUpperCase()],
      [canary => ucs2(name(canary))], ['zqzq', canary => tokenOf(name(canary)), 'zq']]) {
      assert.deepEqual(found(heard(who, 'here', ...parts)), [[who ?? 'nobody in particular', 'name of sam', 'here']])
    }
  }
})

test('Supervisors may know, also those who are agents too; what is not a token is not found', () => {
  const name = canary => canary.nameOf('sam')
  assert.deepEqual(found(heard('bob', 'here', name)), [])
  assert.deepEqual(found(new Canary(users)), [])
  assert.deepEqual(found(heard('ana', 'here', 'sam, zqabcdefghij, 0123456789abcdef')), [])
  assert.doesNotThrow(() => heard('ana', 'here', 'sam').check())
})

test('Ids that supervisors have read are searched for: their own, and those of silent parties', () => {
  const id = '0123456789abcdef0123456789abcdef', silent = 'FEDCBA9876543210', seen = '00000000000000AA'
  const canary = heard('ana', 'here', `x${id}x ab${silent}cd ${seen}`)
  assert.deepEqual(found(canary), [])
  canary.learns(JSON.stringify({ user: { id, userName: canary.nameOf('sam'), roles: ['ROLE_SUPERVISOR'] } }))
  canary.learns(JSON.stringify([{ data: { messages: [{ from: { participantId: silent, visibility: 'Supervisors' } }] } },
    { participantId: seen, visibility: 'All' }, { id: '0'.repeat(32), userName: 'ana', roles: ['ROLE_AGENT'] }]))
  canary.learns('no JSON')
  assert.deepEqual(found(canary), [['ana', 'user id of sam', 'here'], ['ana', 'participantId of a silent party', 'here']])
})

test('The exceptions: GET of an entry of the directory may name the user asked for, and no other; its lists name all', () => {
  const name = canary => canary.nameOf('sam')
  const canary = new Canary(users)
  for (const [where, expected] of [[`GET /api/v2/users/${name(canary)} (200)`, 0],
    [`GET /api/v2/users/${name(canary)}?fields=* (200)`, 0], ['GET /api/v2/users/ana (200)', 1],
    [`POST /api/v2/users/${name(canary)} (200)`, 1], ['GET /api/v2/users (200)', 0], ['GET /api/v2/contacts?type=User (200)', 0],
    [`GET /api/v2/contacts/${name(canary)} (200)`, 0], ['GET /api/v2/contacts/ana (200)', 1], ['POST /api/v2/users (200)', 1],
    ['GET /api/v2/usersx (200)', 1],
    [`GET /api/v2/users/${name(canary)}/channels/smssession`, 1], [`GET /api/v2/me/users/${name(canary)}`, 1]]) {
    const stream = new PassThrough()
    canary.listens(stream, 'ana', where)
    stream.write(name(canary))
    assert.equal(canary.hits().length, expected, where)
    assert.equal(canary.hits({ exceptions: [] }).length, 1, where)
    canary.forgets()
  }
})

test('What is too much to be kept is searched before it is forgotten', () => {
  const canary = heard('ana', 'here', canary => canary.nameOf('sam'))
  canary.keptMax = 64 * 1024
  const stream = new PassThrough().resume()
  canary.listens(stream, 'ana', 'there')
  for (let i = 0; i < 65; i++) stream.push(Buffer.alloc(1024, 'x'))
  assert.ok(canary.size < 2 * 1024)
  assert.deepEqual(found(canary), [['ana', 'name of sam', 'here']])
})

test('The real binary: an agent who reads a supervisor\'s entry of the directory is found but for the exception', async t => {
  const { ana, sam, server } = await world(t, two)
  const { canary } = server
  await sam.ok(sam.rest.get('/me'))
  for (const key of [sam.id, sam.user]) {
    const { user } = await ana.ok(ana.rest.get(`/users/${key}`))
    assert.deepEqual([user.firstName, user.lastName], [sam.user, sam.called('Test')])
    assert.deepEqual(canary.hits(), [])
    const hits = canary.hits({ exceptions: [] })
    assert.deepEqual([...new Set(hits.map(({ who, where, what }) => `${who}: ${what} in ${where}`))].sort(),
      [`ana: name of sam in GET /api/v2/users/${key} (200)`, `ana: user id of sam in GET /api/v2/users/${key} (200)`])
    const { exceptions } = canary
    canary.exceptions = []
    assert.throws(() => canary.end(),
      /what only supervisors may know reached others[^]*ana got the name of sam, zq[^]*GET \/api\/v2\/users\//)
    canary.exceptions = exceptions
  }
})

test('The real binary: a test in which an agent got a token fails at its end', async () => {
  const ends = []
  const { ana, sam, server } = await world({ after: end => ends.push(end) }, two)
  await ana.rest.get(`/users/${sam.id}`)
  server.canary.exceptions = []
  await assert.rejects(async () => { for (const end of ends) await end() }, /ana got the name of sam/)
})

// Whoever speaks to the server is heard, whatever the client is made of. Who gets the token here has sent it first.
test('The real binary: REST, both Bayeux clients, raw sockets, nobody in particular and the carrier are heard', async t => {
  const { ana, sam, customer, server, smsc } = await world(t, two)
  const { canary } = server
  const wheres = () => {
    const all = canary.hits().map(({ who, where }) => `${who}: ${where}`)
    canary.forgets()
    return [...new Set(all)].sort()
  }
  await customer.writes(sam.user)
  await ana.accepts()
  await ana.mark()
  assert.deepEqual(wheres(), ['ana: POST /api/v2/notifications (200)', 'ana: POST /api/v2/notifications/connect (200)'])
  await ana.readsMessages()
  assert.deepEqual(wheres(), [`ana: GET /api/v2/me/smssessions/${ana.session}/messages (200)`])
  const { cookie } = await ana.rest.get('/me')
  await request('GET', `${server.api}${ana.at()}/messages`, { cookie })
  assert.deepEqual(wheres(), [`ana: GET /api/v2/me/smssessions/${ana.session}/messages (200)`])

  const text = `again ${sam.user}`
  const byCookie = await new Listener(server, { cookie }).open()
  await ana.says(text)
  await byCookie.when(inbox => inbox.length, 'the text')
  await customer.gets(text)
  await byCookie.close()
  const all = wheres()
  for (const one of ['ana: POST /api/v2/notifications/connect (200)', 'the carrier: the SMPP link']) {
    assert.ok(all.includes(one), all)
  }
  assert.ok(smsc.session)

  await sam.monitors(ana)
  await sam.readsSessions()
  assert.deepEqual(wheres(), [], 'supervisors may know')

  // Bayeux tells a client its own message's id.
  const message = { channel: '/meta/handshake', id: sam.user, version: '1.0', supportedConnectionTypes: ['long-polling'] }
  await new Bare(server, { user: 'ana', password: ana.rest.password }).post([message])
  assert.deepEqual(wheres(), ['ana: POST /api/v2/notifications (200)'])
  await new Bare(server, {}).post([message])
  await new Bare(server, { user: 'ana', password: 'wrong' }).post([message])
  assert.deepEqual(canary.kept.filter(one => one.where === 'POST /api/v2/notifications (401)').map(one => one.who),
    [undefined, undefined])

  const socket = net.connect(server.port, '127.0.0.1')
  const conversation = canary.listens(socket, undefined, 'a raw socket')
  await new Promise(done => {
    socket.once('data', done)
    socket.write('GET /api/v2/diagnostics/version HTTP/1.1\r\nHost: x\r\n\r\n')
  })
  socket.destroy()
  assert.match(Buffer.concat(conversation.parts).toString(), /^HTTP\/1\.1 200/)
})
