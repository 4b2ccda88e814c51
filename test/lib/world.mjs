// world.mjs - a contact centre with people in it: world(t, {agents: ['ana'], supervisors: ['sam']}) gives
// {ana, sam, customer, smsc, server}. People read like people: customer.writes(), ana.accepts(), sam.monitors(ana).
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { atEnd } from './atend.mjs'
import { Listener, Shadow } from './bayeux.mjs'
import { passwordOf, queueName, serviceNumber } from './config.mjs'
import { Rest } from './rest.mjs'
import { Server } from './server.mjs'
import { OK, Smsc } from './smsc.mjs'
import { until } from './wait.mjs'

export { queueName, serviceNumber } from './config.mjs'

// agents, supervisors: names. users: {name: {roles, sms}} for others. absent: who does not sign in.
// node, centre: configuration. ready: agents who are Ready from the start (default: all agents). carrier: gives what
// stands in the SMSC's place (provider.mjs).
export async function world(t, { agents = [], supervisors = [], users = {}, absent = [], ready = agents,
  carrier = () => Smsc.start(), ...settings } = {}) {
  const w = new World()
  atEnd(t, () => w.end())
  const all = {}
  for (const name of agents) all[name] = { roles: ['agent'] }
  for (const name of supervisors) all[name] = { roles: ['supervisor'] }
  Object.assign(all, users)
  w.smsc = await carrier()
  w.server = await Server.start({ ...settings, users: all, smsc: w.smsc.port, link: { ...w.smsc.link, ...settings.link } })
  w.smsc.at?.(w.server)
  await w.smsc.bound()
  w.people = Object.keys(all).map(name => new Person(w, name))
  for (const person of w.people) w[person.name] = person
  w.customer = w.customerAt('15551000001')
  await Promise.all(w.people.filter(person => !absent.includes(person.name)).map(person => person.signsIn()))
  for (const name of ready) if (!absent.includes(name)) await w[name].ready()
  return w
}

// ana talks to a customer, and sam watches her silently.
export async function watched(t, options = {}) {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'], ...options })
  await w.sam.monitors(w.ana)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.sam.accepts()
  return w
}

class World {
  people = []

  customerAt(phone) { return new Customer(this, phone) }

  // kill -9 or graceful, then up again on the same folder; everybody's clients are made anew.
  async restart({ kill = false } = {}) {
    await Promise.all(this.people.map(person => person.losesClient()))
    const binds = this.smsc.binds.length
    if (kill) await this.server.kill()
    else await this.server.stop()
    await this.server.startAgain()
    await this.smsc.bound(binds + 1)
    await Promise.all(this.people.filter(person => person.isSignedIn).map(person => person.opensClient()))
  }

  async end() {
    await Promise.allSettled(this.people.map(person => person.losesClient()))
    try {
      await this.server?.end()
    } finally {
      await this.smsc?.end()
    }
  }
}

class Customer {
  constructor(w, phone) { Object.assign(this, { w, phone }) }

  // Resolves when the server has it on disk and agents have been told.
  async writes(text) {
    const answer = await this.w.smsc.deliver({ from: this.phone, to: serviceNumber, text })
    assert.equal(answer?.command_status, OK, `deliver_sm of ${JSON.stringify(text)} refused`)
  }

  gets(text) { return this.w.smsc.customerGets(this.phone, text) }

  get texts() { return this.w.smsc.textsTo(this.phone) }
}

export class Person {
  constructor(w, name) {
    this.w = w
    this.name = name
    this.user = w.server.canary.nameOf(name) // by which this person signs in
    this.rest = new Rest(w.server, { user: this.user, password: passwordOf(name) })
    this.read = 0        // notifications of `all` before this one have been looked at,
    this.taken = new Set() // and these places beyond it
    this.session = null  // the session that this person was invited to last
    this.isSignedIn = false
  }

  // --- coming and going
  async signsIn() {
    const { body, code } = await this.rest.get('/me')
    assert.equal(code, 0, `GET /me of ${this.name}`)
    assert.equal(body.user.userName, this.user)
    this.id = body.user.id
    await this.opensClient()
    await this.ok(this.rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
    this.isSignedIn = true
    await this.forgets()
  }

  async signsOut() {
    await this.ok(this.rest.ask('/me', 'EndContactCenterSession'))
    this.isSignedIn = false
  }

  // The official client, and a shadow of it that subscribes to the same and only looks when asked: see mark().
  async opensClient() {
    this.listener = new Listener(this.w.server, this.rest)
    this.read = 0
    this.taken.clear()
    await this.listener.open()
    this.shadow = await new Shadow(this.w.server, this.rest).open(this.listener.inbox.length)
  }

  async losesClient() {
    const { listener, shadow } = this
    this.listener = this.shadow = null
    await Promise.all([listener?.close(), shadow?.close()])
  }

  // Whoever is Ready next is so in a later millisecond: of two in the same one the id would say who was first.
  async ready() {
    await this.changesState('Ready')
    await new Promise(done => { setTimeout(done, 2) })
  }

  async notReady() { await this.changesState('NotReady') }

  async changesState(state) {
    await this.ok(this.rest.ask('/me/channels/smssession', state))
    await this.listener.when(() => this.channelStates().at(-1) === state, `${this.name} to be ${state}`)
  }

  channelStates() {
    return this.all.filter(one => one.channel === '/v2/me/channels').map(one => one.data.channels[0].userState.state)
  }

  async state() {
    const { body } = await this.rest.get('/me/channels?fields=*')
    return body.channels.find(one => one.channel === 'smssession').userState
  }

  // --- notifications
  get all() { return this.listener.inbox }

  get notifications() { return this.all.filter(isOfSession).map(one => one.data) }

  // Looked at by nobody yet, of sessions.
  get unread() { return this.all.filter((one, i) => this.#isUnread(one, i)).map(one => one.data) }

  #isUnread(one, i) { return i >= this.read && !this.taken.has(i) && isOfSession(one) }

  // Of sessions, from this place in `all` on, read or not.
  since(place) { return this.all.slice(place).filter(isOfSession).map(one => one.data) }

  // Waits for the first unread notification of a session that matches; it and those before it are read.
  // want: a state ('Invited'), a notificationType ('NewMessages'), a text ({text}), or a question.
  async sees(want) {
    const matches = typeof want === 'function' ? want : matcher(want)
    const found = await this.listener.when(inbox => {
      const at = inbox.findIndex((one, i) => this.#isUnread(one, i) && matches(one.data))
      return at >= 0 && { at, data: inbox[at].data }
    }, `${this.name} to see ${typeof want === 'function' ? want : JSON.stringify(want)}`)
    this.read = found.at + 1
    return found.data
  }

  // The very next notification of a session (of any, or of this one) must match. Only that one is read.
  async seesNext(want, session) {
    const matches = typeof want === 'function' ? want : matcher(want)
    const found = await this.listener.when(inbox => {
      const at = inbox.findIndex((one, i) => this.#isUnread(one, i) && (!session || sessionOf(one.data) === session))
      return at >= 0 && { at, data: inbox[at].data }
    }, `${this.name} to see ${JSON.stringify(want)} next`)
    assert.ok(matches(found.data), `${this.name} expected ${JSON.stringify(want)} next, got ${JSON.stringify(found.data)}`)
    this.taken.add(found.at)
    return found.data
  }

  // Proof that nothing (more) came of what was done before.
  async seesNothing() {
    await this.mark()
    assert.deepEqual(this.unread, [], `${this.name} should have seen nothing`)
  }

  // Returns when the client has got all that the server had sent to this user by now. Not by waiting: a request goes
  // to and fro, so that the turn in which supervisors are told is over; then the shadow takes what its backlog holds,
  // and the client must have come as far.
  async mark() {
    await this.rest.get('/me')
    const count = await this.shadow.looks()
    await this.listener.when(inbox => inbox.length >= count, `${this.name} to get ${count} notifications`)
  }

  // Whatever came up to now counts as read.
  async forgets() {
    await this.mark()
    this.read = this.all.length
  }

  // --- sessions
  async ok(answer) {
    const { status, code, raw } = await answer
    assert.ok(status === 200 && code === 0, `${this.name}: ${status} ${raw}`)
    return (await answer).body
  }

  at(session = this.session) { return `/me/smssessions/${session}` }

  asks(operation, parameters, session) { return this.rest.ask(this.at(session), operation, parameters) }

  async isInvited() {
    const data = await this.sees('Invited')
    this.session = data.smssession.id
    return data
  }

  // Waits for the invitation, accepts, reads what Accept delivers: {status, participants, history}.
  async accepts(parameters = {}) {
    await this.isInvited()
    return this.acceptsIt(parameters)
  }

  async acceptsIt(parameters = {}) {
    await this.ok(this.asks('Accept', this.#disguised(parameters)))
    const status = await this.seesNext('Chatting', this.session)
    const participants = await this.seesNext('ParticipantsUpdated', this.session)
    const history = await this.seesNext('NewMessages', this.session)
    return { status, participants, history }
  }

  async rejects() {
    await this.isInvited()
    await this.ok(this.asks('Reject'))
    await this.sees('Completed')
  }

  async says(text) {
    await this.ok(this.asks('SendMessage', { text }))
    return this.sees({ text })
  }

  async leaves(state = 'Completed') {
    await this.ok(this.asks('Leave'))
    return this.sees(state)
  }

  async completes(queue) {
    await this.ok(this.asks('Complete', queue === undefined ? {} : { queueName: queue }))
    return this.sees('Completed')
  }

  async invites(other) {
    await this.ok(this.asks('Invite', { targetUri: `${this.w.server.api}/users/${other.id}` }))
  }

  // What this person is called where `name` was asked for: who only supervises carries a canary's token.
  called(name) { return this.w.server.canary.called(this.name, name) }

  #disguised({ nickname, ...rest }) { return nickname === undefined ? rest : { ...rest, nickname: this.called(nickname) } }

  // --- supervising
  order(agent, operation, parameters = {}) {
    return this.rest.ask(`/users/${agent.id ?? agent.user ?? agent}/channels/smssession`, operation, parameters)
  }

  // What: {mode, nickname}.
  async monitors(agent, { mode, nickname } = {}) {
    const parameters = {}
    if (mode !== undefined) parameters.supervisorMonitoringMode = mode
    if (nickname !== undefined) parameters.nickname = nickname
    await this.ok(this.order(agent, 'Monitor', this.#disguised(parameters)))
  }

  async cancels(agent) { await this.ok(this.order(agent, 'CancelSupervisorMonitoring')) }

  // --- reading
  async readsSession(session) { return (await this.ok(this.rest.get(this.at(session)))).smssession }

  async readsMessages(session) { return (await this.ok(this.rest.get(`${this.at(session)}/messages`))).messages }

  async readsSessions() { return (await this.ok(this.rest.get('/me/smssessions?fields=*'))).smssessions }
}

const sessionOf = data => data.smssession?.id ?? data.smssessionPath?.split('/').at(-1)

const isOfSession = one => one.channel === '/v2/me/smssessions'

const states = ['Invited', 'Chatting', 'LeftChat', 'Completed', 'Revoked']

function matcher(want) {
  if (states.includes(want)) return data => data.notificationType === 'StatusChange' && data.smssession.state === want
  if (typeof want === 'string') return data => data.notificationType === want
  return data => data.notificationType === 'NewMessages' &&
    data.messages.some(message => Object.entries(want).every(([key, value]) => isDeepStrictEqual(message[key], value)))
}

// A notification as one viewer and another must find it alike: type, from, text, time; not index, state, capabilities.
export function alike(data) {
  if (data.notificationType === 'NewMessages') {
    return { kind: data.messageType, messages: data.messages.map(message => ({ type: message.type, from: author(message.from),
      text: message.text, visibility: message.visibility, timestamp: message.timestamp,
      timestampSeconds: message.timestampSeconds })) }
  }
  return { kind: data.notificationType, participants: data.smssession.participants.map(author) }
}

export function author({ type, nickname, participantId, visibility }) { return { type, nickname, participantId, visibility } }

// The session as it goes to bots and people: [type, nickname, text] of each entry.
export function script(messages) {
  return messages.map(({ type, from, text }) => text === undefined ? [type, from.nickname] : [type, from.nickname, text])
}

export function nicknames(smssession) { return smssession.participants.map(one => one.nickname) }

// What came of a request, to be compared with [status, code].
export function answer({ status, code }) { return [status, code] }

export { until }
