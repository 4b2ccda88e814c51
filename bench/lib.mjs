// lib.mjs - what the measurements share: servers on CPU 0, generators on CPU 1, a configuration, REST, medians.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const here = path.dirname(fileURLToPath(import.meta.url))
const built = path.join(here, '..', 'build-bench')
export const program = name => path.join(built, name)
export const sottoBinary = process.env.SOTTO_BINARY ?? program('src/sotto')

const number = (name, otherwise) => Number(process.env[name] ?? otherwise)
export const settings = {
  rounds: number('ROUNDS', 5),
  seconds: number('SECONDS_EACH', 3),
  users: number('USERS', 1000),      // notify
  idle: number('IDLE', 5000),        // idle
  grid: number('GRID', 0),           // gate.grid; peers have none
  rate: number('RATE', 0),           // notify: operations a second; 0: closed loop
}

// --- processes ------------------------------------------------------------------------------------------------------

// What was started and not stopped ends with us, by its own process id; scratch folders go.
const running = new Set(), folders = []
process.on('exit', () => {
  for (const child of running) {
    if (child.worker) process.kill(child.worker, 'SIGKILL')
    child.kill('SIGKILL')
  }
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

// Must not be on a tmpfs, where a commit costs nothing.
export function scratch() {
  folders.push(fs.mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), 'sotto-bench-')))
  return folders.at(-1)
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

function start(cpu, command, options = {}) {
  const child = spawn('taskset', ['-c', String(cpu), ...command], { stdio: ['ignore', 'pipe', 'inherit'], ...options })
  child.text = ''
  child.stdout?.on('data', bytes => { child.text += bytes })
  running.add(child)
  child.ended = new Promise(done => child.on('close', code => { running.delete(child); done(code) }))
  return child
}

export async function stop(child) {
  const hard = setTimeout(() => child.kill('SIGKILL'), 20000)
  child.kill('SIGTERM')
  const code = await child.ended
  clearTimeout(hard)
  return code
}

const isUp = port => new Promise(done => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); done(true) })
  socket.on('error', () => done(false))
})

async function startServer(port, command, options) {
  const child = start(0, command, options)
  let over = false
  child.ended.then(() => { over = true })
  for (let i = 0; i < 3000 && !over; i++) {
    if (await isUp(port)) return child
    await sleep(20)
  }
  throw new Error(`${command[0]} does not serve on port ${port}`)
}

// A generator on CPU 1; resolves with its output. It is bounded in time.
export async function generate(command, { limit = 180000, env = {} } = {}) {
  const child = start(1, command, { env: { ...process.env, ...env } })
  const hard = setTimeout(() => child.kill('SIGKILL'), limit)
  const code = await child.ended
  clearTimeout(hard)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`)
  return child.text
}

export async function fanout(options) {
  const words = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)])
  return JSON.parse(await generate([program('fanout'), ...words], { limit: 700000 }))
}

// CPU seconds of a process, to the tick.
export function cpuOf(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

export function pssOf(pid) {
  return Number(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss: +(\d+) kB$/m)[1])
}

// Waits until the process has nothing to do any more: 300 ms with hardly any CPU time.
export async function settled(pid) {
  for (let i = 0; i < 200; i++) {
    const before = cpuOf(pid)
    await sleep(300)
    if (cpuOf(pid) - before < 0.02) return
  }
  throw new Error(`process ${pid} does not come to rest`)
}

// --- Sotto ----------------------------------------------------------------------------------------------------------

export const sottoPort = number('PORT', 19100)
export const smscPort = sottoPort + 1
export const limitPort = 19000
export const nchanPort = 19010
export const peerPort = { faye: 19042, cometd: 19043, express: 19044, link: sottoPort + 2, kannel: sottoPort + 3 }

// Users u0, u1, ..., password p. The only thing that is made cheaper than in production is the hash of the passwords:
// the minimum cost of argon2id. more: lines of the bootstrap.
export function configure(dir, users, { link = false, capacity = 4, roles = () => 'agent', more = '', level = 'warn' } = {}) {
  const file = path.join(dir, 'sotto.yaml')
  const names = Array.from({ length: users }, (_, i) => `    - {name: u${i}, password: p, roles: [${roles(i)}]}\n`).join('')
  fs.writeFileSync(file, `listen: 127.0.0.1:${sottoPort}\ndata-dir: ${dir}/data\nlog: {level: ${level}}\ngate: {grid: ${settings.grid}}\n` +
    `login: {hash-operations: 1, hash-memory-kib: 8}\nbootstrap:\n  centre: bench\n  agents: {capacity: ${capacity}}\n${more}  users:\n${names}` +
    (link ? '  links:\n    - {name: carrier, host: 127.0.0.1, system-id: bench, password: bench, window: 100, ' +
      `port: ${smscPort}}\n  queues:\n    - {name: service, number: "5000", link: carrier}\n` : ''))
  return file
}

export function startSotto(dir, users, { env = {}, ...options } = {}) {
  return startServer(sottoPort, [sottoBinary, 'serve', '--config', configure(dir, users, options)], { env: { ...process.env, ...env } })
}

// What the link needs that is measured with window unanswered texts.
export const receiveWindow = window => `  smpp: {receive-window: ${window}}\n`

// The data of a centre that was at work, by gen/fill.c: users u0 ... as above. Resolves with {texts, events}.
export async function fill(dir, options) {
  const words = Object.entries({ ...options, folder: path.join(dir, 'data') }).flatMap(([key, value]) => [`--${key}`, String(value)])
  const child = start('0,1', [program('bench/fill'), ...words])
  const code = await child.ended
  if (code !== 0) throw new Error(`fill ended with ${code}`)
  return JSON.parse(child.text)
}

// From exec to the first 200 of one who signs in, in ms.
export async function timeToAnswer(file) {
  const began = performance.now()
  const child = start(0, [sottoBinary, 'serve', '--config', file])
  let over = false
  child.ended.then(() => { over = true })
  while (!over && performance.now() - began < 120000) {
    const answer = await rest('GET', '/me', 0).catch(() => null)
    if (answer?.status === 200) return { child, ms: performance.now() - began }
    await sleep(1)
  }
  throw new Error('sotto does not answer')
}

export async function startNchan(dir) {
  const file = path.join(dir, 'nchan.conf')
  fs.writeFileSync(file, fs.readFileSync(path.join(here, 'nchan.conf'), 'utf8').replaceAll('@DIR@', dir))
  const master = await startServer(nchanPort, ['nginx', '-p', dir, '-e', path.join(dir, 'nginx.log'), '-c', file])
  for (let i = 0; i < 500; i++) { // the port is open before the worker is there
    const worker = Number(fs.readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, 'utf8').trim().split(' ')[0])
    if (worker) return Object.assign(master, { worker })
    await sleep(20)
  }
  throw new Error('nginx has no worker')
}

// bench/peers/NAME.mjs
export const startPeer = (name, ...more) => startServer(peerPort[name], [process.execPath, path.join(here, 'peers', `${name}.mjs`), String(peerPort[name]), ...more],
  { env: { ...process.env, ...(peers ? { PEERS: peers } : {}) } })

// The version of a peer of npm, which is here or in the folder PEERS. null: it is not installed.
const peers = process.env.PEERS && path.resolve(process.env.PEERS)
export function finds(name) {
  for (const from of [import.meta.url, ...(peers ? [`${peers}/`] : [])]) {
    const file = createRequire(from).resolve.paths(name).map(folder => path.join(folder, name, 'package.json')).find(one => fs.existsSync(one))
    if (file) return JSON.parse(fs.readFileSync(file, 'utf8')).version
  }
  return null
}

export const startLimit = dir => startServer(limitPort, [program('limit'), String(limitPort), path.join(dir, 'limit.log')])

export function startSmsc(texts) {
  return start(1, [program('smsc'), '--port', String(smscPort), '--texts', String(texts)])
}

const askedAtMost = 300000 // ms: thousands of users connect meanwhile

// A generator that does one thing after the other: said() resolves with its next line, ask(line) with the answer to that line.
function startAsked(cpu, command) {
  const child = start(cpu, command, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = [], waiting = []
  let isOver = false, rest = ''
  const settle = () => {
    while (lines.length && waiting.length) waiting.shift().done(lines.shift())
    if (isOver) for (const { fail } of waiting.splice(0)) fail(new Error(`${command[0]} has ended`))
  }
  child.stdout.on('data', bytes => {
    const parts = (rest + bytes).split('\n')
    rest = parts.pop()
    lines.push(...parts)
    settle()
  })
  child.ended.then(() => { isOver = true; settle() })
  child.stdin.on('error', () => {}) // it has ended, and that is told
  const said = () => new Promise((done, fail) => {
    const hard = setTimeout(() => fail(new Error(`${command[0]} says nothing`)), askedAtMost)
    waiting.push({ done: line => { clearTimeout(hard); done(line) }, fail })
    settle()
  })
  return Object.assign(child, { said, ask: line => { child.stdin.write(line + '\n'); return said() },
    end: () => { child.stdin.end(); return child.ended } })
}

// gen/smsc.c, which is asked: ask('closed 100 1000 1 3') resolves with what came of it.
export function startCarrier(port = smscPort) {
  const child = startAsked(1, [program('smsc'), '--port', String(port), '--number', '5000', '--ask', '1'])
  const ask = async line => JSON.parse(await child.ask(line))
  const bound = async () => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 30000) // nobody comes
    await ask('bound')
    clearTimeout(hard)
  }
  return { ask, bound, end: child.end }
}

// Peers that send each text back, over a link of their own: each a list of processes.
export const linkPeers = {
  smpp: finds('smpp') && { version: finds('smpp'), start: () => [start(0, [process.execPath, path.join(here, 'peers', 'smpp.mjs'), String(peerPort.link)])] },
  kannel: kannel() && { version: kannel(), start: startKannel },
}

function kannel() {
  if (!['bearerbox', 'smsbox'].every(name => fs.existsSync(`/usr/sbin/${name}`))) return null
  return spawnSync('dpkg-query', ['-W', '-f=${Version}', 'kannel'], { encoding: 'utf8' }).stdout.trim() || 'of unknown version'
}

async function startKannel(dir) {
  const file = path.join(dir, 'kannel.conf'), box = peerPort.kannel + 1
  const ports = { '@PORT@': peerPort.link, '@PORT1@': peerPort.kannel, '@PORT2@': box, '@PORT3@': box + 1 }
  fs.writeFileSync(file, fs.readFileSync(path.join(here, 'kannel.conf'), 'utf8').replaceAll(/@\w+@/g, word => ports[word]))
  const quiet = { stdio: ['ignore', 'ignore', 'ignore'], cwd: dir }
  return [await startServer(box, ['/usr/sbin/bearerbox', file], quiet), start(0, ['/usr/sbin/smsbox', file], quiet)]
}

// Subscribers that are there until they are asked to measure: measure() resolves with their figures.
export async function startListeners(options) {
  const words = Object.entries({ pubs: 0, ask: 1, ...options }).flatMap(([key, value]) => [`--${key}`, String(value)])
  const child = startAsked(1, [program('fanout'), ...words])
  if (await child.said() !== 'ready') throw new Error('the subscribers are not there')
  return { measure: async () => JSON.parse(await child.ask('go')), end: child.end }
}

// System calls of a process in so many seconds; null where perf is not there or not allowed.
export async function countCalls(pid, seconds) {
  const child = spawn('perf', ['stat', '-x', ',', '-e', 'raw_syscalls:sys_enter', '-p', String(pid), '--', 'sleep', String(seconds)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr.on('data', bytes => { text += bytes })
  await new Promise(done => { child.on('error', done); child.on('close', done) })
  const found = text.match(/^(\d+),,raw_syscalls/m)
  return found && Number(found[1])
}

// The supervisors of watched.mjs; nobody else's time is to depend on theirs. ask(line) resolves with the answer.
export function startWatchers(count) {
  const child = start(1, ['nice', '-n', '19', process.execPath, path.join(here, 'watchers.mjs'), String(count)],
    { stdio: ['pipe', 'pipe', 'inherit'] })
  let answered, failed
  child.ended.then(() => failed?.(new Error('the watchers have ended')))
  child.stdout.on('data', bytes => answered(String(bytes).trim()))
  const ask = line => new Promise((done, fail) => {
    answered = done
    failed = fail
    child.stdin.write(line + '\n')
  })
  return { ask, end: () => { child.stdin.end(); return child.ended } }
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })

// Resolves with {status, headers, body}. who: a user's number, signing in with Basic, or a cookie.
export function rest(method, url, who, body) {
  const headers = typeof who === 'number'
    ? { Authorization: 'Basic ' + Buffer.from(`u${who}:p`).toString('base64') }
    : { Cookie: who }
  return new Promise((done, fail) => {
    const where = { host: '127.0.0.1', port: sottoPort, path: '/api/v2' + url }
    const request = http.request({ ...where, method, agent, headers }, response => {
      let text = ''
      response.on('data', bytes => { text += bytes })
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) }))
    })
    request.on('error', fail)
    request.end(body && JSON.stringify(body))
  })
}

export async function operate(url, who, operationName, more = {}) {
  const answer = await rest('POST', url, who, { operationName, ...more })
  if (answer.status !== 200) throw new Error(`${operationName} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
}

// The same for users 0 to count - 1, a few at a time.
export async function forAll(count, act) {
  let next = 0
  const worker = async () => { while (next < count) await act(next++) }
  await Promise.all(Array.from({ length: 32 }, worker))
}

export const cookieOf = answer => answer.headers['set-cookie'][0].split(';')[0]

export const sessionsOf = async who => (await rest('GET', '/me/smssessions?fields=*', who)).body.smssessions

// An agent who signed in takes what is offered, up to so many. Resolves with {cookie, paths}.
export async function takeSessions(user, count) {
  const cookie = cookieOf(await rest('GET', '/me', user))
  const paths = new Set()
  await operate('/me/channels/smssession', cookie, 'Ready')
  for (let tries = 0; paths.size < count; tries++) {
    if (tries > 1000) throw new Error(`u${user} was offered ${paths.size} sessions`)
    for (const { id, state } of await sessionsOf(cookie)) {
      if (state !== 'Invited') continue
      await operate(`/me/smssessions/${id}`, cookie, 'Accept')
      paths.add(`/me/smssessions/${id}`)
    }
    await sleep(10)
  }
  return { cookie, paths: [...paths] }
}

export function startCentreSessions(count) {
  return forAll(count, i => operate('/me', i, 'StartContactCenterSession', { channels: ['smssession'] }))
}

// --- figures --------------------------------------------------------------------------------------------------------

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

export const list = (values, digits = 1) => values.map(value => value.toFixed(digits)).join(' ')

// For race.mjs: each round's value.
export const figure = (who, values) => console.log(`figure ${who} ${values.join(' ')}`)

// Prints the mark and sets the exit code.
export function mark(text, isMet) {
  console.log(`${isMet ? 'met   ' : 'MISSED'} ${text}`)
  if (!isMet) process.exitCode = 1
}

// Nothing can be said: neither met nor missed.
export function doubt(text) {
  console.log(`DOUBT  ${text}`)
  process.exitCode = 1
}

export function machine() {
  const git = spawnSync('git', ['-C', here, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim()
  return `${os.cpus()[0]?.model}, ${os.cpus().length} CPUs, Linux ${os.release()}, sotto ${git}, load ${os.loadavg()[0].toFixed(1)}`
}
