// supervisor.test.mjs - the supervisor's desk in a browser: the wall, watching by one key, panes.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

const centre = t => world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], absent: ['sam'] })

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
  await support.getByRole('button', { name: 'Watch' }).click()
  await support.getByText('You watch all conversations').waitFor()
  await sam.page.reload()
  await support.getByRole('button', { name: 'Stop watching' }).click()
  await support.getByRole('button', { name: 'Watch' }).waitFor()
  await sam.press('g', 'w')
  await sam.page.locator('.agents tbody button', { hasText: 'ana' }).click()
  await sam.page.locator('.agentcard').getByText('You watch all conversations').waitFor()
})

test('every screen of a supervisor is accessible, light and dark, in German and from right to left', async t => {
  const { server, ana, customer } = await centre(t)
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
    await sam.close()
  }
})
