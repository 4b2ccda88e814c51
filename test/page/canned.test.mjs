// canned.test.mjs - canned responses in the composer, dispositions and reasons, as an agent meets them in the browser.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

const responses = [
  { name: 'hello', text: 'Hello {{customer.firstName}}, this is {{agent.nickname}}.' },
  { name: 'hours', text: 'We are there from 9 to 17.' },
  { name: 'price', text: 'It costs 12 € – more on our page.' },
  { name: 'sales', text: 'Of another number', queue: 'sales' },
  { name: 'ticket', text: 'Your ticket is {{data.Ticket}}' },
]
const centre = t => world(t, { agents: ['ana'], users: { ada: { roles: ['admin'] } }, absent: ['ana', 'ada'], ready: [], queues: { sales: '15550200' },
  config: { 'bootstrap.canned-responses': responses, 'bootstrap.dispositions': ['Sold', 'Not sold'], 'bootstrap.not-ready-reasons': ['Lunch'] } })

async function writing(t) {
  const w = await centre(t)
  const ana = await (await Window.open(t, w.server)).signsIn('ana')
  await ana.page.locator('.state > button').first().click()
  await w.customer.writes('Hello?')
  await ana.page.locator('.invitation').first().waitFor()
  await ana.press('a')
  await ana.see('Hello?')
  w.id = (await w.ana.readsSessions())[0].id
  return { ...w, w, ana, customer: w.customer, customers: () => w.customer.texts.map(one => one.text) }
}

const list = ana => ana.page.getByRole('listbox', { name: 'Canned responses' })
const offered = async ana => (await list(ana).getByRole('option').allInnerTexts()).map(one => one.split(/\s/)[0])

test('a slash at the beginning of a word opens the list, by key alone; what it costs is true, and variables are filled in', async t => {
  const { ana, w, customer } = await writing(t)
  await w.ana.ok(w.ana.asks('AttachUserData', { userData: { FirstName: 'Jana' } }, w.id))
  await ana.see('Jana')
  await ana.press('/') // outside of a field as well
  await list(ana).waitFor()
  assert.deepEqual(await offered(ana), ['/hello', '/hours', '/price', '/ticket'], 'not that of another number')
  await ana.isAccessible('the list of canned responses')
  await ana.page.keyboard.type('h')
  const found = await offered(ana)
  assert.deepEqual(found.slice(0, 2), ['/hello', '/hours'], 'names that begin so come first')
  await ana.press('ArrowDown', 'ArrowUp', 'Enter')
  await until(async () => await ana.composer.inputValue() === 'Hello Jana, this is ana.', 'the text with its names')
  await ana.see('1 SMS · 136 left')
  // In the middle of what is written; a slash within a word opens nothing.
  await ana.page.keyboard.type(' And/or ')
  assert.equal(await list(ana).count(), 0)
  await ana.page.keyboard.type('/hou')
  await list(ana).waitFor()
  await ana.press('Tab')
  await until(async () => await ana.composer.inputValue() === 'Hello Jana, this is ana. And/or We are there from 9 to 17.', 'both')
  await ana.page.keyboard.type(' /pri')
  await list(ana).waitFor()
  await ana.press('Escape')
  assert.equal(await list(ana).count(), 0)
  assert.equal(await ana.composer.inputValue(), 'Hello Jana, this is ana. And/or We are there from 9 to 17. /pri', 'Esc closes the list alone')
  for (let i = 0; i < 5; i++) await ana.press('Backspace')
  await ana.press('Control+Enter')
  await customer.gets('Hello Jana, this is ana. And/or We are there from 9 to 17.')
  await ana.press('/')
  await ana.page.keyboard.type('price')
  await ana.press('Enter')
  await ana.see('makes it Unicode')
})

test('nothing leaves while a variable is not known: it is marked, to be written over', async t => {
  const { ana, customer } = await writing(t)
  await ana.press('r')
  await ana.page.keyboard.type('/ticket')
  await list(ana).waitFor()
  await ana.press('Enter')
  await ana.see('Write something in place of {{data.Ticket}}')
  await ana.press('Control+Enter')
  assert.equal(await ana.composer.inputValue(), 'Your ticket is {{data.Ticket}}')
  assert.equal(await ana.page.locator('.send').isDisabled(), true)
  await ana.page.keyboard.type('4711') // what is missing is selected
  await ana.press('Control+Enter')
  await customer.gets('Your ticket is 4711')
  assert.equal(customer.texts.length, 1)
})

test('what this customer and the centre said before stands beside the conversation, to be opened by key', async t => {
  const { ana, w, customer } = await writing(t)
  await w.ana.ok(w.ana.asks('SendMessage', { text: 'Good day' }, w.id))
  await w.ana.ok(w.ana.asks('SetDisposition', { disposition: 'Sold' }, w.id))
  await w.ana.ok(w.ana.asks('Complete', {}, w.id))
  await new Promise(done => { setTimeout(done, 800) }) // the tables are at most half a second behind
  await customer.writes('It is me again')
  await ana.page.locator('.invitation').first().waitFor()
  await ana.press('a')
  await ana.see('It is me again')
  const earlier = ana.page.getByRole('region', { name: 'Earlier' })
  const summary = earlier.locator('summary')
  await summary.filter({ hasText: 'Sold' }).waitFor()
  assert.equal(await earlier.getByText('Good day').isVisible(), false)
  await summary.focus()
  await ana.press('Enter')
  await earlier.getByText('Good day').waitFor()
  assert.equal(await earlier.getByText('Hello?').isVisible(), true)
  await ana.isAccessible('the conversation with an earlier one beside it')
})

test('dispositions and reasons are the centre’s, and what an administrator adds is there when one looks again', async t => {
  const { ana, w } = await writing(t)
  await ana.page.getByLabel('What was it about?').selectOption('Sold')
  await until(async () => (await w.ana.readsSession(w.id)).userData.DISP_KEY === 'Sold', 'the disposition')
  await ana.page.getByRole('button', { name: 'My state' }).click()
  await ana.page.getByRole('menuitem', { name: 'Lunch' }).click()
  await ana.page.locator('.state > button').first().filter({ hasText: 'Lunch' }).waitFor()
  assert.deepEqual((await w.ana.state()).reason, 'Lunch')
  await w.ada.ok(w.ada.rest.post('/canned-responses', { name: 'new', text: 'Quite new' }))
  await ana.page.evaluate(() => { const now = Date.now; Date.now = () => now() + 31_000 })
  await ana.press('r')
  await ana.page.keyboard.type('/new')
  await list(ana).waitFor()
  assert.deepEqual(await offered(ana), ['/new'])
})
