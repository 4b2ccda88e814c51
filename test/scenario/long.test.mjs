// long.test.mjs - what is long: transcripts that are heavy, and who reads them, does not read them, or looks on silently.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { basic } from '../lib/rest.mjs'
import { until, world } from '../lib/world.mjs'

const escaped = '\u0001'.repeat(4096) // JSON makes six bytes of each

// ana's session of so many texts; the first ones are heavy.
async function transcript(t, { heavy = 0, light = 0, ...people } = {}) {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'], ...people })
  await w.sam.monitors(w.ana)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  for (let i = 0; i < heavy + light; i++) await w.ana.ok(w.ana.asks('SendMessage', { text: i < heavy ? escaped : `text ${i}` }))
  return w
}

// All that a user was told of the transcript up to this entry, each NewMessages an array of indexes.
async function history(person, last) {
  const told = () => person.notifications.filter(one => one.notificationType === 'NewMessages').map(one => one.messages)
  await person.listener.when(() => told().at(-1)?.at(-1)?.index >= last, `${person.name} to be told up to ${last}`)
  return told()
}

const inOrder = count => Array.from({ length: count }, (_, i) => i + 1)

test('A long history at Accept comes as several NewMessages, all of it, once, in order, and then what is written live', async t => {
  const { ana, sam, customer } = await transcript(t, { heavy: 20, light: 230 })
  await sam.isInvited()
  const before = sam.all.length
  await sam.ok(sam.asks('Accept'))
  await customer.writes('Is anybody there?') // while the history is on its way
  const entries = 3 + 250 + 1 + 1
  const slices = await history(sam, entries)
  assert.deepEqual(slices.flat().map(one => one.index), inOrder(entries))
  assert.deepEqual(sam.since(before).slice(0, 2).map(one => one.notificationType), ['StatusChange', 'ParticipantsUpdated'])
  for (const slice of slices) {
    assert.ok(slice.length <= 100, `${slice.length} entries in one NewMessages`)
    assert.ok(JSON.stringify(slice).length < 64 * 1024 + 26 * 1024, 'bytes of one NewMessages')
  }
  assert.ok(slices.length > 5)
  assert.equal(slices.at(-1).at(-1).text, 'Is anybody there?')
  // The same as is read by GET.
  const read = await sam.readsMessages()
  const bare = ({ deliveryState, ...entry }) => entry
  assert.deepEqual(slices.flat().map(bare), read.map(bare))
  await ana.says('Here I am')
  await sam.sees({ text: 'Here I am' })
  assert.deepEqual(sam.listener.unsuccessful, [])
})

test('A history of 100 entries is one notification, of 101 two', async t => {
  const { ana, ben, sam } = await transcript(t, { light: 96 })
  const count = async person => { // joins, and what of it the joining told
    const before = person.all.length
    await person.ok(person.asks('Accept'))
    await person.mark()
    return person.since(before).filter(one => one.notificationType === 'NewMessages').map(one => one.messages.length)
  }
  await sam.isInvited()
  assert.deepEqual(await count(sam), [100])
  await ana.invites(ben)
  await ben.isInvited()
  assert.deepEqual(await count(ben), [100]) // sam's joining is not in it
  assert.deepEqual((await ben.readsMessages()).map(one => one.index), inOrder(100))
  await ana.says('one more')
  await sam.leaves()
  await ben.leaves() // two entries: his joining is one already
  await ana.invites(ben)
  await ben.isInvited()
  assert.deepEqual(await count(ben), [100, 3])
})

test('GET messages: without count all of it as one answer; with count at most 500', async t => {
  const { ana } = await transcript(t, { heavy: 10, light: 520 })
  const all = await ana.rest.get(`${ana.at()}/messages`)
  assert.equal(all.headers['transfer-encoding'], 'chunked')
  assert.equal(all.headers['content-length'], undefined)
  assert.deepEqual(all.body.messages.map(one => one.index), inOrder(533))
  const page = async query => (await ana.ok(ana.rest.get(`${ana.at()}/messages?${query}`))).messages.map(one => one.index)
  assert.deepEqual(await page('count=499'), inOrder(499))
  assert.deepEqual(await page('count=500'), inOrder(500))
  assert.deepEqual(await page('startIndex=501&count=500'), inOrder(533).slice(500))
  const refused = await ana.rest.get(`${ana.at()}/messages?count=501`)
  assert.deepEqual([refused.status, refused.code], [400, 10])
  const head = await ana.rest.send('HEAD', `${ana.at()}/messages`)
  assert.deepEqual([head.status, head.headers['transfer-encoding'], head.raw], [200, 'chunked', ''])
  const short = await ana.rest.get(`${ana.at()}/messages?startIndex=14&count=50`)
  assert.equal(short.headers['transfer-encoding'], undefined)
  assert.equal(Number(short.headers['content-length']), Buffer.byteLength(short.raw))
})

// A client that asks for the transcript and does not read.
async function deaf(t, { server }, person, session = person.session) {
  const socket = net.connect(server.port, '127.0.0.1')
  atEnd(t, () => socket.destroy())
  socket.on('error', () => {})
  server.canary.listens(socket, person.user, 'a client that does not read')
  socket.write(`GET /api/v2/me/smssessions/${session}/messages HTTP/1.1\r\nHost: x\r\n` +
    `Authorization: ${basic(person.user, person.rest.password)}\r\n\r\n`)
  await once(socket, 'readable') // its beginning is here, so its end is fixed
  return socket
}

test('Who does not read a long answer keeps nobody else from theirs, and reads all of it in the end', async t => {
  const w = await transcript(t, { heavy: 300 })
  const { ana, customer } = w
  const socket = await deaf(t, w, ana)
  await customer.writes('Are you there?') // served meanwhile
  await ana.sees({ text: 'Are you there?' })
  assert.equal((await ana.rest.get('/me')).code, 0)
  await ana.completes() // and what is read is kept
  let text = ''
  socket.on('data', part => { text += part })
  socket.resume()
  await until(() => text.endsWith('\r\n0\r\n\r\n'), 'the last chunk')
  assert.equal(text.match(/"index":/g).length, 303)
  assert.deepEqual([(await ana.asks('Leave')).code, (await ana.rest.get(ana.at())).code], [6, 0])
})

test('A stop of the server does not wait for who does not read', async t => {
  const w = await transcript(t, { heavy: 300 })
  const socket = await deaf(t, w, w.ana)
  await w.ana.rest.get('/me')
  await w.server.stop()
  socket.destroy()
})
