// durable.mjs - durable SendMessage per second at 64 connections, next to the least that an epoll server with a log can
// do (limit, /commitpub), in rounds in turn. An SMSC accepts what agents write: in the end each text has reached it.
import fs from 'node:fs'
import path from 'node:path'
import { cpuOf, doubt, figure, finds, forAll, generate, here, limitPort, list, machine, mark, median, peerPort, scratch, settings, settled, sottoPort,
  startCentreSessions, startLimit, startPeer, startSmsc, startSotto, stop, takeSessions } from './lib.mjs'

const { rounds, seconds } = settings
const agents = 64, sessionsEach = 4 // the default capacity
const body = JSON.stringify({ operationName: 'SendMessage', text: 'x'.repeat(160) }) // one SMS

// Lines for post.lua.
async function targetsOf(user) {
  const { cookie, paths } = await takeSessions(user, sessionsEach)
  return paths.map(path => `/api/v2${path}\t${cookie}`)
}

const told = run => `${run.perSecond.toFixed(0)}/s p50 ${run.p50_ms} p99 ${run.p99_ms} ms, ${run.cost.toFixed(0)} us of CPU each`

// Ends when the server has nothing to do any more, so that all its work for the run is in its CPU time.
async function wrk(server, port, targets) {
  const before = cpuOf(server.pid)
  const command = ['wrk', '-t1', '-c64', `-d${seconds}s`, '-s', path.join(here, 'post.lua'), `http://127.0.0.1:${port}`]
  const text = await generate(command, { env: { TARGETS: targets, BODY: body } })
  const run = JSON.parse(text.match(/^json (.*)$/m)[1])
  // A peer may leave some unanswered for longer than wrk waits; ours and the limit may not.
  if (run.refused || (run.broken && port !== peerPort.express)) throw new Error(`${port}: ${JSON.stringify(run)}`)
  await settled(server.pid)
  return { ...run, perSecond: run.requests / run.us * 1e6, cost: (cpuOf(server.pid) - before) * 1e6 / run.requests }
}

const dir = scratch()
const file = name => path.join(dir, name)
console.log(`durable: SendMessage of 160 characters, 64 connections, ${agents} agents with ${sessionsEach} sessions each, ` +
  `${rounds} rounds of ${seconds} s, gate.grid ${settings.grid}; ${machine()}`)
const smsc = startSmsc(agents * sessionsEach)
const sotto = await startSotto(dir, agents, { link: true })
const limit = await startLimit(dir)
const express = finds('express') && finds('better-sqlite3') ? await startPeer('express', file('express.db')) : null
await startCentreSessions(agents)
const lines = []
await forAll(agents, async i => { lines.push(...await targetsOf(i)) })
fs.writeFileSync(file('sotto.targets'), lines.sort(() => Math.random() - 0.5).join('\n') + '\n')
fs.writeFileSync(file('express.targets'), Array.from({ length: 256 }, (_, i) => `/op?id=${i}\t\n`).join(''))
fs.writeFileSync(file('limit.targets'), Array.from({ length: 256 }, (_, i) => `/commitpub?id=${i}\t\n`).join(''))

const rows = []
let accepted = 0
for (let round = 1; round <= rounds; round++) {
  const least = await wrk(limit, limitPort, file('limit.targets'))
  const run = await wrk(sotto, sottoPort, file('sotto.targets'))
  const peer = express && await wrk(express, peerPort.express, file('express.targets'))
  accepted += run.requests
  rows.push({ least, run, peer })
  console.log(`  round ${round}: limit ${told(least)}; sotto ${told(run)}${peer ? `; express ${told(peer)}` : ''}: ${(run.perSecond / least.perSecond).toFixed(3)}`)
}
await stop(sotto)
await stop(limit)
if (express) await stop(express)
await stop(smsc)

const { submitted } = JSON.parse(smsc.text)
const ratios = rows.map(row => row.run.perSecond / row.least.perSecond)
const perSecond = which => median(rows.map(row => row[which].perSecond)).toFixed(0)
// wrk ends in the middle of up to 64 operations a round: these were done, but it did not count them.
const isAllSent = submitted >= accepted && submitted <= accepted + 64 * rounds
const cost = which => median(rows.map(row => row[which].cost)).toFixed(0)
console.log(`sotto: ${perSecond('run')} SendMessage/s, ${cost('run')} us of CPU each with all that follows; ` +
  `limit: ${perSecond('least')}/s, ${cost('least')} us; ` +
  `${submitted} texts reached the SMSC, ${accepted} were answered`)
figure('sotto', rows.map(row => row.run.perSecond))
figure('limit', rows.map(row => row.least.perSecond))
if (express) figure('express', rows.map(row => row.peer.perSecond))
mark('every answered text reached the SMSC', isAllSent)
const text = `durable operations are at least 0.3 of limit: ${median(ratios).toFixed(3)} [${list(ratios, 3)}]`
// Alone, limit is busy. One that mostly waits was held up by others' work, and more so than a server that has more to do:
// then a good ratio proves nothing.
const busy = median(rows.map(row => row.least.cost * row.least.perSecond / 1e6))
if (busy < 0.5) doubt(`${text}; limit had only ${Math.round(busy * 100)} % of its CPU: the machine was not quiet`)
else if (settings.grid) console.log(text)
else mark(text, median(ratios) >= 0.3)
