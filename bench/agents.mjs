// agents.mjs - how late an agent is told what a customer wrote: from deliver_sm to the agent's socket, each agent with a conversation, a WebSocket and
// one silent supervisor, who has a WebSocket as well; RATE texts a second, whatever the number of agents.
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuOf, doubt, figure, forAll, list, machine, mark, median, operate, receiveWindow, scratch, sessionsOf, settings, startCarrier, startCentreSessions, startSotto, stop } from './lib.mjs'
import { begin, listen } from './texting.mjs'

const { rounds, seconds } = settings
const counts = (process.env.AGENTS ?? '100,500,1000,2500,5000').split(',').map(Number)
const rate = Number(process.env.RATE || 2000), bar = 10 // ms

// Users u0 ... are agents, who have one session each; the others supervise one of them each.
async function startCentre(agents) {
  const more = `${receiveWindow(1000)}  supervision: {auto-accept: yes}\n`
  return startSotto(scratch(), 2 * agents, { link: true, capacity: 1, more, roles: i => i < agents ? 'agent' : 'supervisor' })
}

async function supervise(agents) {
  await forAll(agents, i => operate('/me', agents + i, 'StartContactCenterSession', { channels: ['smssession'] }))
  await forAll(agents, i => operate(`/users/u${i}/channels/smssession`, agents + i, 'Monitor'))
}

// One whom the session did not reach would listen to nothing.
async function checkWatched(agents) {
  for (const i of [0, agents - 1]) {
    for (let tries = 0; (await sessionsOf(agents + i)).length !== 1; tries++) {
      if (tries > 100) throw new Error(`u${agents + i} watches nobody`)
      await sleep(20)
    }
  }
}

async function measure(agents) {
  const carrier = startCarrier()
  const sotto = await startCentre(agents)
  await startCentreSessions(agents)
  await supervise(agents)
  const listening = await listen(agents, seconds), watching = await listen(agents, seconds, { first: agents })
  await begin(carrier, agents)
  await checkWatched(agents)
  const runs = []
  for (let round = 0; round < rounds; round++) {
    await sleep(500)
    const before = cpuOf(sotto.pid)
    const [texts, told, watched] = await Promise.all([carrier.ask(`paced ${rate} ${agents} 1 ${seconds}`), listening.measure(), watching.measure()])
    if (texts.refused) throw new Error(JSON.stringify(texts))
    runs.push({ p50: told.p50_ms, p99: told.p99_ms, watched: watched.p99_ms, perSecond: texts.answered / texts.seconds, pushed: told.notified / told.seconds,
      seen: watched.notified / watched.seconds, cpu: (cpuOf(sotto.pid) - before) / (1 + seconds), generator: texts.generator_cpu + told.generator_cpu + watched.generator_cpu })
  }
  for (const one of [listening, watching, carrier]) await one.end()
  await stop(sotto)
  const value = what => median(runs.map(one => one[what]))
  console.log(`  ${agents} agents: p50 ${value('p50').toFixed(2)} ms, p99 ${value('p99').toFixed(2)} ms [${list(runs.map(one => one.p99), 2)}], supervisors' p99 ${value('watched').toFixed(2)} ms; ` +
    `${value('perSecond').toFixed(0)} answered a second, ${value('pushed').toFixed(0)} pushed, ${value('seen').toFixed(0)} seen; CPU of the server ${(100 * value('cpu')).toFixed(0)} %, of the generators ${(100 * value('generator')).toFixed(0)} %`)
  return runs
}

console.log(`agents: ${rate} texts a second, ${rounds} rounds of ${seconds} s, gate.grid ${settings.grid}; ${machine()}`)
let runs
for (const agents of counts) {
  runs = await measure(agents)
  figure(agents === counts.at(-1) ? 'sotto' : `sotto,${agents}-agents`, runs.map(one => one.p99))
}
const value = what => median(runs.map(one => one[what]))
const text = `p99 from deliver_sm to the socket of ${counts.at(-1)} agents at most ${bar} ms: ${value('p99').toFixed(2)}`
if (value('generator') > 0.95) doubt(`${text}; the generators had no time left`)
else mark(text, value('p99') <= bar)
mark('every text was pushed to its agent, and to the supervisor', Math.min(value('pushed'), value('seen')) > 0.95 * rate)
