// owner.test.mjs - what root does in somebody's folder becomes that one's; who may not look is told whose it is.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { configText } from '../lib/config.mjs'
import { binary, Server, sotto, temporaryFolder } from '../lib/server.mjs'

const NOBODY = 65534, ANOTHER = 65533
const isRoot = process.getuid() === 0
const reach = isRoot && spawnSync(binary, ['version'], { uid: NOBODY, gid: NOBODY }).status === 0
const skip = !reach && 'root alone can be somebody else, where others can run the binary'

const as = (uid, ...args) => spawnSync(binary, args, { uid, gid: uid, encoding: 'utf8', input: 'a long password\n' })

async function folderOf(t, uid) {
  const folder = await temporaryFolder()
  atEnd(t, () => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const data = join(folder, 'data'), config = join(folder, 'sotto.yaml')
  await mkdir(data, { mode: 0o700 })
  if (uid) await chown(data, uid, uid)
  await writeFile(config, configText({ data, users: { ana: { roles: ['agent'] } } }))
  return { data, config }
}

async function assertAllOf(data, uid) {
  const names = await readdir(data)
  assert.ok(names.length > 0)
  for (const name of names) assert.equal((await stat(join(data, name))).uid, uid, name)
}

test('A command of root, and a server, leave nothing of root in the folder of another', { skip }, async t => {
  const { data, config } = await folderOf(t, NOBODY)
  const added = await sotto(['user', 'add', 'bob', '--password-stdin', '--config', config], { input: 'a long password\n' })
  assert.equal(added.code, 0, added.stderr)
  await assertAllOf(data, NOBODY)
  assert.equal((await sotto(['verify', '--config', config])).code, 0)
  assert.match(as(NOBODY, 'user', 'list', '--config', config).stdout, /^bob /m)
  await assertAllOf(data, NOBODY)
})

test('Who may not open the store is told which file it is, and whose', { skip }, async t => {
  const { data, config } = await folderOf(t, NOBODY)
  await sotto(['user', 'add', 'bob', '--password-stdin', '--config', config], { input: 'a long password\n' })
  for (const command of [['user', 'list'], ['user', 'add', 'eva', '--password-stdin']]) {
    const said = as(ANOTHER, ...command, '--config', config)
    assert.equal(said.status, 1)
    assert.match(said.stderr, new RegExp(`^sotto user: ${data}\\S*: Permission denied \\(${data} belongs to nobody, mode 0700; you are user ${ANOTHER}\\)\\n$`))
  }
  await chmod(config, 0o600)
  assert.match(as(ANOTHER, 'serve', '--config', config).stderr,
    new RegExp(`^${config}: Permission denied \\(it belongs to root, mode 0600; you are user ${ANOTHER}\\)\\n$`))
})

test('A list creates nothing', async t => {
  const { data, config } = await folderOf(t)
  await rm(data, { recursive: true })
  const said = await sotto(['user', 'list', '--config', config])
  assert.equal(said.stderr, `sotto user: ${data}: there is no store yet\n`)
  assert.equal(said.code, 1)
  assert.ok(!existsSync(data))
})

test('In its own folder a server of root stays root\'s', { skip: !isRoot && 'not root' }, async t => {
  const server = await Server.start({ users: {} })
  atEnd(t, () => server.end())
  await assertAllOf(server.data, 0)
})
