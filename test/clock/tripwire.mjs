// tripwire.mjs - can an agent lay a tripwire? The agent makes a transcript heavy (texts that JSON makes six times as
// long), and pings; when a silent supervisor accepts and reads all of it, no ping may take longer than where nobody
// looks, but for what the loop does in one turn.
//
// node test/clock/tripwire.mjs [--texts 200,2000] [--rounds 6] [--seconds N]
//
// A stopwatch beside its control, so it belongs on a release build and on a machine with little else to do; `make check`
// counts work instead. Three kinds of round, in turn: `unwatched` (nobody looks), `watched` (the supervisor accepts,
// polls the history to its end and GETs it), `planted` (nobody looks, and the server is stopped for some milliseconds,
// which is a stall that the stopwatch must find: else it can find none, and the trial is void). What is void, or stalls for
// less than was planted, is tried again, and counts as failed if it stays so.
//
// It must meet: the worst ping of a watched round is at most STALL_MS above that of an unwatched one (of each kind the
// lower quartile of the rounds). Its last line is the result as JSON; exit code 1 where that does not hold or the trial is void.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { passwordOf, queueName, serviceNumber } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { Wire, invited, median, nextOf, ok, startServer, startWorker, stopServer } from './stopwatch.mjs'

const STALL_MS = 5          // of loop time a turn, the bound that the server keeps
const PLANTED_MS = 12       // a stall that must break that bound, or none would: 200 texts made one of 37 to 62 ms
const QUIET_BYTES = 500     // a reply to a poll without news is shorter
const TRIES = 3             // where something else disturbed the stopwatch
const LEAST_WINDOW_MS = 250 // of pings, also where the supervisor is quick

const heavyText = '\u0001'.repeat(4096)
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]
// Of the rounds' worst pings the quarter that other programs disturbed least: what the server does, it does each time.
const steady = values => quantile(values, 0.25)

// --- who looks: accepts, polls until the history is told, reads all by GET ------------------------------------------

async function supervise({ port }) {
  const wire = new Wire(port, 'sam'), polls = new Wire(port, 'sam')
  await Promise.all([wire.ready, polls.ready])
  const say = async message => polls.ask('POST', '/notifications', JSON.stringify([message]))
  const { first } = await say({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] })
  const clientId = /"clientId":"(\w+)"/.exec(first)[1]
  await say({ channel: '/meta/subscribe', clientId, subscription: '/v2/me/smssessions' })
  const poll = timeout => say({ channel: '/meta/connect', clientId, connectionType: 'long-polling', advice: { timeout } })
  const idle = setInterval(() => { if (!busy) waiting = poll(0) }, 3000)
  let busy = false, waiting
  parentPort.on('message', async ({ session, end }) => {
    if (end) { clearInterval(idle); wire.socket.destroy(); polls.socket.destroy(); return parentPort.close() }
    busy = true
    await waiting
    let told = 0, count = 0
    // Until nothing more comes, as a reply without news tells.
    const pollAll = async () => {
      for (let isOver = false; !isOver; count++) {
        const { bytes } = await poll(0)
        told += bytes
        isOver = bytes < QUIET_BYTES
      }
    }
    await pollAll()
    told = count = 0
    const held = poll(20000) // as people's clients do: a poll is held when the news comes
    await sleep(10)
    await wire.operate(`/me/smssessions/${session}`, 'Accept')
    told += (await held).bytes
    await pollAll()
    const got = await wire.ask('GET', `/me/smssessions/${session}/messages`)
    busy = false
    parentPort.postMessage({ told, polls: count, got: got.bytes })
  })
  parentPort.postMessage('ready')
}

// --- who pings: one after the other, until told to stop; gives how long each took -----------------------------------

async function pinging({ port }) {
  const wire = new Wire(port, 'ana')
  await wire.ready
  let isOn = false
  parentPort.on('message', async what => {
    if (what === 'end') { wire.socket.destroy(); return parentPort.close() }
    if (what === 'stop') { isOn = false; return }
    isOn = true
    const times = []
    while (isOn) {
      const began = process.hrtime.bigint()
      await wire.ask('GET', '/me/channels')
      times.push(Number(process.hrtime.bigint() - began) / 1e6)
    }
    parentPort.postMessage(times)
  })
  parentPort.postMessage('ready')
}

// --- the trial ------------------------------------------------------------------------------------------------------

// One session of so many heavy texts. The carrier is away meanwhile: its work is not what is measured.
async function heavy(ana, smsc, count) {
  await smsc.deliver({ from: '15551000001', to: serviceNumber, text: 'Hello' })
  const session = await invited(ana)
  await ok(ana.ask(`/me/smssessions/${session}`, 'Accept'))
  await smsc.end()
  for (let i = 0; i < count; i++) await ok(ana.ask(`/me/smssessions/${session}`, 'SendMessage', { text: heavyText }))
  return session
}

const kinds = ['unwatched', 'watched', 'planted']

async function round(kind, { server, ana, sam, session, pinger, watcher, window }) {
  const at = `/me/smssessions/${session}`
  await ok(ana.ask(at, 'Complete', { queueName }))
  await ok(ana.ask('/me/channels/smssession', 'NotReady'))
  await ok(ana.ask('/me/channels/smssession', 'Ready'))
  await invited(ana)
  await ok(ana.ask(at, 'Accept'))
  await invited(sam)
  pinger.postMessage('start')
  const began = Date.now()
  await sleep(50)
  let seen
  if (kind === 'watched') {
    watcher.postMessage({ session })
    seen = await nextOf(watcher)
    window.ms = Math.max(LEAST_WINDOW_MS, Date.now() - began)
  } else if (kind === 'planted') {
    server.child.kill('SIGSTOP')
    await sleep(PLANTED_MS)
    server.child.kill('SIGCONT')
  }
  await sleep(Math.max(0, window.ms - (Date.now() - began)))
  const times = nextOf(pinger)
  pinger.postMessage('stop')
  return { times: await times, seen }
}

async function trial(texts, { rounds, until: end }) {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-tripwire-'))
  const smsc = await Smsc.start()
  const server = await startServer(folder, { ana: { roles: ['agent'] }, sam: { roles: ['supervisor'] } }, smsc, { 'bootstrap.routing.reject-wait': 1 })
  const rest = user => new Rest(server, { user, password: passwordOf(user) })
  const ana = rest('ana'), sam = rest('sam')
  const workers = []
  try {
    await smsc.bound()
    for (const who of [ana, sam]) await ok(who.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
    await ok(ana.ask('/me/channels/smssession', 'Ready'))
    const session = await heavy(ana, smsc, texts)
    await ok(sam.ask('/users/ana/channels/smssession', 'Monitor'))
    const pinger = await startWorker(import.meta.url, 'pinger', { port: server.port })
    const watcher = await startWorker(import.meta.url, 'supervisor', { port: server.port })
    workers.push(pinger, watcher)
    const scene = { server, ana, sam, session, pinger, watcher, window: { ms: LEAST_WINDOW_MS } }
    await round('watched', scene) // says how long a window must be
    const worst = { unwatched: [], watched: [], planted: [] }, middle = { unwatched: [], watched: [], planted: [] }
    let pings = 0, seen
    for (let i = 0; i < rounds || (end && Date.now() < end); i++) {
      for (let k = 0; k < kinds.length; k++) {
        const kind = kinds[(i + k) % kinds.length]
        const result = await round(kind, scene)
        seen = result.seen ?? seen
        pings += result.times.length
        worst[kind].push(Math.max(...result.times))
        middle[kind].push(median(result.times))
      }
    }
    return { texts, rounds: worst.watched.length, pings, seen,
      worst: Object.fromEntries(kinds.map(kind => [kind, steady(worst[kind])])),
      worstOfAll: Object.fromEntries(kinds.map(kind => [kind, Math.max(...worst[kind])])),
      middle: Object.fromEntries(kinds.map(kind => [kind, median(middle[kind])])) }
  } finally {
    for (const [i, worker] of workers.entries()) worker.postMessage(i ? { end: true } : 'end')
    await stopServer(server)
    await smsc.end().catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

function verdict({ texts, worst }) {
  const words = `${texts} texts of 4,096 escaped characters: the worst ping of a round ${worst.watched.toFixed(1)} ms where ` +
    `a supervisor accepts and reads, ${worst.unwatched.toFixed(1)} ms where nobody does`
  const stall = worst.watched - worst.unwatched
  if (stall > PLANTED_MS) return { name: 'tripwire', words } // on whatever machine, and at once
  if (worst.planted - worst.unwatched <= STALL_MS)
    return { name: 'void', words: `${words}; a stall of ${PLANTED_MS} ms that was planted was not found (${worst.planted.toFixed(1)} ms)` }
  return { name: stall <= STALL_MS ? 'met' : 'stall', words } // the server's own is there each time
}

async function main() {
  const { values } = parseArgs({ options: { texts: { type: 'string', default: '200,2000' },
    rounds: { type: 'string', default: '6' }, seconds: { type: 'string' } } })
  const sizes = values.texts.split(',').map(Number)
  const result = { rounds: 0, pings: 0, failures: 0 }
  for (const [i, texts] of sizes.entries()) {
    // The time that is there is shared among the sizes.
    const end = values.seconds && Date.now() + 1000 * Number(values.seconds) / sizes.length
    let found, name, words
    for (let tries = 0; tries < TRIES && (!name || ['void', 'stall'].includes(name)); tries++) {
      found = await trial(texts, { rounds: end ? 3 : Number(values.rounds), until: end });
      ({ name, words } = verdict(found))
      console.log(`${name}: ${words}`)
      console.log(JSON.stringify(found))
    }
    result.rounds += found.rounds
    result.pings += found.pings
    result[`stall_${texts}_ms`] = Number((found.worst.watched - found.worst.unwatched).toFixed(2))
    if (name !== 'met') result.failed = `${name} ${texts}`
    result.failures += name !== 'met'
  }
  result.planted_ms = PLANTED_MS
  console.log(JSON.stringify(result))
  process.exitCode = result.failures ? 1 : 0
}

if (isMainThread) await main()
else await { pinger: pinging, supervisor: supervise }[workerData.role](workerData)
