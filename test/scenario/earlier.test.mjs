// earlier.test.mjs - a customer's earlier sessions, as who is in the present one reads them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { answer, until, world } from '../lib/world.mjs'

const said = session => session.messages.map(({ from, type, text }) => [from.type, from.nickname, type, text])

// The tables are at most half a second behind.
async function reads(person, query = '', count = 1) {
  let body
  await until(async () => (body = await person.ok(person.rest.get(`${person.at()}/earlier${query}`))).earlier.length >= count, 'earlier sessions')
  return body
}

async function talks(w, text, reply) {
  await w.customer.writes(text)
  await w.ana.accepts()
  const { session } = w.ana
  await w.ana.says(reply)
  await w.ana.ok(w.ana.asks('SetDisposition', { disposition: `about ${text}` }))
  await w.ana.completes()
  return session
}

test('Earlier sessions come newest first, page by page, with what the customer and the centre said; a restart changes nothing', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  const first = await talks(w, 'one', 'reply one'), second = await talks(w, 'two', 'reply two')
  await w.customerAt('15551000002').writes('somebody else')
  await w.ana.accepts()
  await w.ana.completes()
  await w.customer.writes('three')
  await w.ana.isInvited()
  assert.deepEqual(answer(await w.ana.rest.get(`${w.ana.at()}/earlier`)), [400, 2], 'nothing before Accept')
  await w.ana.acceptsIt()
  const { earlier, cursor } = await reads(w.ana, '', 2)
  assert.deepEqual(earlier.map(one => [one.id, one.disposition, one.cut]), [[second, 'about two', false], [first, 'about one', false]])
  assert.deepEqual(said(earlier[0]), [['Customer', '15551000001', 'Text', 'two'], ['Agent', 'ana', 'Text', 'reply two']])
  assert.ok(earlier[0].endedDate >= earlier[0].receivedDate)
  assert.equal(cursor, undefined)
  const page = await reads(w.ana, '?limit=1')
  assert.deepEqual([page.earlier.map(one => one.id), page.cursor], [[second], second])
  const next = await reads(w.ana, `?limit=1&cursor=${page.cursor}`)
  assert.deepEqual([next.earlier.map(one => one.id), next.cursor], [[first], undefined])
  for (const query of ['?limit=0', '?limit=21', '?limit=x', '?cursor=x']) assert.equal((await w.ana.rest.get(`${w.ana.at()}/earlier${query}`)).code, 10, query)
  assert.deepEqual((await w.ana.ok(w.ana.rest.get(`${w.ana.at()}/earlier?limit=20&cursor=0000000000000000`))).earlier, [])
  // Of who is not in the session nothing is told, not even that it is there.
  const id = w.ana.session
  const others = await w.ben.rest.get(`/me/smssessions/${id}/earlier`), nobodys = await w.ben.rest.get('/me/smssessions/0000000000000000/earlier')
  assert.deepEqual([answer(others), others.raw], [[404, 6], nobodys.raw])
  const before = (await reads(w.ana, '', 2)).earlier
  await w.restart({ kill: true })
  assert.deepEqual((await reads(w.ana, '', 2)).earlier, before)
})

test('Of a session that was watched and coached an earlier one tells what the customer saw, and nothing else', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], users: { amy: { roles: ['agent', 'supervisor'] } } })
  await w.sam.monitors(w.ana)
  await w.amy.ok(w.amy.order(w.ana, 'Coach'))
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.sam.accepts() // silent; amy is seen by ana
  await w.amy.isInvited()
  await w.amy.ok(w.amy.asks('Accept'))
  await w.ana.says('to the customer')
  await w.amy.ok(w.amy.asks('SendMessage', { text: 'whispered' }))
  await w.ana.ok(w.ana.asks('SendToAgents', { text: 'among us' }))
  await w.ana.ok(w.ana.asks('SendCustomNotice', { noticeText: 'a notice' }))
  await w.ana.ok(w.ana.asks('SendUrl', { url: 'https://example.org/' }))
  await w.ana.completes()
  await w.customer.writes('again')
  await w.ana.accepts()
  const { earlier } = await reads(w.ana)
  assert.deepEqual(said(earlier[0]).map(one => one.slice(2)), [['Text', 'Hello'], ['Text', 'to the customer'], ['CustomNotice', 'a notice'], ['PushUrl', 'https://example.org/']])
})

test('Who was erased has no earlier sessions any more', async t => {
  const w = await world(t, { agents: ['ana'], link: { country: 'US' } })
  await talks(w, 'my card is 4711', 'thank you')
  await new Promise(done => { setTimeout(done, 600) }) // the core has forgotten the session
  const said = await sotto(['erase', w.customer.phone, '--dir', w.server.data])
  assert.equal(said.code, 0, said.stderr)
  await w.customer.writes('It is me again')
  await w.ana.accepts()
  await new Promise(done => { setTimeout(done, 400) }) // what there were would be in the tables by now
  assert.deepEqual((await w.ana.ok(w.ana.rest.get(`${w.ana.at()}/earlier`))).earlier, [])
})

test('Of a long one the last fifty texts are told, and that there were more', async t => {
  const w = await world(t, { agents: ['ana'] })
  await w.customer.writes('text 1')
  await w.ana.accepts()
  for (let i = 2; i <= 51; i++) await w.customer.writes(`text ${i}`)
  await w.ana.completes()
  await w.customer.writes('again')
  await w.ana.accepts()
  const { earlier } = await reads(w.ana)
  assert.deepEqual([earlier[0].messages.length, earlier[0].messages[0].text, earlier[0].messages.at(-1).text, earlier[0].cut], [50, 'text 2', 'text 51', true])
})
