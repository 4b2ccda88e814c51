// kills.mjs - kill -9 of the real process at random points of random traffic, again and again on one folder. What the
// carrier and the clients were told is written into a ledger (test/lib/ledger.mjs); after each start the server is
// asked whether it is still so.
//
//   node test/crash/kills.mjs --kills N [--seed S] [--seconds T] [--keep]
//
// --seconds: no new life after so long. --keep: the folder stays, for looking at. The seed decides what people do and
// when the server is killed; what the kill meets depends on the machine as well. The last line is JSON.
import { spawn, spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { keep } from '../lib/atend.mjs'
import { Bare, topics } from '../lib/bayeux.mjs'
import { passwordOf, queueName, serviceNumber } from '../lib/config.mjs'
import { Ledger, tokenIn } from '../lib/ledger.mjs'
import { Rest } from '../lib/rest.mjs'
import { binary, sanitizerEnv, Server } from '../lib/server.mjs'
import { BAD_DESTINATION, encode, OK, Smsc, THROTTLED } from '../lib/smsc.mjs'
import { until } from '../lib/wait.mjs'

const agents = ['ana', 'ben', 'cho', 'dan'], supervisors = ['sam', 'sue', 'sid'], both = ['bob']
const customers = 8
const receiveWindow = 10       // smpp.receive-window: a carrier has no more unanswered deliver_sm than that
const checkpointEvery = 25     // kills between two looks at all transcripts
const throttlePause = 1300     // SMS_THROTTLE_MS and a little: so long nothing need come although something waits
const otherQueue = 'sales', otherNumber = '15550101'

const sleep = ms => new Promise(next => setTimeout(next, ms))

// A generator of its own for each, all from one seed: whoever is late moves nobody else.
function random(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    below: n => Math.floor(next() * n),
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: share => next() < share,
    oneOf: list => list[Math.floor(next() * list.length)],
    // [[weight, value], ...]
    weighed(choices) {
      let at = next() * choices.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of choices) if ((at -= weight) < 0) return value
      return choices.at(-1)[1]
    },
    fork: n => random(Math.imul(state ^ n, 0x9e3779b1) ^ n),
  }
}

// --- the carrier: keeps what was not acknowledged and delivers it again, with the same fields
class Carrier {
  constructor(run) {
    Object.assign(this, { run, smsc: run.smsc, dice: run.dice.fork(1), lost: [], unanswered: 0, isOpen: false, life: 0,
      withheld: new Set(), receipts: [] })
    this.smsc.answer = submit => this.#takes(submit)
  }

  // A bind came: first what may have been lost, in any order, then what is new. New texts before old ones, and another
  // crash, could push those out of the receive window.
  async begins() {
    const life = ++this.life
    const lost = this.lost
    this.lost = []
    if (this.dice.chance(0.4)) lost.sort(() => this.dice.below(3) - 1)
    if (lost.length) this.run.ledger.counted('deliver_sm again', lost.length)
    const texts = lost.filter(one => one.text), receipts = lost.filter(one => !one.text)
    await Promise.all(texts.map(one => this.#delivers(one)))
    if (life !== this.life) {
      this.lost.push(...receipts)
      return
    }
    this.isOpen = true
    for (const one of receipts.concat(this.lost.splice(0))) this.#delivers(one)
  }

  // The process is gone: whatever has no answer gets none.
  breaks() {
    this.isOpen = false
    this.life++
    for (const submit of this.withheld) this.run.ledger.counted('submit_sm without an answer', Number(Boolean(submit)))
    this.withheld.clear()
  }

  get isBound() { return Boolean(this.smsc.session) }

  async writes(text, fields) {
    text.isOffered = true
    await this.#delivers({ text, fields })
  }

  // Until it is answered, or the link breaks.
  async #delivers(item) {
    const { life } = this
    for (;;) {
      if (life !== this.life || !this.isBound) return this.lost.push(item)
      const { session } = this.smsc
      const answer = await this.smsc.deliver(item.fields)
      if (!answer) return this.lost.push(item)
      if (answer.command_status === OK) {
        item.isAcked = true
        if (item.text && (!item.of || item.of.every(part => part.isAcked))) this.run.ledger.acknowledged(item.text)
        // The server reads in order: of a text that was answered in the same bind it knows the id.
        if (item.receipt) this.run.ledger.acknowledgedReceipt(item.receipt.id, session === item.receipt.session)
        return
      }
      this.run.ledger.counted('deliver_sm refused')
      await sleep(this.dice.between(1, 20))
    }
  }

  // Parts of one text.
  async writesLong(text, parts) {
    text.isOffered = true
    const items = parts.map(fields => ({ text, fields }))
    for (const item of items) item.of = items
    await Promise.all(items.map(item => this.#delivers(item)))
  }

  // --- submit_sm
  #takes(submit) {
    const { run, dice } = this
    if (!tokenIn(submit.text)) return OK
    // later: throttled, a pause of the whole link.
    const fate = this.isPrompt ? 'now'
      : dice.weighed([[82, 'now'], [12, 'late'], [4, 'never'], [0.3, 'later'], [1.7, 'bad']])
    const isFirst = !run.ledger.texts.get(tokenIn(submit.text))?.copies.get(submit.part?.number ?? 1)
    if (isFirst && fate === 'later') return THROTTLED
    if (isFirst && fate === 'bad' && !submit.part) return BAD_DESTINATION
    const copies = run.ledger.carried(submit)
    if (copies > 1) this.#looks(submit)
    else if (fate === 'late') this.#answersLater(submit, dice.between(1, 400))
    else if (fate === 'never') this.withheld.add(submit)
    else {
      this.#owesReceipt(submit)
      return OK
    }
    return 'withhold'
  }

  async #answersLater(submit, ms) {
    this.withheld.add(submit)
    await sleep(ms)
    this.#answers(submit)
  }

  #answers(submit) {
    if (!this.withheld.delete(submit)) return
    if (submit.session.socket.destroyed) return
    this.smsc.respond(submit)
    this.#owesReceipt(submit)
  }

  // Before a second copy is answered its entry says so, to whoever can read it.
  async #looks(submit) {
    this.withheld.add(submit)
    await this.run.looksAtSecond(tokenIn(submit.text))
    this.#answers(submit)
  }

  #owesReceipt(submit) {
    if (!this.dice.chance(0.5)) return
    setTimeout(() => {
      const item = { receipt: submit, fields: receiptOf(submit) }
      if (this.isOpen) this.#delivers(item)
      else this.lost.push(item)
    }, this.dice.between(0, 300)).unref()
  }

  // Nothing is open any more but what waits for a new bind.
  answersAll() { for (const submit of [...this.withheld]) this.#answers(submit) }
}

function receiptOf(submit) {
  const text = `id:${submit.id} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:DELIVRD err:000 text:`
  return { from: submit.to, to: submit.from, esm_class: 4, data_coding: 0, short_message: Buffer.from(text, 'latin1') }
}

// --- people at desks
class Person {
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

// --- a run
export class Run {
  constructor({ seed, log = console.log, every = checkpointEvery }) {
    Object.assign(this, { seed, log, every, dice: random(seed), ledger: new Ledger(), kills: 0 })
    Object.assign(this, { people: [], phoneOf: new Map() }) // phoneOf: by session, whose customer it is
  }

  async begins() {
    this.smsc = await Smsc.start()
    const users = {}
    for (const name of agents) users[name] = { roles: ['agent'] }
    for (const name of supervisors) users[name] = { roles: ['supervisor'] }
    for (const name of both) users[name] = { roles: ['agent', 'supervisor'] }
    this.server = await Server.start({ users, smsc: this.smsc.port, queues: { [otherQueue]: otherNumber },
      config: { 'bootstrap.routing.reject-wait': 1, 'bootstrap.smpp.receive-window': receiveWindow } })
    this.carrier = new Carrier(this)
    for (const name of [...agents, ...supervisors, ...both]) this.people.push(new Person(this, name))
    await this.smsc.bound()
    await Promise.all(this.people.map(person => person.meets()))
    for (const person of this.people) await person.starts()
  }

  // One life of the process: reconnect, questions, traffic, kill.
  async lives({ ms, isQuick = false }) {
    const life = this.life = { isOn: true }
    const delivering = this.carrier.begins()
    const all = [delivering]
    if (!isQuick) {
      for (const person of this.people) all.push(person.listens(life))
      await this.asks()
    }
    for (const person of this.people) all.push(person.acts(life))
    for (let n = 0; n < customers; n++) all.push(this.#customer(n, life))
    await sleep(ms)
    await this.#kill(() => this.server.kill())
    life.isOn = false
    this.carrier.breaks()
    await Promise.all(all)
    this.ledger.holds(this.ledger.open.size === 0, 'all operations are over', { open: [...this.ledger.open] })
  }

  async #kill(kill) {
    await kill()
    this.kills++
  }

  async #customer(n, life) {
    const dice = this.dice.fork(1000 + n * 7919 + this.kills)
    const phone = `1555300000${n}`
    while (life.isOn) {
      await sleep(dice.between(1, 120))
      if (!life.isOn || !this.carrier.isOpen || !this.carrier.isBound) continue
      if (this.carrier.unanswered >= receiveWindow - 1) continue
      const to = dice.chance(0.85) ? serviceNumber : otherNumber
      const isLong = dice.chance(0.06)
      const text = this.ledger.drawsText('in', { by: phone, phone, isLong })
      this.carrier.unanswered += 1 + isLong
      if (!isLong) await this.carrier.writes(text, { from: phone, to, text: text.text })
      else await this.carrier.writesLong(text, partsOf(text, { from: phone, to }))
      this.carrier.unanswered -= 1 + isLong
    }
  }

  async asks() {
    await Promise.all(this.people.map(person => person.isAsked()))
    this.ledger.askedAll()
  }

  async looksAtSecond(token) {
    const text = this.ledger.texts.get(token)
    for (const person of this.people) {
      if (!['Chatting', 'LeftChat'].includes(person.sessions.get(text.session))) continue
      const body = await person.get(`/me/smssessions/${text.session}/messages`)
      const entry = body?.messages.find(one => tokenIn(one.text) === token)
      if (!entry) continue
      this.ledger.holds(entry.deliveryState === 'uncertain', 'what reached the carrier twice is marked uncertain',
        { name: person.name, entry, text })
      return
    }
    this.ledger.counted('second copies that nobody could look at')
  }

  async #startsAgain() {
    const binds = this.smsc.binds.length
    for (let tries = 1; ; tries++) {
      try {
        await this.server.startAgain()
        break
      } catch (error) {
        // Somebody's outgoing connection may have taken the port for a moment.
        if (tries === 20 || !/address already in use|EADDRINUSE/i.test(error.message)) throw error
        await sleep(250)
      }
    }
    await this.smsc.bound(binds + 1)
  }

  // A start that does not come to its end.
  async #startsInVain(ms) {
    const child = keep(spawn(binary, ['serve', '--config', this.server.config],
      { stdio: 'ignore', env: { ...process.env, ...sanitizerEnv } }))
    const ended = new Promise(done => child.on('close', done))
    await sleep(ms)
    await this.#kill(async () => {
      child.kill('SIGKILL')
      await ended
    })
  }

  async checkpoint() {
    await this.#startsAgain()
    this.life = { isOn: true }
    await this.carrier.begins()
    await this.asks()
    await this.#isQuiet()
    await this.#asksTables(true)
    this.server.canary.end()
  }

  // Nobody does anything; what is on its way arrives.
  async #isQuiet() {
    this.carrier.isPrompt = true
    await until(() => {
      this.carrier.answersAll()
      return !this.carrier.lost.length && !this.carrier.withheld.size
    }, () => `answers to ${this.carrier.lost.length} deliver_sm and ${this.carrier.withheld.size} submit_sm`)
    let before = -1
    await until(async () => {
      const now = this.smsc.submits.length
      const isStill = now === before
      before = now
      this.carrier.answersAll()
      await sleep(isStill ? 0 : throttlePause)
      return isStill && !this.carrier.withheld.size
    }, 'the carrier to get nothing more', 60000)
    this.carrier.isPrompt = false
  }

  async #asksTables(isQuiet) {
    const tables = await until(() => {
      const read = spawnSync('python3', ['-c', reader, this.server.data], { maxBuffer: 1 << 30 })
      if (read.status !== 0) throw new Error(`reading the tables: ${read.stderr}`)
      const all = JSON.parse(read.stdout)
      return all.projected === all.journal && all
    }, 'the tables to follow the journal')
    this.ledger.askedTables(tables, { isQuiet })
    const { code, stdout, stderr } = await this.server.verify()
    this.ledger.holds(code === 0, 'sotto verify says equal', { stdout, stderr })
    this.log(`${this.kills} kills: ${stdout.trim()}; ${this.ledger.answers} answers, ${this.ledger.checks} checks, ` +
      `${this.ledger.failures.length} failures`)
  }

  async runs({ kills, seconds = Infinity }) {
    const started = Date.now()
    const isOver = () => this.kills >= kills || this.ledger.failures.length || (Date.now() - started) / 1000 >= seconds
    await this.begins()
    let looked = 0
    while (!isOver()) {
      const kind = this.dice.weighed([[7, 'traffic'], [1.5, 'quick'], [1.5, 'start']])
      if (this.kills && kind === 'start') {
        await this.#startsInVain(this.dice.between(0, 60))
        continue
      }
      if (this.kills) await this.#startsAgain()
      const isQuick = kind === 'quick'
      await this.lives({ ms: isQuick ? this.dice.between(0, 60) : this.dice.between(30, 900), isQuick })
      if (this.kills - looked < this.every || isOver()) continue
      looked = this.kills
      await this.checkpoint()
      await this.lives({ ms: 50, isQuick: true })
    }
    if (!this.ledger.failures.length) {
      await this.checkpoint()
      await this.server.stop()
      await this.#asksTables(true)
      this.server.canary.end()
    }
    const { answers, failures, checks, counts } = this.ledger
    return { kills: this.kills, seconds: Math.round((Date.now() - started) / 1000), seed: this.seed, answers,
      failures: failures.length, checks, counts }
  }

  async ends({ isKept = false } = {}) {
    this.carrier?.breaks()
    if (this.life) this.life.isOn = false
    await this.server?.kill()
    await this.smsc?.end()
    if (isKept) this.log(`kept: ${this.server.folder}`)
    else await this.server?.remove()
  }
}

function partsOf({ token, text }, { from, to }) {
  const texts = [text.slice(0, 150), text.slice(150)]
  const header = i => Buffer.from([5, 0, 3, Number(token) & 255, texts.length, i + 1])
  return texts.map((one, i) => ({ from, to, esm_class: 0x40, data_coding: 0,
    short_message: Buffer.concat([header(i), encode(one).short_message]) }))
}

// Read-only, as any operator may. The projector is up to 250 ms behind.
const reader = `
import json, sqlite3, sys
def rows(db, sql):
    cursor = db.execute(sql)
    names = [one[0] for one in cursor.description]
    return [dict(zip(names, row)) for row in cursor]
folder = sys.argv[1]
journal = sqlite3.connect('file:%s/journal.db?mode=ro' % folder, uri=True)
tables = sqlite3.connect('file:%s/sotto.db?mode=ro' % folder, uri=True)
last = journal.execute('select max(lsn) from journal').fetchone()[0]
tables.execute('begin')
print(json.dumps({'journal': last, 'projected': tables.execute('select lsn from projected').fetchone()[0],
  'messages': rows(tables, 'select session, seq, agent_index, supervisor_index, type, audience, nickname, text,'
    ' outbound from message order by session, seq'),
  'sessions': rows(tables, 'select id, state from session'),
  'parts': rows(tables, 'select outbound, part, state, attempts, smsc_id from part')}))
`

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '300' }, seed: { type: 'string' },
    seconds: { type: 'string' }, keep: { type: 'boolean', default: false } } })
  const seed = Number(values.seed ?? Date.now() % 1000000000)
  console.log(`seed ${seed}`)
  const run = new Run({ seed })
  let line = { seed, failures: 1 }
  try {
    line = await run.runs({ kills: Number(values.kills), seconds: Number(values.seconds ?? Infinity) })
  } catch (error) {
    console.log(error.stack)
    line = { kills: run.kills, seed, answers: run.ledger.answers, failures: run.ledger.failures.length + 1 }
  }
  await run.ends({ isKept: values.keep })
  console.log(JSON.stringify(line))
  process.exit(line.failures ? 1 : 0)
}
