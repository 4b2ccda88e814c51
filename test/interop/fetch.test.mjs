// fetch.test.mjs - a client without a Bayeux library, and one as .NET's: nothing but HTTP, in the order and with the habits of public clients.
import assert from 'node:assert/strict'
import http from 'node:http'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { basic } from '../lib/rest.mjs'
import { agentsDay, centre, Heard } from './day.mjs'

// Forty lines that somebody writes in an afternoon: poll, take what comes, poll again.
class Poller {
  constructor(w, heard, headers) {
    Object.assign(this, { w, heard, headers, id: 0 })
  }

  async post(path, body) {
    const response = await fetch(this.w.server.api + path, { method: 'POST', body: JSON.stringify(body), signal: this.ending?.signal,
      headers: { 'Content-Type': 'application/json; charset=UTF-8', ...this.headers } })
    assert.match(response.headers.get('content-type'), /^application\/json(;|$)/)
    return response.json()
  }

  async says(channel, fields = {}) {
    const messages = await this.post('/notifications', [{ channel, id: String(++this.id), clientId: this.clientId, ...fields }])
    for (const message of messages) if ('data' in message) this.heard.takes(message)
    return messages.find(one => one.channel === channel)
  }

  async listens() {
    const { clientId } = await this.says('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] })
    this.clientId = clientId
    await this.says('/meta/subscribe', { subscription: '/**' })
    this.ending = new AbortController()
    this.polling = this.#polls()
  }

  async #polls() {
    try {
      for (;;) await this.says('/meta/connect', { connectionType: 'long-polling' })
    } catch (error) {
      if (error.name !== 'AbortError') throw error
    }
  }

  async ends() {
    this.ending.abort()
    await this.polling
  }

  async ask(path, operationName, parameters) {
    const response = await fetch(this.w.server.api + path, { method: 'POST', body: JSON.stringify({ operationName, ...parameters }), headers: this.headers })
    const body = await response.json()
    return { code: body.statusCode, raw: JSON.stringify(body) }
  }
}

test('fetch alone: an agent\'s day', async t => {
  const w = await centre(t)
  const heard = new Heard()
  const poller = new Poller(w, heard, { Authorization: basic(w.who.user, w.who.password) })
  await poller.listens()
  atEnd(t, () => poller.ends())
  await agentsDay(w, heard, (...what) => poller.ask(...what))
})

// As the .NET framework sends a POST: the headers first, the body once 100 came. Resolves with the answer, and whether 100 was waited for.
function expects(w, path, body) {
  const bytes = Buffer.from(JSON.stringify(body))
  return new Promise((done, fail) => {
    const request = http.request(w.server.api + path, { method: 'POST', timeout: 10000, headers: {
      Expect: '100-continue', 'Content-Type': 'application/json', 'Content-Length': bytes.length,
      Authorization: basic(w.who.user, w.who.password) } })
    request.on('continue', () => request.end(bytes))
    request.on('timeout', () => request.destroy(new Error(`${path}: no 100`)))
    request.on('error', fail)
    request.on('response', response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => done(JSON.parse(Buffer.concat(parts))))
    })
    request.flushHeaders()
  })
}

test('As the .NET client: connect without waiting, a held connect beside the subscription to /**, then GET /me with everything', async t => {
  const w = await centre(t)
  const heard = new Heard()
  const [{ clientId }] = await expects(w, '/notifications/handshake', [{ channel: '/meta/handshake', id: '1', version: '1.0',
    supportedConnectionTypes: ['long-polling'], advice: { interval: 0, timeout: 60000 } }])
  const says = (channel, fields) => expects(w, `/notifications/${channel.slice('/meta/'.length)}`, [{ channel, clientId, id: '2', ...fields }])
  const take = messages => { for (const one of messages) if ('data' in one) heard.takes(one) }
  take(await says('/meta/connect', { connectionType: 'long-polling', advice: { timeout: 0 } }))
  let isOver = false
  const polls = (async () => { while (!isOver) take(await says('/meta/connect', { connectionType: 'long-polling' })) })()
  const [subscribed] = await says('/meta/subscribe', { subscription: '/**' })
  assert.equal(subscribed.successful, true)
  const me = await w.ana.rest.get('/me?subresources=*')
  assert.equal(me.body.user.userName, w.ana.user)
  await agentsDay(w, heard, async (path, operationName, parameters) => {
    const body = await expects(w, path, { operationName, isForceLogin: '1', loginCode: null, queue: null, devicePath: null, ...parameters })
    return { code: body.statusCode, raw: JSON.stringify(body) }
  })
  isOver = true
  const [gone] = await says('/meta/disconnect', {})
  assert.equal(gone.successful, true)
  await polls
})
