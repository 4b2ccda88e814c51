// machine.mjs - the missed-line machine: clients with a ledger of their own, on both transports, interrupted at random. Whatever befalls
// them, each is told each notification once and in order, and all of a user's clients the same under the same number.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import http from 'node:http'
import { WebSocket } from 'ws'
import { passwordOf, serviceNumber } from '../lib/config.mjs'
import { basic, Rest } from '../lib/rest.mjs'
import { Server } from '../lib/server.mjs'
import { SmallDisk, unmountable } from '../lib/smalldisk.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { until } from '../lib/wait.mjs'

const mine = '/v2/me/*'
const agents = ['ana', 'ben', 'cho']
const program = 'crm', feed = '/v2/contact-center/smssessions' // which reads the centre's feed
const maxInterval = 10000    // a client that is silent for longer is forgotten
const diskMegabytes = 128    // the server wants 64 of them free
const patience = 60000       // in which everybody has come as far as the server

// A small generator with a seed (mulberry32): what befalls whom is the same again; when, is the machine's.
function dice(seed) {
  let state = seed >>> 0
  const next = () => {
    state = state + 0x6D2B79F5 >>> 0
    let x = Math.imul(state ^ state >>> 15, 1 | state)
    x = x + Math.imul(x ^ x >>> 7, 61 | x) ^ x
    return ((x ^ x >>> 14) >>> 0) / 2 ** 32
  }
  return { next, below: n => Math.floor(next() * n), one: list => list[Math.floor(next() * list.length)] }
}

// What one user is told, by number: whichever client is told it first.
class Told {
  constructor(user) { Object.assign(this, { user, data: new Map() }) }

  check(message) {
    const number = message.ext.replayId, text = JSON.stringify([message.channel, message.data])
    const known = this.data.get(number)
    if (known === undefined) this.data.set(number, text)
    else assert.equal(text, known, `${this.user}, number ${number}`)
  }
}

// A client: it keeps the last number that it was told, and goes on from there.
class Client {
  constructor(machine, user, told) {
    Object.assign(this, { machine, user, told, topic: user === program ? feed : mine, last: 0, count: 0, clientId: null, isSubscribed: false, isAsleep: false, goes: true })
    this.headers = { Authorization: basic(user, passwordOf(user)) }
  }

  async lives() {
    while (this.goes) {
      try {
        await this.wakes()
        await this.turn()
      } catch (error) {
        if (error instanceof assert.AssertionError) return this.machine.fails(error)
        this.isSubscribed = false // what was under way may be lost: asked for again from the last number
        await sleep(20)
      }
    }
  }

  async wakes() { while (this.isAsleep && this.goes) await sleep(20) }

  async turn() {
    if (!this.clientId) await this.shakesHands()
    if (!this.isSubscribed) await this.subscribes()
    await this.ask('/meta/connect', { connectionType: this.type })
  }

  async shakesHands() {
    const reply = await this.ask('/meta/handshake', { version: '1.0', supportedConnectionTypes: [this.type] })
    this.clientId = reply.clientId
    this.isSubscribed = false
  }

  async subscribes() {
    const { ext } = await this.ask('/meta/subscribe', { subscription: this.topic, ext: { replay: { [this.topic]: this.last } } })
    assert.ok(ext.replay.last >= this.last, `${this.user} was told ${this.last}, and the server knows of ${ext.replay.last}`)
    this.isSubscribed = true
  }

  // The reply. Whoever is unknown begins anew.
  async ask(channel, fields) {
    const reply = await this.exchange({ channel, id: '1', ...(this.clientId ? { clientId: this.clientId } : {}), ...fields })
    if (reply.successful) return reply
    assert.notEqual(reply.error, '410::replay', `${this.user} after ${this.last}: ${JSON.stringify(reply)}`)
    if (reply.advice?.reconnect === 'handshake') this.clientId = null
    throw new Error(reply.error)
  }

  takes(messages) {
    for (const message of messages.filter(one => one.data)) {
      assert.equal(message.ext.replayId, this.last + 1, `${this.user}, ${this.type}: the next one`)
      this.last++
      this.count++
      this.told.check(message)
    }
  }

  // A page that is loaded anew, with or without its clientId.
  reloads(keeps) {
    if (!keeps) this.clientId = null
    this.isSubscribed = false
    this.cut()
  }
}

class Poller extends Client {
  type = 'long-polling'

  exchange(message) {
    return new Promise((done, fail) => {
      const body = JSON.stringify([message])
      const request = this.request = http.request(`${this.machine.server.api}/notifications`, { method: 'POST', agent: false,
        headers: { ...this.headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } }, response => {
        const parts = []
        response.on('data', part => parts.push(part))
        response.on('error', fail)
        response.on('close', () => { if (!response.complete) fail(new Error('cut')) })
        response.on('end', () => {
          try {
            const messages = JSON.parse(Buffer.concat(parts))
            if (!Array.isArray(messages)) return fail(new Error(`status ${response.statusCode}`))
            this.takes(messages)
            done(messages.find(one => one.channel === message.channel))
          } catch (error) { fail(error) }
        })
      })
      request.on('error', fail)
      request.end(body)
    })
  }

  cut() { this.request?.destroy() }
}

class Talker extends Client {
  type = 'websocket'

  async opens() {
    const socket = new WebSocket(`${this.machine.server.api.replace('http', 'ws')}/notifications`, { headers: this.headers, perMessageDeflate: false })
    await new Promise((done, fail) => {
      socket.on('open', done)
      socket.on('error', fail)
      socket.on('close', () => fail(new Error('closed')))
    })
    socket.on('close', () => { if (this.socket === socket) { this.socket = null; this.waits?.fail(new Error('closed')) } })
    socket.on('message', bytes => { if (this.socket === socket) this.hears(JSON.parse(bytes)) })
    this.socket = socket
  }

  hears(messages) {
    try {
      this.takes(messages)
    } catch (error) { return this.waits?.fail(error) ?? this.machine.fails(error) }
    const reply = messages.find(one => one.channel === this.waits?.channel)
    if (reply) this.waits.done(reply)
  }

  async exchange(message) {
    if (!this.socket) {
      this.isSubscribed = false
      await this.opens()
      if (message.channel === '/meta/connect') throw new Error('a new socket: first its place')
    }
    try {
      return await new Promise((done, fail) => {
        this.waits = { channel: message.channel, done, fail }
        this.socket.send(JSON.stringify([message]))
      })
    } finally { this.waits = null }
  }

  cut() { this.socket?.terminate() }
}

export class Machine {
  // least: so many interruptions, however long that takes.
  constructor({ seed = 1, each = 2, least = 1, usesDisk = false, sleepsLong = false } = {}) {
    Object.assign(this, { seed, each, least, usesDisk: usesDisk && !unmountable(), sleepsLong, dice: dice(seed), done: {} })
  }

  get interruptions() { return Object.values(this.done).reduce((sum, n) => sum + n, 0) }

  fails(error) { this.failure ??= error }

  counts(what) { this.done[what] = (this.done[what] ?? 0) + 1 }

  async begin() {
    this.smsc = await Smsc.start()
    this.disk = this.usesDisk ? new SmallDisk(diskMegabytes) : undefined
    this.server = await Server.start({ users: { ...Object.fromEntries(agents.map(name => [name, { roles: ['agent'] }])), [program]: { roles: ['integrator'] } }, smsc: this.smsc.port, disk: this.disk })
    await this.smsc.bound()
    this.people = agents.map(name => new Rest(this.server, { user: this.server.canary.nameOf(name), password: passwordOf(name) }))
    for (const one of this.people) await one.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })
    this.users = [...this.people.map(({ user }) => user), program]
    this.clients = this.users.flatMap(user => {
      const told = new Told(user)
      return Array.from({ length: this.each }, () => [new Poller(this, user, told), new Talker(this, user, told)]).flat()
    })
    this.lives = this.clients.map(client => client.lives())
  }

  // --- what is told: states, customers' texts, invitations, entries
  async works() {
    const rest = this.dice.one(this.people), what = this.dice.below(10)
    if (what < 5) return rest.ask('/me/channels/smssession', what % 2 ? 'Ready' : 'NotReady')
    if (what === 5) return this.smsc.deliver({ from: `1555${1000000 + this.dice.below(9)}`, to: serviceNumber, text: 'hello' })
    const sessions = (await rest.get('/me/smssessions?fields=*')).body?.smssessions ?? []
    const session = sessions.length ? this.dice.one(sessions) : null
    if (!session) return null
    const operation = session.capabilities.includes('Accept') ? 'Accept' : what === 9 ? 'Complete' : 'SendCustomNotice'
    return rest.ask(`/me/smssessions/${session.id}`, operation, operation === 'SendCustomNotice' ? { noticeText: `notice ${this.dice.below(1000)}` } : {})
  }

  // For so long, and until enough has happened: a busy machine takes longer for it.
  goesOn(end) { return !this.failure && (Date.now() < end || this.interruptions < this.least) }

  async worksOn(end) {
    while (this.goesOn(end)) await this.works().catch(() => sleep(10))
  }

  // --- what befalls them
  async strikes() {
    const client = this.dice.one(this.clients), what = this.dice.below(100)
    if (what < 50) this.befalls('reset', () => client.cut())
    else if (what < 70) this.befalls('reload', () => client.reloads(true))
    else if (what < 92) this.befalls('new page', () => client.reloads(false))
    else if (what < 97) this.befalls('asleep', () => this.sends(client))
    else if (what < 99 || !this.disk) await this.kills()
    else await this.fillsDisk()
  }

  befalls(what, how) {
    this.counts(what)
    how()
  }

  sends(client) {
    if (client.isAsleep) return
    client.isAsleep = true
    client.cut()
    setTimeout(() => { client.isAsleep = false }, this.sleepsLong ? maxInterval + 2000 : 300).unref()
  }

  async kills() {
    this.counts('kill -9')
    const binds = this.smsc.binds.length
    await this.server.kill()
    await this.server.startAgain()
    await this.smsc.bound(binds + 1)
  }

  async fillsDisk() {
    this.counts('disk full')
    this.disk.fill()
    await sleep(1500)
    this.disk.makeRoom()
    await sleep(2500) // it is asked each second
  }

  async strikesOn(end) {
    while (this.goesOn(end)) {
      await sleep(this.dice.below(60))
      await this.strikes()
    }
  }

  // --- the end: everybody comes as far as the server
  async comesToRest() {
    for (const client of this.clients) client.isAsleep = false
    const ends = new Map()
    for (const user of this.users) ends.set(user, await until(() => this.lastOf(user).catch(() => null), `${user}'s last number`, patience))
    await until(() => this.failure || this.clients.every(client => client.last === ends.get(client.user)),
      () => this.clients.map(client => `${client.user} ${client.type} ${client.last} of ${ends.get(client.user)}`).join(', '), patience)
  }

  async lastOf(user) {
    const one = new Poller(this, user, new Told(user))
    await one.shakesHands()
    return (await one.ask('/meta/subscribe', { subscription: one.topic, ext: { replay: { [one.topic]: -1 } } })).ext.replay.last
  }

  async run(seconds) {
    await this.begin()
    try {
      const end = Date.now() + seconds * 1000
      await Promise.all([this.worksOn(end), this.worksOn(end), this.strikesOn(end)])
      if (!this.failure) await this.comesToRest()
      if (this.failure) throw this.failure
    } finally {
      for (const client of this.clients) { client.goes = false; client.cut() }
      await Promise.allSettled(this.lives)
      await this.server.end()
      await this.smsc.end()
    }
    return { notifications: this.clients.reduce((sum, client) => sum + client.count, 0),
      interruptions: this.interruptions, ...this.done }
  }
}
