// log.test.mjs - what an operator reads: who signed in, who changed what, what a carrier says; no phone, no text.
import assert from 'node:assert/strict'
import test from 'node:test'
import { linkName } from '../lib/config.mjs'
import { sotto } from '../lib/server.mjs'
import { BAD_DESTINATION } from '../lib/smsc.mjs'
import { until, world } from '../lib/world.mjs'

const says = (server, pattern) => until(() => pattern.test(server.stderr), `${pattern} in the log`)

test('A start says version, folder, users, links and where it listens', async t => {
  const { server, smsc } = await world(t, { agents: ['ana', 'ben'] })
  await says(server, /info server: sotto \d+\.\d+\.\d+\S*, centre 'centre', folder \S+data, 2 users/)
  await says(server, new RegExp(`info server: link ${linkName}: SMPP to 127\\.0\\.0\\.1:${smsc.port}`))
  await says(server, new RegExp(`info server: listening on 127\\.0\\.0\\.1:${server.port}`))
  await says(server, new RegExp(`info smpp: link ${linkName} is bound at 127\\.0\\.0\\.1:${smsc.port}`))
})

test('Sign-ins, made and failed; of a name that is nobody\'s nothing is written', async t => {
  const { server, ana } = await world(t, { agents: ['ana'] })
  await says(server, new RegExp(`info login: user '${ana.user}' signed in by a password, from 127\\.0\\.0\\.1`))
  assert.equal((await server.request('GET', '/me', { user: ana.user, password: 'wrong' })).status, 401)
  await says(server, new RegExp(`warn login: a sign-in of user '${ana.user}' failed, from 127\\.0\\.0\\.1`))
  assert.equal((await server.request('GET', '/me', { user: 'my-secret-password', password: 'x' })).status, 401)
  await says(server, /warn login: a sign-in failed, of no user of ours, from 127\.0\.0\.1/)
  assert.doesNotMatch(server.stderr, /my-secret-password/)
})

test('An operator\'s commands: who did what, and what came of it', async t => {
  const { server, ana } = await world(t, { agents: ['ana'] })
  await sotto(['user', 'set', ana.user, '--last-name', 'Berg', ...server.where()])
  await says(server, new RegExp(`info admin: \\S+: user-set '${ana.user}': done`))
  await sotto(['user', 'remove', 'nobody', ...server.where()])
  await says(server, /info admin: \S+: user-remove 'nobody': \{"ok":false,"error":"there is no such user"\}/)
})

test('A carrier: a refused bind by the name of its status, a refused text, an end, and that it is down, as a warning', async t => {
  const { server, smsc, ana, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('a word of the customer')
  await ana.accepts()
  smsc.answer = () => BAD_DESTINATION
  await ana.says('a word of the agent')
  await says(server, /warn smpp: link carrier: a text was refused, status 0x0b, ESME_RINVDSTADR/)
  smsc.answerBind = () => 0x0e
  smsc.session.socket.destroy()
  await says(server, new RegExp(`warn smpp: link carrier is down, 127\\.0\\.0\\.1:${smsc.port}; next attempt in \\d+ ms`))
  await says(server, new RegExp(`warn smpp: link carrier: the SMSC at 127\\.0\\.0\\.1:${smsc.port} refuses the bind, status 0x0e, ESME_RINVPASWD`))
  await until(() => smsc.binds.length > 3, 'further attempts')
  assert.equal(server.stderr.match(/warn smpp: link carrier is down/g).length, 1)
  assert.doesNotMatch(server.stderr, /a word of|15551000001/)
})

test('A refused text names its phone as a hash, or as it is where that is switched on', async t => {
  const { server, smsc } = await world(t, {})
  const refused = () => smsc.deliver({ from: '15559876543', to: '999', text: 'to nobody' })
  assert.notEqual((await refused()).command_status, 0)
  await says(server, /warn smpp: link carrier: DELIVER_SM number \d+ from ~[0-9a-f]{8} is refused with 0x0b, ESME_RINVDSTADR: /)
  assert.doesNotMatch(server.stderr, /15559876543|to nobody/)
  await server.writesConfig({ config: { 'log.phones': 'yes' } })
  assert.equal((await server.reload()).code, 0)
  await refused()
  await says(server, /from \+?15559876543 is refused/)
  assert.doesNotMatch(server.stderr, /to nobody/)
})

test('In JSON each line is an object, in logfmt key=value', async t => {
  const { server } = await world(t, { config: { 'log.format': 'json' } })
  await says(server, /is bound/)
  const lines = server.stderr.trim().split('\n').map(line => JSON.parse(line))
  assert.ok(lines.some(({ level, part, msg, ts }) => level === 'info' && part === 'smpp' && /is bound/.test(msg) && !Number.isNaN(Date.parse(ts))))
  await server.restart({ config: { 'log.format': 'logfmt' } })
  await says(server, /^ts=\S+ level=info part=smpp msg="link carrier is bound at /m)
})
