// disclosure.test.mjs - supervision.disclosure: what an agent is told of being supervised, and that it is exact.
import assert from 'node:assert/strict'
import test from 'node:test'
import { watched, world } from '../lib/world.mjs'

const disclosing = (how, mode = 'monitor') => ({ [`bootstrap.supervision.disclosure.${mode}`]: how })

// The next that the agent sees of it: is somebody there?
async function isShown(agent) {
  const { smssession } = await agent.sees('PropertiesUpdated')
  assert.equal((await agent.readsSession()).supervised, smssession.supervised)
  assert.deepEqual(smssession.participants.map(one => one.type), smssession.participants.length === 3 ? ['Agent', 'Agent', 'Customer'] : ['Agent', 'Customer'])
  return smssession.supervised
}

const report = async person => (await person.ok(person.rest.get('/me/ledger'))).ledger

test('silent: the agent is told nothing, in no notification and no resource, and has no report', async t => {
  const { ana, sam } = await watched(t)
  await sam.leaves()
  assert.equal((await ana.readsSession()).supervised, undefined)
  assert.equal(JSON.stringify(ana.all).includes('supervised'), false)
  await ana.completes()
  assert.deepEqual(await report(ana), [])
})

test('icon: the agent sees that somebody is there, without a name, from Accept to Leave', async t => {
  const { ana, sam, customer } = await world(t, { agents: ['ana'], supervisors: ['sam'], config: disclosing('icon') })
  await sam.monitors(ana)
  await customer.writes('Hello')
  const { participants } = await ana.accepts()
  assert.equal(participants.smssession.supervised, false) // offered is not there
  await sam.accepts()
  assert.equal(await isShown(ana), true)
  assert.equal((await sam.readsSession()).supervised, undefined) // who sees who is there needs no sign
  await sam.leaves()
  assert.equal(await isShown(ana), false)
})

test('icon: each stint is told, in every mode that is not seen, and Complete needs no sign', async t => {
  const { ana, sam } = await watched(t, { config: disclosing('icon'), supervisors: [], users: { sam: { roles: ['supervisor'], joins: true } } })
  assert.equal(await isShown(ana), true)
  await sam.ok(sam.asks('SwitchToCoach'))
  await ana.sees(one => one.notificationType === 'ParticipantsUpdated' && one.smssession.participants.length === 3)
  assert.equal((await ana.readsSession()).supervised, false)
  await sam.ok(sam.asks('SwitchToMonitor'))
  await ana.sees(one => one.notificationType === 'PropertiesUpdated' && one.smssession.supervised === true)
  await ana.completes()
  assert.equal('supervised' in ana.notifications.at(-1).smssession, false)
})

test('icon: every agent of a conference is told, who comes later at the coming', async t => {
  const { ana, ben, sam } = await watched(t, { config: disclosing('icon') })
  assert.equal(await isShown(ana), true)
  await ana.invites(ben)
  const { status } = await ben.accepts()
  assert.equal(status.smssession.supervised, true)
  await sam.leaves()
  for (const agent of [ana, ben]) assert.equal(await isShown(agent), false)
})

test('icon: a reload changes nothing; when the program of who watches is gone for agents.lost-after, so is the sign, and reading', async t => {
  const { ana, sam } = await watched(t, { config: { ...disclosing('icon'), 'bootstrap.agents.lost-after': 1 } })
  assert.equal(await isShown(ana), true)
  await sam.losesClient()
  await sam.opensClient()
  await ana.seesNothing()
  await sam.losesClient()
  assert.equal(await isShown(ana), false)
  assert.equal((await sam.rest.get(sam.at())).code, 6)
  await sam.opensClient()
})

test('icon: over a restart and kill -9 the sign stays with who is there', async t => {
  const w = await watched(t, { config: disclosing('icon') })
  for (const kill of [false, true]) {
    await w.restart({ kill })
    assert.equal((await w.ana.readsSession()).supervised, true)
  }
  await w.sam.ok(w.sam.asks('Leave'))
  assert.equal(await isShown(w.ana), false)
})

test('report: nothing is told while it lasts; afterwards the agent reads the own stints, without names', async t => {
  const w = await watched(t, { config: disclosing('report'), users: { otto: { roles: ['auditor'] } } })
  const { ana, ben, sam } = w
  await sam.leaves()
  assert.equal((await ana.readsSession()).supervised, undefined)
  await ana.seesNothing()
  assert.deepEqual(await report(ana), []) // the session is not over
  const session = ana.session
  await ana.completes()
  const rows = await report(ana)
  assert.deepEqual(rows.map(({ act, mode, disclosure, smssessionId }) => [act, mode, disclosure, smssessionId]),
    [['Began', 'Monitor', 'report', session], ['Ended', 'Monitor', 'report', session]])
  assert.equal(rows[1].since, rows[0].time)
  for (const row of rows) assert.deepEqual([row.supervisor, row.agent, row.cause, row.reason], [undefined, undefined, undefined, undefined])
  assert.deepEqual(await report(ben), [])
  assert.deepEqual(await report(sam), [])
  const { ledger } = await w.otto.ok(w.otto.rest.get('/ledger'))
  assert.deepEqual(ledger.map(row => [row.act, row.disclosure]), [['Ordered', 'silent'], ['Offered', 'silent'], ['Began', 'report'], ['Ended', 'report']])
  const { body } = await ana.rest.get('/me/ledger?limit=1')
  assert.deepEqual(body.ledger, rows.slice(0, 1))
  assert.deepEqual((await ana.rest.get(`/me/ledger?cursor=${body.cursor}`)).body.ledger, rows.slice(1))
  for (const query of ['limit=0', 'limit=501', 'cursor=x']) assert.equal((await ana.rest.get(`/me/ledger?${query}`)).code, 10, query)
})

test('report: Coach, BargeIn and TakeOver each by a setting of its own', async t => {
  const users = { sam: { roles: ['supervisor'], joins: true } }
  const { ana, sam } = await watched(t, { supervisors: [], users, config: { ...disclosing('report', 'coach'), ...disclosing('report', 'take-over') } })
  await sam.ok(sam.asks('SwitchToCoach'))
  await sam.ok(sam.asks('SwitchToBargeIn'))
  await sam.ok(sam.asks('TakeOver'))
  assert.deepEqual(await report(ana), [])
  await sam.completes()
  assert.deepEqual((await report(ana)).map(({ act, mode }) => [act, mode]), [['Began', 'Coach'], ['Ended', 'Coach'], ['TookOver', 'TakeOver']])
})
