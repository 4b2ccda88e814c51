// texting.mjs - what smpp.mjs, sizes.mjs and agents.mjs share: a centre whose agents have a session each and listen, while customers write.
import { cpuOf, forAll, median, settled, sottoPort, startCentreSessions, startListeners, takeSessions } from './lib.mjs'

export const window = 100 // unanswered texts of the carrier

// A WebSocket for each of so many users; first: the number of the first one.
export const listen = (count, seconds, more = {}) => startListeners({ sub: 'bayeux-ws', n: count, port: sottoPort, auth: 'u%d:p', path: '/api/v2/notifications',
  topic: '/v2/me/*', mark: 'Where is my order', late: 'text', warm: 1, dur: seconds, ...more })

// Each of so many agents accepts the session of a phone of its own.
export async function begin(carrier, agents) {
  await startCentreSessions(agents)
  const taking = forAll(agents, i => takeSessions(i, 1))
  await carrier.bound()
  await carrier.ask(`texts ${agents}`)
  await taking
}

// One round of as many texts as go: what came of it, and what all of it cost.
export async function write({ sotto, carrier, listeners, phones, seconds, during }) {
  await settled(sotto.pid)
  const before = cpuOf(sotto.pid)
  const [texts, told, counted] = await Promise.all([carrier.ask(`closed ${window} ${phones} 1 ${seconds}`), listeners.measure(), during?.()])
  await settled(sotto.pid)
  if (texts.refused) throw new Error(JSON.stringify(texts))
  return { perSecond: texts.answered / texts.seconds, cost: (cpuOf(sotto.pid) - before) * 1e6 / texts.sent, p99: texts.p99_ms, generator: texts.generator_cpu + told.generator_cpu,
    pushed: told.notified / told.seconds, pushedP99: told.p99_ms, counted }
}

// As many were pushed as answered, but for those on their way as the two clocks began and ended.
export const areAllPushed = rounds => median(rounds.map(one => one.pushed / one.perSecond)) > 0.95
