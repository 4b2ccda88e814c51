// away.test.mjs - a page that was away goes on where it was: a machine that slept, a reload, another tab.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

const numbered = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => `text ${from + i}`)

// ana has a conversation with each of them, and looks at the first.
async function atWork(t, ...phones) {
  const w = await world(t, { agents: ['ana'], absent: ['ana'], ready: [] })
  const ana = w.window = await Window.open(t, w.server)
  await ana.page.clock.install()
  await ana.page.reload()
  await ana.signsIn('ana')
  await ana.page.locator('.state > button').click()
  await ana.page.locator('.state > button.ready').waitFor()
  w.customers = phones.map(phone => w.customerAt(phone))
  for (const one of w.customers) {
    await one.writes('text 1')
    await ana.page.locator('.invitation').waitFor()
    await ana.press('a')
    await ana.page.locator('.talk h1', { hasText: one.phone }).waitFor()
    await ana.see('text 1')
  }
  await ana.page.getByRole('link', { name: phones[0] }).click()
  await ana.page.locator('.talk h1', { hasText: phones[0] }).waitFor()
  return w
}

const textsAre = async (window, texts) => {
  if (await window.page.locator('.toend').isVisible()) await window.page.locator('.toend').click()
  await until(async () => (await window.texts()).at(-1) === texts.at(-1), 'the last text')
  await window.page.locator('.transcript').evaluate(view => { view.scrollTop = 0 })
  await until(async () => (await window.texts())[0] === texts[0], 'the first text')
  const shown = await window.texts()
  assert.deepEqual(shown, texts.slice(0, shown.length), 'each once, in order')
}

test('a reload reads a conversation once, however late the answer is', async t => {
  const { window: ana } = await atWork(t, '15551000001')
  await ana.page.route('**/messages?last=*', async route => { await new Promise(done => setTimeout(done, 500)); await route.continue() })
  ana.requests.length = 0
  await ana.page.reload()
  await ana.see('text 1')
  assert.equal(ana.requests.filter(one => /messages[?]last=/.test(one.path)).length, 1)
})

test('asleep for an hour: whole when it wakes, said once, with a way to the first that was missed', async t => {
  const { window: ana, customers: [jana, karel] } = await atWork(t, '15551000001', '15551000002')
  await ana.press('r')
  await ana.page.keyboard.type('one moment')
  await ana.press('Control+Enter')
  await jana.gets('one moment')
  await ana.page.keyboard.type('a draft')
  // The machine sleeps: its connection only looks alive. What it asks is never answered.
  const held = []
  let isAsleep = true
  await ana.page.route('**/notifications', route => isAsleep ? void held.push(route) : route.continue())
  await jana.writes('text 2')
  await until(() => held.length > 0, 'the page to be deaf')
  for (const text of numbered(3, 40)) await jana.writes(text)
  for (const text of numbered(2, 5)) await karel.writes(text)
  assert.equal((await ana.texts()).includes('text 40'), false)
  isAsleep = false
  const before = ana.requests.length
  await ana.page.clock.fastForward('01:00:00')
  // Whether the last poll brought text 2, or something else of before, is the server's to say.
  const said = await ana.page.locator('.linestate.back span').innerText()
  const [, count] = /^Back after 60 minutes: (4[23]) messages in 2 conversations$/.exec(said) ?? assert.fail(said)
  await until(async () => (await ana.texts()).at(-1) === 'text 40', 'the last text')
  assert.equal(await ana.composer.inputValue(), 'a draft')
  assert.equal(await ana.page.getByText('Connection lost').count(), 0, 'nothing was lost but time')
  assert.ok(ana.requests.slice(before).some(one => /"replay":\{"\/v2\/me\/\*":[1-9]/.test(one.body)), 'it went on from its last number')
  await ana.page.locator('.item', { hasText: karel.phone }).locator('.count', { hasText: '4' }).waitFor()
  // To the first.
  await ana.page.getByRole('button', { name: 'Show the first' }).click()
  await ana.see('Came while you were away')
  assert.equal(await ana.page.locator('.lineof:has(.new) .said > p').innerText(), count === '42' ? 'text 3' : 'text 2')
  await until(() => ana.page.locator('.lineof:has(.new)').evaluate(line => {
    const rect = line.getBoundingClientRect(), view = line.closest('.transcript').getBoundingClientRect()
    return rect.top >= view.top - 2 && rect.bottom <= view.bottom + 2
  }), 'the first that was missed to be seen')
  await ana.isAccessible('back')
  await textsAre(ana, ['text 1', 'one moment', ...numbered(2, 40)])
  // Awake, it hears what comes.
  await karel.writes('text 6')
  await ana.page.locator('.item', { hasText: karel.phone }).locator('.count', { hasText: '5' }).waitFor()
})

test('loaded anew after a while: what came meanwhile is counted, and nothing is there twice; another tab has its own', async t => {
  const { window: ana, server, customers: [jana] } = await atWork(t, '15551000001')
  const address = ana.page.url()
  const tab = await Window.open(t, server, { beside: ana, hash: address.split('/').slice(3).join('/') })
  await tab.see('text 1')
  await ana.page.goto('about:blank')
  for (const text of numbered(2, 130)) await jana.writes(text)
  await until(async () => (await tab.texts()).at(-1) === 'text 130', 'the other tab to have heard all of it')
  assert.equal(await tab.page.locator('.linestate').count(), 0, 'it was not away')
  await new Promise(done => { setTimeout(done, 3_100) }) // less is no absence
  await ana.page.goto(address)
  await ana.see('129 messages in one conversation')
  await ana.page.getByRole('button', { name: 'Show the first' }).click()
  await until(async () => (await ana.texts()).includes('text 2'), 'the first that was missed, which is read for it')
  await textsAre(ana, numbered(1, 130))
  await tab.press('r')
  await tab.page.keyboard.type('done')
  await tab.press('Control+Enter')
  await jana.gets('done')
  // Again, with nothing missed: nothing is said.
  await ana.page.reload()
  await until(async () => (await ana.texts()).at(-1) === 'done', 'the end')
  assert.equal(await ana.page.locator('.linestate').count(), 0)
})
