// websocket.test.mjs - Bayeux over WebSocket, as the official client and as hostile ones meet it.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { ReloadExtension } from 'cometd/ReloadExtension.js'
import { atEnd } from '../lib/atend.mjs'
import { Listener } from '../lib/bayeux.mjs'
import { passwordOf } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'
import { sotto } from '../lib/server.mjs'
import { frame, opcodes, RawSocket } from '../lib/sockets.mjs'
import { until, world } from '../lib/world.mjs'

const people = { agents: ['ana', 'ben'], ready: [] }
const credentials = name => ({ user: name, password: passwordOf(name) })
const transportOf = listener => listener.cometd.getTransport()?.type

async function socketOf(t, server, name, options) {
  const socket = await RawSocket.open(server, { ...credentials(name), ...options })
  assert.ok(socket instanceof RawSocket, `refused: ${socket.status} ${socket.raw}`)
  atEnd(t, () => socket.destroy())
  return socket
}

async function shakesHands(socket, fields = {}) {
  socket.say({ channel: '/meta/handshake', id: '1', version: '1.0', supportedConnectionTypes: ['websocket'], ...fields })
  const [reply] = await socket.hears('the handshake')
  assert.equal(reply.successful, true)
  const message = (channel, more = {}) => ({ channel, clientId: reply.clientId, id: '2', ...more })
  socket.say(message('/meta/subscribe', { subscription: '/v2/me/*' }))
  await socket.hears('subscribed')
  socket.say(message('/meta/connect', { connectionType: 'websocket', advice: { timeout: 0 } }))
  await socket.hears('the first connect')
  return message
}

// A relay in front of the server: nothing passes while it is `down`, no upgrade while it is `closed`, as with some proxies.
async function relay(t, server) {
  const state = { down: false, closed: false, sockets: new Set() }
  const listener = net.createServer(near => {
    if (state.down) return near.destroy()
    const far = net.connect(server.port, '127.0.0.1')
    for (const [one, other] of [[near, far], [far, near]]) {
      state.sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => { other.destroy(); state.sockets.delete(one) })
    }
    near.on('data', part => {
      if (state.closed && /upgrade: websocket/i.test(part)) near.destroy()
      else far.write(part)
    })
    far.on('data', part => near.write(part))
  })
  await new Promise(done => listener.listen(0, '127.0.0.1', done))
  state.cut = () => { for (const one of [...state.sockets]) one.destroy() }
  atEnd(t, () => { listener.close(); state.cut() })
  state.port = listener.address().port
  state.api = `http://127.0.0.1:${state.port}/api/v2`
  server.canary.at(state.port)
  return state
}

// The clock of this process is so much later from now on.
function laterBy(t, ms) {
  const { getTime } = Date.prototype
  Date.prototype.getTime = function () { return getTime.call(this) + ms }
  atEnd(t, () => { Date.prototype.getTime = getTime })
}

test('The official client with its defaults comes over a WebSocket', async t => {
  const { server, ana } = await world(t, people)
  const listener = await new Listener(server, credentials('ana'), { transport: 'any' }).open()
  atEnd(t, () => listener.close())
  assert.equal(transportOf(listener), 'websocket')
  await ana.ready()
  await listener.when(inbox => inbox.some(one => one.channel === '/v2/me/channels'), 'ana to be Ready')
})

test('Where upgrades do not pass it falls back to long-polling, and comes forward again', async t => {
  const { server, ana } = await world(t, people)
  const proxy = await relay(t, server)
  proxy.closed = true
  const listener = new Listener(proxy, credentials('ana'), { transport: 'any' })
  atEnd(t, () => listener.close())
  const isUp = () => listener.cometd.getStatus() === 'connected'
  let subscribed = 0
  listener.cometd.addListener('/meta/handshake', reply => { if (reply.successful) listener.subscribe('/v2/me/*') })
  listener.cometd.addListener('/meta/subscribe', reply => { if (reply.successful) subscribed++ })
  listener.cometd.handshake()
  await until(() => isUp() && subscribed, 'the client to be up')
  assert.equal(transportOf(listener), 'long-polling')
  await ana.ready()
  await listener.when(inbox => inbox.length === 1, 'ana to be Ready')
  // Whoever could not connect for longer than the server waits shakes hands again, and looks for the best way anew.
  proxy.closed = false
  const was = listener.cometd.getClientId()
  let lost = 0
  let onLost = () => {}
  listener.cometd.addListener('/meta/unsuccessful', () => { lost++; onLost() })
  proxy.down = true
  proxy.cut()
  await until(() => lost, 'the client to notice')
  laterBy(t, 41000)
  // It tries once more; what it then tries goes through, at once, or it would take the WebSocket for no way.
  onLost = () => { proxy.down = false }
  await until(() => transportOf(listener) === 'websocket' && isUp(), 'a WebSocket')
  assert.notEqual(listener.cometd.getClientId(), was)
})

test('Cut in the middle, and over a restart of the server, it goes on by itself', async t => {
  const w = await world(t, people)
  const proxy = await relay(t, w.server)
  const listener = await new Listener(proxy, credentials('ana'), { transport: 'any' }).open()
  atEnd(t, () => listener.close())
  const first = listener.cometd.getClientId()
  proxy.cut()
  await w.ana.ready()
  await listener.when(inbox => inbox.length === 1, 'what happened meanwhile')
  assert.equal(listener.cometd.getClientId(), first)
  assert.equal(transportOf(listener), 'websocket')
})

test('CometD\'s reload extension: the page loaded anew goes on with its clientId, and misses nothing', async t => {
  const { server, ana, ben } = await world(t, people)
  for (const transport of ['websocket', 'long-polling']) {
    const kept = new Map()
    window.sessionStorage = { getItem: key => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text),
      removeItem: key => kept.delete(key) }
    const before = new Listener(server, credentials('ana'), { transport, acks: true })
    before.cometd.registerExtension('reload', new ReloadExtension())
    await before.open()
    const clientId = before.cometd.getClientId()
    await until(() => before.cometd.getStatus() === 'connected', 'connected')
    before.cometd.reload()
    before.abandon()
    const invited = (await new Rest(server, credentials('ana')).ask('/me/channels/smssession', 'Ready')).code
    assert.equal(invited, 0)
    const after = new Listener(server, credentials('ana'), { transport, acks: true })
    after.cometd.registerExtension('reload', new ReloadExtension())
    atEnd(t, () => after.close())
    await after.handshake()
    assert.equal(after.cometd.getClientId(), clientId)
    await after.when(inbox => inbox.length === 1, 'what happened while the page was loaded')
    await ana.notReady()
    await after.when(inbox => inbox.length === 2, 'what happened then')
  }
  assert.ok(ben)
})

test('Acks: what a cut took with it comes again, once', async t => {
  const { server, ana } = await world(t, people)
  const proxy = await relay(t, server)
  for (const transport of ['websocket', 'long-polling']) {
    const listener = await new Listener(proxy, credentials('ana'), { transport, acks: true }).open()
    for (let i = 0; i < 5; i++) {
      proxy.cut()
      await (i % 2 ? ana.notReady() : ana.ready())
      await listener.when(inbox => inbox.length === i + 1, `change ${i + 1}`)
    }
    assert.deepEqual(listener.inbox.map(one => one.data.channels[0].userState.state),
      ['Ready', 'NotReady', 'Ready', 'NotReady', 'Ready'])
    await ana.notReady()
    await listener.close()
  }
})

test('What an agent is told of one command is one frame', async t => {
  const { server, ana, customer } = await world(t, { agents: ['ana'] })
  const socket = await socketOf(t, server, 'ana')
  const message = await shakesHands(socket)
  socket.say(message('/meta/connect', { connectionType: 'websocket' }))
  await customer.writes('hello')
  assert.equal((await socket.hears('the invitation')).length, 1)
  await ana.accepts()
  const kinds = (await socket.hears('all of Accept')).map(one => one.data.notificationType)
  assert.deepEqual(kinds, ['StatusChange', 'ParticipantsUpdated', 'NewMessages'])
})

// --- the upgrade
test('Who may open a socket: login, then Origin', async t => {
  const { server, ana } = await world(t, people)
  const cookie = (await ana.rest.get('/me')).cookie
  const own = { Origin: server.api.replace('/api/v2', '') }
  for (const [options, status, code] of [
    [{}, 401, 20],
    [{ user: 'ana', password: 'wrong' }, 401, 20],
    [{ cookie: 'f'.repeat(32) }, 401, 20],
    [{ cookie, headers: { Origin: 'https://evil.example' } }, 403, 3],
    [{ ...credentials('ana'), headers: { Origin: 'https://evil.example' } }, 403, 3],
    [{ cookie, headers: { Origin: 'null' } }, 403, 3],
    [{ cookie, headers: { 'Sec-Fetch-Site': 'cross-site' } }, 403, 3],
    [{ cookie, headers: { ...own, 'Sec-WebSocket-Version': '8' } }, 400, 10],
    [{ cookie, headers: { ...own, 'Sec-WebSocket-Key': undefined } }, 400, 10],
    [{ cookie, headers: { ...own, 'Sec-WebSocket-Key': 'c2hvcnQ=' } }, 400, 10],
    [{ cookie, headers: { Upgrade: 'h2c' } }, 404, 6],
    [{ cookie, headers: { Connection: 'keep-alive' } }, 404, 6],
    [{ cookie, path: '/nonsense' }, 404, 6],
  ]) {
    const answer = await RawSocket.open(server, options)
    assert.equal(answer.status, status, JSON.stringify(options))
    assert.equal(JSON.parse(answer.raw).statusCode, code, JSON.stringify(options))
    if (status === 400) assert.equal(answer.headers['sec-websocket-version'], '13')
  }
  for (const headers of [own, {}, { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }]) {
    const socket = await socketOf(t, server, 'ana', { cookie, user: undefined, headers })
    assert.equal(socket.response.headers['sec-websocket-accept'], 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    assert.equal(socket.response.headers['sec-websocket-extensions'], undefined)
  }
})

test('A socket closes with its login, and with its user\'s password and roles', async t => {
  const { server, ana, ben } = await world(t, people)
  const cookie = (await ana.rest.get('/me')).cookie
  const page = await socketOf(t, server, 'ana', { cookie, user: undefined })
  const script = await socketOf(t, server, 'ana')
  const bens = await socketOf(t, server, 'ben')
  await new Rest(server, { cookie }).ask('/me', 'EndContactCenterSession')
  assert.equal(await page.closes(), 1008)
  assert.equal(script.ended, false)
  const changed = await sotto(['user', 'passwd', 'ana', '--config', server.config], { input: 'another-1\nanother-1\n' })
  assert.equal(changed.code, 0, changed.stderr)
  assert.equal(await script.closes(), 1008)
  assert.equal(bens.ended, false)
  const promoted = await sotto(['user', 'roles', 'ben', '--roles', 'agent,supervisor', '--config', server.config])
  assert.equal(promoted.code, 0, promoted.stderr)
  assert.equal(await bens.closes(), 1008)
  assert.ok(ben)
})

test('A stop of the server says so', async t => {
  const { server } = await world(t, people)
  const socket = await socketOf(t, server, 'ana')
  const message = await shakesHands(socket)
  socket.say(message('/meta/connect', { connectionType: 'websocket' }))
  const stopped = server.stop()
  const [reply] = await socket.hears('the end of the connect')
  assert.deepEqual([reply.successful, reply.advice.reconnect], [true, 'retry'])
  assert.equal(await socket.closes(), 1001)
  await stopped
})

// --- frames: the cases for which Autobahn's suite is known
const text = JSON.stringify([{ channel: '/nowhere', id: 'x'.repeat(16) }])
const error = '402::Unknown client'
const { more, ping, pong, close, binary } = opcodes
const parts = (bytes, size, first = opcodes.text) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
  frame(bytes.subarray(i * size, (i + 1) * size), { opcode: i ? more : first, fin: (i + 1) * size >= bytes.length }))
const closeWith = (code, reason = '') => frame(Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]), { opcode: close })
const odd = JSON.stringify([{ channel: '/nowhere', id: 'Hello-µ@ßöäüàá-UTF-8!!😀' }])
const filled = length => { // a batch of exactly so many bytes
  const empty = JSON.stringify([{ channel: '/nowhere', data: '' }])
  return JSON.stringify([{ channel: '/nowhere', data: 'x'.repeat(length - empty.length) }])
}

// What is sent; then what comes: 'reply' (Bayeux's), 'pong PAYLOAD', or the code with which the server closes.
const cases = {
  '1.1 texts of 125, 126, 127, 128, 65,535 and 65,536 bytes': [[125, 126, 127, 128, 65535, 65536].map(n => frame(filled(n))), Array(6).fill('reply')],
  '1.2 a text byte by byte': [[...frame(text)].map(byte => Buffer.from([byte])), ['reply']],
  '1.3 a text of 65,537 bytes': [[frame(filled(65537))], [1009]],
  '1.4 an empty text': [[frame('')], ['reply']],
  '1.5 binary': [[frame(text, { opcode: binary })], [1003]],
  '2.1 a ping without payload': [[frame('', { opcode: ping })], ['pong ']],
  '2.2 a ping with payload': [[frame('Hello', { opcode: ping })], ['pong Hello']],
  '2.3 a ping of 125 bytes that are no text': [[frame(Buffer.alloc(125, 0xFE), { opcode: ping })], [`pong ${Buffer.alloc(125, 0xFE)}`]],
  '2.5 a ping of 126 bytes': [[frame('x'.repeat(126), { opcode: ping, form: 16 })], [1002]],
  '2.7 pongs that nobody asked for': [[frame('', { opcode: pong }), frame('x', { opcode: pong }), frame('', { opcode: ping })], ['pong ']],
  '2.10 ten pings': [Array.from({ length: 10 }, (_, i) => frame(`${i}`, { opcode: ping })), Array.from({ length: 10 }, (_, i) => `pong ${i}`)],
  '3.1 a reserved bit': [[frame(text, { rsv: 4 })], [1002]],
  '3.2 another, behind a text': [[frame(text), frame(text, { rsv: 2 })], ['reply', 1002]],
  '3.3 another, in a ping': [[frame('', { opcode: ping, rsv: 1 })], [1002]],
  ...Object.fromEntries([3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(opcode => [`4 opcode ${opcode}`, [[frame('', { opcode })], [1002]]])),
  '5.1 a ping in fragments': [[frame('a', { opcode: ping, fin: false }), frame('b', { opcode: more })], [1002]],
  '5.3 a text in two fragments': [parts(Buffer.from(text), 10), ['reply']],
  '5.6 a ping between fragments': [[...parts(Buffer.from(text), 20).slice(0, 1), frame('p', { opcode: ping }), ...parts(Buffer.from(text), 20).slice(1)], ['pong p', 'reply']],
  '5.9 a continuation of nothing': [[frame('x', { opcode: more })], [1002]],
  '5.10 another, after a whole text': [[frame(text), frame('x', { opcode: more, fin: false })], ['reply', 1002]],
  '5.15 a text begins inside of another': [[frame('[', { fin: false }), frame(']')], [1002]],
  '5.19 five fragments with pings, some empty': [[frame('[', { fin: false }), frame('', { opcode: more, fin: false }), frame('1', { opcode: ping }),
    frame(text.slice(1, -1), { opcode: more, fin: false }), frame('2', { opcode: ping }), frame(']', { opcode: more })], ['pong 1', 'pong 2', 'reply']],
  '6.2 characters whole': [[frame(odd)], ['reply']],
  '6.2 characters cut by fragments': [parts(Buffer.from(odd), 1), ['reply']],
  '6.3 no UTF-8': [[frame(Buffer.from([0x22, 0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xED, 0xA0, 0x80, 0x65, 0x22]))], [1007]],
  '6.4 no UTF-8, told before the last fragment': [[frame(Buffer.from([0xCE, 0xBA, 0xF4]), { fin: false }), frame(Buffer.from([0x90]), { opcode: more, fin: false })], [1007]],
  '6.6 a character that does not end': [[frame(Buffer.from([0xE2, 0x82]))], [1007]],
  '7.1 a close, then more': [[closeWith(1000), frame(text)], [1000]],
  '7.3 a close without a code': [[frame('', { opcode: close })], [1005]],
  '7.3 a close of one byte': [[frame('x', { opcode: close })], [1002]],
  '7.3 a close with a reason of 123 bytes': [[closeWith(1000, 'x'.repeat(123))], [1000]],
  '7.3 a close with a reason of 124 bytes': [[closeWith(1000, 'x'.repeat(124))], [1002]],
  '7.5 a reason that is no UTF-8': [[closeWith(1000, Buffer.from([0xCE, 0xBA, 0xE1, 0xBD]))], [1007]],
  ...Object.fromEntries([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(code => [`7.7 a close with ${code}`, [[closeWith(code)], [code]]])),
  ...Object.fromEntries([0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535].map(code => [`7.9 a close with ${code}`, [[closeWith(code)], [1002]]])),
  '9 a text of 64 KiB in fragments of 64 bytes': [parts(Buffer.from(filled(65536)), 64), ['reply']],
  '9 a fragment too much': [parts(Buffer.from(filled(65537)), 64), [1009]],
  '10 a mask of zeros': [[frame(text, { mask: Buffer.alloc(4) })], ['reply']],
  'no mask': [[frame(text, { masked: false })], [1002]],
  'a length of 16 bits that 7 would do for': [[frame(text.slice(0, 100), { form: 16 })], [1002]],
  'a length of 64 bits that 16 would do for': [[frame(text, { form: 64 })], [1002]],
  'a length beyond 63 bits': [[Buffer.from([0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])], [1002]],
  'no JSON': [[frame('{"channel"'), frame('', { opcode: ping })], ['reply', 'pong ']],
  'a text of 33 messages': [[frame(JSON.stringify(Array(33).fill({ channel: '/nowhere' })))], ['reply']],
}

test('Frames: every case is answered as RFC 6455 has it', async t => {
  const { server } = await world(t, people)
  for (const [name, [sent, expected]] of Object.entries(cases)) {
    await t.test(name, async () => {
      const socket = await socketOf(t, server, 'ana')
      socket.send(...sent)
      const came = []
      while (came.length < expected.length) {
        const one = await socket.next(name)
        if (!one) break
        if (one.opcode === opcodes.text) came.push('reply')
        else if (one.opcode === opcodes.pong) came.push(`pong ${one.payload}`)
        else came.push(one.payload.length ? one.payload.readUInt16BE(0) : 1005)
        if (one.opcode === opcodes.text) JSON.parse(one.payload.toString())
      }
      assert.deepEqual(came, expected)
      if (typeof expected.at(-1) === 'number') assert.equal(await socket.next('the end'), undefined)
      socket.destroy()
    })
  }
  assert.ok(error)
})

test('Half a frame and silence: the socket is kept for a while, the server goes on', async t => {
  const { server } = await world(t, people)
  const socket = await socketOf(t, server, 'ana')
  socket.send(frame(text).subarray(0, 7))
  const other = await socketOf(t, server, 'ana')
  other.send(frame(text))
  assert.equal((await other.hears('a reply'))[0].error, error)
  socket.send(frame(text).subarray(7))
  assert.equal(socket.ended, false)
})

// The password takes long enough that all wait for it, and are answered in one turn: more than the server keeps room for to read into.
test('a hundred clients that come back at once all get their sockets', async t => {
  const { server } = await world(t, { ...people, absent: ['ben'], config: { 'login.hash-operations': 2, 'login.hash-memory-kib': 65536 } })
  const sockets = await Promise.all(Array.from({ length: 100 }, () => socketOf(t, server, 'ben')))
  await shakesHands(sockets[0])
  await shakesHands(sockets[99])
})
