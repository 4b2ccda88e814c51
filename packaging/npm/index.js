// index.js - a user of the API: answers are values; what is sent once is done once, whatever the network does.
import { Line } from './line.js'

export { Line }

const patience = 20_000
const pauses = [500, 1_000, 2_000, 5_000] // the last one again and again

// Node 18 has no global crypto; a key need only differ from others of the same user.
const draw = () => globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${Math.random().toString(36).slice(2)}`
const sleep = ms => new Promise(done => setTimeout(done, ms))

export class Sotto {
  #url
  #headers

  // url: of the server. user and password, or token: of who signs in; without, the cookie of the page.
  constructor({ url = '', user, password = '', token, headers = {} } = {}) {
    const bytes = new TextEncoder().encode(`${user}:${password}`)
    const authorization = token ? `Bearer ${token}` : user ? 'Basic ' + btoa(String.fromCharCode(...bytes)) : ''
    this.#url = url.replace(/\/$/, '') + '/api/v2'
    this.#headers = { ...headers, ...(authorization ? { Authorization: authorization } : {}) }
  }

  #fetch(method, path, body, headers, signal) {
    return fetch(this.#url + path, { method, signal, cache: 'no-store',
      headers: { ...this.#headers, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined })
  }

  async #ask(method, path, body, headers = {}) {
    try {
      const reply = await this.#fetch(method, path, body, headers, AbortSignal.timeout(patience))
      const answer = await reply.json()
      const code = Number(answer.statusCode)
      return { ok: code === 0 || code === 7, code, lost: false, status: reply.status, retryAfter: Number(reply.headers.get('Retry-After') ?? 0),
        message: String(answer.statusMessage ?? ''), body: answer }
    } catch (error) {
      return { ok: false, code: -1, lost: true, status: 0, retryAfter: 0, message: String(error?.message ?? error), body: {} }
    }
  }

  get(path) { return this.#ask('GET', path) }

  operate(path, operationName, parameters = {}, key = undefined) {
    return this.#ask('POST', path, { operationName, ...parameters }, key ? { 'Idempotency-Key': key } : {})
  }

  // Until it is answered: no answer, or a server that can do nothing at present, is no reason not to ask again. The key says that it is
  // the same. attempts: so often; then the last answer, of which `lost` says that nobody knows whether it was done.
  async once(path, operationName, parameters = {}, { key = draw(), attempts = Infinity } = {}) {
    for (let i = 1; ; i++) {
      const answer = await this.operate(path, operationName, parameters, key)
      const isOver = !answer.lost && answer.status !== 503 && answer.status !== 429
      if (isOver || i >= attempts) return answer
      await sleep(Math.max(answer.retryAfter * 1000, pauses[Math.min(i, pauses.length) - 1]))
    }
  }

  // Ears and keeper: line.d.ts.
  listen({ topic, load = () => null, save = () => {}, ...ears }) {
    const post = (messages, signal) => this.#fetch('POST', '/notifications', messages, {}, signal)
    const line = new Line({ post, ears, keeper: { load, save }, topic })
    line.start()
    return line
  }
}
