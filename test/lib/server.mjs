// server.mjs - the real binary as a child: config written, started, stopped, killed, restarted on its folder.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keep } from './atend.mjs'
import { Canary } from './canary.mjs'
import { configText } from './config.mjs'
import { answersAlways200 } from './contract.mjs'
import { request } from './rest.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const binary = resolve(root, process.env.SOTTO_BINARY ?? 'build/sotto')
export const repository = root

// A failing start or stop is told after this; nothing waits for it when all goes well.
const patience = 20000

// Said on stderr by sanitizers and by CHECK(): the scenario that saw one has failed.
const broken = /AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:|CHECK failed|broken promise/

// Little of what is freed is kept from being used again: some tests measure the server's memory.
export const sanitizerEnv = {
  ASAN_OPTIONS: 'abort_on_error=0:exitcode=99:detect_leaks=1:quarantine_size_mb=8',
  UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1:exitcode=99',
}

export function assertClean(stderr, what) {
  const at = stderr.search(broken)
  assert.ok(at < 0, `${what} broke a promise:\n${stderr.slice(Math.max(0, at - 200), at + 4000)}`)
}

// Runs `sotto ARGS` to its end.
export function sotto(args, { input, env, cwd, timeout = patience } = {}) {
  return new Promise((done, fail) => {
    const child = keep(spawn(binary, args, { cwd, env: { ...process.env, ...sanitizerEnv, ...env } }))
    let stdout = '', stderr = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(new Error(`sotto ${args.join(' ')} did not end within ${timeout} ms\n${stdout}${stderr}`))
    }, timeout)
    child.stdout.on('data', part => { stdout += part })
    child.stderr.on('data', part => { stderr += part })
    child.on('error', fail)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      try { assertClean(stderr, `sotto ${args.join(' ')}`) } catch (error) { return fail(error) }
      done({ code, signal, stdout, stderr })
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
  })
}

export async function temporaryFolder() {
  return mkdtemp(join(tmpdir(), 'sotto-test-'))
}

// One server on one data folder. settings: see config.mjs; also disk: a SmallDisk for the data folder, env: variables.
export class Server {
  constructor(folder, settings) {
    Object.assign(this, { folder, settings, child: null, stdout: '', stderr: '' })
    this.data = join(folder, 'data')
    this.config = join(folder, 'sotto.yaml')
    this.canary = new Canary(settings.users)
    this.canary.at(settings.smsc)
  }

  static async start(settings) {
    assert.ok(existsSync(binary), `${binary} is not there: run make build, or set SOTTO_BINARY`)
    const server = new Server(await temporaryFolder(), settings)
    try {
      settings.disk?.mount(server.data)
      await server.startAgain()
    } catch (error) {
      await server.remove()
      throw error
    }
    return server
  }

  // The file as the settings say, changed.
  async writesConfig(changes = {}) {
    Object.assign(this.settings, changes)
    await writeFile(this.config, configText({ ...this.settings, data: this.data, port: this.listened ?? 0,
      called: (user, name) => this.canary.called(user, name) }))
  }

  reload() { return sotto(['reload', '--dir', this.data]) }

  // Starts on the folder as it is, on the same port where there was one before.
  async startAgain(changes = {}) {
    assert.equal(this.child, null, 'the server runs already')
    this.listened = this.port ?? 0
    await this.writesConfig(changes)
    this.stdout = this.stderr = ''
    const child = this.child = keep(spawn(binary, ['serve', '--config', this.config],
      { env: { ...process.env, ...sanitizerEnv, ...this.settings.env }, stdio: ['ignore', 'pipe', 'pipe'] }))
    this.ended = new Promise(done => {
      child.on('error', error => done({ code: null, signal: null, error }))
      child.on('close', (code, signal) => done({ code, signal }))
    })
    child.stderr.on('data', part => { this.stderr += part })
    await new Promise((ready, fail) => {
      const timer = setTimeout(() => fail(new Error(`no ready line within ${patience} ms: ${this.said()}`)), patience)
      const settle = (how, value) => { clearTimeout(timer); how(value) }
      child.stdout.on('data', part => {
        this.stdout += part
        const match = /^ready (http:\/\/127\.0\.0\.1:(\d+))$/m.exec(this.stdout)
        if (!match) return
        this.url = match[1]
        this.port = Number(match[2])
        this.canary.at(this.port)
        if (this.settings.config?.['api.always200']) answersAlways200(this.port)
        settle(ready)
      })
      this.ended.then(({ code, signal, error }) =>
        settle(fail, new Error(`the server ended before it was ready (${error ?? `${code} ${signal}`}): ${this.said()}`)))
    }).catch(async error => {
      await this.kill()
      throw error
    })
    this.api = `${this.url}/api/v2`
    return this
  }

  said() { return `\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}` }

  // The process that was killed knows nothing of it: no farewell, no flush.
  async kill() {
    if (!this.child) return
    this.child.kill('SIGKILL')
    await this.ended
    this.child = null
    assertClean(this.stderr, 'the server')
  }

  // As on a machine that is suspended: time goes on, the process does not.
  async standsStill(ms) {
    this.child.kill('SIGSTOP')
    await new Promise(done => { setTimeout(done, ms) })
    this.child.kill('SIGCONT')
  }

  // SIGTERM, and the promises that a graceful end makes.
  async stop() {
    if (!this.child) return
    const child = this.child
    const timer = setTimeout(() => child.kill('SIGKILL'), patience)
    child.kill('SIGTERM')
    const { code, signal } = await this.ended
    clearTimeout(timer)
    this.child = null
    assertClean(this.stderr, 'the server')
    assert.equal(signal, null, `the server did not stop within ${patience} ms on SIGTERM${this.said()}`)
    assert.equal(code, 0, `exit code of a graceful stop${this.said()}`)
  }

  async restart(changes) {
    await this.stop()
    return this.startAgain(changes)
  }

  async remove() {
    this.settings.disk?.unmount()
    await rm(this.folder, { recursive: true, force: true })
  }

  // End of a test: a server that is still there must stop gracefully, and nobody has got what was not for them.
  async end() {
    try {
      await this.stop()
    } finally {
      await this.remove()
      this.canary.end()
    }
  }

  request(method, path, options) { return request(method, this.api + path, options) }

  // How `user` and `verify` are told which centre.
  where() { return ['--config', this.config] }

  verify() { return sotto(['verify', ...this.where()]) }
}
