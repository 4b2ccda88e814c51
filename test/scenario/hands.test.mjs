// hands.test.mjs - raised hands: an agent asks those who supervise to look at a session.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { answer, world } from '../lib/world.mjs'

const house = { agents: ['ana', 'ben'], supervisors: ['sam', 'sue'], ready: ['ana'] }

const handsOf = async person => (await person.ok(person.rest.get('/me/supervision'))).supervision.hands

// What a supervisor was told of hands, in order: [raised, comment].
const told = async person => {
  await person.mark()
  return person.all.filter(one => one.channel === '/v2/me/supervision').flatMap(one => one.data.hands ?? [])
    .map(({ raised, comment }) => [raised, comment])
}

// ana talks to a customer, and nobody watches.
const atWork = async (t, options = {}) => {
  const w = await world(t, { ...house, ...options })
  await w.customer.writes('Hello')
  await w.ana.accepts()
  return w
}

test('A raised hand: who supervises the agent reads it and is told, the agent reads the own one, colleagues nothing', async t => {
  const { ana, ben, sam, sue, server } = await atWork(t)
  const { referenceId } = await ana.ok(ana.asks('RaiseHand', { reason: 'refund', comment: 'May I?' }))
  const said = await ana.seesNext('PropertiesUpdated')
  assert.equal(said.referenceId, referenceId)
  const { raisedDate, ...words } = said.smssession.hand
  assert.deepEqual(words, { reason: 'refund', comment: 'May I?' })
  assert.deepEqual((await ana.readsSession()).hand, said.smssession.hand)
  const [hand] = await handsOf(sam)
  assert.deepEqual(hand, { id: hand.id, reason: 'refund', comment: 'May I?', raised: true, raisedDate,
    uri: `${server.api}/me/supervision/hands/${hand.id}`, path: `/me/supervision/hands/${hand.id}`, state: 'Open',
    targetUri: `${server.api}/users/${ana.id}`, targetPath: `/users/${ana.id}`,
    smssessionUri: `${server.api}/smssessions/${ana.session}`, smssessionPath: `/smssessions/${ana.session}` })
  assert.deepEqual(await told(sam), [[true, 'May I?']])
  assert.deepEqual(await told(sue), [[true, 'May I?']])
  assert.deepEqual(answer(await ben.rest.get('/me/supervision')), [403, 5])
  await ben.seesNothing()
})

test('Withdrawn at any time, always answered 0; what is so already is told to nobody', async t => {
  const { ana, sam } = await atWork(t)
  assert.deepEqual(answer(await ana.asks('WithdrawHand')), [200, 0])
  await ana.seesNothing()
  await ana.ok(ana.asks('RaiseHand', { comment: 'one' }))
  await ana.ok(ana.asks('RaiseHand', { comment: 'one' }))
  await ana.ok(ana.asks('RaiseHand', { comment: 'two' }))
  const [{ id }] = await handsOf(sam)
  await ana.ok(ana.asks('WithdrawHand'))
  await ana.ok(ana.asks('WithdrawHand'))
  assert.deepEqual(await handsOf(sam), [])
  assert.equal((await ana.readsSession()).hand, undefined)
  await ana.ok(ana.asks('RaiseHand', { comment: 'two' }))
  assert.notEqual((await handsOf(sam))[0].id, id, 'it is another one')
  assert.deepEqual(await told(sam), [[true, 'one'], [true, 'two'], [false, 'two'], [true, 'two']])
})

test('A hand stays in wrap-up; it ends with the session, and with the agent\'s part in it', async t => {
  const { ana, ben, sam, customer } = await atWork(t)
  await ana.ok(ana.asks('RaiseHand'))
  await ana.leaves('LeftChat')
  assert.equal((await handsOf(sam)).length, 1)
  await ana.completes()
  assert.deepEqual(await handsOf(sam), [])
  await customer.writes('Again')
  await ana.accepts()
  await ana.invites(ben)
  await ben.accepts()
  await ana.forgets()
  await ana.ok(ana.asks('RaiseHand', { comment: 'ana' }))
  await ben.ok(ben.asks('RaiseHand', { comment: 'ben' }))
  await ana.leaves()
  assert.deepEqual((await handsOf(sam)).map(one => one.comment), ['ben'])
  assert.deepEqual((await told(sam)).slice(-3), [[true, 'ana'], [true, 'ben'], [false, 'ana']])
})

test('A colleague in the same session is told nothing of a hand', async t => {
  const { ana, ben } = await atWork(t)
  await ana.invites(ben)
  await ben.accepts()
  await ben.forgets()
  const before = (await ben.rest.get(ben.at())).raw
  await ana.ok(ana.asks('RaiseHand', { comment: 'May I?' }))
  await ana.ok(ana.asks('WithdrawHand'))
  await ana.ok(ana.asks('RaiseHand'))
  await ben.seesNothing()
  assert.equal((await ben.rest.get(ben.at())).raw, before)
})

test('Where groups have supervisors only the agent\'s own are told', async t => {
  const w = await atWork(t)
  const { ana, sam, sue } = w
  for (const [person, kind] of [[sam, 'supervisor'], [ana, 'member']]) {
    const { code, stderr } = await sotto(['assign', person.user, kind, 'north', '--config', w.server.config])
    assert.equal(code, 0, stderr)
  }
  await ana.ok(ana.asks('RaiseHand'))
  assert.equal((await handsOf(sam)).length, 1)
  assert.deepEqual(await handsOf(sue), [])
  assert.deepEqual(await told(sue), [])
})

test('A restart keeps a raised hand; the store is as the journal says', async t => {
  const w = await atWork(t)
  const { ana, sam } = w
  await ana.ok(ana.asks('RaiseHand', { reason: 'refund', comment: 'May I?' }))
  const before = await handsOf(sam)
  await w.restart({ kill: true })
  assert.deepEqual(await handsOf(sam), before)
  await ana.ok(ana.asks('WithdrawHand'))
  assert.deepEqual(await handsOf(sam), [])
  await w.server.stop()
  assert.equal((await w.server.verify()).code, 0)
  await w.server.startAgain()
})

test('What a hand may say, and who may raise one', async t => {
  const { ana, ben, sam } = await atWork(t)
  for (const [parameters, code] of [[{}, 0], [{ reason: null, comment: null }, 0],
    ...['reason', 'comment'].flatMap(name => [['x', 0], ['é'.repeat(254), 0], ['é'.repeat(255), 0], ['', 10], ['x'.repeat(256), 10], [7, 10]]
      .map(([value, code]) => [{ [name]: value }, code]))]) {
    assert.equal((await ana.asks('RaiseHand', parameters)).code, code, JSON.stringify(parameters).slice(0, 80))
  }
  for (const operation of ['RaiseHand', 'WithdrawHand']) {
    assert.deepEqual(answer(await ben.asks(operation, {}, ana.session)), [404, 6])
    assert.deepEqual(answer(await sam.asks(operation, {}, ana.session)), [404, 6])
  }
  await sam.ok(sam.rest.ask(`/users/${ana.id}/smssessions/${ana.session}`, 'Intrude', { supervisorVisibilityMode: 'Monitor' }))
  await sam.accepts()
  assert.deepEqual(answer(await sam.asks('RaiseHand')), [403, 3])
})

// --- what those who supervise do

const does = (person, hand, operation, parameters = {}) => person.rest.ask(hand.path, operation, parameters)

const states = async person => {
  await person.mark()
  return person.all.filter(one => one.channel === '/v2/me/supervision').flatMap(one => one.data.hands ?? [])
    .map(({ state, supervisorPath }) => [state, supervisorPath])
}

test('Take delivers the session in the mode asked for; other supervisors see who took it, the agent nothing', async t => {
  const { ana, sam, sue } = await atWork(t)
  await ana.ok(ana.asks('RaiseHand', { comment: 'May I?' }))
  await ana.forgets()
  const before = (await ana.rest.get(ana.at())).raw
  const [hand] = await handsOf(sam)
  await sam.ok(does(sam, hand, 'Take', { supervisorVisibilityMode: 'Monitor' }))
  const { smssession } = await sam.isInvited()
  assert.equal(smssession.id, ana.session)
  assert.deepEqual((await states(sue)).at(-1), ['Taken', `/users/${sam.id}`])
  assert.equal((await sue.ok(sue.rest.get(hand.path))).hand.state, 'Taken')
  await sam.acceptsIt()
  await ana.seesNothing()
  assert.equal((await ana.rest.get(ana.at())).raw, before)
  await ana.ok(ana.asks('WithdrawHand'))
  assert.deepEqual(answer(await sue.rest.get(hand.path)), [404, 6])
})

test('Taken to coach: the agent sees a supervisor come, as by Intrude, and no more', async t => {
  const { ana, sue } = await world(t, { agents: ['ana'], users: { sue: { roles: ['supervisor'], joins: true } } }).then(async w => {
    await w.customer.writes('Hello')
    await w.ana.accepts()
    return w
  })
  await ana.ok(ana.asks('RaiseHand'))
  await ana.forgets()
  const [hand] = await handsOf(sue)
  await sue.ok(does(sue, hand, 'Take', { supervisorVisibilityMode: 'Coach' }))
  await ana.seesNothing()
  await sue.accepts()
  await ana.sees('ParticipantsUpdated')
})

test('Two supervisors take at once: one gets it, the other is refused with 2 until that one is gone', async t => {
  const { ana, sam, sue } = await atWork(t)
  await ana.ok(ana.asks('RaiseHand'))
  const [hand] = await handsOf(sam)
  const mode = { supervisorVisibilityMode: 'Monitor' }
  const codes = (await Promise.all([sam, sue].map(one => does(one, hand, 'Take', mode)))).map(one => one.code)
  assert.deepEqual([...codes].sort(), [0, 2])
  const [first, second] = codes[0] === 0 ? [sam, sue] : [sue, sam]
  await first.rejects()
  await second.ok(does(second, hand, 'Take', mode))
  await second.isInvited()
})

test('LookAt and Dismiss are told to those who supervise; the hand stays raised for its agent', async t => {
  const { ana, sam, sue } = await atWork(t)
  await ana.ok(ana.asks('RaiseHand', { comment: 'one' }))
  await ana.forgets()
  const [hand] = await handsOf(sam)
  await sam.ok(does(sam, hand, 'LookAt'))
  await sue.ok(does(sue, hand, 'LookAt'))
  await sue.ok(does(sue, hand, 'Dismiss'))
  await sam.ok(does(sam, hand, 'Dismiss'))
  assert.deepEqual(await states(sam), [['Open', undefined], ['LookedAt', `/users/${sam.id}`], ['Dismissed', `/users/${sue.id}`]])
  await ana.seesNothing()
  assert.equal((await ana.readsSession()).hand.comment, 'one')
  await ana.ok(ana.asks('RaiseHand', { comment: 'two' }))
  assert.equal((await handsOf(sam))[0].state, 'Open', 'there is something new')
})

test('supervision.private: what became of a hand is told, and not by whom', async t => {
  const { ana, sam, sue } = await atWork(t, { config: { 'bootstrap.supervision.private': 'yes' } })
  await ana.ok(ana.asks('RaiseHand'))
  const [hand] = await handsOf(sam)
  await sam.ok(does(sam, hand, 'Take', { supervisorVisibilityMode: 'Monitor' }))
  assert.deepEqual((await states(sue)).at(-1), ['Taken', undefined])
  assert.deepEqual((await states(sam)).at(-1), ['Taken', `/users/${sam.id}`])
})

test('Who may do something about a hand', async t => {
  const { ana, ben, sam } = await atWork(t)
  await ana.ok(ana.asks('RaiseHand'))
  const [hand] = await handsOf(sam)
  for (const operation of ['Take', 'LookAt', 'Dismiss']) {
    for (const agent of [ana, ben]) assert.deepEqual(answer(await does(agent, hand, operation)), [403, 5])
    assert.deepEqual(answer(await does(sam, { path: '/me/supervision/hands/none' }, operation)), [404, 6])
  }
  assert.deepEqual(answer(await does(sam, hand, 'Take')), [400, 1], 'neither a mode nor an order')
  assert.equal((await does(sam, hand, 'Take', { supervisorVisibilityMode: 'Loud' })).code, 10)
  await sam.signsOut()
  assert.deepEqual(answer(await does(sam, hand, 'Take', { supervisorVisibilityMode: 'Monitor' })), [400, 2])
})
