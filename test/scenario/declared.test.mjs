// declared.test.mjs - the file is what the server does: a start, `sotto reload` and SIGHUP do what it declares.
import assert from 'node:assert/strict'
import { appendFile } from 'node:fs/promises'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { linkName, queueName, serviceNumber } from '../lib/config.mjs'
import { Server, sotto } from '../lib/server.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { until, world } from '../lib/world.mjs'

const WRONG_PASSWORD = 0x0e

const link = (name, port, more = {}) => ({ name, host: '127.0.0.1', port, 'system-id': 'sotto', password: 'secret', ...more })
const queue = (name, number, link) => ({ name, number, link })

async function carriers(t, count) {
  const all = await Promise.all(Array.from({ length: count }, () => Smsc.start()))
  atEnd(t, () => Promise.all(all.map(smsc => smsc.end())))
  return all
}

async function serverOf(t, settings) {
  const server = await Server.start({ users: { ana: { roles: ['agent'] } }, ...settings })
  atEnd(t, () => server.end())
  return server
}

const centre = (links, queues, more = {}) => ({ 'bootstrap.links': links, 'bootstrap.queues': queues, ...more })

test('A mistyped password of the carrier is mended in the file, by a reload, and the other link notices nothing', async t => {
  const [first, second] = await carriers(t, 2)
  first.answerBind = pdu => pdu.password === 'right' ? 0 : WRONG_PASSWORD
  const queues = [queue('one', '1001', 'm1'), queue('two', '1002', 'm2')]
  const server = await serverOf(t, { config: centre([link('m1', first.port, { password: 'wrong' }), link('m2', second.port)], queues) })
  await second.bound()
  const links = async () => (await sotto(['status', ...server.where()])).stdout.split('\n').filter(line => line.startsWith('link'))
  await until(async () => (await links())[0].includes(';'), 'a bind that is refused')
  assert.deepEqual(await links(), [
    `link      m1: down, 0 texts to send; the SMSC at 127.0.0.1:${first.port} refuses the bind, status 0x0e, ESME_RINVPASWD`,
    'link      m2: up, 0 texts to send'])
  await server.writesConfig({ config: centre([link('m1', first.port, { password: 'right' }), link('m2', second.port)], queues) })
  const looked = await sotto(['check-config', server.config, '--diff'])
  assert.equal(looked.stdout, "link 'm1': password is another one\n")
  assert.equal(looked.code, 0)
  const said = await server.reload()
  assert.equal(said.stdout, "link 'm1': password is another one\n")
  assert.equal(said.code, 0)
  await until(() => first.session, 'the bind with the right one')
  await until(async () => (await links())[0] === 'link      m1: up, 0 texts to send', 'the link to be up')
  assert.equal(first.binds.at(-1).pdu.password, 'right')
  assert.equal(second.binds.length, 1)
  assert.equal(second.unbinds ?? 0, 0)
  assert.match(server.stderr, /info file: .*: link 'm1': password is another one/)
  assert.doesNotMatch(server.stderr + said.stdout, /right/)
  assert.equal((await server.reload()).stdout, 'nothing changed\n')
})

test('The same by a restart, also with the address of another carrier', async t => {
  const [first, second] = await carriers(t, 2)
  const queues = [queue('one', '1001', 'm1')]
  const server = await serverOf(t, { config: centre([link('m1', first.port)], queues) })
  await first.bound()
  await server.restart({ config: centre([link('m1', second.port)], queues) })
  await second.bound()
  assert.match(server.stderr, new RegExp(`info file: start: link 'm1': port is ${second.port} \\(was ${first.port}\\)`))
  await server.restart()
  await second.bound(2)
  assert.doesNotMatch(server.stderr, / file: /)
  assert.equal((await server.verify()).code, 0)
})

test('SIGHUP adds links and queues, and removes them; texts come and go by what is there', async t => {
  const { server, smsc, ana, customer } = await world(t, { agents: ['ana'] })
  const [second] = await carriers(t, 1)
  const usual = link(linkName, smsc.port, { window: 10 })
  await server.writesConfig({ smsc: undefined, config: centre([usual, link('m2', second.port)],
    [queue(queueName, serviceNumber, linkName), queue('two', '1002', 'm2')]) })
  server.child.kill('SIGHUP')
  await second.bound()
  assert.match(server.stderr, /info file: SIGHUP: queue 'two', number 1002, is new/)
  assert.equal((await second.deliver({ from: '15559', to: '1002', text: 'by the new one' })).command_status, 0)
  await ana.accepts()
  await ana.says('and back')
  await until(() => second.submits.some(one => one.text === 'and back'), 'the answer')
  await ana.completes()
  await server.writesConfig({ config: centre([usual], [queue(queueName, serviceNumber, linkName)]) })
  server.child.kill('SIGHUP')
  await until(() => second.unbinds === 1, 'the removed link signs off')
  assert.equal(smsc.binds.length, 1)
  await customer.writes('Hello')
  await ana.accepts()
  await server.restart()
  await smsc.bound(2)
  assert.equal(second.binds.length, 1)
})

test('What waits is sent once by a link that is changed in between, and an answer that is awaited is waited for', async t => {
  const { server, smsc, ana, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts()
  smsc.answer = () => 'withhold'
  await ana.says('before')
  await until(() => smsc.submits.length === 1, 'the text at the carrier')
  await server.writesConfig({ link: { window: 20 } })
  assert.equal((await server.reload()).stdout, `link '${linkName}': window is 20 (was 10)\n`)
  await ana.says('after')
  assert.equal(smsc.binds.length, 1)
  smsc.answer = () => 0
  smsc.respond(smsc.submits[0])
  await smsc.bound(2)
  await until(() => smsc.submits.length === 2, 'the text that waited')
  assert.deepEqual(smsc.submits.map(one => one.text), ['before', 'after'])
})

test('A number with an open session stays, and with it all the rest of that file', async t => {
  const { server, smsc, ana, customer } = await world(t, { agents: ['ana'] })
  await customer.writes('Hello')
  await ana.accepts()
  const changed = centre([link(linkName, smsc.port, { window: 20 })], [queue(queueName, '15550199', linkName)])
  await server.writesConfig({ smsc: undefined, config: changed })
  const looked = await sotto(['check-config', server.config, '--diff'])
  assert.match(looked.stderr, /nothing would be changed: queue 'support': number is 15550199 \(was 15550100\): 1 session is open under its number\n$/)
  assert.equal(looked.code, 1)
  const said = await server.reload()
  assert.match(said.stderr, /^sotto reload: .*sotto\.yaml: nothing is changed: queue 'support': number is 15550199 \(was 15550100\): 1 session is open under its number\n$/)
  assert.equal(said.code, 1)
  assert.equal(smsc.binds.length, 1)
  await customer.writes('Still there?')
  await ana.sees({ text: 'Still there?' })
  await server.restart()
  await smsc.bound(2)
  assert.match(server.stderr, /error file: .*nothing of it is done.*1 session is open under its number/)
})

test('A file with a mistake changes nothing, and the line is named', async t => {
  const [smsc] = await carriers(t, 1)
  const server = await serverOf(t, { smsc: smsc.port })
  await smsc.bound()
  await server.writesConfig({ link: { password: 'another' } })
  await appendFile(server.config, 'bootstrapp: {}\n')
  const said = await server.reload()
  assert.match(said.stderr, /^sotto reload: .*sotto\.yaml:\d+: /)
  assert.equal(said.code, 1)
  assert.match(server.stderr, /warn file: .*nothing is changed: /)
  assert.equal(smsc.binds.length, 1)
})

test('Settings of the centre count at once; those of the node are told to come with the next start', async t => {
  const { server, ana, customer, smsc } = await world(t, { agents: ['ana'], config: { 'bootstrap.agents.capacity': 1 } })
  await customer.writes('Hello')
  await ana.accepts()
  await smsc.deliver({ from: '15551000002', to: serviceNumber, text: 'I wait' })
  await server.writesConfig({ config: { 'bootstrap.agents.capacity': 2, 'api.always200': 'yes' } })
  const said = await server.reload()
  assert.equal(said.stdout, 'agents.capacity is 2 (was 1)\nat the next start: api.always200 is yes (now no)\n')
  await until(async () => (await ana.readsSessions()).length === 2, 'the one that waited')
})

test('A user of the file whom the store has otherwise is a warning', async t => {
  const server = await serverOf(t, {})
  await server.writesConfig({ users: { ana: { roles: ['supervisor'] }, bob: { roles: ['agent'] } } })
  const said = await server.reload()
  assert.match(said.stdout, /^nothing changed\nwarning: user 'ana.*': the store has other roles than the file, and counts \(sotto user set\)\nwarning: user 'bob.*' is in the file and not in the store \(sotto user add\)\n$/)
  await server.restart()
  assert.match(server.stderr, /warn file: user 'ana/)
})

test('Without a server there is nothing to reload, and check-config --diff asks the store', async t => {
  const [smsc] = await carriers(t, 1)
  const server = await serverOf(t, { smsc: smsc.port })
  await server.stop()
  const said = await server.reload()
  assert.match(said.stderr, /no server is running on .*data\n$/)
  assert.equal(said.code, 1)
  await server.writesConfig({ link: { window: 20 } })
  assert.equal((await sotto(['check-config', server.config, '--diff'])).stdout, `link '${linkName}': window is 20 (was 10)\n`)
})
