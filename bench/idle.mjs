// idle.mjs - memory of an idle client: PSS of the server with users signed in, subscribed and polling (or, with SUB=bayeux-ws, over a WebSocket), minus PSS before,
// by client. Each has started its contact center session. User space only: the kernel's sockets are not in it.
import { fanout, figure, machine, mark, pssOf, scratch, settings, sottoPort, startCentreSessions, startSotto, stop } from './lib.mjs'

const dir = scratch()
const { idle } = settings
const sub = process.env.SUB ?? 'bayeux'
console.log(`idle: ${idle} users, ${sub}, bootstrapped with the minimum cost of argon2id; ${machine()}`)
const sotto = await startSotto(dir, idle)
const before = pssOf(sotto.pid)
await startCentreSessions(idle)
const run = await fanout({ sub, pubs: 0, n: idle, port: sottoPort, pid: sotto.pid, auth: 'u%d:p',
  path: '/api/v2/notifications', topic: '/v2/me/*', warm: 2, dur: 1 })
if (run.errors || run.refused) throw new Error(JSON.stringify(run))
await stop(sotto)
const mib = kib => (kib / 1024).toFixed(1)
const each = (run.pss_idle_kib - before) / idle
console.log(`sotto: PSS ${mib(before)} MiB with the users known, ${mib(run.pss_idle_kib)} MiB with all of them there`)
figure('sotto', [each])
mark(`an idle client takes less than 4 KiB: ${each.toFixed(2)} KiB`, each < 4)
