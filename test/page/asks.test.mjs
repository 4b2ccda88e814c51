// asks.test.mjs - what agents ask others for on the page, in browsers: a hand, a colleague, a queue, a customer to write to.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { queueName, until, world } from '../lib/world.mjs'

after(closeBrowser)

const law = { 'bootstrap.supervision.rules': called => [{ name: called('sam', 'law'), words: ['lawyer'], texts: 'customer' }] }

async function atWork(t) {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], absent: ['ana', 'sam'], ready: [], config: law })
  const ana = await (await Window.open(t, w.server)).signsIn('ana')
  await ana.page.locator('.state > button').click()
  await ana.page.locator('.state > button.ready').waitFor()
  await w.customer.writes('I want my money back')
  await ana.page.locator('.invitation').waitFor()
  await ana.press('a')
  await ana.see('I want my money back')
  return Object.assign(w, { window: ana })
}

test('a hand: raised by keys with its words, on the supervisor\'s list, seen, taken silently, lowered', async t => {
  const { server, customer, window: ana } = await atWork(t)
  const sam = await (await Window.open(t, server)).signsIn('sam')
  await sam.page.locator('.agents').getByText('ana').waitFor()
  await ana.press('h')
  await ana.page.getByLabel('What is it about?').waitFor()
  await ana.page.keyboard.type('refund')
  await ana.press('Tab')
  await ana.page.keyboard.type('May I pay it back?')
  await ana.press('Enter')
  await ana.page.locator('.badge.hand').waitFor()
  // Told wherever sam is, counted in the bar, and marked beside the name.
  await sam.see('ana Test raises a hand. refund: May I pay it back?')
  await sam.page.locator('nav .count', { hasText: '1' }).waitFor()
  await sam.page.locator('.agents .handup').waitFor()
  await sam.press('g', 'h')
  await sam.page.locator('.need').getByText('Nobody has answered yet.').waitFor()
  await sam.isAccessible('hands')
  await sam.press('v')
  await sam.page.locator('.need').getByText('You have seen it.').waitFor()
  // After a reload the list is there again.
  await sam.page.reload()
  await sam.page.locator('.need').getByText('May I pay it back?').waitFor()
  const before = await ana.page.locator('.conversation').innerHTML()
  await sam.press('m')
  await sam.see('Watching – nobody can see you')
  await sam.see('I want my money back')
  const timeless = html => html.replace(/<time[^>]*>[^<]*<\/time>/g, '')
  assert.equal(timeless(await ana.page.locator('.conversation').innerHTML()), timeless(before), 'ana is shown nothing of it')
  // What is said by raising it again is told anew; lowered, it is gone everywhere.
  await ana.page.getByRole('button', { name: 'More' }).click()
  await ana.page.getByRole('menuitem', { name: 'Say something else' }).click()
  await ana.page.getByLabel('In a few words').fill('20 euros')
  await ana.press('Enter')
  await ana.page.getByLabel('In a few words').waitFor({ state: 'detached' })
  await sam.press('g', 'h')
  await sam.page.locator('.need').getByText('20 euros').waitFor()
  await ana.press('h')
  await ana.page.locator('.badge.hand').waitFor({ state: 'detached' })
  await sam.see('No hand is raised')
  await sam.page.locator('nav .count').waitFor({ state: 'detached' })
  // One that a rule raises says which, and ana is shown nothing of it.
  await customer.writes('I call my lawyer')
  await ana.see('I call my lawyer')
  await sam.page.locator('.need .reason', { hasText: 'lawyer' }).waitFor()
  assert.match(await sam.page.locator('.need').innerText(), /ana Test rule “law-\w+”/)
  assert.equal(await ana.page.locator('.badge.hand, .handup').count(), 0)
})

test('with whom: presence and queues; what is said in going; a refusal keeps the words; a conversation begun', async t => {
  const w = await atWork(t)
  const { ben, customer, window: ana } = w
  ana.expected = /40[0-9]/ // what is refused
  // Nobody is free: said in words, and nobody was asked.
  await ana.press('i')
  await ana.page.getByRole('option', { name: 'ben' }).getByText('Not ready').waitFor()
  await ana.page.keyboard.type(queueName)
  await ana.page.getByRole('option', { name: queueName }).waitFor()
  await ana.press('Enter')
  await ana.see('Nobody was asked.')
  await ana.isAccessible('whom to invite')
  await ben.ready()
  await ana.press('Enter')
  await ana.see(`${queueName} was asked.`)
  await ben.rejects()
  // Handed over by name, with words to the customer.
  await ana.press('t')
  await ana.page.getByRole('option', { name: 'ben' }).getByText('Ready').waitFor()
  await ana.page.keyboard.type('ben')
  await ana.press('Enter')
  await ana.page.getByLabel('in going').fill('Ben will help you.')
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Transfer' }).click()
  await customer.gets('Ben will help you.')
  await ben.accepts()
  await ana.see('This conversation is over.')
  // Somebody who does not wait for it is written to.
  await ana.press('w')
  await ana.page.getByLabel('Phone').fill('12')
  await ana.page.getByRole('dialog').getByLabel('Message').fill('Your parcel is here.')
  await ana.press('Tab', 'Tab', 'Enter')
  await ana.see('this is not a phone number')
  assert.equal(await ana.page.getByRole('dialog').getByLabel('Message').inputValue(), 'Your parcel is here.')
  await ana.press('Escape', 'w')
  assert.equal(await ana.page.getByRole('dialog').getByLabel('Message').inputValue(), 'Your parcel is here.', 'kept as a draft')
  await ana.page.getByLabel('Phone').fill('+1 555 100 0002')
  await ana.isAccessible('writing to somebody')
  await ana.press('Enter')
  const karel = w.customerAt('15551000002')
  await karel.gets('Your parcel is here.')
  await until(async () => (await ana.texts()).includes('Your parcel is here.'), 'the own text in the new conversation')
  // Left with a word; nothing goes twice.
  await ana.press('l')
  await ana.page.getByLabel('in going').fill('Good bye.')
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await karel.gets('Good bye.')
  assert.equal(customer.texts.length, 1)
  assert.equal(karel.texts.length, 2)
})
