// demo.mjs - `sotto demo` as a child: what it prints, and its end.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd, keep } from './atend.mjs'
import { Canary } from './canary.mjs'
import { request } from './rest.mjs'
import { assertClean, binary, repository, sanitizerEnv } from './server.mjs'
import { until } from './wait.mjs'

// A command that runs on: its lines, until it is told to end.
export class Running {
  constructor(command, args, env = {}) {
    this.out = this.err = ''
    this.name = [command, ...args].join(' ')
    this.child = keep(spawn(command, args, { cwd: repository, env: { ...process.env, ...sanitizerEnv, ...env } }))
    this.child.stdout.on('data', part => { this.out += part })
    this.child.stderr.on('data', part => { this.err += part })
    this.ended = new Promise(done => this.child.on('close', (code, signal) => done({ code, signal })))
  }

  async prints(pattern, within = 30000) {
    await until(() => pattern.test(this.out) || this.child.exitCode !== null, () => `${pattern} from ${this.name}:\n${this.out}\n${this.err}`, within)
    const match = pattern.exec(this.out)
    assert.ok(match, `${this.name} ended without ${pattern}:\n${this.out}\n${this.err}`)
    return match
  }

  // SIGTERM (or another); it must end by itself, with code 0 and nothing broken.
  async end(signal = 'SIGTERM') {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.ended
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 20000)
    this.child.kill(signal)
    const result = await this.ended
    clearTimeout(timer)
    assertClean(this.err, this.name)
    assert.deepEqual(result, { code: 0, signal: null }, `${this.name}:\n${this.err.slice(-2000)}`)
    return result
  }
}

// With what the customers' stories begin.
const openings = [...readFileSync(join(repository, 'src/smsc/smsc_stories.def'), 'utf8')
  .matchAll(/^STORY\(((?:\s*"(?:[^"\\]|\\.)*")+),/gm)]
  .map(([, literals]) => [...literals.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([one]) => JSON.parse(one)).join(''))

// A session opens with a question: an answer came in the session in which it was asked for.
function assertOpenings(out) {
  const opened = new Set()
  for (const [, id, what] of out.matchAll(/^\d\d:\d\d:\d\d ([0-9A-Z]{16}) (.*)$/gm)) {
    if (what.startsWith('opens: ')) opened.add(id)
    const text = /^\+\d+: (.*)$/.exec(what)?.[1]
    if (text === undefined || !opened.delete(id)) continue
    assert.ok(openings.includes(text), `session ${id} of the demo opens with: ${text}`)
  }
}

const demoSupervisors = { sam: { roles: ['supervisor'] }, sue: { roles: ['supervisor'] } }

export async function demo(t, ...args) {
  const running = new Running(binary, ['demo', '--port', '0', ...args])
  const canary = running.canary = new Canary(demoSupervisors, { disguised: false })
  atEnd(t, () => canary.end())
  atEnd(t, () => running.end())
  if (!args.includes('--no-bots')) atEnd(t, () => assertOpenings(running.out))
  running.url = (await running.prints(/^ready (http:\/\/127\.0\.0\.1:\d+)$/m))[1]
  running.api = `${running.url}/api/v2`
  canary.at(Number(new URL(running.url).port))
  // Their names are fixed and short, so their ids must do.
  for (const user of Object.keys(demoSupervisors)) await request('GET', `${running.api}/me`, { user, password: 'demo' })
  return running
}
