// ledger.test.mjs - who supervised whom, on the page: all of it for an auditor, for an agent what is disclosed.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

const rowsOf = window => window.page.locator('.ledger tbody tr[class^=act]').evaluateAll(rows => rows.map(row => [...row.cells].slice(1).map(cell => cell.innerText)))

test('an auditor reads, filters and takes home the ledger; an agent reads what is disclosed, without names', async t => {
  const { server, ana, sam, customer } = await world(t, { agents: ['ana'], users: { sam: { roles: ['supervisor'], joins: true }, olga: { roles: ['auditor'], sms: false } },
    absent: ['olga'], config: { 'bootstrap.supervision.disclosure.monitor': 'report' } })
  const olga = await (await Window.open(t, server)).signsIn('olga')
  await olga.see('Nothing is written of this period.')
  await sam.ok(sam.order(ana, 'Monitor', { reason: '=CMD("new here")' }))
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await sam.ok(sam.asks('SwitchToCoach'))
  // It comes by itself: the newest first, in words.
  await until(async () => (await rowsOf(olga)).length === 5, 'five entries')
  const boss = server.canary.nameOf('sam')
  const rows = await rowsOf(olga)
  assert.deepEqual(rows.map(row => row[1].replace(/\(.*\)/, '(…)')), ['Began', 'Ended (…)', 'Began', 'Conversation offered', 'Order given'])
  assert.deepEqual(rows[0].slice(0, 6), [boss, 'Began', 'ana', 'Coach', 'sees it', ana.session])
  assert.equal(rows.at(-1)[6], '=CMD("new here")')
  await olga.isAccessible('ledger')
  await olga.page.getByLabel('How').selectOption('Silent')
  await olga.page.getByLabel('What').selectOption('Began')
  assert.equal((await rowsOf(olga)).length, 1)
  await olga.page.getByLabel('Name, conversation, reason').fill('nobody')
  await olga.see('Nothing of this period is like that.')
  await olga.page.getByLabel('Name, conversation, reason').fill('ANA')
  await olga.page.getByLabel('What').selectOption('Order given')
  const [file] = await Promise.all([olga.page.waitForEvent('download'), olga.page.getByRole('button', { name: 'Export CSV' }).click()])
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n')
  assert.equal(lines.length, 3)
  assert.match(lines[1], new RegExp(`^"20[^"]*Z","${boss}","Ordered","ana","Monitor","silent","","","'=CMD\\(""new here""\\)","MONITOR"$`))
  assert.equal(olga.requests.some(one => /StartContactCenterSession/.test(one.body)), false, 'who only audits does not work here')
  // Told to ana when it is over for all, and not before.
  const window = await (await Window.open(t, server)).signsIn('ana')
  await window.press('g', 'l')
  await window.see('Nothing is written of this period.')
  await ana.completes()
  await until(async () => (await rowsOf(window)).length === 2, 'the own report')
  assert.deepEqual((await rowsOf(window)).map(row => [row[0].replace(/\(.*\)/, '(…)'), ...row.slice(1)]), [['Ended (…)', 'Silent', ana.session], ['Began', 'Silent', ana.session]])
  await window.isAccessible('the own report')
  await window.page.getByRole('button', { name: 'Back' }).click()
  await window.page.locator('.sessions').waitFor()
})
