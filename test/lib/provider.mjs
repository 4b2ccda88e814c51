// provider.mjs - a provider of texts over HTTPS, as the formats of doc/providers.yaml say: a server to which texts are
// posted, and a client that posts texts and receipts to the server's hook. In a world it stands in the SMSC's place.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { listensAt } from './canary.mjs'
import { linkName } from './config.mjs'
import { repository } from './server.mjs'
import { OK } from './smsc.mjs'
import { until } from './wait.mjs'

export const accountName = 'AC0123456789'
export const password = 'token of the account'
export const secret = 'what both know'

const tls = name => join(repository, 'test/lib/tls', name)

// How each of them writes. `text` and `receipt`: what it posts; `sent`: what was posted to it.
const formats = {
  twilio: {
    path: `/2010-04-01/Accounts/${accountName}/Messages.json`,
    type: 'application/x-www-form-urlencoded',
    authorization: 'Basic ' + Buffer.from(`${accountName}:${password}`).toString('base64'),
    text: ({ id, from, to, text }) => form({ MessageSid: id, SmsStatus: 'received', From: from, To: to, Body: text, NumMedia: '0' }),
    receipt: ({ id, state }) => form({ MessageSid: id, MessageStatus: state, ErrorCode: '' }),
    sent: body => { const it = new URLSearchParams(body); return { from: it.get('From'), to: it.get('To'), text: it.get('Body') } },
    accepted: id => ({ sid: id, status: 'queued' }),
    states: { delivered: 'delivered', failed: 'undelivered' },
    sign: (body, url) => {
      const fields = [...new URLSearchParams(body)].sort(([a], [b]) => a < b ? -1 : 1).flat().join('')
      return { 'X-Twilio-Signature': createHmac('sha1', secret).update(url + fields).digest('base64') }
    },
  },
  sinch: {
    path: `/xms/v1/${accountName}/batches`,
    type: 'application/json',
    authorization: `Bearer ${password}`,
    text: ({ id, from, to, text }) => JSON.stringify({ type: 'mo_text', id, from: from.replace('+', ''), to, body: text,
      received_at: new Date().toISOString() }),
    receipt: ({ id, state, phone }) => JSON.stringify({ type: 'recipient_delivery_report_sms', batch_id: id, recipient: phone,
      status: state, code: 0 }),
    sent: body => { const it = JSON.parse(body); return { from: it.from, to: `+${it.to[0]}`, text: it.body, key: it.client_reference } },
    accepted: id => ({ id, canceled: false }),
    states: { delivered: 'Delivered', failed: 'Failed', expired: 'Expired' },
    sign: (body, url, at = Date.now()) => {
      const nonce = randomUUID(), time = Math.floor(at / 1000)
      return { 'x-sinch-webhook-signature': createHmac('sha256', secret).update(`${body}.${nonce}.${time}`).digest('base64'),
        'x-sinch-webhook-signature-nonce': nonce, 'x-sinch-webhook-signature-timestamp': String(time),
        'x-sinch-webhook-signature-algorithm': 'HmacSHA256' }
    },
  },
}

const digits = phone => phone.replace('+', '')

const form = fields => new URLSearchParams(fields).toString()

// The configuration's providers as they are documented, trusting the tests' authority. keys: sinch knows texts again by a
// header, as other providers of its kind do.
export function providersText({ keys = false, authority = 'authority.pem' } = {}) {
  const text = readFileSync(join(repository, 'doc/providers.yaml'), 'utf8')
    .replace(/^ {2}- name: (.*)$/gm, `  - name: $1\n    authorities: ${JSON.stringify(tls(authority))}`)
  return keys ? text.replace('      id: id\n', '      id: id\n      key-header: Idempotency-Key\n') : text
}

export class Provider {
  // name: whose format. keys: a post with a key that it knows gets the answer of the first one.
  constructor(name, { keys = false } = {}) {
    Object.assign(this, { name, keys, format: formats[name], posts: [], submits: [], connections: 0, binds: [], hook: null })
    this.known = new Map() // by key: id
    // What to answer: a status, or 'withhold' (nothing), or accepted, and nobody is told: 'break', 'swallow' (there is no end of it).
    // Tests replace it.
    this.answer = () => 201
  }

  static async start(name, options) {
    const provider = new Provider(name, options)
    await provider.listen(0)
    return provider
  }

  // The link's settings (config.mjs).
  get link() {
    return { provider: this.name, secret, 'system-id': accountName, password }
  }

  async listen(port) {
    this.server = https.createServer({ cert: readFileSync(tls('host.pem')), key: readFileSync(tls('host.key')) },
      (request, response) => this.#take(request, response))
    this.sockets = new Set()
    this.server.on('secureConnection', socket => {
      listensAt(this.port, socket, 'the carrier', 'the link to the provider')
      this.binds.push(socket)
      this.sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.server.on('tlsClientError', () => { this.turnedAway = (this.turnedAway ?? 0) + 1 })
    await new Promise((done, fail) => {
      this.server.once('error', fail)
      this.server.listen(port, '127.0.0.1', done)
    })
    this.port = this.server.address().port
  }

  #take(request, response) {
    const parts = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      const post = { request, response, body, key: request.headers['idempotency-key'], at: Date.now() }
      this.posts.push(post)
      assert.equal(request.method, 'POST')
      assert.equal(request.url, this.format.path)
      assert.equal(request.headers.authorization, this.format.authorization)
      assert.equal(request.headers['content-type'], this.format.type)
      Object.assign(post, this.format.sent(body))
      const answer = this.answer(post)
      if (answer === 'withhold') return
      if ([201, 'break', 'swallow'].includes(answer)) this.#accept(post)
      if (answer === 'swallow') return
      if (answer === 'break') return request.socket.destroy()
      this.respond(post, answer)
    })
  }

  // The text goes on to its phone, unless it is known.
  #accept(post) {
    const known = this.keys ? this.known.get(post.key) : undefined
    post.id = known ?? `id-${this.posts.length}-${randomUUID()}`
    if (known) return
    if (this.keys) this.known.set(post.key, post.id)
    this.submits.push(post)
  }

  respond({ response, id }, status) {
    const body = JSON.stringify(status === 201 ? this.format.accepted(id) : { code: status, message: 'no' })
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  }

  // Waits until the server has come so many times.
  async bound(count = 1) { await until(() => this.binds.length >= count, `${count} connections to the provider`) }

  // --- towards the server. A test's world says where the hook is.
  at(server) {
    this.hook = `${server.url}/hooks/${linkName}`
  }

  async deliver({ from, to, text, id = randomUUID() }) {
    const { status } = await this.post(this.format.text({ id, from, to, text }))
    return { status, command_status: status === 200 ? OK : status }
  }

  receipt(submit, state = 'delivered') {
    return this.post(this.format.receipt({ id: submit.id, state: this.format.states[state], phone: submit.to }))
  }

  // headers: instead of the right signature. Resolves with {status, headers}; null if the connection broke.
  post(body, { headers, hook = this.hook } = {}) {
    const all = { 'Content-Type': this.format.type, 'Content-Length': Buffer.byteLength(body),
      ...(headers ?? this.format.sign(body, hook)) }
    return new Promise(done => {
      const request = http.request(hook, { method: 'POST', headers: all, agent: false }, response => {
        response.resume()
        response.on('end', () => done({ status: response.statusCode, headers: response.headers }))
        response.on('error', () => done({ status: 0, headers: {} }))
      })
      request.on('error', () => done({ status: 0, headers: {} }))
      request.end(body)
    })
  }

  textsTo(phone) { return this.submits.filter(one => digits(one.to) === digits(phone)).map(one => one.text) }

  async customerGets(phone, text) {
    await until(() => this.textsTo(phone).includes(text),
      () => `${phone} to get ${JSON.stringify(text)}; got ${JSON.stringify(this.textsTo(phone))}`)
  }

  // Nobody is there any more, until it listens again.
  async goes() {
    for (const socket of this.sockets) socket.destroy()
    await new Promise(done => this.server.close(done))
  }

  async end() { if (this.server.listening) await this.goes() }
}
