// choices.test.mjs - canned responses, dispositions and reasons for being not ready: declared by the file, changed by an administrator over REST,
// read by those who work.
import assert from 'node:assert/strict'
import test from 'node:test'
import { queueName } from '../lib/config.mjs'
import { sotto } from '../lib/server.mjs'
import { answer, world } from '../lib/world.mjs'

const centre = (t, more = {}) => world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], users: { ada: { roles: ['admin'] } }, absent: ['sam', 'ada'],
  config: { 'bootstrap.canned-responses': [{ name: 'hello', text: 'Hello {{customer.firstName}}' }, { name: 'price', text: 'It costs', queue: queueName }],
    'bootstrap.dispositions': ['Sold', 'Not sold'], 'bootstrap.not-ready-reasons': ['Lunch'] }, ...more })

const names = async (person, path, key) => (await person.ok(person.rest.get(`${path}?fields=*`)))[key].map(one => one.name)
const responses = person => names(person, '/canned-responses', 'cannedResponses')

test('What the file declares is there; an administrator adds, changes and removes, and everybody reads it at once', async t => {
  const { ana, ada, server } = await centre(t)
  assert.deepEqual(await responses(ana), ['hello', 'price'])
  const made = await ada.ok(ada.rest.post('/canned-responses', { name: 'bye', text: 'Goodbye' }))
  assert.deepEqual([made.id, made.path], ['bye', '/canned-responses/bye'])
  assert.equal((await ana.ok(ana.rest.get('/canned-responses/bye'))).cannedResponse.text, 'Goodbye')
  await ada.ok(ada.rest.send('PUT', '/canned-responses/bye', { body: { text: 'Good day', queueName } }))
  assert.equal((await ana.ok(ana.rest.get('/canned-responses/bye'))).cannedResponse.queueName, queueName)
  await ada.ok(ada.rest.send('PUT', '/canned-responses/bye', { body: { text: 'Good night' } }))
  assert.deepEqual((({ text, queueName }) => [text, queueName])((await ana.ok(ana.rest.get('/canned-responses/bye'))).cannedResponse), ['Good night', queueName])
  await ada.ok(ada.rest.send('PUT', '/canned-responses/bye', { body: { text: 'Good night', queueName: null } }))
  assert.equal((await ana.ok(ana.rest.get('/canned-responses/bye'))).cannedResponse.queueName, undefined)
  await ada.ok(ada.rest.send('DELETE', '/canned-responses/hello'))
  assert.deepEqual(await responses(ana), ['bye', 'price'])
  await ada.ok(ada.rest.post('/dispositions', { name: 'Wrong number' }))
  await ada.ok(ada.rest.send('DELETE', '/dispositions/Not%20sold'))
  assert.deepEqual(await names(ana, '/dispositions', 'dispositions'), ['Sold', 'Wrong number'])
  assert.deepEqual((await ana.ok(ana.rest.get('/dispositions/Sold'))).disposition.name, 'Sold')
  assert.deepEqual((await ana.ok(ana.rest.get('/settings/dispositions'))).settings.map(one => one.name), ['Sold', 'Wrong number'])
  // It is there after a crash; at a start the file's lists count again, and lists that it does not have are left alone.
  await server.kill()
  await server.startAgain()
  assert.deepEqual(await responses(ana), ['hello', 'price'])
  assert.match(server.stderr, /canned-response 'bye' is gone/)
  await server.restart({ config: {} })
  await ada.ok(ada.rest.post('/canned-responses', { name: 'bye', text: 'Goodbye' }))
  await server.restart()
  assert.deepEqual(await responses(ana), ['bye', 'hello', 'price'])
  assert.equal((await server.verify()).code, 0)
})

test('What is asked wrongly, and who may not', async t => {
  const { ana, ada } = await centre(t)
  const bad = [
    ['POST', '/canned-responses', {}, 1], ['POST', '/canned-responses', { name: 'x' }, 1], ['POST', '/canned-responses', { text: 'x' }, 1],
    ['POST', '/canned-responses', { name: 'two words', text: 'x' }, 10], ['POST', '/canned-responses', { name: 'a/b', text: 'x' }, 10],
    ['POST', '/canned-responses', { name: 'x'.repeat(65), text: 'x' }, 10], ['POST', '/canned-responses', { name: 'x', text: '' }, 10],
    ['POST', '/canned-responses', { name: 'x', text: ' \n' }, 10], ['POST', '/canned-responses', { name: 'x', text: 'x'.repeat(4097) }, 10],
    ['POST', '/canned-responses', { name: 7, text: 'x' }, 10], ['POST', '/canned-responses', { name: 'x', text: 'x', queueName: 'nowhere' }, 6],
    ['POST', '/canned-responses', { name: 'x', text: 'x', queueName, groupName: 'north' }, 10],
    ['POST', '/canned-responses', { name: 'hello', text: 'x' }, 2],
    ['PUT', '/canned-responses/hello', {}, 1], ['PUT', '/canned-responses/hello', { text: 'x', name: 'other' }, 11], ['PUT', '/canned-responses/none', { text: 'x' }, 6],
    ['PUT', '/dispositions/Sold', { name: 'x' }, 6], ['DELETE', '/canned-responses', undefined, 6], ['DELETE', '/canned-responses/none', undefined, 6],
    ['POST', '/dispositions', { name: ' ' }, 10], ['POST', '/dispositions', { name: 'Sold' }, 2], ['DELETE', '/not-ready-reasons/none', undefined, 6],
  ]
  for (const [method, path, body, code] of bad) {
    assert.equal((await ada.rest.send(method, path, { body })).code, code, `${method} ${path} ${JSON.stringify(body)}`)
  }
  const limits = [{ name: 'x'.repeat(64), text: 'x' }, { name: 'y', text: 'x'.repeat(4096) }]
  for (const body of limits) await ada.ok(ada.rest.post('/canned-responses', body))
  for (const [method, path, body] of [['POST', '/canned-responses', { name: 'x', text: 'x' }], ['PUT', '/canned-responses/hello', { text: 'x' }], ['DELETE', '/canned-responses/hello']]) {
    assert.deepEqual(answer(await ana.rest.send(method, path, { body })), [403, 5])
  }
  const foreign = await ada.rest.send('DELETE', '/canned-responses/hello', { headers: { Origin: 'https://evil.example' } })
  assert.deepEqual(answer(foreign), [403, 3])
  // Repeated with its key it is done once, and answered alike.
  const key = { 'Idempotency-Key': 'once' }, body = { name: 'once', text: 'x' }
  assert.equal((await ada.rest.post('/canned-responses', body, key)).raw, (await ada.rest.post('/canned-responses', body, key)).raw)
})

test('A group’s responses are for who is in it; a queue’s for all, who say when', async t => {
  const { ana, ben, ada, server } = await centre(t)
  await sotto(['assign', 'ana', 'member', 'north', '--config', server.config])
  await ada.ok(ada.rest.post('/canned-responses', { name: 'north', text: 'From the north', groupName: 'north' }))
  assert.deepEqual(await responses(ana), ['hello', 'north', 'price'])
  assert.deepEqual(await responses(ben), ['hello', 'price'])
  assert.equal((await ben.rest.get('/canned-responses/north')).code, 6)
  assert.deepEqual(await responses(ada), ['hello', 'north', 'price'])
})

test('An agent is not ready for one of the centre’s reasons, and for no other', async t => {
  const { ana, ada } = await centre(t)
  await ana.ok(ana.rest.ask('/me', 'NotReady', { reason: 'Lunch' }))
  assert.deepEqual((({ state, reason }) => [state, reason])(await ana.state()), ['NotReady', 'Lunch'])
  assert.equal((await ana.rest.ask('/me', 'NotReady', { reason: 'Fun' })).code, 10)
  assert.deepEqual((await ana.ok(ana.rest.get('/settings/agent-states'))).settings.map(one => one.reason), [undefined, undefined, 'Lunch'])
  await ada.ok(ada.rest.send('DELETE', '/not-ready-reasons/Lunch'))
  assert.equal((await ana.state()).reason, 'Lunch')
  await ana.ok(ana.rest.ask('/me', 'NotReady', { reason: 'Fun' })) // of a centre without reasons it is no parameter
  assert.equal((await ana.state()).reason, undefined)
  await ada.ok(ada.rest.post('/not-ready-reasons', { name: 'Training' }))
  assert.deepEqual((await ana.ok(ana.rest.get('/not-ready-reasons?fields=name'))).notReadyReasons, [{ name: 'Training' }])
  await ana.ok(ana.rest.ask('/me/channels/smssession', 'NotReady', { reason: 'Training' }))
  assert.equal((await ana.state()).reason, 'Training')
})
