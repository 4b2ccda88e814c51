// kills_people.mjs - the agents and supervisors of kills.mjs: what they do, what they are told, and what they say of it
// to the ledger.
import { setTimeout as sleep } from 'node:timers/promises'
import { Bare, topics } from '../lib/bayeux.mjs'
import { passwordOf, queueName } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'

export const agents = ['ana', 'ben', 'cho', 'dan'], supervisors = ['sam', 'sue', 'sid'], both = ['bob']
export const otherQueue = 'sales'

export class Person {
  constructor(run, name) {
    this.run = run
    this.name = name
    this.dice = run.dice.fork(100 + run.people.length)
    this.user = run.server.canary.nameOf(name)
    this.isAgent = agents.includes(name) || both.includes(name)
    this.isSupervisor = supervisors.includes(name) || both.includes(name)
    this.rest = new Rest(run.server, { user: this.user, password: passwordOf(name) })
    this.sessions = new Map() // id: state, as this person knows it
    this.channel = 'LoggedOut'
  }

  async meets() {
    const { body } = await this.rest.get('/me')
    this.id = body.user.id
    this.run.ledger.meets(this.name, { isAgent: this.isAgent, isSupervisor: this.isSupervisor })
  }

  // null: no answer.
  async does(path, operation, parameters = {}, noted = {}) {
    const op = this.run.ledger.starts(this.name, operation, noted)
    const answer = await this.rest.ask(path, operation, parameters).catch(() => null)
    this.run.ledger.ends(op, answer)
    return answer
  }

  // A poll at a time, as long as this life lasts.
  async listens(life) {
    const bare = new Bare(this.run.server, { user: this.user, password: passwordOf(this.name) })
    while (life.isOn) {
      try {
        if (!bare.clientId) {
          await bare.handshake()
          for (const topic of topics) await bare.subscribe(topic)
        }
        const came = await bare.heldPoll()
        for (const one of came) if (!one.channel.startsWith('/meta/')) this.#hears(one)
        if (came.some(one => one.successful === false)) bare.clientId = undefined
      } catch {
        bare.clientId = undefined
        if (life.isOn) await sleep(20)
      }
    }
  }

  #hears({ channel, data }) {
    if (channel === '/v2/me/channels') {
      this.channel = data.channels[0].userState.state
      return
    }
    this.run.ledger.notified(this.name, data)
    if (data.notificationType !== 'StatusChange') return
    const { id, state } = data.smssession
    if (['Completed', 'Revoked'].includes(state)) this.sessions.delete(id)
    else this.sessions.set(id, state)
  }

  // --- reading
  async get(path) {
    const answer = await this.rest.get(path).catch(() => null)
    return answer?.code === 0 ? answer.body : null
  }

  async readsMessages(session) {
    const before = this.run.ledger.tick()
    const body = await this.get(`/me/smssessions/${session}/messages`)
    if (!body) return null
    const tokens = this.run.ledger.readMessages(this.name, session, body.messages, before)
    this.run.ledger.readsAll(this.name, session, tokens, before)
    return tokens
  }

  // While nobody does anything: all that this person may read.
  async isAsked() {
    const all = await this.asks('/me/smssessions?fields=*'), mine = await this.asks('/me/channels?fields=*')
    const { userState } = mine.channels[0]
    this.run.ledger.asked(this.name, all.smssessions, userState)
    this.channel = userState.state
    this.sessions = new Map(all.smssessions.map(one => [one.id, one.state]))
    for (const { id, state, participants } of all.smssessions) {
      if (state === 'Invited') continue
      if (!this.isSupervisor) {
        this.run.ledger.holds(participants.every(one => one.visibility === 'All'), 'agents see no silent party',
          { name: this.name, id, participants })
      }
      const tokens = await this.readsMessages(id)
      this.run.ledger.holds(tokens, 'a listed session can be read', { name: this.name, id, state })
    }
  }

  // A read that must be answered. A connection of before the kill may break under it.
  async asks(path) {
    for (let tries = 1; ; tries++) {
      const body = await this.get(path)
      if (body) return body
      if (tries === 5) throw new Error(`${this.name}: no answer to GET ${path}${this.run.server.said().slice(-2000)}`)
      await sleep(20)
    }
  }

  // --- acting
  async acts(life) {
    while (life.isOn) {
      await this.#step()
      // The event loop of all of them is one: nobody may starve the others.
      await sleep(this.dice.weighed([[6, 0], [3, this.dice.between(1, 10)], [1, this.dice.between(10, 60)]]))
    }
  }

  async #step() {
    const { dice } = this
    if (this.channel === 'LoggedOut') return this.starts()
    const [session, state] = dice.oneOf([...this.sessions, ...this.sessions, [null, null]])
    if (state === 'Invited') return this.#answersInvitation(session)
    if (state === 'Chatting') return this.#isIn(session)
    if (state === 'LeftChat') return dice.chance(0.6) ? this.#completes(session) : this.#sends(session)
    return this.#isFree()
  }

  #called(nickname) { return this.run.server.canary.called(this.name, nickname) }

  #at(session) { return `/me/smssessions/${session}` }

  async starts() {
    const answer = await this.does('/me', 'StartContactCenterSession', { channels: ['smssession'] })
    if (answer?.code === 0) this.channel = 'NotReady'
  }

  async #answersInvitation(session) {
    const { dice } = this
    const nickname = dice.chance(0.3) ? { nickname: this.#called(`Nick of ${this.name}`) } : {}
    const operation = dice.weighed([[85, 'Accept'], [13, 'Reject'], [2, 'Leave']])
    const answer = await this.does(this.#at(session), operation, operation === 'Accept' ? nickname : {}, { session })
    if (answer?.code === 6 || (answer?.code === 0 && operation === 'Reject')) this.sessions.delete(session)
    else if (answer?.code === 0) this.sessions.set(session, 'Chatting')
  }

  async #isIn(session) {
    const { dice } = this
    const deed = this.isAgent
      ? dice.weighed([[60, 'send'], [10, 'read'], [3, 'look'], [4, 'leave'], [8, 'complete'], [6, 'invite'],
        [1, 'accept']])
      : dice.weighed([[3, 'send'], [25, 'read'], [10, 'look'], [8, 'leave'], [2, 'complete'], [2, 'invite'],
        [20, 'free']])
    if (deed === 'send') return this.#sends(session)
    if (deed === 'read') return this.readsMessages(session)
    if (deed === 'look') return this.get(this.#at(session))
    if (deed === 'leave') return this.#leaves(session)
    if (deed === 'complete') return this.#completes(session)
    if (deed === 'invite') return this.#invites(session)
    if (deed === 'accept') return this.does(this.#at(session), 'Accept', {}, { session })
    return this.#isFree()
  }

  async #sends(session) {
    const { ledger } = this.run
    const phone = this.run.phoneOf.get(session) ?? await this.#learnsPhone(session)
    if (!phone) return
    const text = ledger.drawsText('out', { session, by: this.name, phone, isLong: this.dice.chance(0.05) })
    const answer = await this.does(this.#at(session), 'SendMessage', { text: text.text }, { session, text: text.token })
    if (answer?.code === 6) this.sessions.delete(session)
    ledger.holds(this.isAgent || answer?.code !== 0, 'who watches sends nothing', { name: this.name, session })
  }

  async #learnsPhone(session) {
    const body = await this.get(this.#at(session))
    const phone = body?.smssession.userData.PhoneNumber
    if (phone) this.run.phoneOf.set(session, phone)
    else this.sessions.delete(session)
    return phone
  }

  async #leaves(session) {
    const answer = await this.does(this.#at(session), 'Leave', {}, { session })
    if (answer?.code === 0 || answer?.code === 6) this.sessions.delete(session) // LeftChat comes as a notification
  }

  async #completes(session) {
    const queue = this.dice.chance(0.35) ? this.dice.oneOf([queueName, otherQueue]) : undefined
    const answer = await this.does(this.#at(session), 'Complete', queue ? { queueName: queue } : {},
      { session, target: queue })
    if (answer?.code === 0 || answer?.code === 6) this.sessions.delete(session)
  }

  // Whoever only supervises is not invited as an agent here: the ledger could not tell why such a one is in a session.
  async #invites(session) {
    const target = this.dice.oneOf(this.run.people.filter(one => one.isAgent && one !== this))
    await this.does(this.#at(session), 'Invite', { targetPath: `/users/${target.id}` },
      { session, target: target.name })
  }

  async #isFree() {
    const { dice } = this
    const deeds = []
    if (this.isAgent) deeds.push([this.channel === 'Ready' ? 1 : 30, 'Ready'], [2, 'NotReady'])
    if (this.isSupervisor) deeds.push([20, 'Monitor'], [8, 'Cancel'])
    deeds.push([1.5, 'End'], [8, 'list'], [0.5, 'Start'])
    const deed = dice.weighed(deeds)
    if (deed === 'list') return this.#lists()
    if (deed === 'Start') return this.starts()
    if (deed === 'End') {
      const answer = await this.does('/me', 'EndContactCenterSession')
      if (answer?.code !== 0) return
      this.channel = 'LoggedOut'
      return this.sessions.clear()
    }
    if (deed === 'Ready' || deed === 'NotReady') {
      const path = dice.chance(0.5) ? '/me' : '/me/channels/smssession'
      return this.does(path, deed)
    }
    const target = dice.oneOf(this.run.people.filter(one => one.isAgent && one !== this))
    const path = `/users/${dice.chance(0.5) ? target.id : target.user}/channels/smssession`
    if (deed === 'Cancel') return this.does(path, 'CancelSupervisorMonitoring', {}, { target: target.name })
    const mode = dice.weighed([[3, 'NextChat'], [3, 'AllChats'], [1, undefined]])
    return this.does(path, 'Monitor', { ...(mode ? { supervisorMonitoringMode: mode } : {}),
      ...(dice.chance(0.3) ? { nickname: this.#called('Night shift') } : {}) },
    { target: target.name, mode: mode ?? 'AllChats' })
  }

  async #lists() {
    const body = await this.get('/me/smssessions?fields=*')
    for (const { id, state } of body?.smssessions ?? []) this.sessions.set(id, state)
  }
}
