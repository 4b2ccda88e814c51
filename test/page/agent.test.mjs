// agent.test.mjs - the agent's desk in a browser: by key alone, drafts, what is lost when the server goes, two tabs.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

// A centre whose agents work on pages: nobody signs in by script.
const centre = (t, settings = {}) => world(t, { agents: ['ana'], absent: ['ana'], ready: [], ...settings })

async function accepts(ana, text) {
  await ana.page.locator('.invitation').first().waitFor()
  await ana.press('a')
  await ana.see(text)
}

test('an agent works by keys alone, and nothing else than the texts leaves for the customer', async t => {
  const { server, customer } = await centre(t)
  const ana = await Window.open(t, server)
  await ana.page.locator('input:focus').waitFor() // the name's
  await ana.page.keyboard.type('ana')
  await ana.press('Tab')
  await ana.page.keyboard.type('pw-ana')
  await ana.press('Enter')
  await ana.page.locator('.shell').waitFor()
  // Commands: the state's button is the first thing behind them, and Ctrl+K lists what can be done.
  await ana.press('Tab', 'Enter')
  await ana.see('Ready')
  await customer.writes('Where is my parcel?')
  await ana.page.locator('.invitation').waitFor()
  assert.match(await ana.page.title(), /Somebody writes/)
  await ana.press('a')
  await ana.see('Where is my parcel?')
  await ana.press('r')
  await ana.page.keyboard.type('It left this morning.')
  await ana.press('Control+Enter')
  await customer.gets('It left this morning.')
  await until(async () => (await ana.texts()).includes('It left this morning.'), 'the own text in the transcript')
  await ana.see('sent')
  await ana.press('Escape', 'e', 'Enter')
  await ana.see('This conversation is over.')
  assert.deepEqual(customer.texts.length, 1)
})

test('a draft belongs to its conversation: another has its own, and a reload and a sign-in find it', async t => {
  const w = await centre(t)
  const ana = await (await Window.open(t, w.server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await ana.see('Ready')
  const jana = w.customerAt('15551000001'), karel = w.customerAt('15551000002')
  await jana.writes('I am Jana')
  await accepts(ana, 'I am Jana')
  const janas = ana.page.url()
  await ana.press('r')
  await ana.page.keyboard.type('Dear Jana, ')
  await karel.writes('I am Karel')
  await ana.page.locator('.invitation').waitFor()
  assert.equal(await ana.composer.inputValue(), 'Dear Jana, ', 'an invitation takes no letter away')
  await ana.press('Escape', 'a')
  await ana.see('I am Karel')
  assert.equal(await ana.composer.inputValue(), '', 'not moved to another customer')
  await ana.press('r')
  await ana.page.keyboard.type('Dear Karel, ')
  await ana.page.goto(janas)
  await until(async () => await ana.composer.inputValue() === 'Dear Jana, ', 'the draft of this conversation')
  const read = []
  ana.page.on('response', response => { if (response.url().includes('/messages?')) read.push(response.url()) })
  await ana.page.reload()
  await until(async () => await ana.composer.inputValue() === 'Dear Jana, ', 'the draft after a reload')
  await until(() => read.length >= 3, 'both conversations to be read, the one that is looked at twice') // nothing more is on its way
  // The login ends under the page: the password is asked for over it, and nothing that was typed goes.
  ana.expected = /401/
  await ana.context.clearCookies()
  await ana.composer.press('End')
  await ana.page.keyboard.type('one moment')
  await ana.press('Control+Enter')
  await ana.page.getByRole('dialog').getByLabel('Password').fill('pw-ana')
  await ana.press('Enter')
  await jana.gets('Dear Jana, one moment')
  assert.equal(jana.texts.length, 1)
  await ana.page.getByRole('link', { name: '+15551000002' }).click()
  await until(async () => await ana.composer.inputValue() === 'Dear Karel, ', 'the other draft')
})

test('a text whose sending tells that the login is gone asks for the password, and goes', async t => {
  const { server, customer } = await centre(t)
  const ana = await (await Window.open(t, server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await customer.writes('hello?')
  await accepts(ana, 'hello?')
  // Nothing else tells of it before: what says that ana writes stays on its way.
  await ana.page.route('**/me/smssessions/*', route => /Typing/.test(route.request().postData() ?? '') ? undefined : route.fallback())
  await ana.press('r')
  await ana.page.keyboard.type('one moment')
  ana.expected = /401/
  await ana.context.clearCookies()
  await ana.press('Control+Enter')
  await ana.page.getByRole('dialog').getByLabel('Password').fill('pw-ana')
  await ana.press('Enter')
  await customer.gets('one moment')
  assert.equal(customer.texts.length, 1)
})

// As a keyboard of that layout has it: AltGr is Ctrl with Alt to some systems, and the letter is what counts.
async function types(window, text) {
  const session = await window.context.newCDPSession(window.page)
  for (const key of text) {
    const isThirdLevel = /[ąśółżźćęńĄŚÓŁ@{}€\\|~]/.test(key)
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, modifiers: isThirdLevel ? 3 : 0 })
    await session.send('Input.dispatchKeyEvent', { type: 'char', key, text: key })
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key })
  }
}

test('Polish and German layouts, emoji, markup and letters from right to left arrive as they were written', async t => {
  const { server, customer } = await centre(t)
  const ana = await (await Window.open(t, server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await customer.writes('<img src=x onerror=alert(1)> שלום \u202Eabc Z̷̢̛a̸l̵g̶o̷ 👩‍👩‍👧')
  await accepts(ana, '<img src=x onerror=alert(1)>')
  await ana.press('r')
  const polish = 'Zażółć gęślą jaźń, proszę', german = 'Grüße an ana@example.org {ä} € ~|\\'
  for (const text of [polish, german]) {
    await types(ana, text)
    assert.equal(await ana.composer.inputValue(), text)
    await ana.press('Control+Enter')
    await customer.gets(text)
  }
  // What it costs is said before it is sent, and the character that makes it dear.
  await ana.page.keyboard.type('It’s on its way')
  await ana.see('makes it Unicode')
  await ana.page.getByRole('button', { name: "use '" }).click()
  assert.equal(await ana.composer.inputValue(), "It's on its way")
  await ana.see('1 SMS · 145 left')
})

test('the server is killed under the page and comes back: nothing lost, nothing twice, draft and place kept', async t => {
  const w = await centre(t)
  const { server, customer, smsc } = w
  const ana = await (await Window.open(t, server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await customer.writes('text 1')
  await accepts(ana, 'text 1')
  for (let i = 2; i <= 40; i++) await customer.writes(`text ${i}`)
  await until(async () => (await ana.texts()).includes('text 40'), 'all texts')
  await ana.page.locator('.transcript').evaluate(view => { view.scrollTop = 0 })
  await until(() => ana.page.locator('.toend').isVisible(), 'the transcript to stand at its beginning')
  const top = () => ana.page.locator('.transcript').evaluate(view => Math.round(view.querySelector('.said').getBoundingClientRect().top))
  const before = await top()
  ana.isDownOnPurpose = true
  const binds = smsc.binds.length
  await server.kill()
  await ana.see('Connection lost')
  await ana.press('r')
  await ana.page.keyboard.type('sent while it was away')
  await ana.press('Control+Enter')
  await ana.see('Will be sent when the connection is back.')
  await ana.page.keyboard.type('a draft')
  await server.startAgain()
  await smsc.bound(binds + 1)
  await until(async () => await customer.writes('text 41').then(() => true, () => false), 'the link')
  await ana.page.getByText('Connection lost').waitFor({ state: 'detached' })
  await customer.gets('sent while it was away')
  assert.equal(await ana.composer.inputValue(), 'a draft')
  assert.ok(Math.abs(await top() - before) < 40, 'what was read is where it was')
  await ana.page.locator('.toend').click()
  await until(async () => (await ana.texts()).at(-1) === 'sent while it was away' || (await ana.texts()).at(-1) === 'text 41', 'the end')
  const texts = await ana.texts()
  assert.deepEqual(texts.filter(one => one.startsWith('text ')), Array.from({ length: 41 }, (_, i) => `text ${i + 1}`))
  assert.equal(texts.filter(one => one === 'sent while it was away').length, 1)
  assert.equal(customer.texts.length, 1)
})

test('the conversation ends under whoever writes: no letter becomes a command, no word is lost', async t => {
  const w = await centre(t)
  const { server, customer } = w
  const ana = await (await Window.open(t, server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await customer.writes('hello?')
  await accepts(ana, 'hello?')
  await w.customerAt('15551000002').writes('And I?')
  await ana.page.locator('.invitation').waitFor()
  // However long this machine takes, no second passes for the page between two letters.
  const began = Date.now()
  await ana.page.clock.setFixedTime(began)
  await ana.press('r')
  await ana.page.keyboard.type('One mo')
  // Another window of the same user ends it between two letters.
  await w.ana.ok(w.ana.rest.ask(`/me/smssessions/${decodeURIComponent(ana.page.url().split('/').at(-1))}`, 'Complete'))
  await ana.composer.waitFor({ state: 'detached' })
  await ana.page.keyboard.type('dah?')
  await ana.see('You had written, and it was not sent:')
  assert.equal(await ana.page.locator('.leftover').innerText(), 'One mo')
  assert.equal(await ana.page.locator('.invitation').count(), 1, 'neither taken nor declined')
  assert.equal(await ana.page.getByRole('dialog').count(), 0)
  // After a pause, or Escape in the field, letters are commands.
  await ana.page.clock.setFixedTime(began + 1_100)
  await ana.press('a')
  await ana.see('And I?')
  assert.equal(customer.texts.length, 0)
})

test('a click on Ready that is quicker than the server counts', async t => {
  const { server } = await centre(t)
  const window = await Window.open(t, server)
  await window.page.route('**/api/v2/me', async route => {
    if (route.request().postData()?.includes('StartContactCenterSession')) await new Promise(done => setTimeout(done, 1000))
    await route.continue()
  })
  const ana = await window.signsIn('ana')
  await ana.page.locator('.state > button').click()
  await ana.page.locator('.state > button.ready').waitFor()
})

test('two tabs of one agent show the same, and a text is sent once; a STOP gives the words back', async t => {
  const { server, customer } = await centre(t)
  const ana = await (await Window.open(t, server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await customer.writes('Hello')
  await accepts(ana, 'Hello')
  const tab = await Window.open(t, server, { beside: ana, hash: ana.page.url().split('/').slice(3).join('/') })
  await tab.see('Hello')
  await tab.press('r')
  await tab.page.keyboard.type('from the second tab')
  await tab.press('Control+Enter')
  await customer.gets('from the second tab')
  await until(async () => (await ana.texts()).includes('from the second tab'), 'the first tab to show it')
  assert.equal((await tab.texts()).filter(one => one === 'from the second tab').length, 1)
  // Written before the customer's STOP is shown, refused by it: the words are still there. So may be that she types.
  ana.expected = tab.expected = /status of 400/
  await ana.composer.fill('one more thing')
  await customer.writes('STOP')
  await ana.see('The customer’s side is over')
})

test('every screen of an agent is accessible, light and dark', async t => {
  const { server, customer } = await centre(t)
  for (const colorScheme of ['light', 'dark']) {
    const ana = await Window.open(t, server, { colorScheme })
    await ana.page.getByLabel('User name').waitFor()
    await ana.isAccessible(`sign-in, ${colorScheme}`)
    await ana.signsIn('ana')
    await ana.isAccessible(`nothing waits, ${colorScheme}`)
    if (await ana.page.locator('.state > .notready').count()) await ana.page.locator('.state > button').click()
    await customer.writes(`Is it ${colorScheme}?`)
    if (colorScheme === 'light') {
      await ana.page.locator('.invitation').waitFor()
      await ana.isAccessible(`an invitation, ${colorScheme}`)
      await ana.press('a')
    } else {
      await ana.press('j')
    }
    await ana.see(`Is it ${colorScheme}?`)
    await ana.press('r')
    await ana.page.keyboard.type('It’s')
    await ana.isAccessible(`a conversation, ${colorScheme}`)
    await ana.press('Escape', 'Control+k')
    await ana.page.getByRole('dialog').waitFor()
    await ana.isAccessible(`commands, ${colorScheme}`)
    await ana.press('Escape', '?')
    await ana.page.getByRole('dialog').waitFor()
    await ana.isAccessible(`keys, ${colorScheme}`)
    await ana.press('Escape')
    await ana.close()
  }
})

