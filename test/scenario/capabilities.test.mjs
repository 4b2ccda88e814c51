// capabilities.test.mjs - what may be done in a session changes by what others do: whoever it changes for is told.
import assert from 'node:assert/strict'
import test from 'node:test'
import { serviceNumber } from '../lib/config.mjs'
import { world } from '../lib/world.mjs'

const mayWrite = data => data.notificationType === 'StatusChange' && data.smssession.capabilities.includes('SendMessage')

// ana talks to a customer who opted out before, and sam watches her. No keyword is answered, so no notice says anything.
async function optedOut(t, settings = {}) {
  const config = Object.fromEntries(['stop', 'start', 'help'].map(word => [`bootstrap.sms.${word}-reply`, '']))
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], ...settings, config: { ...config, ...settings.config } })
  await w.customer.writes('STOP')
  await w.sam.monitors(w.ana)
  await w.customer.writes('One question though')
  await w.ana.accepts()
  await w.sam.accepts()
  assert.ok(!(await w.ana.readsSession()).capabilities.includes('SendMessage'))
  for (const one of [w.ana, w.sam]) await one.forgets()
  return w
}

test('A START gives the agent the right to write again, and the agent is told, once', async t => {
  const { ana, sam, customer } = await optedOut(t)
  await customer.writes('START')
  assert.ok(mayWrite(await ana.seesNext('Chatting')))
  await ana.seesNext({ text: 'START' })
  await ana.seesNothing()
  assert.ok(!mayWrite(await sam.seesNext('Chatting'))) // a Monitor may never
  await ana.says('Yes?')
  await customer.gets('Yes?')
})

test('With a notice that says so it is told once as well', async t => {
  const { ana, customer } = await optedOut(t, { config: { 'bootstrap.sms.start-reply': 'Welcome back.' } })
  await customer.writes('START')
  assert.ok(mayWrite(await ana.seesNext('Chatting')))
  await ana.seesNext({ text: 'START' })
  await ana.seesNext({ type: 'Notice' })
  await ana.seesNext(data => data.messageType === 'MessageDeliveryUpdated')
  await ana.seesNothing()
})

test('A STOP by a name that is a phone\'s digits takes the right from the conversation with that phone', async t => {
  const { ana, smsc, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts()
  await smsc.deliver({ from: customer.phone, source_addr_ton: 5, to: serviceNumber, text: 'STOP' })
  const told = await ana.sees('Chatting')
  assert.equal(told.smssession.id, ana.session)
  assert.ok(!mayWrite(told))
  assert.equal((await ana.asks('SendMessage', { text: 'Yes?' })).code, 3)
})

test('What is sent in Chatting alone is offered to no one in wrap-up', async t => {
  const { ana, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts()
  const { smssession } = await ana.leaves('LeftChat')
  assert.ok(!smssession.capabilities.some(one => one.startsWith('Send')))
  for (const operation of ['SendMessage', 'SendToAgents']) assert.equal((await ana.asks(operation, { text: 'x' })).code, 2)
})
