// replay.test.mjs - a client that was away is told what it missed: each notification once, in order, as it was.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { Bare, Listener } from '../lib/bayeux.mjs'
import { repository } from '../lib/server.mjs'
import { RawSocket } from '../lib/sockets.mjs'
import { until, world } from '../lib/world.mjs'

const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const mine = '/v2/me/*'
const isTold = message => !message.channel.startsWith('/meta/')
const numbers = told => told.map(one => one.ext.replayId)
const from = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

// A client that fetches what there is.
class Fetcher extends Bare {
  static async of(person, replay, topic = mine) {
    const one = new Fetcher(person.w.server, person.rest)
    await one.handshake()
    one.begun = await one.asksFor(replay, topic)
    return one
  }

  asksFor(replay, topic = mine) { return this.subscribe(topic, { ext: { replay: { [topic]: replay } } }) }

  // Until it has come to that number.
  async upTo(last) {
    const told = []
    await until(async () => {
      const came = await this.poll()
      assert.ok(came.every(one => one.successful !== false), JSON.stringify(came))
      told.push(...came.filter(isTold))
      return told.at(-1)?.ext.replayId >= last
    }, () => `number ${last}; so far ${numbers(told)}`)
    return told
  }

  // One that happens now is the next that it is told.
  async isThere(person) {
    await person.notReady()
    await person.ready()
    return this.upTo(person.all.at(-1).ext.replayId)
  }
}

async function talking(t, settings = {}) {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'], ...settings })
  await w.customer.writes('hello')
  await w.ana.accepts()
  await w.ana.says('good morning')
  await w.ana.sees(data => data.messageType === 'MessageDeliveryUpdated') // the last that is told of it
  await w.ana.mark()
  return w
}

test('Whoever was away goes on at the next line, as it was told, and what happens now comes behind', async t => {
  const { ana } = await talking(t)
  const live = [...ana.all], last = live.length
  assert.deepEqual(numbers(live), from(1, last), 'numbered from 1 without gaps')
  for (const after of [0, 1, last - 1]) {
    const client = await Fetcher.of(ana, after)
    assert.equal(client.begun.successful, true)
    assert.deepEqual(client.begun.ext, { replay: { last: ana.all.length } })
    const told = await client.upTo(ana.all.length)
    assert.deepEqual(told, ana.all.slice(after), `after ${after}`)
    assert.deepEqual(await client.isThere(ana), ana.all.slice(told.at(-1).ext.replayId))
  }
  const patient = await Fetcher.of(ana, ana.all.length)
  assert.deepEqual(numbers(await patient.isThere(ana)), [ana.all.length - 1, ana.all.length])
})

test('-1 is what is new, -2 all that is kept; a topic has its own part of the numbers', async t => {
  const { ana } = await talking(t)
  const all = await Fetcher.of(ana, -2)
  assert.deepEqual(await all.upTo(ana.all.length), ana.all)
  const sessions = ana.all.filter(one => one.channel === '/v2/me/smssessions')
  const some = await Fetcher.of(ana, -2, '/v2/me/smssessions')
  assert.deepEqual(await some.upTo(sessions.at(-1).ext.replayId), sessions)
  const fresh = await Fetcher.of(ana, -1)
  const was = ana.all.length
  assert.deepEqual(await fresh.isThere(ana), ana.all.slice(was))
})

test('Several subscriptions hear the same: a notification goes once to a client', async t => {
  const { ana } = await talking(t)
  const client = new Fetcher(ana.w.server, ana.rest)
  await client.handshake()
  const topics = ['/v2/me/smssessions', mine, '/**']
  const reply = await client.subscribe(topics, { ext: { replay: Object.fromEntries(topics.map((one, i) => [one, topics.length - 1 - i])) } })
  assert.equal(reply.successful, true)
  assert.deepEqual(await client.upTo(ana.all.length), ana.all)
})

test('Over kill -9: what was told before is told again with the same numbers, and the count goes on', async t => {
  const w = await talking(t)
  const seen = [...w.ana.all]
  for (let round = 1; round <= 4; round++) {
    // It dies as soon as a notification is out: the tables do not have it yet.
    await w.customer.writes(`round ${round}`)
    await w.ana.sees({ text: `round ${round}` })
    const before = [...seen, ...w.ana.all.slice(round === 1 ? seen.length : 0)]
    await w.restart({ kill: true })
    await w.ana.mark()
    const client = await Fetcher.of(w.ana, 0)
    const told = await client.upTo(client.begun.ext.replay.last)
    assert.deepEqual(told.slice(0, before.length), before, `round ${round}`)
    assert.deepEqual(numbers(told), from(1, told.length))
    seen.splice(0, seen.length, ...told, ...w.ana.all.filter(one => one.ext.replayId > told.length))
  }
})

test('A stop in order and a start change no number either', async t => {
  const w = await talking(t)
  const seen = [...w.ana.all]
  await w.restart()
  const client = await Fetcher.of(w.ana, 0)
  assert.deepEqual((await client.upTo(seen.length)).slice(0, seen.length), seen)
})

test('What is not kept: 410, and the number from which to go on; the reader reads by GET', async t => {
  const w = await talking(t, { config: { 'push.replay-max-bytes': 2500 } })
  await until(async () => {
    await w.ana.notReady()
    await w.ana.ready()
    return (await Fetcher.of(w.ana, 1)).begun.error
  }, 'the first two to go')
  for (const far of [0, 1, 'next', 2 ** 53]) {
    const gone = far === 'next' ? w.ana.all.length + 1 : far
    const client = await Fetcher.of(w.ana, gone)
    assert.deepEqual([client.begun.successful, client.begun.error], [false, '410::replay'], `after ${gone}`)
    const { last } = client.begun.ext.replay
    assert.equal((await client.asksFor(last)).successful, true)
    assert.equal((await client.isThere(w.ana)).at(0).ext.replayId, last + 1)
  }
  // What was kept a moment ago may go while it is read: then the client is told to shake hands again, and begins once more.
  let told
  await until(async () => {
    const kept = await Fetcher.of(w.ana, -2)
    try { return told = await kept.upTo(w.ana.all.length) } catch (gone) { if (!/402::/.test(gone.message)) throw gone }
  }, 'all that is kept')
  assert.deepEqual(told, w.ana.all.slice(-told.length))
})

test('What is no number is refused, in the envelope of Bayeux; another user\'s number is one\'s own', async t => {
  const { ana, ben } = await talking(t)
  for (const bad of ['1', 1.5, -3, true, [], {}]) {
    const { begun } = await Fetcher.of(ana, bad)
    assert.deepEqual([begun.successful, begun.error], [false, '400::ext is no object, or its replay no object of numbers'], JSON.stringify(bad))
  }
  for (const raw of ['1e400', '99999999999999999999', '-0.5']) {
    const client = new Bare(ana.w.server, ana.rest)
    await client.handshake()
    const answer = await client.post(`[{"channel":"/meta/subscribe","clientId":"${client.clientId}","subscription":"${mine}",` +
      `"ext":{"replay":{"${mine}":${raw}}}}]`)
    assert.equal(answer.body[0].successful, false, raw)
  }
  assert.equal((await Fetcher.of(ana, null)).begun.successful, true)
  assert.equal((await Fetcher.of(ben, ana.all.length)).begun.error, '410::replay')
  assert.deepEqual(numbers(await (await Fetcher.of(ben, 0)).upTo(ben.all.length)), from(1, ben.all.length))
})

test('A page that was loaded anew goes on with its clientId from where it was', async t => {
  const { ana } = await talking(t)
  const client = await Fetcher.of(ana, -2)
  await client.upTo(ana.all.length)
  await client.asksFor(3)
  assert.deepEqual(await client.upTo(ana.all.length), ana.all.slice(3))
})

test('A long history is told again slice by slice, also when its session is over', async t => {
  const w = await talking(t)
  for (let i = 0; i < 110; i++) await w.ana.asks('SendCustomNotice', { noticeText: `line ${i}` })
  await w.ben.ready()
  await w.ana.invites(w.ben)
  await w.ben.accepts()
  await w.ben.mark()
  const live = [...w.ben.all]
  const slices = live.filter(one => one.data.notificationType === 'NewMessages')
  assert.ok(slices.length >= 2)
  assert.deepEqual(await (await Fetcher.of(w.ben, 0)).upTo(live.length), live)
  await w.ana.completes()
  await w.ben.sees('Completed')
  await w.ben.notReady() // with its commit goes what was made of the slices
  await w.restart()
  const told = await (await Fetcher.of(w.ben, 0)).upTo(live.length)
  assert.deepEqual(told.slice(0, live.length), live)
})

// --- who subscribes and never reads

const changes = 1200 // more than a client may leave waiting

async function changesOften(ana) {
  for (let i = 0; i < changes / 2; i++) {
    await ana.ok(ana.rest.ask('/me/channels/smssession', 'NotReady'))
    await ana.ok(ana.rest.ask('/me/channels/smssession', 'Ready'))
  }
}

const memoryOf = server => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1])

test('Who polls no more is told to shake hands again, and then what it missed', async t => {
  const { server, ana } = await talking(t)
  const client = await Fetcher.of(ana, -1)
  const { last } = client.begun.ext.replay
  const before = memoryOf(server)
  await changesOften(ana)
  // Sanitizers keep a multiple of what is used.
  assert.ok(memoryOf(server) - before < 128 * 1024, `${before} kB before, ${memoryOf(server)} kB after`)
  const [reply] = await client.poll()
  assert.deepEqual([reply.error, reply.advice.reconnect], ['402::Unknown client', 'handshake'])
  const again = await Fetcher.of(ana, last)
  assert.deepEqual(numbers(await again.upTo(last + changes)), from(last + 1, last + changes))
})

// Says what an official client would, and reads only what is asked for.
class SlowSocket {
  constructor(t, server, person) { Object.assign(this, { t, server, person, told: [] }) }

  async opens() {
    this.socket = await RawSocket.open(this.server, { user: this.person.user, password: this.person.rest.password })
    atEnd(this.t, () => this.socket.destroy())
  }

  message(channel, fields) { return { channel, id: '1', clientId: this.clientId, ...fields } }

  // The reply; what was told before it is taken.
  async asks(channel, fields = {}) {
    this.socket.say(this.message(channel, fields))
    for (;;) {
      const reply = (await this.takes()).find(one => one.channel === channel)
      if (reply) return reply
    }
  }

  // Where it was ended, since it read nothing for so long: nothing.
  async takes() {
    const came = await this.socket.hears('what was sent').catch(error => { if (!this.socket.ended) throw error })
    if (!came) return [{ channel: '/meta/connect', successful: false, error: 'ended' }]
    this.told.push(...came.filter(isTold))
    return came
  }

  async begins(replay) {
    this.clientId = undefined
    this.clientId = (await this.asks('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['websocket'] })).clientId
    const { ext } = await this.asks('/meta/subscribe', { subscription: mine, ext: { replay: { [mine]: replay } } })
    await this.asks('/meta/connect', { connectionType: 'websocket', advice: { timeout: 0 } })
    this.connects()
    return ext.replay.last
  }

  connects() { this.socket.say(this.message('/meta/connect', { connectionType: 'websocket' })) }

  // As advised, from where it was, up to that number.
  async goesOnTo(end) {
    let handshakes = 0
    while (this.told.at(-1)?.ext.replayId !== end) {
      const reply = (await this.takes()).find(one => one.channel === '/meta/connect')
      if (reply?.successful) this.connects()
      if (reply?.successful !== false) continue
      if (reply.error === 'ended') await this.opens()
      else assert.deepEqual([reply.error, reply.advice.reconnect], ['402::Unknown client', 'handshake'])
      await this.begins(this.told.at(-1).ext.replayId)
      handshakes++
    }
    return handshakes
  }
}

test('Who does not read its socket is told to shake hands again, and then what it missed', async t => {
  const { server, ana } = await talking(t)
  const slow = new SlowSocket(t, server, ana)
  await slow.opens()
  const last = await slow.begins(-1)
  slow.socket.socket.pause()
  const before = memoryOf(server)
  // More than the system and the server keep for it.
  const notice = { noticeText: 'x'.repeat(4000) }
  const was = ana.all.length, notices = 2400
  for (let i = 0; i < notices / 20; i++) await Promise.all(from(1, 20).map(() => ana.asks('SendCustomNotice', notice)))
  await ana.listener.when(inbox => inbox.length === was + notices, 'all of it at who reads')
  // Sanitizers keep a multiple of what is used.
  assert.ok(memoryOf(server) - before < 128 * 1024, `${before} kB before, ${memoryOf(server)} kB after`)
  slow.socket.socket.resume()
  const end = ana.all.at(-1).ext.replayId
  assert.ok(await slow.goesOnTo(end) >= 1)
  assert.deepEqual(numbers(slow.told), from(last + 1, end))
})

test('The official client with the README\'s extension misses nothing over a restart', async t => {
  const w = await talking(t)
  const listener = new Listener(w.server, w.ana.rest)
  atEnd(t, () => listener.close())
  const stored = new Map([['last', '0']])
  const localStorage = { getItem: key => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, String(value)) }
  const [, block] = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, one]) => one)
  Function('cometd', 'localStorage', block)(listener.cometd, localStorage)
  listener.cometd.addListener('/meta/handshake', reply => { if (reply.successful) listener.subscribe(mine) })
  await listener.handshake()
  await listener.when(inbox => inbox.length === w.ana.all.length, 'what was before')
  await w.restart({ kill: true })
  await w.ana.notReady()
  const end = await until(() => w.ana.all.at(-1)?.ext.replayId, 'a number')
  await listener.when(inbox => inbox.at(-1)?.ext.replayId >= end, 'what came after it')
  assert.deepEqual(numbers(listener.inbox), from(1, listener.inbox.length))
  assert.equal(stored.get('last'), String(listener.inbox.length))
})
