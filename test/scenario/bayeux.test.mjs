// bayeux.test.mjs - the Bayeux server as the official client and as hostile ones meet it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Bare, Listener } from '../lib/bayeux.mjs'
import { passwordOf } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'
import { until, world } from '../lib/world.mjs'

const people = { agents: ['ana', 'ben'], ready: [] }

const credentials = name => ({ user: name, password: passwordOf(name) })

async function bareOf(server, name, { topics = [] } = {}) {
  const bare = new Bare(server, credentials(name))
  assert.equal((await bare.handshake()).successful, true)
  for (const topic of topics) assert.equal((await bare.subscribe(topic)).successful, true, topic)
  return bare
}

test('Handshake: version, long-polling, a clientId, and CometD\'s advice', async t => {
  const { server } = await world(t, people)
  const bare = new Bare(server, credentials('ana'))
  const reply = await bare.handshake()
  assert.equal(reply.channel, '/meta/handshake')
  assert.equal(reply.version, '1.0')
  assert.equal(reply.successful, true)
  assert.ok(reply.supportedConnectionTypes.includes('long-polling'))
  assert.ok(reply.clientId.length >= 16)
  assert.equal(reply.advice.reconnect, 'retry')
  const [connected] = await bare.poll()
  assert.equal(connected.channel, '/meta/connect')
  assert.equal(connected.successful, true)
  assert.equal(connected.advice?.interval ?? 0, 0)
})

test('Handshake without login: 401 with 20', async t => {
  const { server } = await world(t, people)
  const bare = new Bare(server, {})
  const answer = await bare.post([bare.message('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] })])
  assert.deepEqual([answer.status, answer.code], [401, 20])
})

test('Handshake without a connection type of ours is refused', async t => {
  const { server } = await world(t, people)
  const bare = new Bare(server, credentials('ana'))
  assert.equal((await bare.handshake({ supportedConnectionTypes: ['iframe'] })).successful, false)
})

test('The address works with CometD\'s suffixes as well', async t => {
  const { server } = await world(t, people)
  const bare = new Bare(server, credentials('ana'))
  const shake = await bare.post([bare.message('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] })],
    { path: '/handshake' })
  bare.clientId = shake.body[0].clientId
  assert.equal((await bare.post([bare.connectMessage({ advice: { timeout: 0 } })], { path: '/connect' })).body.at(-1).successful, true)
  assert.equal((await bare.post([bare.message('/meta/disconnect')], { path: '/disconnect' })).body[0].successful, true)
})

for (const pattern of ['/v2/me/channels', '/v2/me/*', '/**']) {
  test(`Subscribed to ${pattern}: each notification comes once, and only one's own`, async t => {
    const { ana, ben, server } = await world(t, people)
    const listener = await new Listener(server, credentials('ana')).open([pattern])
    await ben.ready()
    await ana.ready()
    await ana.notReady()
    await listener.when(inbox => inbox.length >= 2, 'two notifications')
    assert.deepEqual(listener.inbox.map(one => [one.channel, one.data.messageType, one.data.channels[0].userState.state]),
      [['/v2/me/channels', 'ChannelStateChangeMessageV2', 'Ready'], ['/v2/me/channels', 'ChannelStateChangeMessageV2', 'NotReady']])
    await listener.close()
  })
}

test('A topic and a pattern that both match: one notification goes once to a client', async t => {
  const { ana, server } = await world(t, people)
  const bare = await bareOf(server, 'ana', { topics: ['/v2/me/*', '/v2/me/channels', '/**'] })
  await bare.poll()
  await ana.ready()
  const came = await bare.poll()
  assert.equal(came.filter(one => one.channel === '/v2/me/channels').length, 1)
})

test('The documented topics can be subscribed, others are 403', async t => {
  const { server } = await world(t, people)
  const bare = await bareOf(server, 'ana')
  for (const topic of ['/v2/me/smssessions', '/v2/me/channels', '/v2/me/devices', '/v2/me/calls', '/v2/me/chats', '/v2/me/emails',
    '/v2/me/workitems', '/v2/me/openmedia', '/v2/me/interactions', '/v2/me/workbins', '/notifications/services', '/v2/me/*', '/**']) {
    const reply = await bare.subscribe(topic)
    assert.equal(reply.successful, true, topic)
    assert.equal(reply.subscription, topic)
  }
  for (const topic of ['/v2/users', '/v2/me', '/v2/**', '/*', '/v2/me/smssessions/x', '/meta/connect', '/meta/*', 'v2/me/channels', '']) {
    const reply = await bare.subscribe(topic)
    assert.equal(reply.successful, false, topic)
    assert.match(reply.error, /^403/, topic)
  }
})

test('Unsubscribed: nothing of it comes any more', async t => {
  const { ana, server } = await world(t, people)
  const bare = await bareOf(server, 'ana', { topics: ['/v2/me/channels'] })
  await bare.poll()
  assert.equal((await bare.unsubscribe('/v2/me/channels')).successful, true)
  await ana.ready()
  assert.deepEqual((await bare.poll()).map(one => one.channel), ['/meta/connect'])
})

test('Several topics in one subscribe, several messages in one batch: a reply each, in order', async t => {
  const { server } = await world(t, people)
  const bare = await bareOf(server, 'ana')
  const replies = await bare.say(bare.message('/meta/subscribe', { subscription: '/v2/me/channels' }),
    bare.message('/meta/subscribe', { subscription: '/v2/nothing' }), bare.message('/meta/unsubscribe', { subscription: '/v2/me/channels' }))
  assert.deepEqual(replies.map(one => [one.channel, one.successful]),
    [['/meta/subscribe', true], ['/meta/subscribe', false], ['/meta/unsubscribe', true]])
  assert.deepEqual(replies.map(one => one.id), ['2', '3', '4'])
})

test('A batch of 32 messages passes, of 33 is refused', async t => {
  const { server } = await world(t, people)
  const bare = await bareOf(server, 'ana')
  const batch = count => Array.from({ length: count }, () => bare.message('/meta/subscribe', { subscription: '/v2/me/channels' }))
  assert.equal((await bare.say(...batch(31))).length, 31)
  assert.equal((await bare.say(...batch(32))).length, 32)
  const answer = await bare.post(batch(33))
  assert.deepEqual([answer.status, answer.code], [400, 10])
})

test('Two tabs of one user: both get everything; one may end and the other stays', async t => {
  const { ana, server } = await world(t, people)
  const tabs = [await new Listener(server, credentials('ana')).open(), await new Listener(server, credentials('ana')).open()]
  await ana.ready()
  for (const tab of tabs) await tab.when(inbox => inbox.length >= 1, 'Ready')
  await tabs[0].close()
  await ana.notReady()
  await tabs[1].when(inbox => inbox.length >= 2, 'NotReady')
  assert.equal(tabs[0].inbox.length, 1)
  assert.deepEqual(tabs[1].inbox, ana.all.slice(-2))
  await tabs[1].close()
})

test('Publishing is refused, and reaches nobody', async t => {
  const { ana, server } = await world(t, people)
  const bare = await bareOf(server, 'ben')
  for (const channel of ['/v2/me/smssessions', '/v2/me/channels', '/anything', '/service/x']) {
    const reply = await bare.ask(channel, { data: { hello: 1 } })
    assert.equal(reply.successful, false, channel)
    assert.match(reply.error, /^403/, channel)
  }
  await ana.seesNothing()
})

test('An unknown clientId, a foreign one and one of before: 402::Unknown client, advice handshake, the same bytes', async t => {
  const { server } = await world(t, people)
  const ana = await bareOf(server, 'ana')
  const answers = []
  for (const clientId of ['0'.repeat(ana.clientId.length), ana.clientId]) {
    const ben = new Bare(server, credentials('ben'))
    ben.clientId = clientId
    const got = []
    for (const channel of ['/meta/connect', '/meta/subscribe', '/meta/unsubscribe', '/meta/disconnect', '/v2/me/channels']) {
      const [reply] = await ben.say(ben.message(channel, { subscription: '/v2/me/channels', connectionType: 'long-polling', data: {} }))
      assert.equal(reply.successful, false)
      assert.equal(reply.error, '402::Unknown client')
      assert.equal(reply.advice.reconnect, 'handshake')
      got.push(JSON.stringify(reply).replaceAll(clientId, 'X'))
    }
    answers.push(got)
  }
  assert.deepEqual(answers[0], answers[1])
  assert.equal((await ana.subscribe('/v2/me/channels')).successful, true, 'the owner noticed nothing')
  await ana.ask('/meta/disconnect')
  const gone = await ana.subscribe('/v2/me/channels')
  assert.equal(gone.error, '402::Unknown client')
})

test('A client made by cookie alone belongs to that cookie session', async t => {
  const { ana, server } = await world(t, people)
  const cookies = [(await ana.rest.get('/me')).cookie, (await ana.rest.get('/me')).cookie]
  const first = new Bare(server, { cookie: cookies[0] })
  await first.handshake()
  const second = new Bare(server, { cookie: cookies[1] })
  second.clientId = first.clientId
  assert.equal((await second.subscribe('/v2/me/channels')).error, '402::Unknown client')
  assert.equal((await first.subscribe('/v2/me/channels')).successful, true)
})

test('EndContactCenterSession ends the Bayeux clients of that login', async t => {
  const { ana, server } = await world(t, people)
  const { cookie } = await ana.rest.get('/me')
  const bare = new Bare(server, { cookie })
  await bare.handshake()
  await new Rest(server, { cookie }).ask('/me', 'EndContactCenterSession')
  const answer = await bare.post([bare.connectMessage({ advice: { timeout: 0 } })])
  assert.equal(answer.status, 401)
})

test('A poll is held until something comes, and one with advice timeout 0 is answered at once', async t => {
  const { ana, server } = await world(t, people)
  const bare = await bareOf(server, 'ana', { topics: ['/v2/me/channels'] })
  await bare.poll()
  let answered = false
  const held = bare.heldPoll().then(came => { answered = true; return came })
  await ana.rest.get('/me')
  await bare.subscribe('/v2/me/smssessions') // answered while the poll is held
  assert.equal(answered, false)
  await ana.ready()
  const came = await held
  assert.ok(came.some(one => one.channel === '/v2/me/channels'))
  assert.ok(came.some(one => one.channel === '/meta/connect' && one.successful))
})

test('A second poll of the same client ends the first', async t => {
  const { server } = await world(t, people)
  const bare = await bareOf(server, 'ana')
  await bare.poll()
  const first = bare.heldPoll()
  await bare.subscribe('/v2/me/channels')
  const second = bare.heldPoll()
  const replies = await first
  assert.equal(replies.at(-1).channel, '/meta/connect')
  await bare.ask('/meta/disconnect')
  await second
})

test('What is not Bayeux is answered 400 with 10, and the connection lives on', async t => {
  const { server } = await world(t, people)
  const bare = await bareOf(server, 'ana')
  for (const body of ['', '{', 'null', '7', '"x"', '[7]', '[null]', '[[]]', '[{"channel":"/meta/connect","channel":"x"}]',
    '[' + '['.repeat(20) + ']'.repeat(20) + ']']) {
    const answer = await bare.post(body)
    assert.deepEqual([answer.status, answer.code], [400, 10], `${body.slice(0, 60)} -> ${answer.raw.slice(0, 100)}`)
  }
  assert.equal((await bare.subscribe('/v2/me/channels')).successful, true)
})

test('Messages with missing or wrong fields are refused one by one', async t => {
  const { server } = await world(t, people)
  const bare = await bareOf(server, 'ana')
  const { clientId } = bare
  for (const message of [{}, { channel: 7 }, { channel: '' }, { channel: '/meta/connect', clientId: 7 }, { channel: '/meta/nothing', clientId },
    { channel: '/meta/subscribe', clientId, subscription: 7 }, { channel: '/meta/subscribe', clientId },
    { channel: '/meta/connect', clientId, connectionType: 'iframe' }]) {
    const [reply] = await bare.say(message)
    assert.equal(reply.successful, false, JSON.stringify(message))
    assert.match(reply.error, /^40\d:/, JSON.stringify(message))
  }
  assert.equal((await bare.subscribe('/v2/me/channels')).successful, true)
})

test('Messages without a clientId are unknown clients', async t => {
  const { server } = await world(t, people)
  const bare = new Bare(server, credentials('ana'))
  const [reply] = await bare.say({ channel: '/meta/subscribe', id: '1', subscription: '/v2/me/channels' })
  assert.equal(reply.error, '402::Unknown client')
  assert.equal(reply.id, '1')
})

test('GET on the address is not found', async t => {
  const { ana } = await world(t, people)
  const { status, code } = await ana.rest.get('/notifications')
  assert.deepEqual([status, code], [404, 6])
})

test('A backlog that overflows drops the client: handshake again and read by GET', async t => {
  const { ana, server } = await world(t, people)
  const silent = await bareOf(server, 'ana', { topics: ['/v2/me/channels'] })
  await silent.poll()
  const quick = await new Listener(server, credentials('ana')).open()
  for (let i = 0; i < 1002; i++) {
    await ana.ok(ana.rest.ask('/me/channels/smssession', i % 2 ? 'NotReady' : 'Ready'))
  }
  await quick.when(inbox => inbox.length >= 1002, 'all notifications')
  const [reply] = await silent.poll()
  assert.equal(reply.successful, false)
  assert.equal(reply.advice.reconnect, 'handshake')
  assert.match(reply.error, /^402/)
  await silent.handshake()
  assert.equal((await silent.subscribe('/v2/me/channels')).successful, true)
  await quick.close()
})

test('A client that reads its backlog late gets all of it, in order', async t => {
  const { ana, server } = await world(t, people)
  const late = await bareOf(server, 'ana', { topics: ['/v2/me/channels'] })
  await late.poll()
  for (let i = 0; i < 100; i++) await ana.ok(ana.rest.ask('/me/channels/smssession', i % 2 ? 'NotReady' : 'Ready'))
  const states = []
  await until(async () => {
    for (const one of await late.poll()) if (one.data) states.push(one.data.channels[0].userState.state)
    return states.length >= 100
  }, '100 notifications')
  assert.deepEqual(states, Array.from({ length: 100 }, (_, i) => i % 2 ? 'NotReady' : 'Ready'))
})

test('Losing all clients is no logout; after agents.lost-after the agent is NotReady, ConnectionLost', async t => {
  const { ana } = await world(t, { agents: ['ana'], ready: [], config: { 'bootstrap.agents.lost-after': 1 } })
  await ana.ready()
  await ana.losesClient()
  const state = await until(async () => {
    const now = await ana.state()
    return now.state === 'NotReady' && now
  }, 'NotReady')
  assert.equal(state.reason, 'ConnectionLost')
})
