// past.test.mjs - sessions that have ended: who worked in them reads them for sessions.readable-for, and nobody else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, world } from '../lib/world.mjs'

const reads = async person => {
  const [session, messages] = await Promise.all([person.rest.get(person.at()), person.rest.get(`${person.at()}/messages`)])
  return { session, messages }
}

// The tables follow within half a second; then the server has forgotten the session.
const forgotten = () => new Promise(done => { setTimeout(done, 600) })

test('A session that ended is read by its agents as when it ended: at once, from the tables, and after a kill', async t => {
  const w = await world(t, { agents: ['ana', 'ben', 'cyd'], supervisors: ['sam'], ready: ['ana'] })
  const { ana, ben, cyd, sam, customer } = w
  await sam.monitors(ana)
  await customer.writes('My order is late')
  await ana.accepts()
  await sam.accepts()
  await ana.ok(ana.asks('AttachUserData', { userData: { Topic: 'order', Tries: 2 } }))
  await ana.says('I am looking')
  await customer.gets('I am looking')
  await ana.invites(ben)
  await ben.accepts()
  await ana.ok(ana.asks('SendToAgents', { text: 'for us alone' }))
  await ana.ok(ana.asks('Leave'))
  await ana.sees('Completed')
  assert.deepEqual(answer(await ana.rest.get(ana.at())), [404, 6], 'it goes on, and others have it')
  await ben.says('It is on its way')
  const { messages: all } = (await ben.rest.get(`${ben.at()}/messages`)).body
  const running = (await ben.readsSession())
  await ben.completes()

  const first = await reads(ben)
  assert.deepEqual([answer(first.session), answer(first.messages)], [[200, 0], [200, 0]])
  const { state, participants, capabilities, userData, receivedDate, id } = first.session.body.smssession
  assert.deepEqual({ state, participants, capabilities, userData, receivedDate, id }, { state: 'Completed', participants: [],
    capabilities: undefined, userData: running.userData, receivedDate: running.receivedDate, id: running.id })
  assert.deepEqual(first.messages.body.messages.slice(0, all.length).map(one => [one.index, one.type, one.text, one.from]),
    all.map(one => [one.index, one.type, one.text, one.from]))
  const of = await reads(ana)
  assert.ok(of.messages.body.messages.every(one => one.text !== 'It is on its way'), 'what came after she had left')
  assert.ok(of.messages.body.messages.some(one => one.text === 'for us alone'))
  assert.ok(!of.messages.raw.includes(sam.called('sam')))

  await forgotten()
  for (const kill of [false, true]) {
    if (kill) await w.restart({ kill })
    for (const [person, before] of [[ben, first], [ana, of]]) {
      const again = await reads(person)
      assert.equal(again.session.raw, before.session.raw)
      assert.equal(again.messages.raw, before.messages.raw)
    }
    const page = await ben.rest.get(`${ben.at()}/messages?startIndex=2&count=2`)
    assert.deepEqual(page.body.messages.map(one => one.index), [2, 3])
    const none = await cyd.rest.get(ben.at('0000000000000000'))
    for (const path of [ben.at(), `${ben.at()}/messages`]) {
      const stranger = await cyd.rest.get(path)
      assert.deepEqual([stranger.status, stranger.raw], [404, none.raw], 'of who was not in it')
      assert.equal((await sam.rest.get(path)).raw, none.raw, 'of who only watched')
    }
    for (const operation of ['Accept', 'Leave', 'SendMessage', 'Complete']) {
      assert.deepEqual(answer(await ben.asks(operation, { text: 'late' })), [404, 6], operation)
    }
    assert.deepEqual(await ben.readsSessions(), [])
    assert.deepEqual(answer(await ben.rest.get(`${ben.at()}/messages?last=0`)), [400, 10])
  }
})

test('After sessions.readable-for it is 404; with 0 at once', async t => {
  const w = await world(t, { agents: ['ana'], config: { 'bootstrap.sessions.readable-for': '1' } })
  const { ana, customer } = w
  const ends = async () => {
    await customer.writes('Hello')
    await ana.accepts()
    await ana.completes()
  }
  await ends()
  assert.equal((await ana.rest.get(ana.at())).code, 0)
  await new Promise(done => { setTimeout(done, 1100) })
  assert.deepEqual(answer(await ana.rest.get(ana.at())), [404, 6])
  await w.server.writesConfig({ config: { 'bootstrap.sessions.readable-for': '0' } })
  assert.equal((await w.server.reload()).code, 0)
  await ends()
  assert.deepEqual(answer(await ana.rest.get(ana.at())), [404, 6])
  await w.server.writesConfig({ config: { 'bootstrap.sessions.readable-for': '3600' } })
  assert.equal((await w.server.reload()).code, 0)
  assert.equal((await ana.rest.get(ana.at())).code, 0, 'it is a setting like others')
})
