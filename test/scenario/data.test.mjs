// data.test.mjs - userData and dispositions: attached, changed, deleted, and who is told.
import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, watched } from '../lib/world.mjs'

const before = { PhoneNumber: '15551000001', ServiceNumber: undefined }
const attached = ({ userData: { PhoneNumber, ServiceNumber, ...rest } }) => rest

test('AttachUserData adds pairs: PropertiesUpdated once, the whole resource, to all in the session', async t => {
  const { ana, ben, sam } = await watched(t)
  const userData = { Topic: 'order', 'CBR-actual_volume': '7', ServiceObjective: 80, Weight: -1.5 }
  await ana.ok(ana.asks('AttachUserData', { userData }))
  for (const person of [ana, sam]) {
    const told = await person.sees('PropertiesUpdated')
    assert.equal(told.messageType, 'SMSsessionStateChangeMessage')
    assert.deepEqual(attached(told.smssession), userData)
    assert.equal(told.smssession.userData.PhoneNumber, before.PhoneNumber)
    assert.equal(told.smssession.state, 'Chatting')
    assert.equal(told.referenceId, person === ana ? 2 : undefined)
    await person.seesNothing()
  }
  assert.deepEqual(attached(await ana.readsSession()), userData)
  assert.deepEqual(Object.keys(attached(await ana.readsSession())), Object.keys(userData), 'in the order in which they came')
  await ana.invites(ben)
  assert.deepEqual(attached((await ben.isInvited()).smssession), userData)
})

test('UpdateUserData overwrites what it names, the others stay; DeleteUserData removes', async t => {
  const { ana, sam } = await watched(t)
  await ana.ok(ana.asks('AttachUserData', { userData: { a: 'one', b: 2, c: '' } }))
  await ana.ok(ana.asks('UpdateUserData', { userData: { b: 'two', d: 4 } }))
  await ana.ok(ana.asks('DeleteUserData', { keys: ['a', 'nothing', 'a'] }))
  for (const person of [ana, sam]) {
    for (const expected of [{ a: 'one', b: 2, c: '' }, { a: 'one', b: 'two', c: '', d: 4 }, { b: 'two', c: '', d: 4 }]) {
      assert.deepEqual(attached((await person.sees('PropertiesUpdated')).smssession), expected)
    }
  }
  await ana.ok(ana.asks('DeleteUserData', { keys: ['nothing'] }))
  for (const person of [ana, sam]) await person.seesNothing()
})

test('Text and numbers are kept as they came, and after a kill', async t => {
  const w = await watched(t)
  const { ana } = w
  const raw = '{"operationName":"AttachUserData","userData":{"n":1.50,"e":1E400,"m":-0,"big":123456789012345678901234567890,"t":"\\u00e9 \\"q\\" \\n 🦉"}}'
  assert.deepEqual(answer(await ana.rest.post(ana.at(), raw)), [200, 0])
  const kept = '"n":1.50,"e":1E400,"m":-0,"big":123456789012345678901234567890,'
  for (let i = 0; i < 2; i++) {
    const { raw: told, body } = await ana.rest.get(ana.at())
    assert.ok(told.includes(kept), told)
    assert.equal(body.smssession.userData.t, 'é "q" \n 🦉')
    if (i === 0) await w.restart({ kill: true })
  }
})

test('userData: 100 keys and one more; null, nested, booleans, lists and empty names are 10; what is the server\'s is 11', async t => {
  const { ana } = await watched(t)
  const attach = userData => ana.asks('AttachUserData', { userData }).then(answer)
  assert.deepEqual(answer(await ana.asks('AttachUserData')), [400, 1])
  for (const userData of ['x', [], 7, {}, { a: null }, { a: {} }, { a: { b: 1 } }, { a: [] }, { a: true }, { '': 1 },
    { good: 1, bad: null }, { ['k'.repeat(256)]: 1 }]) assert.deepEqual(await attach(userData), [400, 10], JSON.stringify(userData))
  for (const name of ['PhoneNumber', 'ServiceNumber']) {
    assert.deepEqual(await attach({ good: 1, [name]: 'x' }), [400, 11])
    assert.deepEqual(answer(await ana.asks('DeleteUserData', { keys: [name] })), [400, 11])
    assert.deepEqual(answer(await ana.asks('SetDisposition', { disposition: 'x', dispositionKey: name })), [400, 11])
  }
  for (const keys of ['x', {}, [], [7], [''], [null]]) assert.deepEqual(answer(await ana.asks('DeleteUserData', { keys })), [400, 10])
  assert.deepEqual(attached(await ana.readsSession()), {}, 'nothing was changed')
  const keys = count => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))
  assert.deepEqual(await attach(keys(101)), [400, 10])
  assert.deepEqual(await attach(keys(99)), [200, 0])
  assert.deepEqual(await attach(keys(100)), [200, 0])
  assert.deepEqual(await attach({ more: 1 }), [400, 10])
  assert.deepEqual(await attach({ k0: 'instead' }), [200, 0])
})

test('userData of 32 KiB and a byte more', async t => {
  const { ana } = await watched(t)
  const attach = length => ana.asks('AttachUserData', { userData: { a: 'x'.repeat(length) } }).then(answer)
  assert.deepEqual(await attach(32 * 1024), [400, 10])
  assert.deepEqual(await attach(32 * 1024 - 1), [200, 0])
  assert.deepEqual(answer(await ana.asks('AttachUserData', { userData: { b: '' } })), [400, 10])
  assert.deepEqual(await attach(32 * 1024 - 2), [200, 0])
  assert.deepEqual(answer(await ana.asks('AttachUserData', { userData: { b: '' } })), [200, 0])
})

test('SetDisposition sets userData[dispositionKey], by default DISP_KEY', async t => {
  const { ana, sam } = await watched(t)
  await ana.ok(ana.asks('SetDisposition', { disposition: 'sold' }))
  await ana.ok(ana.asks('SetDisposition', { disposition: 'later', dispositionKey: 'Callback' }))
  for (const person of [ana, sam]) {
    assert.deepEqual(attached((await person.sees('PropertiesUpdated')).smssession), { DISP_KEY: 'sold' })
    assert.deepEqual(attached((await person.sees('PropertiesUpdated')).smssession), { DISP_KEY: 'sold', Callback: 'later' })
  }
  assert.deepEqual(answer(await ana.asks('SetDisposition')), [400, 1])
  assert.deepEqual(answer(await ana.asks('SetDisposition', { disposition: 7 })), [400, 10])
})

test('User data and disposition go on in LeftChat, and are nobody\'s who only watches (3)', async t => {
  const { ana, sam } = await watched(t)
  for (const [operation, parameters] of [['AttachUserData', { userData: { a: 1 } }], ['UpdateUserData', { userData: { a: 1 } }],
    ['DeleteUserData', { keys: ['a'] }], ['SetDisposition', { disposition: 'x' }]]) {
    assert.deepEqual(answer(await sam.asks(operation, parameters)), [403, 3], operation)
  }
  await ana.leaves('LeftChat')
  await ana.ok(ana.asks('SetDisposition', { disposition: 'sold' }))
  const { smssession } = await ana.sees('PropertiesUpdated')
  assert.equal(smssession.state, 'LeftChat')
  assert.deepEqual(smssession.capabilities, ['Transfer', 'SetInFocus', 'SetDisposition', 'AttachUserData', 'DeleteUserData', 'UpdateUserData', 'RaiseHand', 'WithdrawHand', 'Complete'])
})

test('A session that goes back into the queue keeps its user data', async t => {
  const { ana, ben } = await watched(t)
  await ana.ok(ana.asks('AttachUserData', { userData: { Topic: 'order' } }))
  await ana.notReady()
  await ana.completes('support')
  await ben.ready()
  assert.deepEqual(attached((await ben.isInvited()).smssession), { Topic: 'order' })
})
