// start.mjs - from exec to the first answer of a centre that has MESSAGES stored, by who has their sessions: nobody any more, since they ended
// longer ago than sessions.readable-for; or open ones, which a start has to read. And the same with nothing of it in the page cache.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { configure, figure, fill, list, machine, mark, median, pssOf, scratch, settings, sottoBinary, stop, timeToAnswer } from './lib.mjs'

const messages = Number(process.env.MESSAGES ?? 1000000)
const users = 100, each = 8 // texts of a session
const sessions = Math.max(1, Math.round(messages / each)), contacts = Math.ceil(sessions / 2) // each came twice
const day = 24 // hours

// So many messages, and when they were written: 30 days are what the journal keeps by default.
const folders = {
  ended: { state: 'ended', until: 2 * day, hours: 27 * day },
  open: { state: 'open', until: 0, hours: 1, contacts: sessions },
}

// As after a boot: the kernel forgets what it has of the file.
function forget(dir) {
  for (const name of fs.readdirSync(path.join(dir, 'data')).filter(name => name.endsWith('.db')))
    spawnSync('dd', [`if=${path.join(dir, 'data', name)}`, 'iflag=nocache', 'count=0', 'status=none'])
}

function verify(dir) {
  const { status, stdout, stderr } = spawnSync(sottoBinary, ['verify', '--dir', path.join(dir, 'data')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`sotto verify: ${stdout}${stderr}`)
  console.log(`  ${stdout.trim().split('\n')[0]}`)
}

async function measure(file, before) {
  const values = []
  for (let round = 0; round < settings.rounds; round++) {
    before()
    const { child, ms } = await timeToAnswer(file)
    values.push({ ms, pss: pssOf(child.pid) })
    await stop(child)
  }
  return values
}

async function run(name) {
  const dir = scratch()
  const began = performance.now()
  const { texts, events } = await fill(dir, { users, texts: each, sessions, contacts, ...folders[name] })
  const file = configure(dir, users, { link: true, level: 'error' }) // its link has nobody at the other end
  console.log(`${name}: ${texts} texts in ${sessions} sessions, ${events} events, made in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  if (process.env.VERIFY ?? messages <= 50000) verify(dir)
  await stop((await timeToAnswer(file)).child) // the file's settings become the store's
  const warm = await measure(file, () => {}), cold = await measure(file, () => forget(dir))
  const ms = values => values.map(value => value.ms)
  console.log(`  first answer after ${median(ms(warm)).toFixed(0)} ms [${list(ms(warm), 0)}], not cached ${median(ms(cold)).toFixed(0)} ms [${list(ms(cold), 0)}], ` +
    `PSS ${(median(warm.map(value => value.pss)) / 1024).toFixed(0)} MiB`)
  fs.rmSync(dir, { recursive: true })
  return { warm: ms(warm), cold: ms(cold) }
}

console.log(`start: ${messages} messages; ${machine()}`)
const ended = await run('ended'), open = await run('open')
figure('sotto', ended.warm)
figure('sotto,not-cached', ended.cold)
figure('sotto,all-in-open-sessions', open.warm)
mark(`ended sessions are not read at the start: first answer within 1 s: ${median(ended.warm).toFixed(0)} ms`, median(ended.warm) <= 1000)
