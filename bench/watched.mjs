// watched.mjs - can an agent tell by the clock? How long SendMessage takes in a session that supervisors watch, next to
// one that nobody watches, in turn; and while a supervisor gives orders without pause, next to one who does not.
//
// An operation waits for its commit. One commit is made at a time, so it may wait for the end of a supervisor's that is
// under way: at most one commit more. Nothing else of what supervisors do may be seen.
import { doubt, list, machine, mark, median, operate, scratch, settings, startSmsc, startSotto, startWatchers, stop,
  takeSessions } from './lib.mjs'

const { rounds } = settings
const supervisors = 3
const each = 25 // operations of a turn; a session ends at 10,000 entries, which is 12 rounds
const turns = 8
const withinOfEachOther = 1.15 // two sessions alike differ by less, on a machine with little else to do
const oneCommitMore = 2.15

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]

async function takeSession(user) {
  const { cookie, paths: [url] } = await takeSessions(user, 1)
  return { cookie, url }
}

// Milliseconds of each of so many texts, one after the other.
async function texts({ url, cookie }, count) {
  const taken = []
  for (let i = 0; i < count; i++) {
    const began = process.hrtime.bigint()
    await operate(url, cookie, 'SendMessage', { text: 'x'.repeat(100) })
    taken.push(Number(process.hrtime.bigint() - began) / 1e6)
  }
  return taken
}

// Both in turn, so that whatever else the machine does meets both alike.
async function compare(title, one, other) {
  const ratios = [], all = [[], []]
  for (let round = 0; round < rounds; round++) {
    const taken = [[], []]
    for (let turn = 0; turn < turns; turn++) {
      const first = turn % 2
      for (const which of [first, 1 - first]) taken[which].push(...await [one, other][which]())
    }
    ratios.push(median(taken[1]) / median(taken[0]))
    taken.forEach((times, which) => all[which].push(...times))
  }
  const told = times => `p50 ${median(times).toFixed(2)} p99 ${quantile(times, 0.99).toFixed(2)} ms`
  console.log(`${title}: ${told(all[0])}; ${told(all[1])}; ratio of p50 ${median(ratios).toFixed(3)} [${list(ratios, 2)}]`)
  return median(ratios)
}

const dir = scratch()
console.log(`watched: SendMessage one after the other, ${rounds} rounds of ${each * turns} each, ${supervisors} supervisors; ${machine()}`)
const smsc = startSmsc(2)
const sotto = await startSotto(dir, 3 + supervisors, { link: true, capacity: 1, roles: i => i < 3 ? 'agent' : 'supervisor' })
const watchers = startWatchers(supervisors)
for (const user of [0, 1, 2]) await operate('/me', user, 'StartContactCenterSession', { channels: ['smssession'] })
const unwatched = await takeSession(0)
await watchers.ask('order')
const watched = await takeSession(1)
await texts(unwatched, each)
await texts(watched, each)

const nobody = await compare('two that nobody watches yet', () => texts(unwatched, each), () => texts(watched, each))
await watchers.ask('accept')
const silent = await compare('unwatched; watched', () => texts(unwatched, each), () => texts(watched, each))
let orders = 0
const ordered = await compare('no orders; orders without pause', () => texts(unwatched, each), async () => {
  await watchers.ask('command')
  const taken = await texts(unwatched, each)
  orders += Number(await watchers.ask('pause'))
  return taken
})
await watchers.end()
await stop(sotto)
await stop(smsc)
const text = `a watched session takes as long as another: ${silent.toFixed(3)} (two that nobody watches: ${nobody.toFixed(3)})`
if (Math.abs(Math.log(nobody)) > Math.log(withinOfEachOther)) doubt(`${text}; the machine was not quiet`)
else mark(text, silent < withinOfEachOther)
const perOperation = orders / (rounds * turns * each)
mark(`orders without pause cost an agent at most one commit: ${ordered.toFixed(3)} (${perOperation.toFixed(2)} orders an operation)`, ordered < oneCommitMore)
