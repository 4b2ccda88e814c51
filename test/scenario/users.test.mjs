// users.test.mjs - an operator changes, disables and removes users on the running server: at once.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { until, watched, world } from '../lib/world.mjs'

const user = (server, ...args) => sotto(['user', ...args, ...server.where()])

async function done(server, ...args) {
  const said = await user(server, ...args)
  assert.equal(said.code, 0, said.stderr)
  return said.stdout
}

test('A user is called otherwise and has other roles at once', async t => {
  const { server, ana } = await world(t, { agents: ['ana'] })
  await done(server, 'set', ana.user, '--first-name', 'Ana Maria', '--roles', 'agent,admin')
  const me = (await ana.rest.get('/me')).body.user
  assert.equal(me.firstName, 'Ana Maria')
  assert.ok(me.roles.includes('ROLE_ADMIN'))
  assert.match(await done(server, 'list'), /Ana Maria/)
})

test('A disabled supervisor is out: 401, watched sessions Revoked, and the agent notices nothing', async t => {
  const { server, sam, ana, customer } = await watched(t)
  assert.match(await done(server, 'set', sam.user, '--disable'), /is disabled; all logins ended/)
  assert.equal((await sam.rest.get('/me')).status, 401)
  await customer.writes('Still there?')
  await ana.sees({ text: 'Still there?' })
  assert.match(await done(server, 'list'), new RegExp(`^${sam.user} .* disabled `, 'm'))
  await done(server, 'set', sam.user, '--enable')
  assert.equal((await sam.rest.get('/me')).status, 200)
  assert.deepEqual((await sam.rest.get('/me/smssessions')).body.uris ?? [], [])
})

test('A removed agent is gone, the sessions go to others, and the name is not given again', async t => {
  const { server, ana, ben, sam, customer } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts()
  await ben.ready()
  await done(server, 'remove', ana.user)
  assert.equal((await ana.rest.get('/me')).status, 401)
  await ben.accepts()
  await customer.writes('Here?')
  await ben.sees({ text: 'Here?' })
  assert.equal((await ben.rest.get(`/users/${ana.user}`)).status, 404)
  // Who was removed is as who never was, byte by byte.
  const raw = async asked => (await asked).raw
  const invited = user => raw(ben.asks('Invite', { targetPath: `/users/${user}` }))
  const ordered = user => raw(sam.rest.ask(`/users/${user}/channels/smssession`, 'Monitor', {}))
  for (const ask of [invited, ordered]) assert.equal(await ask(ana.user), await ask('nobody'))
  assert.doesNotMatch(await done(server, 'list'), new RegExp(`^${ana.user} `, 'm'))
  const again = await sotto(['user', 'add', ana.user, '--password-stdin', ...server.where()], { input: 'a long password\n' })
  assert.match(again.stderr, /a user of that name was removed, and names are not given again/)
  assert.match((await user(server, 'set', ana.user, '--enable')).stderr, /there is no such user/)
  await server.restart()
  assert.equal((await ana.rest.get('/me')).status, 401)
  assert.match(server.stderr, new RegExp(`user '${ana.user}' is in the file and was removed`))
  assert.equal((await server.verify()).code, 0)
})

test('What is wrong is said', async t => {
  const { server } = await world(t, { agents: ['ana'] })
  const wrong = async (pattern, ...args) => assert.match((await user(server, ...args)).stderr, pattern)
  await wrong(/nothing is said that should change/, 'set', 'ana')
  await wrong(/--enable and --disable: which of them\?/, 'set', 'ana', '--enable', '--disable')
  await wrong(/--sms is yes or no, not perhaps/, 'set', 'ana', '--sms', 'perhaps')
  await wrong(/roles are agent, .*, not boss/, 'set', 'ana', '--roles', 'boss')
  await wrong(/there is no such user/, 'remove', 'nobody')
})
