// supervisor.test.mjs - the supervisor's desk in a browser: the wall, watching by one key, panes.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

const centre = t => world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], users: { ada: { roles: ['admin'] } }, absent: ['sam', 'ada'] })
const assigns = ({ ada }, userName, kind, name) => ada.ok(ada.rest.post('/assignments', { userName, kind, name }))

test('a supervisor watches an agent by one key: live, unseen, with nothing to write in', async t => {
  const { server, ana, ben, customer } = await centre(t)
  await ben.notReady()
  const sam = await (await Window.open(t, server)).signsIn('sam')
  await sam.page.locator('.agents').getByText('ana').waitFor()
  await sam.page.locator('canvas').focus()
  await sam.press('ArrowRight', 'm')
  await sam.see('You watch all conversations')
  await customer.writes('Is anybody there?')
  await ana.accepts()
  await ana.says('Yes, I am Ana.')
  await sam.see('Is anybody there?')
  await until(async () => (await sam.texts()).includes('Yes, I am Ana.'), 'both texts')
  await sam.see('Watching – nobody can see you')
  await sam.see('You are silent.')
  assert.equal(await sam.composer.count(), 0)
  const mine = await ana.readsSession()
  assert.deepEqual(mine.participants.map(one => one.type), ['Agent', 'Customer'], 'ana sees nobody else')
  // The wall tells what each has, as it changes.
  await sam.page.locator('.agents tr', { hasText: 'ana' }).getByText('1 of 4').waitFor()
  await customer.writes('Good.')
  await until(async () => /\d:\d\d/.test(await sam.page.locator('.agents tr', { hasText: 'ana' }).locator('td').last().innerText()), 'the oldest unanswered')
  await sam.press('l')
  await sam.page.locator('.besides .conversation.nothing').waitFor()
  assert.equal(customer.texts.length, 1)
})

test('panes show several conversations live; a reload and a deep link lead back to them', async t => {
  const w = await centre(t)
  const sam = await (await Window.open(t, w.server)).signsIn('sam')
  for (const name of ['ana', 'ben']) {
    await sam.page.locator('.agents tbody button', { hasText: name }).click()
    await sam.press('m')
    await sam.see('You watch all conversations')
  }
  const customers = ['15551000001', '15551000002'].map(phone => w.customerAt(phone))
  for (const one of customers) await one.writes(`I am ${one.phone}`)
  for (const agent of [w.ana, w.ben]) await agent.accepts()
  await sam.press('g', 'q')
  await sam.page.getByRole('row', { name: /support/ }).getByText('100 %').waitFor()
  await sam.page.goto(`${w.server.url}/#/panes`)
  await until(async () => await sam.page.locator('.pane').count() === 2, 'two panes')
  for (const one of customers) await sam.see(`I am ${one.phone}`)
  await sam.page.reload()
  for (const one of customers) await sam.see(`I am ${one.phone}`)
  await customers[1].writes('one more')
  await sam.see('one more')
  const [first] = await sam.page.locator('.pane h1').allInnerTexts()
  await sam.press('1')
  await until(async () => (await sam.page.locator('.pane.chosen h1').innerText()) === first, 'the first pane')
  // A standing order on a queue: found again after a reload, as the one on ana is; cancelled.
  const support = sam.page.getByRole('row', { name: /support/ })
  await sam.press('g', 'q')
  await support.getByRole('button', { name: 'Watch: support' }).click()
  await support.getByText('You watch all conversations').waitFor()
  await sam.page.reload()
  await support.getByRole('button', { name: 'Stop watching' }).click()
  await support.getByRole('button', { name: 'Watch: support' }).waitFor()
  await sam.press('g', 'w')
  await sam.page.locator('.agents tbody button', { hasText: 'ana' }).click()
  await sam.page.locator('.agentcard').getByText('You watch all conversations').waitFor()
})

test('the wall by teams: who is in which, counted, chosen by key; standing orders on a team and a skill', async t => {
  const w = await centre(t)
  await assigns(w, 'ben', 'member', 'all day')
  const sam = await (await Window.open(t, w.server)).signsIn('sam')
  const teams = sam.page.getByRole('group', { name: 'Teams' }), rows = sam.page.locator('.agents tbody tr')
  const chip = (name, isPressed) => teams.getByRole('button', { name, pressed: isPressed })
  await chip('all day 1 of 1').waitFor()
  // What is assigned meanwhile is there without a reload. On the wall teams stand apart, in their order; who is in none comes last.
  await assigns(w, 'ana', 'member', 'night')
  await assigns(w, 'ana', 'skill', 'Czech')
  await chip('night 1 of 1').waitFor()
  await sam.page.locator('canvas').focus()
  await sam.press('ArrowRight')
  await sam.page.locator('.agentcard').getByRole('heading', { name: 'ben' }).waitFor()
  await sam.press('ArrowDown')
  await sam.page.locator('.agentcard').getByRole('heading', { name: 'ana' }).waitFor()
  await rows.filter({ hasText: 'ana' }).getByText('night').waitFor()
  assert.equal(await rows.count(), 2)
  // By key from team to team; the table, the legend and the canvas have its members alone.
  await sam.press('.', '.')
  await chip(/^night/, true).waitFor()
  await until(async () => await rows.count() === 1, 'ana alone')
  await sam.page.getByRole('button', { name: 'All 1', exact: true }).waitFor()
  await sam.page.getByRole('application', { name: /^One agent\./ }).waitFor()
  await teams.getByRole('button', { name: 'Watch: night' }).click()
  await teams.getByText('You watch all conversations').waitFor()
  const [first, second] = ['15551000001', '15551000002'].map(phone => w.customerAt(phone))
  await w.ana.notReady()
  await first.writes('for ben')
  await w.ben.accepts()
  await w.ben.notReady()
  await w.ana.ready()
  await second.writes('for ana')
  await w.ana.accepts()
  await sam.see('for ana')
  assert.equal(await sam.page.getByText('for ben').count(), 0, 'another team’s')
  // It is found again after a reload, as is the chosen team; one on a skill stands beside it.
  await sam.page.goto(`${w.server.url}/#/queues`)
  await sam.page.reload()
  await sam.page.getByRole('row', { name: /night/ }).getByText('You watch all conversations').waitFor()
  await sam.page.getByRole('button', { name: 'Next only: Czech' }).click()
  await sam.page.getByRole('row', { name: /Czech/ }).getByText('You watch the next conversation').waitFor()
  await sam.page.getByRole('button', { name: 'Stop watching: night' }).click()
  await sam.page.getByRole('button', { name: 'Watch: night' }).waitFor()
  assert.deepEqual((await w.sam.ok(w.sam.rest.get('/me/supervision'))).supervision.orders.map(one => [one.targetPath, one.supervisorMonitoringMode]), [['/skills/Czech', 'NextChat']])
  await sam.press('g', 'w')
  await chip(/^night/, true).waitFor()
  await sam.press(',')
  await chip(/^all day/, true).waitFor()
})

test('a wall of hundreds: its canvas is as large as what is seen, and who is scrolled to is drawn and chosen there', async t => {
  const n = 300, name = i => `a${String(i).padStart(3, '0')}`
  const w = await world(t, { agents: Array.from({ length: n }, (_, i) => name(i)), ready: [], supervisors: ['sam'], absent: ['sam', ...Array.from({ length: n }, (_, i) => name(i))] })
  const sam = await (await Window.open(t, w.server, { viewport: { width: 920, height: 500 } })).signsIn('sam')
  await sam.page.getByRole('application', { name: `${n} agents.` }).waitFor()
  const wall = await sam.page.locator('.wall').evaluate(box => {
    box.scrollTop = box.scrollHeight
    return { seen: box.clientHeight, all: box.scrollHeight, canvas: box.querySelector('canvas').clientHeight, columns: Math.floor((box.clientWidth + 4) / 28) }
  })
  assert.ok(wall.all > wall.seen, 'not all fit')
  assert.equal(wall.canvas, wall.seen)
  const spot = { x: 12, y: wall.seen - 16 }   // in the last row, whose tiles end above a gap
  const isDrawn = () => sam.page.locator('canvas').evaluate((canvas, { x, y }) => canvas.getContext('2d').getImageData(x * devicePixelRatio, y * devicePixelRatio, 1, 1).data[3] > 0, spot)
  await until(isDrawn, 'the last row')
  await sam.page.locator('canvas').click({ position: spot })
  await sam.page.locator('.agentcard').getByRole('heading', { name: name(Math.floor((n - 1) / wall.columns) * wall.columns) }).waitFor()
})

test('every screen of a supervisor is accessible, light and dark, in German and from right to left', async t => {
  const w = await centre(t), { server, ana, customer } = w
  for (const one of [['ana', 'member', 'north'], ['ben', 'member', 'south'], ['ben', 'skill', 'Czech']]) await assigns(w, ...one)
  for (const [colorScheme, locale] of [['light', 'en-GB'], ['dark', 'de-DE']]) {
    const sam = await Window.open(t, server, { colorScheme, locale })
    const words = locale === 'en-GB' ? ['User name', 'Password', 'Sign in'] : ['Benutzername', 'Passwort', 'Anmelden']
    await sam.page.getByLabel(words[0]).fill(server.canary.nameOf('sam'))
    sam.plain = server.canary.nameOf('sam')
    await sam.page.getByLabel(words[1]).fill('pw-sam')
    await sam.page.getByRole('button', { name: words[2] }).click()
    await sam.page.locator('.agents').getByText('ana').waitFor()
    await sam.isAccessible(`wall, ${colorScheme}`)
    if (colorScheme === 'light') {
      await sam.page.locator('.agents tbody button', { hasText: 'ana' }).click()
      await sam.press('m')
      await sam.see('You watch all conversations')
      await customer.writes('Hello')
      await ana.accepts()
    }
    await sam.see('Hello')
    await sam.isAccessible(`watching, ${colorScheme}`)
    await sam.page.goto(`${server.url}/#/queues`)
    await sam.page.locator('.plots').waitFor()
    await sam.isAccessible(`queues, ${colorScheme}`)
    await sam.page.goto(`${server.url}/?dir=rtl#/panes`)
    await sam.see('Hello')
    assert.equal(await sam.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing overflows from right to left')
    await sam.isAccessible(`panes, ${colorScheme}`)
    await sam.page.setViewportSize({ width: 400, height: 700 })
    assert.equal(await sam.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing overflows on a narrow screen')
    // There what is watched takes the screen, and is scrolled by itself.
    await sam.page.goto(`${server.url}/#/wall`)
    await sam.see('Hello')
    assert.equal(await sam.page.locator('.besides .conversation').evaluate(one => innerHeight - one.clientHeight), 84, 'bar and foot')
    await sam.close()
  }
})
