// groups.test.mjs - who serves which queue, who supervises whom, and what is lost with it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { passwordOf } from '../lib/config.mjs'
import { sotto } from '../lib/server.mjs'
import { world } from '../lib/world.mjs'

const ok = async (server, ...args) => {
  const done = await sotto([...args, '--config', server.config])
  assert.equal(done.code, 0, done.stderr)
}
const assign = (w, person, kind, thing, ...more) => ok(w.server, 'assign', person.user, kind, thing, ...more)

test('Without groups every supervisor supervises all; with them those of the own groups, all others are not there', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: [] })
  const { ana, ben, sam } = w
  await sam.monitors(ana)
  await sam.monitors(ben)
  await assign(w, ana, 'member', 'north')
  await assign(w, ben, 'member', 'south')
  await assign(w, sam, 'supervisor', 'north')
  assert.equal((await sam.order(ana, 'CancelSupervisorMonitoring')).code, 0, 'it went on')
  const [stranger, nobody] = [await sam.order(ben, 'Monitor'), await sam.order({ id: '0'.repeat(32) }, 'Monitor')]
  assert.deepEqual([stranger.status, stranger.raw], [404, nobody.raw])
  assert.equal((await sam.rest.get(`/users/${ben.id}?subresources=smssessions`)).raw, nobody.raw)
  await w.restart()
  assert.equal((await sam.order(ben, 'Monitor')).code, 6, 'after a restart')
  assert.equal((await sam.order(ana, 'Monitor')).code, 0)
  await w.server.stop()
  assert.equal((await w.server.verify()).code, 0)
  await w.server.startAgain()
})

for (const [what, take] of [['the group', async w => assign(w, w.ana, 'member', 'north', '--remove')],
  ['the role', async w => ok(w.server, 'user', 'roles', w.sam.user, '--roles', 'agent')]]) {
  test(`Loss of ${what} ends registrations, and watched sessions are Revoked; agents are told nothing`, async t => {
    const w = await world(t, { agents: ['ana'], supervisors: ['sam'] })
    const { ana, sam, customer } = w
    await assign(w, ana, 'member', 'north')
    await assign(w, sam, 'supervisor', 'north')
    await sam.monitors(ana)
    await customer.writes('Hello')
    await ana.accepts()
    await sam.accepts()
    await ana.forgets()
    await take(w)
    await sam.sees('Revoked')
    await ana.seesNothing()
    await ana.says('Good morning')
    await sam.seesNothing()
    await ana.completes()
    await w.customerAt('15551000002').writes('Hello')
    await ana.accepts()
    await sam.seesNothing()
  })
}

test('Who coached is put out with the group; the agent sees a leaving', async t => {
  const w = await world(t, { agents: ['ana'], users: { vic: { roles: ['supervisor'], joins: true } } })
  const { ana, vic, customer } = w
  await assign(w, ana, 'member', 'north')
  await assign(w, vic, 'supervisor', 'north')
  await vic.ok(vic.order(ana, 'Coach'))
  await customer.writes('Hello')
  await ana.accepts()
  await vic.accepts()
  await ana.forgets()
  await assign(w, ana, 'member', 'north', '--remove')
  await vic.sees('Revoked')
  const { smssession } = await ana.seesNext('ParticipantsUpdated')
  assert.deepEqual(smssession.participants.map(one => one.nickname), ['ana', '15551000001'])
  const { messages } = await ana.seesNext('NewMessages')
  assert.deepEqual(messages.map(one => [one.type, one.from.nickname]), [['ParticipantLeft', 'vic']])
  await ana.seesNothing()
})

test('Who is no agent any more is NotReady, and is offered nothing', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ana'] })
  const { ana, ben, customer } = w
  await ok(w.server, 'user', 'roles', ana.user, '--roles', 'supervisor')
  assert.equal((await ana.state()).state, 'NotReady')
  assert.deepEqual([(await ana.rest.ask('/me', 'Ready')).code], [5])
  await customer.writes('Hello')
  await ben.ready()
  await ben.accepts()
  await ana.seesNothing()
})

test('Users in several queues: a queue is offered to those who serve it, and to all as long as nobody is assigned', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], ready: ['ben'] })
  const { ana, ben, customer } = w
  await assign(w, ana, 'queue', 'support')
  await customer.writes('Hello')
  await ben.seesNothing()
  await ana.ready()
  await ana.accepts()
  await assign(w, ana, 'queue', 'support', '--remove')
  await ana.notReady()
  await w.customerAt('15551000002').writes('Hello')
  await ben.accepts()
})

test('Skills and groups are read where clients look for them', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], ready: [] })
  const { ana } = w
  await assign(w, ana, 'skill', 'Czech=7')
  await assign(w, ana, 'member', 'north')
  const { user } = (await ana.rest.get('/me?subresources=*')).body
  assert.deepEqual(user.skills.map(one => [one.name, one.level]), [['Czech', '7']])
  assert.deepEqual(user.groups.map(one => [one.name, one.type]), [['north', 'BusinessUnit']])
  assert.deepEqual((await ana.rest.get('/groups/north/users?fields=*')).body.users.map(one => one.id), [ana.id])
  assert.deepEqual((await ana.rest.get('/contacts?type=User&includeUsersInBusinessUnits=north')).body.contacts.map(one => one.id), [ana.id])
  for (const wrong of [['eva', 'member', 'north'], ['ana', 'boss', 'north'], ['ana', 'queue', 'north'], ['ana', 'skill', 'Czech=101'],
    ['ana', 'member', 'south', '--remove']]) {
    assert.notEqual((await sotto(['assign', ...wrong, '--config', w.server.config])).code, 0, wrong.join(' '))
  }
  assert.equal((await w.server.request('GET', '/skills/Czech', { user: 'ana', password: passwordOf('ana') })).code, 0)
})
