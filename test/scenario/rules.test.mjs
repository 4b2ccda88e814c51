// rules.test.mjs - supervision.rules: what raises a hand by itself, for those who supervise and nobody else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { until } from '../lib/wait.mjs'
import { answer, world } from '../lib/world.mjs'

const house = { agents: ['ana', 'ben'], supervisors: ['sam', 'sue'], ready: ['ana'] }
// Their names are words that agents may never get: what sam alone would call them.
const rules = list => ({ config: { 'bootstrap.supervision.rules': called => list.map(({ name, ...rule }) => ({ name: called('sam', name), ...rule })) } })

const handsOf = async person => (await person.ok(person.rest.get('/me/supervision'))).supervision.hands

// What a supervisor was told of hands, in order.
const told = async (person, what) => {
  await person.mark()
  return person.all.filter(one => one.channel === '/v2/me/supervision').flatMap(one => one.data.hands ?? []).map(what)
}

test('A customer\'s word raises a hand: who supervises the agent reads it and is told, agents nothing by any byte', async t => {
  const w = await world(t, { ...house, ...rules([{ name: 'law', words: ['lawyer', 'legal action'], texts: 'customer' }]) })
  const { ana, ben, sam, sue, customer, server } = w
  await customer.writes('Hello')
  await ana.accepts()
  const before = (await ana.rest.get(ana.at())).raw
  assert.deepEqual(await handsOf(sam), [])
  await customer.writes('I will take LEGAL-action.')
  await ana.seesNext('NewMessages')
  await ana.seesNothing()
  await ben.seesNothing()
  assert.equal((await ana.readsSession()).hand, undefined)
  assert.equal((await ana.rest.get(ana.at())).raw, before)
  const [hand] = await handsOf(sam)
  assert.deepEqual(hand, { id: hand.id, rule: sam.called('law'), reason: 'legal action', raised: true, raisedDate: hand.raisedDate,
    uri: `${server.api}/me/supervision/hands/${hand.id}`, path: `/me/supervision/hands/${hand.id}`, state: 'Open',
    targetUri: `${server.api}/users/${ana.id}`, targetPath: `/users/${ana.id}`,
    smssessionUri: `${server.api}/smssessions/${ana.session}`, smssessionPath: `/smssessions/${ana.session}` })
  for (const supervisor of [sam, sue]) assert.deepEqual(await told(supervisor, one => one), [hand])
  for (const who of [ana, ben]) assert.deepEqual(answer(await who.rest.get(hand.path)), [403, 5])
  // The agent's own is another one, and withdrawing it is not withdrawing the rule's.
  await ana.ok(ana.asks('RaiseHand', { comment: 'May I?' }))
  await ana.ok(ana.asks('WithdrawHand'))
  assert.deepEqual((await handsOf(sam)).map(one => one.id), [hand.id])
  // One of a rule in a session; LookAt, Dismiss and Take are as for any other.
  await customer.writes('A lawyer!')
  assert.deepEqual((await handsOf(sam)).map(one => one.id), [hand.id])
  await ana.forgets()
  const does = (person, operation, parameters) => person.ok(person.rest.ask(hand.path, operation, parameters))
  await does(sue, 'LookAt')
  await does(sue, 'Dismiss')
  await does(sam, 'Take', { supervisorVisibilityMode: 'Monitor' })
  await sam.isInvited()
  await sam.acceptsIt()
  assert.deepEqual(await told(sue, one => one.state).then(all => all.filter((state, i) => state !== all[i - 1])),
    ['Open', 'LookedAt', 'Dismissed', 'Taken'])
  await ana.seesNothing()
  assert.equal((await ana.rest.get(ana.at())).body.smssession.hand, undefined)
  // It is kept over a restart, and ends with the session.
  await w.restart({ kill: true })
  assert.deepEqual((await handsOf(sue)).map(({ id, state }) => [id, state]), [[hand.id, 'Taken']])
  await ana.completes()
  assert.deepEqual(await handsOf(sue), [])
  await server.stop()
  assert.equal((await server.verify()).code, 0)
  await server.startAgain()
})

test('A first reply that takes too long, and what an agent says; a rule that is reloaded is what counts from then on', async t => {
  const w = await world(t, { ...house, ...rules([{ name: 'slow', 'reply-after': 1 }, { name: 'sorry', words: ['sorry'], texts: 'agent' }]) })
  const { ana, sam, customer, server } = w
  await customer.writes('Sorry to ask')
  await ana.accepts()
  await ana.forgets()
  await until(async () => (await handsOf(sam)).length, 'a hand is raised')
  assert.deepEqual((await handsOf(sam)).map(({ rule, reason }) => [rule, reason]), [[sam.called('slow'), undefined]])
  await ana.seesNothing()
  await ana.says('Sorry!')
  assert.deepEqual((await handsOf(sam)).map(({ rule, reason }) => [rule, reason]), [[sam.called('slow'), undefined], [sam.called('sorry'), 'sorry']])
  await server.writesConfig(rules([{ name: 'sorry', words: ['sorry'], texts: 'both' }]))
  const reload = await server.reload()
  assert.equal(reload.code, 0, reload.stderr)
  assert.match(reload.stdout, /rule 'slow.*' is gone/)
  assert.match(reload.stdout, /rule 'sorry.*': texts is both \(was agent\)/)
  assert.equal((await handsOf(sam)).length, 2, 'what was found stays')
  const other = w.customerAt('15551000002')
  await other.writes('Sorry')
  await ana.accepts()
  assert.deepEqual((await handsOf(sam)).map(one => one.rule), [sam.called('slow'), sam.called('sorry'), sam.called('sorry')])
})

test('A text that does not reach its customer raises a hand', async t => {
  const w = await world(t, { ...house, ...rules([{ name: 'lost', undelivered: 'yes' }]) })
  const { ana, sam, customer, smsc } = w
  await customer.writes('Hello')
  await ana.accepts()
  await ana.says('Are you there?')
  await customer.gets('Are you there?')
  assert.deepEqual(await handsOf(sam), [])
  await smsc.receipt(smsc.submits.at(-1), 'UNDELIV')
  await until(async () => (await handsOf(sam)).length, 'a hand is raised')
  assert.deepEqual((await handsOf(sam)).map(one => one.rule), [sam.called('lost')])
})
