// standing.test.mjs - standing orders on a queue, a skill or a group: on a sample, for a time, for a reason.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { answer, queueName, until, world } from '../lib/world.mjs'

const house = { agents: ['ana'], supervisors: ['sam'], users: { otto: { roles: ['auditor'] } } }

const queue = `/queues/${queueName}`

const orders = (person, operation, targetPath, parameters = {}) =>
  person.rest.ask('/me/supervision', operation, { targetPath, ...parameters })

const ordersOf = async person => (await person.ok(person.rest.get('/me/supervision'))).supervision.orders

const assign = async (w, person, kind, thing) => {
  const { code, stderr } = await sotto(['assign', person.user, kind, thing, '--config', w.server.config])
  assert.equal(code, 0, stderr)
}

test('An order on a queue delivers its sessions, whoever accepts them; it is listed and cancelled as others', async t => {
  const w = await world(t, { ...house, agents: ['ana', 'ben'], ready: ['ana'] })
  const { ana, ben, sam, customer, server } = w
  const { body } = await orders(sam, 'Monitor', queue)
  assert.deepEqual(body, { statusCode: 0, order: { supervisorVisibilityMode: 'Monitor', supervisorMonitoringMode: 'AllChats',
    targetUri: server.api + queue, targetPath: queue, active: true } })
  assert.deepEqual(await ordersOf(sam), [body.order])
  await customer.writes('Hello')
  await ana.accepts()
  await ana.seesNothing()
  const { history } = await sam.accepts()
  assert.deepEqual(history.messages.map(one => one.type), ['ParticipantJoined', 'Text', 'ParticipantJoined', 'ParticipantJoined'])
  await ana.notReady()
  await ben.ready()
  await w.customerAt('15551000002').writes('Hello')
  await ben.accepts()
  await sam.isInvited()
  assert.deepEqual(answer(await orders(sam, 'CancelSupervisorMonitoring', queue)), [200, 0])
  assert.deepEqual(await ordersOf(sam), [])
  assert.deepEqual(answer(await orders(sam, 'CancelSupervisorMonitoring', queue)), [400, 2])
})

for (const [kind, path, thing] of [['member', '/groups/north', 'north'], ['skill', '/skills/Czech', 'Czech']]) {
  test(`An order on ${path} delivers what its agents accept, and nobody else's`, async t => {
    const w = await world(t, { ...house, agents: ['ana', 'ben'], ready: ['ben'] })
    const { ana, ben, sam } = w
    assert.deepEqual(answer(await orders(sam, 'Monitor', path)), [404, 6], 'nobody has it yet')
    await assign(w, ana, kind, thing)
    assert.deepEqual(answer(await orders(sam, 'Monitor', path, { supervisorMonitoringMode: 'NextChat' })), [200, 0])
    await w.customer.writes('Hello')
    await ben.accepts()
    await sam.seesNothing()
    await ben.notReady()
    await ana.ready()
    await w.customerAt('15551000002').writes('Hello')
    await ana.accepts()
    await sam.isInvited()
    assert.deepEqual(await ordersOf(sam), [], 'NextChat is used up')
  })
}

for (const [mode, operation] of [['Coach', 'SendToAgents'], ['BargeIn', 'SendMessage']]) {
  test(`An order to ${mode} on a queue: who accepts is there in that mode and is read by the agent`, async t => {
    const { ana, sam, customer } = await world(t, { agents: ['ana'], users: { sam: { roles: ['supervisor'], joins: true } } })
    const { order } = await sam.ok(orders(sam, mode, queue))
    assert.equal(order.supervisorVisibilityMode, mode)
    await customer.writes('Hello')
    await ana.accepts()
    await sam.accepts()
    const { participations } = (await sam.ok(sam.rest.get('/me/supervision'))).supervision
    assert.deepEqual(participations.map(one => [one.supervisorVisibilityMode, one.state]), [[mode, 'Chatting']])
    await sam.ok(sam.asks(operation, { text: 'Here I am' }))
    await ana.sees({ text: 'Here I am' })
  })
}

const isDrawn = (seed, rate, session) =>
  parseInt(createHash('sha256').update(`${seed} ${session}`).digest('hex').slice(0, 8), 16) % 100 < rate

test('sampleRate: the seed in the answer says of each session whether it is delivered', async t => {
  const { ana, sam, customer } = await world(t, house)
  const { body: { order } } = await orders(sam, 'Monitor', queue, { sampleRate: 50 })
  assert.equal(order.sampleRate, 50)
  assert.match(order.sampleSeed, /^[0-9a-f]{32}$/)
  for (let i = 0; i < 8; i++) {
    await customer.writes('Hello')
    await ana.accepts()
    await sam.mark()
    const isInvited = sam.notifications.some(one => one.smssession?.id === ana.session && one.smssession.state === 'Invited')
    assert.equal(isInvited, isDrawn(order.sampleSeed, 50, ana.session), ana.session)
    await ana.completes()
  }
  const again = await orders(sam, 'Monitor', queue, { sampleRate: 50 })
  assert.notEqual(again.body.order.sampleSeed, order.sampleSeed, 'it cannot be chosen')
})

test('expiresIn: the order ends by itself, and its supervisor is told', async t => {
  const { ana, sam, customer } = await world(t, house)
  const told = () => sam.all.filter(one => one.channel === '/v2/me/supervision').flatMap(one => one.data.orders ?? [])
  const { body: { order } } = await orders(sam, 'Monitor', queue, { expiresIn: 1 })
  assert.ok(order.expires)
  await sam.ok(sam.order(ana, 'Monitor', { expiresIn: 1 }))
  await until(() => told().filter(one => !one.active).length === 2, 'both orders to end')
  assert.deepEqual(await ordersOf(sam), [])
  await customer.writes('Hello')
  await ana.accepts()
  await sam.seesNothing()
})

test('The ledger has the reason, of orders on agents and on queues alike', async t => {
  const { ana, sam, otto } = await world(t, house)
  await sam.ok(sam.order(ana, 'Monitor', { reason: 'New in the team' }))
  await sam.ok(orders(sam, 'Monitor', queue, { reason: 'Quality, autumn', sampleRate: 20 }))
  await sam.ok(orders(sam, 'CancelSupervisorMonitoring', queue))
  const { ledger } = (await otto.rest.get('/ledger')).body
  assert.deepEqual(ledger.map(({ act, agent, target, reason, cause }) => [act, agent?.userName, target, reason, cause]), [
    ['Ordered', 'ana', undefined, 'New in the team', 'MONITOR'],
    ['Ordered', undefined, { type: 'queue', name: queueName }, 'Quality, autumn', 'ORDER_MONITOR'],
    ['OrderEnded', undefined, { type: 'queue', name: queueName }, 'Quality, autumn', 'CANCEL_ORDER']])
  assert.equal((await ordersOf(sam))[0].reason, 'New in the team')
})

test('An auditor who is an agent is told of no order that may be on the reader with others', async t => {
  const { ana, sam } = await world(t, { supervisors: ['sam'], users: { ana: { roles: ['agent', 'auditor'] } } })
  const before = (await ana.rest.get('/ledger')).raw
  await sam.ok(orders(sam, 'Monitor', queue))
  assert.equal((await ana.rest.get('/ledger')).raw, before)
})

test('What an order may not say', async t => {
  const w = await world(t, house)
  const { ana, sam } = w
  for (const [parameters, code] of [[{}, 1], [{ targetPath: '/queues/nowhere' }, 6], [{ targetPath: `/users/${ana.id}` }, 10],
    [{ targetPath: '/queues/' }, 10], [{ targetPath: 7 }, 10], [{ targetUri: `${w.server.api}${queue}` }, 0],
    ...[1, 100, null].map(sampleRate => [{ targetPath: queue, sampleRate }, 0]),
    ...[0, 101, -1, 1.5, '5', 1e40].map(sampleRate => [{ targetPath: queue, sampleRate }, 10]),
    ...[1, 31622400].map(expiresIn => [{ targetPath: queue, expiresIn }, 0]),
    ...[0, 31622401, '60'].map(expiresIn => [{ targetPath: queue, expiresIn }, 10]),
    ...['x', 'é'.repeat(255)].map(reason => [{ targetPath: queue, reason }, 0]),
    ...['', 'x'.repeat(256)].map(reason => [{ targetPath: queue, reason }, 10])]) {
    const { code: got } = await sam.rest.ask('/me/supervision', 'Monitor', parameters)
    assert.equal(got, code, JSON.stringify(parameters).slice(0, 80))
  }
  assert.deepEqual(answer(await orders(ana, 'Monitor', queue)), [403, 5])
  await sam.signsOut()
  assert.deepEqual(answer(await orders(sam, 'Monitor', queue)), [400, 2], 'needs one\'s own StartContactCenterSession')
})

test('A restart keeps the order with its seed and its end; a supervisor\'s leaving ends it', async t => {
  const w = await world(t, house)
  const { sam } = w
  await sam.ok(orders(sam, 'Monitor', queue, { sampleRate: 10, expiresIn: 3600, reason: 'x' }))
  const before = await ordersOf(sam)
  await w.restart({ kill: true })
  assert.deepEqual(await ordersOf(sam), before)
  await sam.signsOut()
  assert.deepEqual(await ordersOf(sam), [])
  await w.server.stop()
  assert.equal((await w.server.verify()).code, 0)
  await w.server.startAgain()
})
