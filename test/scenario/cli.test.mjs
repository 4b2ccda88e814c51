// cli.test.mjs - the command line as an operator uses it.
import assert from 'node:assert/strict'
import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { configText } from '../lib/config.mjs'
import { repository, Server, sotto, temporaryFolder } from '../lib/server.mjs'
import { world } from '../lib/world.mjs'

async function folder(t) {
  const path = await temporaryFolder()
  atEnd(t, () => rm(path, { recursive: true, force: true }))
  return path
}

async function serverOf(t, settings = { users: { ana: { roles: ['agent'] } } }) {
  const server = await Server.start(settings)
  atEnd(t, () => server.end())
  return server
}

const me = (server, user, password) => server.request('GET', '/me', { user, password })

test('version prints the name and the version', async () => {
  const { code, stdout } = await sotto(['version'])
  assert.equal(code, 0)
  assert.match(stdout, /^sotto \d+\.\d+\.\d+\S*\n$/)
})

test('--help names every command; each command has its own', async () => {
  const { code, stdout } = await sotto(['--help'])
  assert.equal(code, 0)
  for (const command of ['serve', 'demo', 'watch', 'smsc-sim', 'user', 'assign', 'token', 'check-config', 'verify', 'backup', 'restore', 'status', 'doctor', 'version']) {
    assert.match(stdout, new RegExp(`\\b${command}\\b`))
    const own = await sotto([command, '--help'])
    assert.equal(own.code, 0, command)
    assert.match(own.stdout, new RegExp(`sotto ${command}\\b`), command)
  }
})

test('No command, an unknown command, an unknown option: exit code 2 and a hint on stderr', async () => {
  for (const args of [[], ['dance'], ['serve', '--dance'], ['check-config'], ['serve'], ['version', 'extra']]) {
    const { code, stdout, stderr } = await sotto(args)
    assert.equal(code, 2, `sotto ${args.join(' ')}: ${stdout}${stderr}`)
    assert.match(stderr, /help|usage/i, `sotto ${args.join(' ')}`)
    assert.equal(stdout, '')
  }
})

test('check-config accepts the commented sample', async () => {
  const sample = join(repository, 'doc/sotto.yaml')
  const { code, stderr } = await sotto(['check-config', sample])
  assert.equal(code, 0, stderr)
})

const faults = [
  ['an unknown key', text => text.replace('data-dir:', 'data-folder:'), 'data-folder:', /data-folder/],
  ['an unknown key further down', text => text.replace('roles:', 'rolls:'), 'rolls:', /rolls/],
  ['a number out of its range', text => text.replace('hash-memory-kib: "8"', 'hash-memory-kib: 7'), 'hash-memory-kib:', /7/],
  ['a word where a number belongs', text => text.replace('window: "10"', 'window: ten'), 'window:', /ten/],
  ['an unknown role', text => text.replace('["agent"]', '["boss"]'), '"boss"', /boss/],
  ['a queue of an unknown link', text => text.replace('link: "carrier"', 'link: "pigeon"'), 'pigeon', /pigeon/],
  ['bad listen address', text => text.replace(/^listen:.*/, 'listen: nowhere'), 'listen:', /nowhere/],
  ['broken YAML', text => text.replace('bootstrap:', 'bootstrap: ['), 'bootstrap:', /./],
]
for (const [what, spoil, marker, reason] of faults) {
  test(`check-config: ${what} is refused with file, line and reason; serve refuses it as well`, async t => {
    const path = await folder(t)
    const file = join(path, 'sotto.yaml')
    const text = spoil(configText({ data: join(path, 'data'), smsc: 1, users: { ana: { roles: ['agent'] } } }))
    await writeFile(file, text)
    const line = text.split('\n').findIndex(one => one.includes(marker)) + 1
    for (const args of [['check-config', file], ['serve', '--config', file]]) {
      const { code, stderr } = await sotto(args)
      assert.notEqual(code, 0)
      assert.ok(stderr.includes(`${file}:`), stderr)
      const told = Number(new RegExp(`:(\\d+): `).exec(stderr)?.[1])
      if (what === 'broken YAML') assert.ok(told >= line, stderr)
      else assert.equal(told, line, stderr)
      assert.match(stderr, reason)
    }
    assert.ok(!existsSync(join(path, 'data')), 'nothing was created')
  })
}

test('check-config: a file that is not there', async t => {
  const file = join(await folder(t), 'nothing.yaml')
  const { code, stderr } = await sotto(['check-config', file])
  assert.notEqual(code, 0)
  assert.ok(stderr.includes(file))
})

test('user add, passwd, list on a running server: at work at once, through its socket', async t => {
  const server = await serverOf(t)
  const socket = await stat(join(server.data, 'admin.sock'))
  assert.ok(socket.isSocket())
  assert.equal(socket.mode & 0o777, 0o600)
  const added = await sotto(['user', 'add', 'zoe', '--roles', 'agent,supervisor', ...server.where()], { input: 'secret word\n' })
  assert.equal(added.code, 0, added.stderr)
  const answer = await me(server, 'zoe', 'secret word')
  assert.equal(answer.code, 0)
  assert.deepEqual(answer.body.user.roles, ['ROLE_AGENT', 'ROLE_SUPERVISOR'])
  const changed = await sotto(['user', 'passwd', 'zoe', ...server.where()], { input: 'another\n' })
  assert.equal(changed.code, 0, changed.stderr)
  assert.equal((await me(server, 'zoe', 'secret word')).code, 20)
  assert.equal((await me(server, 'zoe', 'another')).code, 0)
  const list = await sotto(['user', 'list', ...server.where()])
  assert.equal(list.code, 0)
  assert.match(list.stdout, /^.*\bana\b.*ROLE_AGENT|^.*\bana\b.*agent/m)
  assert.match(list.stdout, /\bzoe\b/)
  assert.doesNotMatch(list.stdout, /argon2/)
})

test('user add, passwd, list on a stopped server: under the store\'s lock, and it is there after the start', async t => {
  const server = await serverOf(t)
  await server.stop()
  const added = await sotto(['user', 'add', 'zoe', '--roles', 'supervisor', ...server.where()], { input: 'secret word\n' })
  assert.equal(added.code, 0, added.stderr)
  const changed = await sotto(['user', 'passwd', 'ana', ...server.where()], { input: 'another\n' })
  assert.equal(changed.code, 0, changed.stderr)
  const list = await sotto(['user', 'list', ...server.where()])
  assert.match(list.stdout, /\bzoe\b/)
  await server.startAgain()
  assert.deepEqual((await me(server, 'zoe', 'secret word')).body.user.roles, ['ROLE_SUPERVISOR'])
  assert.equal((await me(server, 'ana', 'another')).code, 0)
  assert.equal((await me(server, 'ana', 'pw-ana')).code, 20)
})

test('user add refuses a name that is there, a bad name, a bad role, an empty password; passwd an unknown user', async t => {
  const server = await serverOf(t)
  for (const running of [true, false]) {
    if (!running) await server.stop()
    for (const [args, input] of [[['add', 'ana', '--roles', 'agent'], 'x\n'], [['add', 'a/b', '--roles', 'agent'], 'x\n'],
      [['add', 'zoe', '--roles', 'boss'], 'x\n'], [['add', 'zoe', '--roles', 'agent'], '\n'], [['passwd', 'nobody'], 'x\n']]) {
      const { code, stderr } = await sotto(['user', ...args, ...server.where()], { input })
      assert.notEqual(code, 0, args.join(' '))
      assert.notEqual(stderr, '', args.join(' '))
    }
  }
  await server.startAgain()
  assert.equal((await me(server, 'ana', 'pw-ana')).code, 0)
  assert.equal((await me(server, 'zoe', 'x')).code, 20)
})

test('serve refuses a folder that another server has open', async t => {
  const server = await serverOf(t)
  const { code, stderr } = await sotto(['serve', '--config', server.config])
  assert.notEqual(code, 0)
  assert.match(stderr, /open already/)
  assert.equal((await server.request('GET', '/diagnostics/version')).code, 0)
})

test('serve refuses a port that is taken, with a reason', async t => {
  const server = await serverOf(t)
  const path = await folder(t)
  const file = join(path, 'sotto.yaml')
  await writeFile(file, configText({ data: join(path, 'data'), port: server.port }))
  const { code, stderr } = await sotto(['serve', '--config', file])
  assert.notEqual(code, 0)
  assert.match(stderr, /address|in use|listen/i)
})

test('The bootstrap is applied once: afterwards the store is the truth', async t => {
  const server = await serverOf(t)
  await server.stop()
  await server.startAgain({ users: { ana: { roles: ['agent'], password: 'new in the file' }, late: { roles: ['agent'] } } })
  assert.equal((await me(server, 'ana', 'pw-ana')).code, 0)
  assert.equal((await me(server, 'late', 'pw-late')).code, 20)
})

test('verify: the tables equal the replayed journal after a stop; a changed row is found', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  const { ana, sam, customer, server } = w
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.says('Good day')
  await Promise.all([ana.losesClient(), sam.losesClient()])
  await server.stop()
  const good = await server.verify()
  assert.equal(good.code, 0, good.stdout + good.stderr)
  const spoilt = spawnSync('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
n = db.execute("update message set text = 'Bad day' where text = 'Good day'").rowcount
db.commit()
print(n)`, join(server.data, 'sotto.db')])
  assert.equal(String(spoilt.stdout).trim(), '1', String(spoilt.stderr))
  const bad = await server.verify()
  assert.notEqual(bad.code, 0)
  assert.match(bad.stdout + bad.stderr, /message/)
})

test('The data folder and its files belong to their owner alone', async t => {
  const server = await serverOf(t)
  assert.equal((await stat(server.data)).mode & 0o077, 0)
  for (const name of ['journal.db', 'sotto.db']) assert.equal((await stat(join(server.data, name))).mode & 0o077, 0, name)
})
