// notify.mjs - what a notification costs the server: CPU (user + system) of an operation whose user has a long-polling
// subscriber, minus CPU of one without. Sotto: Ready and NotReady, notified on /v2/me/channels; nchan: POST to /pub.
// Rounds go over all four in turn; the figure is the median of the rounds' differences.
import fs from 'node:fs'
import path from 'node:path'
import { fanout, forAll, list, machine, mark, median, nchanPort, operate, scratch, settings, settled, sottoPort,
  startCentreSessions, startNchan, startSotto, stop } from './lib.mjs'

const { users, rounds, seconds, rate } = settings
const api = '/api/v2'
const pace = rate ? { rate, window: 1 } : { window: 64 }
const common = { n: users, pubs: 64, warm: 1, dur: seconds, ...pace }

const channel = '/me/channels/smssession'
const sottoOperation = {
  ...common, port: sottoPort, auth: 'u%d:p', pubpath: api + channel,
  body: '{"operationName":"Ready"}', body2: '{"operationName":"NotReady"}',
}
const sottoSubscribers = { path: `${api}/notifications`, topic: '/v2/me/channels', mark: '"ChannelStateChangeMessageV2"' }
// As long as Sotto's notification with all that surrounds it in the poll's answer.
const message = JSON.stringify({ mark: 1, pad: 'x'.repeat(252) })
const nchanOperation = { ...common, port: nchanPort, pubpath: '/pub?id=%d', body: message }
const nchanSubscribers = { path: '/sub?id=%d', mark: '"mark"' }

async function measureSotto(pid, sub) {
  await forAll(users, i => operate(channel, i, 'NotReady')) // so that every operation changes something
  await settled(pid)
  return fanout({ sub, pid, ...sottoOperation, ...(sub === 'none' ? {} : sottoSubscribers) })
}

async function measureNchan(pid, sub) {
  await settled(pid)
  return fanout({ sub, pid, ...nchanOperation, ...(sub === 'none' ? {} : nchanSubscribers) })
}

// A run in which something went wrong, or notifications were not one per operation, says nothing.
function check(name, without, withOne) {
  const told = withOne.notified / withOne.ops
  for (const run of [without, withOne])
    if (run.errors || run.refused || run.lost) throw new Error(`${name}: ${JSON.stringify(run)}`)
  if (told < 0.98 || told > 1.02) throw new Error(`${name}: ${told} notifications per operation`)
}

const dir = scratch()
fs.mkdirSync(path.join(dir, 'nchan'))
const sotto = await startSotto(dir, users)
const nchan = await startNchan(path.join(dir, 'nchan'))
const peers = {
  sotto: sub => measureSotto(sotto.pid, sub === 'lp' ? 'bayeux' : sub),
  nchan: sub => measureNchan(nchan.worker, sub === 'lp' ? 'raw' : sub),
}
const rows = { sotto: [], nchan: [] }
const load = rate ? `${rate} operations a second` : 'closed loop of 64'
console.log(`notify: ${users} users, ${load}, ${rounds} rounds of ${seconds} s; ${machine()}`)
await startCentreSessions(users)
for (let round = 1; round <= rounds; round++) {
  for (const [name, measure] of Object.entries(peers)) {
    const without = await measure('none'), withOne = await measure('lp')
    check(name, without, withOne)
    const cost = withOne.server_us_per_op - without.server_us_per_op
    rows[name].push({ without, withOne, cost })
    const percent = part => `${Math.round(part * 100)} %`
    console.log(`  round ${round} ${name}: ${without.server_us_per_op.toFixed(1)} us without, ` +
      `${withOne.server_us_per_op.toFixed(1)} us with a subscriber: ${cost.toFixed(1)} us; ${withOne.ops_per_s} op/s, ` +
      `server ${percent(withOne.server_cpu)}, generator ${percent(withOne.generator_cpu)} CPU`)
  }
}
await stop(sotto)
await stop(nchan)

const cost = name => median(rows[name].map(row => row.cost))
for (const name of Object.keys(rows))
  console.log(`${name}: ${cost(name).toFixed(1)} us of CPU per notification [${list(rows[name].map(row => row.cost))}], ` +
    `${median(rows[name].map(row => row.without.server_us_per_op)).toFixed(1)} us the operation itself`)
mark(`a notification costs less than nchan's: ${cost('sotto').toFixed(1)} us, nchan ${cost('nchan').toFixed(1)} us ` +
  `(${(cost('sotto') / cost('nchan')).toFixed(2)} of it)`, cost('sotto') < cost('nchan'))
