// clock.mjs - can an agent, or the carrier, tell by the clock that silent supervisors watch?
//
// node test/clock/clock.mjs [--samples 2000] [--seconds N] [--grid MS] [--out FILE]
//
// One server, agents alike in all but who watches them: two whom nobody does (the second is the A/A control), one whom 1, one
// whom 3, one whom 10 supervisors do. In each round each of them, in an order drawn anew, goes through a session from the
// customer's text to its end while the supervisors accept, are told, and read (a heavy transcript too). Every second round
// the agent's orders follow each other without pause, else after pauses that are the same for all of a round. What is timed
// is what agents and the carrier get: answers, the invitation, submit_sm, deliver_sm_resp.
//
// It must meet, for each of these times and each number of watchers, by the same clock and rounds:
// - the 99 % bootstrap interval (of rounds) of the ratio of the medians, watched to unwatched, lies within BAND;
// - a permutation test (of who is who within a round; the statistic is the difference of the medians) rejects nothing at
//   ALPHA after Holm.
// The A/A control must pass the same, and PLANTED (each answer of the control later by so much of its median) must be found by
// both; else the run is void. Its last line is the result as JSON; exit code 1 where something is not met, 2 where void.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { passwordOf, serviceNumber } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { Wire, invited, keepApart, median, nextOf, ok, startBystanders, startServer, stopServer } from './stopwatch.mjs'

const BAND = 0.02
const ALPHA = 0.01
const CONFIDENCE = 0.99
const PLANTED = 0.05
const RESAMPLES = 2000
const PERMUTATIONS = 10000 // the least p must be below what Holm asks of the first of all comparisons
const PAUSES_MS = 12     // at most, before an order
const BREATH_MS = 1      // before each order, of orders without pause as well: the watchers' programs have the processor. Of a
// grid's 4 ms 2 are left by then, so that an order comes in the very next turn all the same
const QUIET_MS = 15      // nobody asks for anything: whoever comes next finds no work of who went before
const WARM_UP = 20       // rounds that count nothing
const HEAVY_TEXTS = 64   // of a session that the supervisors read whenever they accept another

const people = [['nobody', 0], ['nobody again', 0], ['1 watcher', 1], ['3 watchers', 3], ['10 watchers', 10]]
  .map(([name, watchers], i) => ({ name, watchers, agent: `agent${i}`, phone: `1555100000${i}` }))
const supervisors = Array.from({ length: 10 }, (_, i) => `supervisor${i}`)
const heavyAgent = 'heavy'

const now = () => Number(process.hrtime.bigint()) / 1e6

// Who takes the time does not let go of the processor until there is an answer: what watchers leave in its caches is not timed.
function stayAwake() {
  let isOver = false
  const look = () => { if (!isOver) setImmediate(look) }
  look()
  return { end: () => { isOver = true } }
}
const draw = n => Math.floor(Math.random() * n)

function shuffled(values) {
  const result = [...values]
  for (let i = result.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

// --- a Bayeux client: polls without end and shows what it gets --------------------------------------------------------

class Polls {
  constructor(port, user, onNews) { Object.assign(this, { wire: new Wire(port, user), onNews }) }

  say(message) { return this.wire.ask('POST', '/notifications', JSON.stringify([message])) }

  async begin() {
    await this.wire.ready
    const { first } = await this.say({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] })
    this.clientId = /"clientId":"(\w+)"/.exec(first)[1]
    await this.say({ channel: '/meta/subscribe', clientId: this.clientId, subscription: '/v2/me/smssessions' })
    this.#go()
  }

  async #go() {
    for (let timeout = 0; !this.isOver; timeout = 20000) {
      const { first } = await this.say({ channel: '/meta/connect', clientId: this.clientId, connectionType: 'long-polling', advice: { timeout } })
      this.onNews(first, now())
    }
  }

  end() { this.isOver = true; this.wire.end() }
}

// --- who watches: accepts what is delivered and reads, in a process of its own ------------------------------------------

async function watch({ port, heavySession }) {
  let pending = 0, lastAt = now()
  const one = async user => {
    const wire = new Wire(port, user)
    await wire.ready
    const seen = new Set()
    const accept = async session => {
      pending++
      const at = `/me/smssessions/${session}`
      await wire.ask('POST', at, JSON.stringify({ operationName: 'Accept' }))
      await wire.ask('GET', `${at}/messages`)
      if (heavySession) await wire.ask('GET', `/me/smssessions/${heavySession}/messages`)
      pending--
      lastAt = now()
    }
    let line = Promise.resolve()
    const polls = new Polls(port, user, news => {
      lastAt = now()
      for (const [, id] of news.matchAll(/"id":"(\w{16})"/g)) {
        if (!news.includes('"Invited"') || seen.has(id)) continue
        seen.add(id)
        line = line.then(() => accept(id))
      }
    })
    await polls.begin()
    return { end: () => { polls.end(); wire.end() } }
  }
  const all = await Promise.all(supervisors.map(one))
  process.on('message', async what => {
    if (what.heavySession) heavySession = what.heavySession
    if (what.end) { for (const each of all) each.end(); return process.disconnect() }
    while (pending || now() - lastAt < QUIET_MS) await sleep(2)
    process.send('quiet')
  })
  process.send('ready')
}

// --- the agents ---------------------------------------------------------------------------------------------------------

class Agent {
  constructor(server, smsc, person) {
    Object.assign(this, person, { smsc, server, wire: new Wire(server.port, person.agent) })
    this.polls = new Polls(server.port, person.agent, (news, at) => { if (news.includes('"Invited"')) this.onInvited?.(news, at) })
  }

  async begin() {
    await Promise.all([this.wire.ready, this.polls.begin()])
    const rest = new Rest(this.server, { user: this.agent, password: passwordOf(this.agent) })
    await ok(rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
    return this
  }

  end() { this.polls.end(); this.wire.end() }

  // From a customer's text to the end of its session; gives the milliseconds of each step.
  async session(pauses) {
    const times = {}
    const pause = async () => { if (pauses) await sleep(pauses[Object.keys(times).length % pauses.length]) }
    const timed = async (name, act) => {
      await pause()
      await sleep(BREATH_MS)
      const awake = stayAwake()
      const began = now()
      await act(began)
      times[name] = now() - began
      awake.end()
    }
    const order = (name, path, parameters) => timed(name, () => this.wire.operate(path, name.split(' ')[0], parameters))
    await this.wire.ask('GET', '/me/channels') // where the server's grid stands, which is the same for all from here on
    await order('Ready', '/me/channels/smssession')
    let at
    await timed('deliver_sm_resp', async began => {
      const invited = new Promise(done => {
        this.onInvited = (news, when) => { times.invited = when - began; done(/"id":"(\w{16})"/.exec(news)[1]) }
      })
      await this.smsc.deliver({ from: this.phone, to: serviceNumber, text: 'Hello' })
      at = `/me/smssessions/${await invited}`
    })
    times.deliver_sm_resp = this.smsc.answeredAfter
    await order('Accept', at)
    await this.send('SendMessage', at, times, order)
    await timed('messages', () => this.wire.ask('GET', `${at}/messages`))
    await this.send('SendMessage again', at, times, order)
    await order('Complete', at)
    await order('NotReady', '/me/channels/smssession')
    return times
  }

  async send(name, at, times, order) {
    const submitted = new Promise(done => { this.smsc.onSubmit = done })
    let began
    await order(name, at, { get text() { began = now(); return 'How can I help you?' } })
    times[name.replace('SendMessage', 'submit_sm')] = await submitted - began
  }
}

// The carrier: when its own texts were answered, and when ours came.
async function startCarrier() {
  const smsc = await Smsc.start()
  smsc.answer = () => { smsc.onSubmit?.(now()); return 0 }
  smsc.deliver = ({ from, to, text }) => new Promise(done => {
    const began = now()
    smsc.submits.length = 0
    smsc.session.deliver_sm({ source_addr: from, destination_addr: to, short_message: text }, () => {
      smsc.answeredAfter = now() - began
      done()
    })
  })
  return smsc
}

// --- what the numbers say ---------------------------------------------------------------------------------------------

function ratioOf(one, other) { return median(other) / median(one) }

function interval(one, other) {
  const n = one.length, ratios = new Float64Array(RESAMPLES), a = new Float64Array(n), b = new Float64Array(n)
  for (let k = 0; k < RESAMPLES; k++) {
    for (let i = 0; i < n; i++) {
      const j = draw(n)
      a[i] = one[j]
      b[i] = other[j]
    }
    ratios[k] = ratioOf(a, b)
  }
  ratios.sort()
  const tail = (1 - CONFIDENCE) / 2
  return [ratios[Math.floor(tail * RESAMPLES)], ratios[Math.ceil((1 - tail) * RESAMPLES) - 1]]
}

function permuted(one, other) {
  const n = one.length, seen = Math.abs(median(other) - median(one)), a = new Float64Array(n), b = new Float64Array(n)
  let asFar = 1
  for (let k = 0; k < PERMUTATIONS; k++) {
    for (let i = 0; i < n; i++) {
      const isSwapped = Math.random() < 0.5
      a[i] = isSwapped ? other[i] : one[i]
      b[i] = isSwapped ? one[i] : other[i]
    }
    asFar += Math.abs(median(b) - median(a)) >= seen - 1e-9
  }
  return asFar / (PERMUTATIONS + 1)
}

function compare(what, one, other) {
  const [low, high] = interval(one, other)
  return { what, median: median(one), other: median(other), low, high, p: permuted(one, other),
    isWithin: low >= 1 - BAND && high <= 1 + BAND }
}

// Holm: the smallest p is compared with ALPHA / their number, the next with ALPHA / one less ...
function reject(comparisons) {
  if (1 / (PERMUTATIONS + 1) > ALPHA / comparisons.length) throw new Error('so few permutations reject nothing')
  const sorted = [...comparisons].sort((a, b) => a.p - b.p)
  for (const [i, one] of sorted.entries()) {
    if (one.p > ALPHA / (sorted.length - i)) break
    one.isRejected = true
  }
  return comparisons
}

const isMet = comparisons => comparisons.every(one => one.isWithin && !one.isRejected)

function judge(samples) {
  const steps = Object.keys(samples[0])
  const against = arm => steps.map(step => compare(`${step}, ${people[arm].name}`, samples[0][step], samples[arm][step]))
  const control = reject(against(1))
  const watched = reject([...people.keys()].slice(2).flatMap(against))
  const planted = reject(steps.map(step => {
    const later = PLANTED * median(samples[1][step])
    return compare(`${step}, planted`, samples[0][step], samples[1][step].map(time => time + later))
  }))
  return { control, watched, planted }
}

function tell(comparisons) {
  for (const { what, median, other, low, high, p, isWithin, isRejected } of comparisons)
    console.log(`${isWithin && !isRejected ? '      ' : '  ->  '}${what.padEnd(34)} ${median.toFixed(3)} ${other.toFixed(3)} ms` +
      `  ratio ${(other / median).toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]  p ${p.toFixed(4)}`)
}

// --- the trial ----------------------------------------------------------------------------------------------------------

async function heavySession(server, smsc, agent) {
  const rest = new Rest(server, { user: heavyAgent, password: passwordOf(heavyAgent) })
  await ok(rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
  await ok(rest.ask('/me/channels/smssession', 'Ready'))
  await smsc.deliver({ from: '15551009999', to: serviceNumber, text: 'Hello' })
  const id = await invited(rest)
  await ok(rest.ask(`/me/smssessions/${id}`, 'Accept'))
  for (let i = 0; i < HEAVY_TEXTS; i++) await ok(rest.ask(`/me/smssessions/${id}`, 'SendMessage', { text: 'x'.repeat(600) }))
  await ok(rest.ask('/me/channels/smssession', 'NotReady'))
  return id
}

async function order(server, whom) {
  for (const [i, user] of supervisors.entries()) {
    const rest = new Rest(server, { user, password: passwordOf(user) })
    await ok(rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
    for (const agent of whom(i)) await ok(rest.ask(`/users/${agent}/channels/smssession`, 'Monitor'))
  }
}

async function rounds({ agents, watchers, samples, end }) {
  const taken = people.map(() => ({}))
  for (let round = -WARM_UP; round < samples && !(end && Date.now() > end); round++) {
    const pauses = round & 1 ? Array.from({ length: 9 }, () => draw(PAUSES_MS)) : null
    const first = draw(QUIET_MS)
    for (const which of shuffled(agents.keys())) {
      watchers.send({})
      await nextOf(watchers)
      await sleep(first)
      const times = await agents[which].session(pauses)
      if (round < 0) continue
      for (const [step, time] of Object.entries(times)) (taken[which][step] ??= []).push(time)
    }
  }
  return taken
}

async function main() {
  const { values } = parseArgs({ options: { samples: { type: 'string', default: '2000' }, seconds: { type: 'string' },
    grid: { type: 'string', default: '4' }, out: { type: 'string' } } })
  const folder = await mkdtemp(join(tmpdir(), 'sotto-clock-'))
  const smsc = await startCarrier()
  const users = Object.fromEntries([...people.map(one => one.agent), heavyAgent].map(name => [name, { roles: ['agent'] }])
    .concat(supervisors.map(name => [name, { roles: ['supervisor'] }])))
  const server = await startServer(folder, users, smsc, { 'gate.grid': Number(values.grid) })
  let taken, watchers, agents = []
  try {
    const { socket } = await smsc.bound()
    socket.setNoDelay(true) // else the carrier's own habit is what is timed
    await order(server, i => [heavyAgent, ...people.filter(one => one.watchers > i).map(one => one.agent)])
    watchers = await startBystanders(import.meta.url, { port: server.port })
    const heavy = await heavySession(server, smsc)
    watchers.send({ heavySession: heavy })
    await nextOf(watchers)
    keepApart(server)
    agents = await Promise.all(people.map(person => new Agent(server, smsc, person).begin()))
    taken = await rounds({ agents, watchers, samples: Number(values.samples), end: values.seconds && Date.now() + 1000 * Number(values.seconds) })
  } finally {
    for (const agent of agents) agent.end()
    watchers?.send({ end: true })
    await stopServer(server)
    await smsc.end().catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
  if (values.out) await writeFile(values.out, JSON.stringify(taken))
  const { control, watched, planted } = judge(taken)
  for (const part of [control, watched, planted]) tell(part)
  const isVoid = !isMet(control) || !planted.every(one => one.isRejected && !one.isWithin)
  const result = { samples: taken[0].Accept.length, failures: isMet(watched) && !isVoid ? 0 : 1,
    least_ratio: Math.min(...watched.map(one => one.low)), most_ratio: Math.max(...watched.map(one => one.high)), least_p: Math.min(...watched.map(one => one.p)) }
  if (isVoid) result.failed = 'void'
  else if (!isMet(watched)) result.failed = watched.find(one => !one.isWithin || one.isRejected).what
  console.log(JSON.stringify(result))
  process.exitCode = isVoid ? 2 : result.failures
}

if (process.argv[2] === '--bystanders') await watch(JSON.parse(process.argv[3]))
else await main()
