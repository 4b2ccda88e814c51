// takeover.test.mjs - a supervisor takes a session over from the agent.
import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, nicknames, world } from '../lib/world.mjs'

const cast = { agents: ['ana'], users: { vic: { roles: ['supervisor'], joins: true }, wes: { roles: ['supervisor'], joins: true } } }

async function watched(t, ...supervisors) {
  const w = await world(t, cast)
  for (const name of supervisors) await w[name].monitors(w.ana)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  for (const name of supervisors) await w[name].accepts()
  for (const one of [w.ana, w.vic, w.wes]) await one.forgets()
  return w
}

test('TakeOver: the supervisor is the agent, the agent is Completed, the customer goes on', async t => {
  const { ana, vic, customer } = await watched(t, 'vic')
  assert.ok((await vic.readsSession()).capabilities.includes('TakeOver'))
  assert.deepEqual(answer(await ana.asks('TakeOver')), [403, 3])
  assert.deepEqual(answer(await vic.asks('TakeOver')), [200, 0])
  const seen = await ana.seesNext('Completed')
  assert.equal(seen.smssession.id, vic.session)
  await ana.seesNothing()
  const session = await vic.readsSession()
  assert.deepEqual(nicknames(session), ['vic', '15551000001'])
  assert.ok(session.capabilities.includes('Complete') && !session.capabilities.includes('SwitchToCoach'))
  const messages = await vic.readsMessages()
  assert.deepEqual(messages.slice(-2).map(one => [one.type, one.from.nickname]), [['ParticipantRejoined', 'vic'], ['ParticipantLeft', 'ana']])
  assert.deepEqual(messages.map(one => one.index), messages.map((one, i) => i + 1), 'numbered without a gap')
  await vic.says('I take care of it')
  await customer.gets('I take care of it')
  await customer.writes('Thank you')
  await vic.sees({ text: 'Thank you' })
  await vic.completes()
})

test('Two supervisors take over at once: one gets it, the other one watches on', async t => {
  const { vic, wes } = await watched(t, 'vic', 'wes')
  const answers = await Promise.all([vic.asks('TakeOver'), wes.asks('TakeOver')])
  assert.deepEqual(answers.map(one => one.code).sort(), [0, 2])
  const [winner, loser] = answers[0].code === 0 ? [vic, wes] : [wes, vic]
  assert.ok((await winner.readsSession()).capabilities.includes('Complete'))
  const { state, capabilities } = await loser.readsSession()
  assert.deepEqual([state, capabilities.includes('TakeOver'), capabilities.includes('Leave')], ['Chatting', false, true])
  await winner.completes()
  await loser.sees('Revoked')
})

test('In a conference the other agent stays, and sees who came and who left', async t => {
  const w = await world(t, { ...cast, agents: ['ana', 'ben'], ready: ['ana'] })
  const { ana, ben, vic, customer } = w
  await vic.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await vic.accepts()
  await ana.invites(ben)
  await ben.accepts()
  await ben.forgets()
  await vic.ok(vic.asks('TakeOver'))
  await ben.mark()
  const types = ben.unread.flatMap(one => one.messages ?? []).map(one => [one.type, one.from.nickname])
  assert.deepEqual(types, [['ParticipantJoined', 'vic'], ['ParticipantLeft', 'ana']])
  assert.deepEqual(nicknames(await ben.readsSession()), ['ben', 'vic', '15551000001'])
})
