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
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { keep } from '../lib/atend.mjs'
import { serviceNumber } from '../lib/config.mjs'
import { Ledger, tokenIn } from '../lib/ledger.mjs'
import { random } from '../lib/random.mjs'
import { binary, sanitizerEnv, Server } from '../lib/server.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { until } from '../lib/wait.mjs'
import { Carrier, partsOf, receiveWindow } from './kills_carrier.mjs'
import { agents, both, otherQueue, Person, supervisors } from './kills_people.mjs'
import { Words } from './kills_words.mjs'

const customers = 8
const checkpointEvery = 25     // kills between two looks at all transcripts
const throttlePause = 1300     // PUT_OFF_BUSY_FIRST_MS, twice doubled, and a little: so long nothing need come although something waits
const otherNumber = '15550101'

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
    this.words = new Words(this.ledger)
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
    all.push(this.#refuser(life))
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
      if (!life.isOn || !this.carrier.hasRoom) continue
      const to = dice.chance(0.85) ? serviceNumber : otherNumber
      const isLong = dice.chance(0.06)
      const text = this.ledger.drawsText('in', { by: phone, phone, isLong })
      const fields = { from: phone, to }
      await this.carrier.writes(text, isLong ? partsOf(text, fields) : [{ ...fields, text: text.text }])
    }
  }

  async #refuser(life) {
    const dice = this.dice.fork(2000 + this.kills)
    while (life.isOn) {
      await sleep(dice.between(1, 60))
      if (!life.isOn || !this.carrier.hasRoom || this.words.isWaiting) continue
      const { text, fields } = this.words.next(serviceNumber)
      await this.carrier.writes(text, [fields])
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
    this.words.asked(tables.contacts)
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
  'contacts': rows(tables, 'select phone, opted_out from contact'),
  'parts': rows(tables, 'select outbound, part, state, attempts, smsc_id from part'),
  'lost': rows(tables, 'select outbound, part, lives, given_up from lost')}))
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
