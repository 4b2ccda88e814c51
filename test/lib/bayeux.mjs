// bayeux.mjs - Bayeux clients: the official CometD one, and a bare one that can say anything.
import { CometD } from 'cometd'
import { adapt } from 'cometd-nodejs-client'
import { AckExtension } from 'cometd/AckExtension.js'
import { checksMessage } from './contract.mjs'
import { addressOf, Socket } from './sockets.mjs'
import { patience } from './wait.mjs'
import { basic, request } from './rest.mjs'

// Many users share 127.0.0.1 here: each client sends its own credentials, there is no common cookie jar.
adapt({ cookies: { storeCookie: (uri, header, done) => done(), retrieveCookies: (context, uri, done) => done(null, []) } })
window.WebSocket = Socket

// What every client of the documentation subscribes to, and what of ours is told to supervisors.
export const topics = ['/v2/me/smssessions', '/v2/me/channels', '/v2/me/supervision']

// By which the official client comes where a test does not say: the same scenarios are run with the other one by hand.
const usual = process.env.SOTTO_TRANSPORT ?? 'long-polling'

// The official client. Everything that is published to it lands in `inbox`, in order. transport: the only one that it
// may use; 'any': its defaults. acks: with CometD's acknowledge extension.
export class Listener {
  constructor(server, { user, password, cookie }, { transport = usual, acks = false } = {}) {
    this.inbox = []
    this.waiting = new Set()
    this.unsuccessful = []
    const cometd = this.cometd = new CometD()
    for (const type of ['websocket', 'long-polling']) {
      if (transport !== 'any' && transport !== type) cometd.unregisterTransport(type)
    }
    cometd.unregisterTransport('callback-polling') // needs a document
    if (acks) cometd.registerExtension('ack', new AckExtension())
    cometd.configure({
      url: transport === 'long-polling' ? `${server.api}/notifications` : addressOf(server.api, { user, password, cookie }),
      logLevel: 'error',
      requestHeaders: cookie ? { Cookie: `JSESSIONID=${cookie}` } : { Authorization: basic(user, password) },
      backoffIncrement: 100, maxBackoff: 500,
    })
    cometd._debug = cometd._info = cometd._warn = () => {}
    cometd.addListener('/meta/unsuccessful', message => this.unsuccessful.push(message))
    // Seen here once each, however many subscriptions match.
    cometd.registerExtension('inbox', { incoming: message => {
      this.#holds(message)
      if (!message.channel.startsWith('/meta/')) this.#take(message)
      return message
    } })
  }

  // What is not as the documents say is told to whoever waits next.
  #holds(message) {
    if (message.ext?.reload) return // made by the client for itself
    try {
      checksMessage(message)
    } catch (error) {
      this.broken ??= error
    }
  }

  #take(message) {
    this.inbox.push(message)
    for (const look of [...this.waiting]) look()
  }

  handshake(fields = {}) {
    return new Promise((done, fail) => this.cometd.handshake(fields, reply =>
      reply.successful ? done(reply) : fail(new Error(`handshake: ${JSON.stringify(reply)}`))))
  }

  // Resolves with the reply, also with a refusal.
  subscribe(topic) {
    return new Promise(done => this.cometd.subscribe(topic, () => {}, {}, done))
  }

  async open(wanted = topics) {
    await this.handshake()
    for (const topic of wanted) {
      const reply = await this.subscribe(topic)
      if (!reply.successful) throw new Error(`subscribe ${topic}: ${JSON.stringify(reply)}`)
    }
    return this
  }

  // Waits until seen(inbox) gives something.
  async when(seen, what) {
    return new Promise((done, fail) => {
      const look = () => {
        if (this.broken) return fail(this.broken)
        const value = seen(this.inbox)
        if (!value) return
        clearTimeout(timer)
        this.waiting.delete(look)
        done(value)
      }
      const timer = setTimeout(() => {
        this.waiting.delete(look)
        fail(new Error(`waited ${patience} ms for ${what}; the last that came:\n` +
          this.inbox.slice(-8).map(message => '  ' + JSON.stringify(message)).join('\n')))
      }, patience)
      this.waiting.add(look)
      look()
    })
  }

  close() {
    return new Promise(done => {
      if (this.cometd.isDisconnected()) return done()
      const timer = setTimeout(done, 2000)
      this.cometd.disconnect(() => { clearTimeout(timer); done() })
    })
  }

  // Goes away without a word.
  abandon() {
    this.cometd.getTransport()?.abort?.()
    this.cometd._disconnect?.(true)
  }
}

// A client without any help: what it says goes out as it is.
export class Bare {
  constructor(server, credentials) {
    Object.assign(this, { server, credentials, id: 0, clientId: undefined })
  }

  // POSTs a body (value, string, Buffer) and gives the HTTP answer.
  post(body, { path = '', headers, credentials = this.credentials, timeout } = {}) {
    return request('POST', `${this.server.api}/notifications${path}`, { body, headers, timeout, ...credentials })
  }

  // POSTs messages and gives the Bayeux replies.
  async say(...messages) {
    const answer = await this.post(messages)
    if (!Array.isArray(answer.body)) throw new Error(`no Bayeux answer: ${answer.status} ${answer.raw}`)
    return answer.body
  }

  message(channel, fields = {}) {
    return { channel, id: String(++this.id), ...(this.clientId ? { clientId: this.clientId } : {}), ...fields }
  }

  async handshake(fields = {}) {
    const [reply] = await this.say(this.message('/meta/handshake',
      { version: '1.0', minimumVersion: '1.0', supportedConnectionTypes: ['long-polling'], ...fields }))
    if (reply.successful) this.clientId = reply.clientId
    return reply
  }

  subscribe(subscription, fields) { return this.ask('/meta/subscribe', { subscription, ...fields }) }

  unsubscribe(subscription) { return this.ask('/meta/unsubscribe', { subscription }) }

  // One message, its own reply (what else came with it is in `extra`).
  async ask(channel, fields) {
    const message = this.message(channel, fields)
    const replies = await this.say(message)
    this.extra = replies.filter(one => one.id !== message.id)
    return replies.find(one => one.id === message.id) ?? replies[0]
  }

  connectMessage(fields) { return this.message('/meta/connect', { connectionType: 'long-polling', ...fields }) }

  // A poll that is answered at once, with all that waits. Gives all that came.
  poll() { return this.say(this.connectMessage({ advice: { timeout: 0 } })) }

  // A poll that the server holds until something comes.
  heldPoll() { return this.say(this.connectMessage()) }
}

// A second client of a user, as another tab would be: it polls without waiting, so what it has got is all that was
// sent to the user by then.
export class Shadow extends Bare {
  // already: how many notifications the client had got whose shadow this is.
  async open(already) {
    this.count = already
    await this.handshake()
    for (const topic of topics) await this.subscribe(topic)
    await this.looks()
    // The server forgets a client that is silent for 10 s.
    this.timer = setInterval(() => this.looks().catch(() => {}), 4000)
    this.timer.unref()
    return this
  }

  // One poll after the other, never two at once. Resolves with how many notifications there were in all.
  looks() {
    this.looking = (this.looking ?? Promise.resolve()).catch(() => {}).then(async () => {
      // A poll takes so many bytes, of a history a slice: until one finds nothing.
      for (let more = true; more;) {
        const came = await this.poll()
        if (came.some(one => one.successful === false)) throw new Error(`shadow: ${JSON.stringify(came)}`)
        const told = came.filter(one => !one.channel.startsWith('/meta/')).length
        this.count += told
        more = told > 0
      }
      return this.count
    })
    return this.looking
  }

  async close() {
    clearInterval(this.timer)
    await this.looking?.catch(() => {})
    await this.ask('/meta/disconnect').catch(() => {})
  }
}
