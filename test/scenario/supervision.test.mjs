// supervision.test.mjs - what supervisors read of their own supervising, and are told of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { answer, world } from '../lib/world.mjs'

const supervisionOf = async person => (await person.ok(person.rest.get('/me/supervision'))).supervision

// On /v2/me/supervision, of whom nobody has looked at yet.
const looked = new WeakMap()
async function news(person) {
  await person.mark()
  const all = person.all.filter(one => one.channel === '/v2/me/supervision').map(one => one.data)
  const fresh = all.slice(looked.get(person) ?? 0)
  looked.set(person, all.length)
  return fresh
}

const brief = one => one.orders
  ? [one.notificationType, one.orders[0].supervisorVisibilityMode, one.orders[0].active]
  : [one.notificationType, one.participations[0].supervisorVisibilityMode, one.participations[0].state]

const cast = { agents: ['ana', 'ben'], supervisors: ['sam', 'sid'] }

test('GET /me/supervision lists the own orders in the order in which they were given, and nobody else reads them', async t => {
  const { ana, ben, sam, sid, server } = await world(t, cast)
  await sam.ok(sam.order(ben, 'Monitor', { nickname: sam.called('Sammy') }))
  await sam.ok(sam.order(ana, 'Monitor', { supervisorMonitoringMode: 'NextChat' }))
  assert.deepEqual(await supervisionOf(sam), { orders: [
    { supervisorVisibilityMode: 'Monitor', supervisorMonitoringMode: 'AllChats', targetUri: `${server.api}/users/${ben.id}`,
      targetPath: `/users/${ben.id}`, nickname: sam.called('Sammy'), active: true },
    { supervisorVisibilityMode: 'Monitor', supervisorMonitoringMode: 'NextChat', targetUri: `${server.api}/users/${ana.id}`,
      targetPath: `/users/${ana.id}`, active: true }], hands: [], participations: [] })
  assert.deepEqual(await supervisionOf(sid), { orders: [], hands: [], participations: [] })
  assert.deepEqual(answer(await ana.rest.get('/me/supervision')), [403, 5])
  await sam.cancels(ben)
  assert.deepEqual((await supervisionOf(sam)).orders.map(one => one.targetPath), [`/users/${ana.id}`])
})

test('A reload finds the sessions that one is in or is invited to as supervisor, with mode and state', async t => {
  const w = await world(t, cast)
  const { ana, sam, customer } = w
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.isInvited()
  const [invited] = (await supervisionOf(sam)).participations
  assert.deepEqual([invited.state, invited.supervisorVisibilityMode, invited.targetPath, invited.smssessionPath],
    ['Invited', 'Monitor', `/users/${ana.id}`, `/smssessions/${ana.session}`])
  await sam.acceptsIt()
  await w.restart({ kill: true })
  const { orders, participations } = await supervisionOf(sam)
  assert.deepEqual([orders.length, participations.map(one => one.state)], [1, ['Chatting']])
  await sam.leaves()
  assert.deepEqual((await supervisionOf(sam)).participations, [])
})

test('/v2/me/supervision tells each change to that supervisor alone', async t => {
  const { ana, sam, sid, customer } = await world(t, { ...cast, agents: ['ana'], users: { vic: { roles: ['supervisor'], joins: true } } })
  await sam.monitors(ana, { mode: 'NextChat' })
  assert.deepEqual((await news(sam)).map(brief), [['OrdersUpdated', 'Monitor', true]])
  await customer.writes('Hello')
  await ana.accepts()
  assert.deepEqual((await news(sam)).map(brief), [['ParticipationsUpdated', 'Monitor', 'Invited'], ['OrdersUpdated', 'Monitor', false]])
  await sam.accepts()
  assert.deepEqual((await news(sam)).map(brief), [['ParticipationsUpdated', 'Monitor', 'Chatting']])
  await ana.completes()
  assert.deepEqual((await news(sam)).map(brief), [['ParticipationsUpdated', 'Monitor', 'Revoked']])
  await sam.monitors(ana)
  await sam.signsOut()
  assert.deepEqual((await news(sam)).map(brief), [['OrdersUpdated', 'Monitor', true], ['OrdersUpdated', 'Monitor', false]])
  for (const one of [ana, sid]) assert.deepEqual(await news(one), [])
})

test('A switch ends one participation and begins another', async t => {
  const { ana, vic, customer } = await world(t, { agents: ['ana'], users: { vic: { roles: ['supervisor'], joins: true } } })
  await vic.ok(vic.order(ana, 'Coach'))
  await customer.writes('Hello')
  await ana.accepts()
  await vic.accepts()
  await news(vic)
  const [before] = (await supervisionOf(vic)).participations
  await vic.ok(vic.asks('SwitchToBargeIn'))
  const [over, begun, ...others] = await news(vic)
  assert.deepEqual([over, begun].map(brief), [['ParticipationsUpdated', 'Coach', 'Completed'], ['ParticipationsUpdated', 'BargeIn', 'Chatting']])
  assert.deepEqual([over.participations[0].participantId, others], [before.participantId, []])
  assert.deepEqual((await supervisionOf(vic)).participations, begun.participations)
})

// --- an agent's state

const sets = (supervisor, agent, state) => supervisor.order(agent, state)

test('A supervisor sets an agent NotReady, Ready and Offline; the agent is told as of an own change', async t => {
  const { ana, sam, customer } = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  assert.deepEqual(answer(await sets(sam, ana, 'NotReady')), [200, 0])
  await ana.listener.when(() => ana.channelStates().at(-1) === 'NotReady', 'ana to be told that she is NotReady')
  await customer.writes('Hello')
  await ana.seesNothing()
  assert.deepEqual(answer(await sets(sam, ana, 'Ready')), [200, 0])
  await ana.listener.when(() => ana.channelStates().at(-1) === 'Ready', 'ana to be told that she is Ready')
  await ana.accepts()
  const { session } = ana
  const told = ana.channelStates().length
  for (const state of ['Ready', 'Ready']) assert.deepEqual(answer(await sets(sam, ana, state)), [200, 0])
  await ana.mark()
  assert.equal(ana.channelStates().length, told, 'what is so already is not told')
  assert.deepEqual(answer(await sets(sam, ana, 'Offline')), [200, 0])
  await ana.listener.when(() => ana.channelStates().at(-1) === 'LoggedOut', 'ana to be told that she is signed out')
  assert.equal((await ana.state()).displayName, 'Offline')
  await ana.sees('Completed')
  assert.deepEqual(answer(await ana.rest.get('/me')), [200, 0], 'her login stays')
  for (const [state, code] of [['Ready', 2], ['NotReady', 2], ['Offline', 0]]) assert.equal((await sets(sam, ana, state)).code, code, state)
  await ana.ok(ana.rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] }))
  await ana.ready()
  assert.equal((await ana.isInvited()).smssession.id, session, 'it went back to the queue')
})

test('Who may set whose state: ROLE_SUPERVISOR, no own user, the own groups, and only agents become Ready', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam', 'sid'] })
  const { ana, ben, sam, sid, server } = w
  for (const state of ['Ready', 'NotReady', 'Offline']) {
    assert.deepEqual(answer(await sets(ben, ana, state)), [403, 5])
    assert.deepEqual(answer(await sets(sam, sam, state)), [403, 3])
  }
  assert.deepEqual(answer(await sets(sam, sid, 'Ready')), [403, 3])
  for (const [who, kind] of [[ana, 'member'], [sam, 'supervisor']]) {
    assert.equal((await sotto(['assign', who.user, kind, 'north', '--config', server.config])).code, 0)
  }
  const nobody = await sets(sam, { id: '0'.repeat(32) }, 'NotReady')
  assert.deepEqual([nobody.code, (await sets(sam, ben, 'NotReady')).raw], [6, nobody.raw])
  assert.equal((await ben.state()).state, 'Ready')
  assert.equal((await sets(sam, ana, 'NotReady')).code, 0)
})
