// idle.mjs - memory of an idle client: PSS of the server with users signed in, subscribed and polling (or, with SUB=bayeux-ws, over a WebSocket), minus PSS before,
// by client. Each signs in by cookie and starts its contact center session, as the page does. User space only: the kernel's sockets are not in it.
import { fanout, figure, machine, mark, pssOf, rest, scratch, settings, sottoPort, settled, startSotto, stop } from './lib.mjs'

const dir = scratch()
const { idle } = settings
const sub = process.env.SUB ?? 'bayeux'
console.log(`idle: ${idle} users, ${sub}, bootstrapped with the minimum cost of argon2id; ${machine()}`)
const sotto = await startSotto(dir, idle)
await rest('GET', '/me', 0) // its port is open before all users are read
await settled(sotto.pid)
const before = pssOf(sotto.pid)
const run = await fanout({ sub, pubs: 0, n: idle, port: sottoPort, pid: sotto.pid, auth: 'u%d:p',
  path: '/api/v2/notifications', topic: '/v2/me/*', warm: 2, dur: 1,
  begin: '/api/v2/me', body: JSON.stringify({ operationName: 'StartContactCenterSession', channels: ['smssession'] }) })
if (run.errors || run.refused) throw new Error(JSON.stringify(run))
await stop(sotto)
const mib = kib => (kib / 1024).toFixed(1)
const each = (run.pss_idle_kib - before) / idle
console.log(`sotto: PSS ${mib(before)} MiB with the users known, ${mib(run.pss_idle_kib)} MiB with all of them there`)
figure('sotto', [each])
mark(`an idle client takes at most 2 KiB: ${each.toFixed(2)} KiB`, each <= 2)
