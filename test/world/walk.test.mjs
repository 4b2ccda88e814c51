// walk.test.mjs - random conversations of the walk (test/world/walk --traces), done to the real server over REST and
// SMPP, restarts by kill -9 included. After each step every user must be told what the walk says: by a second definition
// of visibility. WALK_TRACES: how many; WALK_SEED: of the first; WALK_STEPS: how long each is.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { atEnd } from '../lib/atend.mjs'
import { passwordOf, serviceNumber } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'
import { binary, Server } from '../lib/server.mjs'
import { OK, Smsc } from '../lib/smsc.mjs'

const walk = resolve(process.env.WALK_BINARY ?? `${dirname(binary)}/../test/walk`)
const count = Number(process.env.WALK_TRACES ?? 12)
const seed = Number(process.env.WALK_SEED ?? 1)
const steps = Number(process.env.WALK_STEPS ?? 60)

// As the walk's centre is set up (test/world/world.c).
const phones = ['15551000001', '15551000002']
// Agents invite whomever they like, so supervisors take part as well: what each user may see is the walk's to say.
const users = { ana: { roles: ['agent'] }, ben: { roles: ['agent'] }, sam: { roles: ['supervisor'], joins: true },
  sue: { roles: ['supervisor'], joins: true } }
const config = { 'bootstrap.centre': 'Walk', 'bootstrap.agents.capacity': 2, 'bootstrap.sms.stop-reply': 'stopped',
  'bootstrap.sms.start-reply': 'started', 'bootstrap.sms.help-reply': 'help' }
const texts = { TEXT: 'Hello', STOP: 'STOP', START: 'START', HELP: 'HELP' }

class RealWorld {
  constructor() {
    this.ids = new Map() // by the walk's number of the session
    this.written = 0
  }

  static async start() {
    const w = new RealWorld()
    w.smsc = await Smsc.start()
    w.server = await Server.start({ users, config, smsc: w.smsc.port })
    await w.smsc.bound()
    w.rest = Object.fromEntries(Object.keys(users).map(name => [name, new Rest(w.server, { user: name, password: passwordOf(name) })]))
    return w
  }

  async crash() {
    const binds = this.smsc.binds.length
    await this.server.kill()
    await this.server.startAgain()
    await this.smsc.bound(binds + 1)
    return 0
  }

  // After a crash an equal text may be a copy of one before it; these differ in a field that nobody reads.
  async writes(customer, text) {
    const answer = await this.smsc.deliver({ from: phones[customer], to: serviceNumber, text, protocol_id: ++this.written })
    assert.equal(answer?.command_status, OK, `deliver_sm of ${text}`)
    return 0
  }

  // A session that nobody was ever told of has an id that nobody knows.
  idOf(session) { return this.ids.get(session) ?? 'NOBODYKNOWSTHIS0' }

  async asks(step) {
    const path = step.path.replace('{id}', step.target ?? this.idOf(step.session)).replace('{session}', this.idOf(step.session))
    const parameters = { ...step.parameters, ...step.parting }
    if (step.invites) parameters.targetUri = `${this.server.api}/users/${step.invites}`
    return (await this.rest[step.user].ask(path, step.operation, parameters)).code
  }

  does(step) {
    if (step.user) return this.asks(step)
    return step.happens === 'CRASH' ? this.crash() : this.writes(step.customer, texts[step.happens])
  }

  // What a user is told now, in the form of the walk. The list is in the same order, so each new id has its number.
  async told(name, expected) {
    const { body } = await this.rest[name].get('/me/smssessions?fields=*')
    return Promise.all(body.smssessions.map(async (one, i) => {
      const number = expected[i]?.session
      if (number !== undefined && !this.ids.has(number)) this.ids.set(number, one.id)
      return {
        session: [...this.ids].find(([, id]) => id === one.id)?.[0],
        state: one.state,
        capabilities: one.capabilities,
        participants: one.participants.map(party => party.nickname),
        messages: await this.messages(name, one.id),
      }
    }))
  }

  async messages(name, id) {
    const { code, body } = await this.rest[name].get(`/me/smssessions/${id}/messages`)
    if (code === 2) return null
    return body.messages.map(({ index, type, from, ...one }) =>
      [index, type, from.nickname, one.text ?? one.url ?? one.noticeText ?? ''])
  }

  async end() {
    try {
      await this.server?.end()
    } finally {
      await this.smsc?.end()
    }
  }
}

// Who was removed is named by an id, which each world draws for itself.
const plainly = told => JSON.parse(JSON.stringify(told).replaceAll(/(_FROM_CONFERENCE)[0-9a-f]{32}/g, '$1'))

async function traces() {
  assert.ok(existsSync(walk), `${walk} is not there: build it (ninja -C build-check test/walk), or set WALK_BINARY`)
  const { stdout } = await promisify(execFile)(walk,
    ['--traces', String(count), '--seed', String(seed), '--steps', String(steps), '--partings', '1'], { maxBuffer: 1 << 30 })
  return stdout.split('\n').filter(Boolean).map(line => JSON.parse(line))
}

async function follow(w, trace) {
  const said = []
  for (const step of trace.steps) {
    said.push(step.say)
    const until = () => `seed ${trace.seed}, after:\n  ${said.join('\n  ')}\n`
    assert.equal(await w.does(step), step.code, `statusCode, ${until()}`)
    await Promise.all(Object.entries(step.after).map(async ([name, expected]) =>
      assert.deepEqual(plainly(await w.told(name, expected)), plainly(expected), `what ${name} is told, ${until()}`)))
  }
}

test('a world in which something of its scope never comes up fails, and says what', async () => {
  const nobodyToAccept = ['--agents', '0', '--supervisors', '1', '--customers', '1', '--sessions', '1', '--texts', '0', '--presence', '0']
  const { code, stdout, stderr } = await promisify(execFile)(walk, nobodyToAccept).catch(error => error)
  assert.equal(code, 1)
  assert.match(stderr, /a move of this world never succeeded: Accept\n/)
  assert.match(stderr, /this world never met: NextChat joins a session and is used up\n/)
  assert.doesNotMatch(stderr, /never succeeded: writes\n/)
  assert.ok(JSON.parse(stdout).failures > 1)
})

for (const trace of await traces()) {
  test(`walked on the core, done to the server: conversation ${trace.seed} of ${trace.steps.length} steps`, async t => {
    const w = await RealWorld.start()
    atEnd(t, () => w.end())
    await follow(w, trace)
  })
}
