// demo.test.mjs - `sotto demo`, `watch` and `smsc-sim` as somebody new meets them.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { demo, Running } from '../lib/demo.mjs'
import { Rest } from '../lib/rest.mjs'
import { binary, Server, sotto, temporaryFolder } from '../lib/server.mjs'
import { until } from '../lib/world.mjs'

const rest = (running, user) => new Rest(running, { user, password: 'demo' })

test('demo prints its address, five curl lines that work as printed, and a line for each thing that happens', async t => {
  const running = await demo(t)
  const lines = running.out.split('\n').map(line => line.trim())
  const curls = lines.filter(line => /^(until )?curl /.test(line))
  assert.equal(curls.length, 5)
  let messages
  for (const [i, line] of curls.entries()) {
    const shell = new Running('bash', ['-c', line])
    const { code } = await until(() => shell.child.exitCode !== null && shell.ended, line, 60000)
    assert.equal(code, 0, `${line}\n${shell.out}${shell.err}`)
    if (i !== 2) assert.equal(JSON.parse(shell.out).statusCode, 0, `${line}\n${shell.out}`)
    messages = shell.out
    running.canary.learns(messages)
  }
  const types = JSON.parse(messages).messages.map(one => one.type)
  assert.ok(types.includes('Text') && types.includes('ParticipantJoined'), messages)
  await running.prints(/accepts/)
  await running.prints(/\n {2}http:\/\/127\.0\.0\.1:\d+ - sam watches, ana answers, and all passwords are: demo\. Ctrl-C ends it\.\n/)
})

test('watch signs in, monitors, accepts and prints the transcript live', async t => {
  const running = await demo(t)
  const watching = new Running(binary, ['watch', 'ana', '--user', 'sue', '--url', running.url])
  atEnd(t, () => watching.end('SIGINT'))
  await watching.prints(/customer/, 60000)
  const agent = rest(running, 'ana')
  const { user } = (await agent.get('/me?subresources=smssessions')).body
  for (const { id } of user.smssessions) {
    const { body } = await agent.get(`/me/smssessions/${id}`)
    if (body.smssession) assert.doesNotMatch(JSON.stringify(body), /sue|Supervisors/)
  }
})

test('A person takes over a user by StartContactCenterSession; Ready, a session is offered within 30 s, and the bot is quiet', async t => {
  const running = await demo(t)
  const ana = rest(running, 'ana')
  await until(async () => (await ana.get('/me/smssessions')).body.uris.length > 0, 'the bot to have a session', 40000)
  assert.equal((await ana.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })).code, 0)
  assert.equal((await ana.ask('/me/channels/smssession', 'Ready')).code, 0)
  const offered = await until(async () => (await ana.get('/me/smssessions?fields=*')).body.smssessions
    .find(one => one.state === 'Invited'), 'an offer', 30000)
  assert.equal((await ana.ask(`/me/smssessions/${offered.id}`, 'Accept')).code, 0, 'nobody else accepted it')
})

test('--no-bots: nobody answers but you; --customers 0: nobody writes', async t => {
  const running = await demo(t, '--no-bots', '--customers', '0')
  for (const name of ['ana', 'ben', 'cho']) {
    assert.equal((await rest(running, name).get('/me/channels?fields=*')).body.channels[0].userState.state, 'LoggedOut')
  }
  for (const name of ['sam', 'sue', 'ada']) assert.equal((await rest(running, name).get('/me')).code, 0)
  assert.equal((await rest(running, 'sam').ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })).code, 0)
})

test('--data DIR is kept: what was there goes on, and it verifies', async t => {
  const folder = await temporaryFolder()
  atEnd(t, () => rm(folder, { recursive: true, force: true }))
  const data = join(folder, 'kept')
  const first = await demo(t, '--data', data)
  await first.prints(/accepts/, 40000)
  await first.end()
  const checked = await sotto(['verify', '--dir', data])
  assert.equal(checked.code, 0, checked.stdout + checked.stderr)
  const second = await demo(t, '--data', data)
  await second.prints(/\d\d:\d\d:\d\d /, 40000)
  await second.end()
})

test('Without --data a temporary folder is used and removed', async t => {
  const folder = await temporaryFolder()
  atEnd(t, () => rm(folder, { recursive: true, force: true }))
  const running = new Running(binary, ['demo', '--port', '0', '--customers', '0', '--no-bots'], { TMPDIR: folder })
  await running.prints(/^ready /m)
  assert.equal(readdirSync(folder).length, 1)
  await running.end('SIGINT')
  assert.deepEqual(readdirSync(folder), [])
})

test('smsc-sim serves a server of one\'s own: customers write, texts arrive', async t => {
  const sim = new Running(binary, ['smsc-sim', '--port', '0', '--customers', '3', '--seed', '5', '--number', '15550100'])
  atEnd(t, () => sim.end())
  const port = Number((await sim.prints(/127\.0\.0\.1:(\d+)|port (\d+)/)).slice(1).find(Boolean))
  const server = await Server.start({ users: { ana: { roles: ['agent'] } }, smsc: port })
  atEnd(t, () => server.end())
  const ana = new Rest(server, { user: 'ana', password: 'pw-ana' })
  await ana.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })
  await ana.ask('/me/channels/smssession', 'Ready')
  await until(async () => (await ana.get('/me/smssessions')).body.uris.length > 0, 'a session', 30000)
})

test('smsc-sim sends the lines of its standard input, ends by Ctrl-C while it waits for more, and goes on where there is no more', async t => {
  const sim = new Running(binary, ['smsc-sim', '--port', '0', '--customers', '0', '--number', '15550100'])
  atEnd(t, () => sim.end())
  const port = Number((await sim.prints(/127\.0\.0\.1:(\d+)/))[1])
  const server = await Server.start({ users: { ana: { roles: ['agent'] } }, smsc: port })
  atEnd(t, () => server.end())
  await until(() => /is bound/.test(server.stderr), 'the link to be bound')
  sim.child.stdin.write('+15551000001 Hello\nnobody writes this\n+15551000002 Good')
  await sim.prints(/^from \+15551000001: Hello$/m)
  await until(() => /PHONE text/.test(sim.err), 'the line without a phone to be refused')
  sim.child.stdin.end(' day')
  await sim.prints(/^from \+15551000002: Good day$/m)
  await sim.end('SIGTERM')
  const waiting = new Running(binary, ['smsc-sim', '--port', '0', '--customers', '0'])
  await waiting.prints(/listening/)
  await waiting.end('SIGINT')
})
