// counts.mjs - what a text costs by counting, not by the clock: how often the loop's thread allocates for one that an agent
// sends (its answer, the carrier's, the receipt, and the notifications of all three to one long-polling subscriber), and how
// often one that a customer writes is copied until it is in the subscriber's poll. The counting is count.c's.
import fs from 'node:fs'
import path from 'node:path'
import { Smsc } from '../test/lib/smsc.mjs'
import { machine, mark, median, program, rest, scratch, smscPort, startCentreSessions, startSotto, stop, takeSessions } from './lib.mjs'

const texts = Number(process.env.TEXTS ?? 300)
const number = '5000', phone = '15550000000'

const dir = scratch()
const file = path.join(dir, 'counters')
const textAt = 64 // behind the numbers

function counters() {
  const bytes = fs.readFileSync(file)
  const [allocations, kept, copies, writes, , , copiesElsewhere, writesElsewhere] =
    Array.from({ length: 8 }, (_, i) => Number(bytes.readBigUInt64LE(8 * i)))
  return { allocations, kept, copies, writes, copiesElsewhere, writesElsewhere }
}

const since = before => Object.fromEntries(Object.entries(counters()).map(([name, value]) => [name, value - before[name]]))

// From now on this text's copies are counted.
function watch(text) {
  const fd = fs.openSync(file, 'r+')
  fs.writeSync(fd, Buffer.from(text + '\0'), 0, text.length + 1, textAt)
  fs.closeSync(fd)
}

// A client that polls as CometD does, and whose notifications are waited for by what they say.
class Subscriber {
  #heard = ''
  #wake = () => {}
  polls = 0

  async #post(...messages) {
    const answer = await rest('POST', '/notifications', this.cookie, messages)
    return answer.body
  }

  async open(cookie) {
    this.cookie = cookie
    const [{ clientId }] = await this.#post({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] })
    for (const subscription of ['/v2/me/smssessions', '/v2/me/channels'])
      await this.#post({ channel: '/meta/subscribe', clientId, subscription })
    this.#poll(clientId)
    return this
  }

  async #poll(clientId) {
    for (let id = 1; !this.isOver; id++) {
      const answer = await this.#post({ id: String(id), channel: '/meta/connect', connectionType: 'long-polling', clientId })
      this.polls++
      this.#heard += JSON.stringify(answer)
      this.#wake()
    }
  }

  // Until as many notifications say it.
  async hears(what, count = 1) {
    while (this.#heard.split(what).length - 1 < count) await new Promise(done => { this.#wake = done })
    this.#heard = ''
  }
}

// One text of an agent after the other, each with all that follows.
async function send(session, subscriber) {
  const polls = subscriber?.polls ?? 0, before = counters()
  for (let i = 0; i < texts; i++) {
    const answer = await rest('POST', session.path, session.cookie, { operationName: 'SendMessage', text: 'x'.repeat(100) })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    while (smsc.submits.length <= sent) await new Promise(done => setImmediate(done))
    await smsc.receipt(smsc.submits[sent++])
    await subscriber?.hears('MessageDeliveryUpdated', 2)
  }
  const cost = since(before)
  return { allocations: cost.allocations / texts, kept: cost.kept / texts, polls: ((subscriber?.polls ?? 0) - polls) / texts }
}

// One text of the customer after the other; counted when it is there, before the tables have it.
async function receive(subscriber) {
  const costs = []
  for (let i = 0; i < texts / 10; i++) {
    const text = `so-says-customer-${i}.`
    watch(text)
    const before = counters()
    const answered = smsc.deliver({ from: phone, to: number, text })
    await subscriber.hears(text)
    costs.push(since(before))
    await answered
    await new Promise(done => setTimeout(done, 300)) // the tables follow
  }
  return Object.fromEntries(Object.keys(costs[0]).map(name => [name, median(costs.map(cost => cost[name]))]))
}

console.log(`counts: ${texts} texts; ${machine()}`)
const smsc = new Smsc()
await smsc.listen(smscPort)
const sotto = await startSotto(dir, 1, { link: true, env: { LD_PRELOAD: program('count.so'), COUNT_FILE: file } })
await smsc.bound()
await startCentreSessions(1)
const first = smsc.deliver({ from: phone, to: number, text: 'hello' })
const { cookie, paths: [url] } = await takeSessions(0, 1)
await first
let sent = 0
const session = { cookie, path: url }
await send(session)
const alone = await send(session)
const subscriber = await new Subscriber().open(cookie)
await send(session, subscriber)
const told = await send(session, subscriber)
const text = await receive(subscriber)
subscriber.isOver = true
await stop(sotto)
await smsc.end()
const put = run => `${run.allocations.toFixed(1)} allocations, ${(run.kept / 1024).toFixed(1)} KiB`
console.log(`a text that an agent sends: ${put(alone)} of the loop without a subscriber; ${put(told)} and ${told.polls.toFixed(1)} polls with one`)
console.log(`a text that a customer writes: ${text.copies} copies and ${text.writes} writes by the loop, ` +
  `${text.copiesElsewhere} and ${text.writesElsewhere} by the journal's thread, until it is in the poll's answer`)
mark(`the loop allocates at most 35 times for a text that is sent: ${told.allocations.toFixed(1)}`, told.allocations <= 35)
mark(`and copies one that comes at most 6 times (two of them to know a redelivery by): ${text.copies}`, text.copies <= 6)
process.exit(process.exitCode ?? 0)
