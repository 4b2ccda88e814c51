// stopwatch.mjs - what the trials by the clock share: a client that costs next to nothing, a server, people in threads.
import { execFileSync, fork, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import net from 'node:net'
import { cpus } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { keep } from '../lib/atend.mjs'
import { configText, passwordOf } from '../lib/config.mjs'
import { basic } from '../lib/rest.mjs'
import { until } from '../lib/wait.mjs'

export function median(values) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

// --- a client that costs next to nothing: bytes are counted, not understood ----------------------------------------

export class Wire {
  constructor(port, user) {
    this.head = `Host: 127.0.0.1\r\nAuthorization: ${basic(user, passwordOf(user))}\r\n`
    this.socket = net.connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.fail = () => {}
    this.ready = new Promise((done, fail) => { this.fail = fail; this.socket.once('connect', done) })
    this.socket.on('error', error => this.fail(error))
    this.socket.on('close', () => this.fail(new Error('the server closed the connection')))
  }

  // {bytes, first (the first 600), last (the last 200)} of the answer.
  ask(method, path, body = '') {
    const length = body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` : ''
    this.socket.write(`${method} /api/v2${path} HTTP/1.1\r\n${this.head}${length}\r\n${body}`)
    return new Promise((done, fail) => {
      let bytes = 0, wanted = null, first = Buffer.alloc(0), last = Buffer.alloc(0)
      const onData = part => {
        bytes += part.length
        if (first.length < 4096) first = Buffer.concat([first, part]).subarray(0, 4096)
        last = part.length >= 200 ? part.subarray(-200) : Buffer.concat([last, part]).subarray(-200)
        if (wanted === null) {
          const end = first.indexOf('\r\n\r\n')
          if (end < 0) return
          const size = /\r\nContent-Length: (\d+)/.exec(first.subarray(0, end).toString())
          wanted = size ? end + 4 + Number(size[1]) : Infinity
        }
        const isOver = wanted === Infinity ? last.subarray(-7).toString() === '\r\n0\r\n\r\n' : bytes >= wanted
        if (!isOver) return
        this.socket.off('data', onData)
        done({ bytes, first: first.toString(), last: last.toString() })
      }
      this.fail = fail
      this.socket.on('data', onData)
    })
  }

  // What is still asked is answered to nobody.
  end() { this.fail = () => {}; this.socket.destroy() }

  async operate(path, operationName, parameters = {}) {
    const { first } = await this.ask('POST', path, JSON.stringify({ operationName, ...parameters }))
    if (!first.startsWith('HTTP/1.1 200')) throw new Error(`${operationName}: ${first}`)
  }
}

// --- the server, and people who must not be in the way of who takes the time -----------------------------------------

// {child, port, api}; what it says on stderr goes to ours.
export async function startServer(folder, users, smsc, config = {}) {
  const file = join(folder, 'sotto.yaml')
  await writeFile(file, configText({ data: join(folder, 'data'), users, smsc: smsc.port, config: { 'log.level': 'error', ...config } }))
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const child = keep(spawn(resolve(root, process.env.SOTTO_BINARY ?? 'build/sotto'), ['serve', '--config', file],
    { stdio: ['ignore', 'pipe', 'inherit'] }))
  const port = await new Promise((done, fail) => {
    let said = ''
    child.stdout.on('data', part => {
      const match = /^ready http:\/\/127\.0\.0\.1:(\d+)$/m.exec(said += part)
      if (match) done(Number(match[1]))
    })
    child.on('close', code => fail(new Error(`the server ended with ${code}`)))
  })
  return { child, port, api: `http://127.0.0.1:${port}/api/v2` }
}

export async function stopServer({ child }) {
  child.removeAllListeners('close')
  const ended = new Promise(done => child.once('close', done))
  child.kill('SIGTERM')
  await ended
}

export const nextOf = worker => new Promise(done => worker.once('message', done))

// The same file once more in a thread of its own, as workerData.role; ready once it has said so.
export async function startWorker(file, role, data) {
  const worker = new Worker(new URL(file), { workerData: { role, ...data } })
  await nextOf(worker)
  return worker
}

// The same file once more as a process that runs while nobody else wants the processor (the kernel's idle class): in the
// field the watchers sit at machines of their own, and cost an agent's machine nothing. Ready once it has said so.
export async function startBystanders(file, data) {
  const child = keep(fork(fileURLToPath(file), ['--bystanders', JSON.stringify(data)], { execPath: 'chrt', execArgv: ['--idle', '0', process.execPath] }))
  await nextOf(child)
  return child
}

// A processor for the server, another for who takes the time: neither waits for the other to be moved. Of one there is no choice.
export function keepApart({ child }) {
  const last = cpus().length - 1
  if (!last) return
  const bind = (list, pid) => execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)], { stdio: 'ignore' })
  bind(`0-${last - 1}`, child.pid)
  bind(String(last), process.pid)
}

// --- what is asked beside the clock ----------------------------------------------------------------------------------

// The body of an answer of lib/rest.mjs that is a success.
export async function ok(answer) {
  const { code, raw } = await answer
  if (code !== 0) throw new Error(raw)
  return (await answer).body
}

// The id of the session to which the user is invited, once there is one.
export async function invited(rest) {
  return until(async () => (await ok(rest.get('/me/smssessions?fields=*'))).smssessions
    .find(one => one.state === 'Invited')?.id, `an invitation of ${rest.user}`)
}
