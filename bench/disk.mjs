// disk.mjs - how much disk a centre takes: bytes of a session in the tables, in the journal, and in what is kept of the
// journal when it was trimmed. Sessions of one size through the real server; files are compacted before they are weighed,
// so that what is counted are rows, not the free pages between them.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'node:test'
import { world } from '../test/lib/world.mjs'

const sessions = Number(process.env.SESSIONS ?? 200), perDay = Number(process.env.PER_DAY ?? 1000)
const keptDays = 30 // journal.keep-for, by default
const text = 'A text of about the length that customers and agents write to each other, which is about this here.'

function weigh(data, name) {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-disk-'))
  for (const file of [name, `${name}-wal`]) cpSync(join(data, file), join(folder, file), { force: true, errorOnExist: false })
  const { status, stderr } = spawnSync('python3', ['-c',
    `import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', (sys.argv[2],))`, join(folder, name), join(folder, 'compact')])
  if (status !== 0) throw new Error(String(stderr))
  const { size } = statSync(join(folder, 'compact'))
  rmSync(folder, { recursive: true })
  return size
}

async function talk(w, phone) {
  const customer = w.customerAt(phone)
  await customer.writes(text)
  await w.ana.accepts()
  for (let i = 0; i < 3; i++) {
    if (i) await customer.writes(text)
    await w.ana.ok(w.ana.asks('SendMessage', { text }))
    await w.ana.sees(data => data.messageType === 'MessageDeliveryUpdated')
  }
  await w.ana.completes()
}

const mib = bytes => `${(bytes / 2 ** 20).toFixed(0)} MiB`

test('disk', { timeout: 3600_000 }, async t => {
  // What users were told has a bound of its own, a day.
  const config = { 'push.replay-max-bytes': 0 }
  const w = await world(t, { agents: ['ana'], config })
  const data = w.server.data
  await talk(w, '15552000000')
  const weights = async () => {
    await sleep(1000) // the tables follow
    return { tables: weigh(data, 'sotto.db'), journal: weigh(data, 'journal.db') }
  }
  const before = await weights()
  for (let i = 1; i <= sessions; i++) await talk(w, `1555${2000000 + i}`)
  const after = await weights()
  w.server.settings.config = { ...config, 'journal.keep-for': 1 }
  await w.restart()
  for (let i = 0; i < 100; i++) {
    await w.ana.notReady()
    await w.ana.ready()
    await sleep(50)
  }
  const { journal } = await weights()
  const of = name => (after[name] - before[name]) / sessions
  const kept = journal / (sessions + 1)
  t.diagnostic(`a session of 6 texts: ${of('tables').toFixed(0)} bytes in the tables, ${of('journal').toFixed(0)} in the journal, ${kept.toFixed(0)} of it kept`)
  const year = perDay * 365
  t.diagnostic(`${perDay} sessions a day: ${mib(of('tables') * year)} a year in the tables, ${mib(kept * year)} kept, ` +
    `${mib(of('journal') * perDay * keptDays)} of journal for ${keptDays} days; untrimmed ${mib(of('journal') * year)} a year`)
})
