// smpp.mjs - texts that a carrier delivers, a second: in Sotto each is on disk and pushed to the agent who has its session before it is
// acknowledged. Beside npm smpp and Kannel as they send each text back, which store nothing. 100 unanswered, 1000 phones, rounds over all in turn.
import fs from 'node:fs'
import path from 'node:path'
import { countCalls, doubt, figure, linkPeers, list, machine, mark, median, peerPort, receiveWindow, scratch, settings, startCarrier, startSotto, stop } from './lib.mjs'
import { areAllPushed, begin, listen, window, write } from './texting.mjs'

const { rounds, seconds } = settings
const phones = Number(process.env.PHONES ?? 1000) // as many agents, with a session each

async function echo(peer) {
  const dir = scratch()
  const carrier = startCarrier(peerPort.link), children = await peer.start(dir)
  try {
    await carrier.bound()
    const { answered, submitted, refused, seconds: took, generator_cpu: generator } = await carrier.ask(`closed ${window} ${phones} 1 ${seconds}`)
    return { perSecond: answered / took, sentBack: submitted / took, refused, generator }
  } finally {
    for (const child of children.reverse()) await stop(child)
    await carrier.end()
    fs.rmSync(dir, { recursive: true })
  }
}

const dir = path.join(scratch(), 'sotto')
fs.mkdirSync(dir)
console.log(`smpp: ${window} unanswered texts of ${phones} phones, ${rounds} rounds of ${seconds} s, gate.grid ${settings.grid}; ${machine()}`)
for (const [name, peer] of Object.entries(linkPeers)) console.log(`  ${name}: ${peer ? peer.version : 'peer not installed'}`)
const carrier = startCarrier()
const sotto = await startSotto(dir, phones, { link: true, capacity: 1, more: receiveWindow(window) })
await begin(carrier, phones)
const listeners = await listen(phones, seconds)
const all = Object.fromEntries(['sotto', 'smpp', 'kannel'].filter(name => name === 'sotto' || (linkPeers[name] && settings.grid === 0)).map(name => [name, []]))
const show = one => `${one.perSecond.toFixed(0)}/s${one.cost ? `, p99 ${one.p99} ms, pushed after ${one.pushedP99} ms (p99), ${one.cost.toFixed(0)} us of CPU each` : `, sends back ${one.sentBack.toFixed(0)}/s${one.refused ? `, refused ${one.refused}` : ''}`}`
for (let round = 1; round <= rounds; round++) {
  for (const [name, runs] of Object.entries(all))
    runs.push(name === 'sotto' ? await write({ sotto, carrier, listeners, phones, seconds }) : await echo(linkPeers[name]))
  console.log(`  round ${round}: ${Object.entries(all).map(([name, runs]) => `${name} ${show(runs.at(-1))}`).join('; ')}`)
}
const { counted, perSecond } = await write({ sotto, carrier, listeners, phones, seconds, during: () => countCalls(sotto.pid, seconds) })
await listeners.end()
await stop(sotto)
await carrier.end()

const rates = name => all[name].map(one => one.perSecond)
console.log(`sotto: ${median(rates('sotto')).toFixed(0)} texts a second, ${median(all.sotto.map(one => one.cost)).toFixed(0)} us of CPU each with all that follows, ` +
  `${counted === null ? 'system calls not counted' : `${(counted / seconds / perSecond).toFixed(2)} system calls each`}`)
for (const name of Object.keys(all)) figure(name, rates(name))
mark('every text was pushed', areAllPushed(all.sotto))
if (all.smpp) console.log(`  ${(median(rates('sotto')) / median(rates('smpp'))).toFixed(2)} of npm smpp's echo`)
const bound = median(all.sotto.map(one => one.generator)) > 0.95
if (all.kannel && bound) doubt(`the generators had no time left: ${list(all.sotto.map(one => one.generator), 2)}`)
else if (all.kannel) mark(`at least what Kannel accepts into memory: ${(median(rates('sotto')) / median(rates('kannel'))).toFixed(2)}`, median(rates('sotto')) >= median(rates('kannel')))
