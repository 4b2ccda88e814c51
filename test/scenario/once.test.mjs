// once.test.mjs - Idempotency-Key: one request is done once, whatever becomes of its answer.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { randomUUID } from 'node:crypto'
import { basic } from '../lib/rest.mjs'
import { passwordOf } from '../lib/config.mjs'
import { world } from '../lib/world.mjs'

const say = (text, operationName = 'SendMessage') => ({ operationName, text })

// ana is in a session with the customer.
async function talking(t, settings = {}) {
  const w = await world(t, { agents: ['ana'], ...settings })
  await w.customer.writes('hello')
  await w.ana.accepts()
  const send = (key, body, path = w.ana.at()) => w.ana.rest.send('POST', path, { body, headers: { 'Idempotency-Key': key } })
  return { ...w, w, send }
}

test('The same key and request: the same answer, one SMS', async t => {
  const { ana, send, customer, w } = await talking(t)
  const key = randomUUID()
  const first = await send(key, say('yes'))
  assert.deepEqual([first.status, first.code], [200, 0])
  for (let i = 0; i < 3; i++) assert.equal((await send(key, say('yes'))).raw, first.raw)
  await ana.says('and that is all')
  await customer.gets('and that is all')
  assert.deepEqual(w.customer.texts, ['yes', 'and that is all'])
  assert.equal((await ana.readsMessages()).filter(message => message.text === 'yes').length, 1)
})

test('Another request with the same key: 409 with 18, and nothing is done', async t => {
  const { send, ana } = await talking(t)
  assert.equal((await send('k', say('yes'))).code, 0)
  for (const [body, path] of [[say('no')], [say('yes', 'SendToAgents')], [{ operationName: 'NotReady' }, '/me/channels/smssession']]) {
    const answer = await send('k', body, path)
    assert.deepEqual([answer.status, answer.code], [409, 18])
  }
  assert.deepEqual((await ana.readsMessages()).map(message => message.text).filter(Boolean), ['hello', 'yes'])
})

test('Keys of 0, 1, 255 and 256 characters', async t => {
  const { send } = await talking(t)
  for (const [length, status, code] of [[0, 400, 10], [1, 200, 0], [255, 200, 0], [256, 400, 10]]) {
    const answer = await send('k'.repeat(length), say(`text ${length}`))
    assert.deepEqual([answer.status, answer.code], [status, code], `${length} characters`)
  }
})

test('A key is its user\'s own, and a refusal uses none up', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: [] })
  const ask = (person, body) => person.rest.send('POST', '/me/channels/smssession', { body, headers: { 'Idempotency-Key': 'k' } })
  assert.equal((await ask(w.ana, { operationName: 'Dance' })).code, 2)
  assert.equal((await ask(w.ana, { operationName: 'Ready' })).code, 0)
  assert.equal((await ask(w.ben, { operationName: 'NotReady' })).code, 0)
  assert.equal((await ask(w.ana, { operationName: 'NotReady' })).code, 18)
})

// The answer of the first one is never read: its connection goes, then the server is killed. Whatever was on disk by
// then, the repeat does what is missing and nothing twice.
test('Over kill -9: a repeat does what was not done, and nothing twice', async t => {
  const { w, ana, send, customer } = await talking(t)
  for (let round = 0; round < 8; round++) {
    const key = randomUUID(), body = JSON.stringify(say(`text ${round}`))
    const socket = net.connect(w.server.port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise(done => socket.on('connect', done))
    socket.write(`POST /api/v2${ana.at()} HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(ana.user, passwordOf('ana'))}\r\n` +
      `Idempotency-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    if (round % 2) await new Promise(done => socket.once('data', done))
    else await new Promise(done => setTimeout(done, round))
    await w.restart({ kill: true })
    socket.destroy()
    const answers = await Promise.all([send(key, say(`text ${round}`)), send(key, say(`text ${round}`))])
    assert.deepEqual(answers.map(answer => answer.code), [0, 0], `round ${round}`)
    assert.equal(answers[0].raw, answers[1].raw)
    await customer.gets(`text ${round}`)
    const entries = (await ana.readsMessages()).filter(message => message.text === `text ${round}`)
    assert.equal(entries.length, 1, `round ${round}`)
  }
})

test('A repeat in flight waits, and is answered as the first one', async t => {
  const { send, ana } = await talking(t)
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(key, say('once'))))
  assert.equal(new Set(answers.map(answer => answer.raw)).size, 1)
  assert.equal(answers[0].code, 0)
  assert.equal((await ana.readsMessages()).filter(message => message.text === 'once').length, 1)
})
