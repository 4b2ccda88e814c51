// faye.test.mjs - another Bayeux client, which shares no line with CometD's.
import assert from 'node:assert/strict'
import test from 'node:test'
import faye from 'faye'
import { atEnd } from '../lib/atend.mjs'
import { basic } from '../lib/rest.mjs'
import { until } from '../lib/wait.mjs'
import { agentsDay, centre, Heard } from './day.mjs'

// Its subscriptions give the data alone; an extension sees the message.
function hears(one) {
  const heard = new Heard()
  one.addExtension({ incoming(message, goOn) { if ('data' in message) heard.takes(message); goOn(message) } })
  return heard
}

function client(t, w, who = w.who) {
  const one = new faye.Client(w.url, { timeout: 10, retry: 0.1 })
  one.setHeader('Authorization', basic(who.user, who.password))
  atEnd(t, () => one.disconnect())
  return one
}

test('faye with its default transports: an agent\'s day', async t => {
  const w = await centre(t)
  const one = client(t, w), heard = hears(one)
  await one.subscribe('/v2/me/*')
  await agentsDay(w, heard, (...what) => w.ana.rest.ask(...what))
})

test('faye: what cannot be subscribed to is refused by name, and what is published as well', async t => {
  const w = await centre(t)
  const one = client(t, w)
  await assert.rejects(new Promise((done, fail) => one.subscribe('/v2/nobody').then(done, fail)), /403/)
  await one.subscribe('/v2/me/smssessions', () => {})
  await assert.rejects(new Promise((done, fail) => one.publish('/v2/me/smssessions', { text: 'hello' }).then(done, fail)))
})

test('faye goes on after the server was started anew', async t => {
  const w = await centre(t)
  const one = client(t, w), heard = hears(one)
  await one.subscribe('/v2/me/*')
  const binds = w.smsc.binds.length
  await w.server.restart()
  await w.smsc.bound(binds + 1)
  await w.ana.rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })
  // Whether it has noticed shows in that it hears something.
  let state = 'NotReady'
  await until(async () => {
    state = state === 'Ready' ? 'NotReady' : 'Ready'
    await w.ana.rest.ask('/me/channels/smssession', state)
    return heard.data.length > 0
  }, 'faye to hear something again')
})
