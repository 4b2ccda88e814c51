// cometd.test.mjs - the official CometD client as it comes out of its package: all its transports left on, its extensions used.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AckExtension, CometD, ReloadExtension, TimeStampExtension } from 'cometd'
import '../lib/bayeux.mjs' // makes a window for it
import { atEnd } from '../lib/atend.mjs'
import { basic } from '../lib/rest.mjs'
import { addressOf } from '../lib/sockets.mjs'
import { agentsDay, centre, Heard } from './day.mjs'

function client(t, w, { headers = { Authorization: basic(w.who.user, w.who.password) }, url = w.url } = {}) {
  const cometd = new CometD()
  cometd.configure({ url, requestHeaders: headers, logLevel: 'error', backoffIncrement: 100, maxBackoff: 500 })
  cometd._debug = cometd._info = cometd._warn = () => {}
  atEnd(t, () => new Promise(done => {
    const timer = setTimeout(done, 2000)
    if (cometd.isDisconnected()) done()
    else cometd.disconnect(() => { clearTimeout(timer); done() })
  }))
  return cometd
}

const handshake = cometd => new Promise((done, fail) => cometd.handshake(reply => reply.successful ? done(reply) : fail(new Error(JSON.stringify(reply)))))

const subscribe = (cometd, topic, heard) => new Promise((done, fail) =>
  cometd.subscribe(topic, message => heard.takes({ channel: message.channel, data: message.data, ext: message.ext }), reply =>
    reply.successful ? done(reply) : fail(new Error(JSON.stringify(reply)))))

const asksAs = rest => (...what) => rest.ask(...what)

test('cometd with its default transports takes the socket: an agent\'s day', async t => {
  const w = await centre(t)
  const cometd = client(t, w, { url: addressOf(w.server.api, w.who) }), heard = new Heard()
  assert.deepEqual(cometd.getTransportTypes(), ['websocket', 'long-polling', 'callback-polling'])
  await handshake(cometd)
  await subscribe(cometd, '/v2/me/*', heard)
  await agentsDay(w, heard, asksAs(w.ana.rest))
  assert.equal(cometd.getTransport().type, 'websocket')
})

// Its socket carries no Authorization, as a page's does not: it is refused, and the client polls.
test('cometd with its default transports falls back to polling: an agent\'s day', async t => {
  const w = await centre(t)
  const cometd = client(t, w), heard = new Heard()
  await handshake(cometd)
  await subscribe(cometd, '/v2/me/*', heard)
  await agentsDay(w, heard, asksAs(w.ana.rest))
  assert.equal(cometd.getTransport().type, 'long-polling')
})

test('cometd with its extensions for acknowledgement, time stamps and reload', async t => {
  const w = await centre(t)
  const cometd = client(t, w), heard = new Heard()
  global.window.sessionStorage ??= { getItem: () => null, setItem: () => {}, removeItem: () => {} }
  for (const [name, extension] of [['ack', new AckExtension()], ['timestamp', new TimeStampExtension()], ['reload', new ReloadExtension()]]) {
    assert.ok(cometd.registerExtension(name, extension), name)
  }
  await handshake(cometd)
  await subscribe(cometd, '/**', heard)
  await agentsDay(w, heard, asksAs(w.ana.rest))
})

test('cometd with the cookie alone, as a page that signed in once', async t => {
  const w = await centre(t)
  const { cookie } = await w.ana.rest.get('/me')
  assert.ok(cookie)
  const cometd = client(t, w, { headers: { Cookie: `JSESSIONID=${cookie}` }, url: addressOf(w.server.api, { cookie }) }), heard = new Heard()
  await handshake(cometd)
  for (const topic of ['/v2/me/smssessions', '/v2/me/channels']) await subscribe(cometd, topic, heard)
  await agentsDay(w, heard, (path, operationName, parameters) =>
    w.server.request('POST', path, { body: { operationName, ...parameters }, cookie }))
})

test('cometd subscribes in one batch, unsubscribes, and goes with EndContactCenterSession at the same moment', async t => {
  const w = await centre(t)
  const cometd = client(t, w), heard = new Heard()
  await handshake(cometd)
  const replies = []
  cometd.batch(() => {
    for (const topic of ['/v2/me/smssessions', '/v2/me/channels', '/v2/me/calls', '/notifications/services', '/v2/nobody']) {
      cometd.subscribe(topic, message => heard.takes({ channel: message.channel, data: message.data, ext: message.ext }), reply => replies.push([topic, reply.successful]))
    }
  })
  await agentsDay(w, heard, asksAs(w.ana.rest))
  assert.deepEqual(replies, [['/v2/me/smssessions', true], ['/v2/me/channels', true], ['/v2/me/calls', true], ['/notifications/services', true], ['/v2/nobody', false]])
  const gone = new Promise(done => cometd.disconnect(done))
  const [ended, reply] = await Promise.all([w.ana.rest.ask('/me', 'EndContactCenterSession'), gone])
  assert.equal(ended.code, 0)
  assert.equal(reply.channel, '/meta/disconnect')
})
