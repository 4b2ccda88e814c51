// disk.test.mjs - a disk that takes no writes: full to the last byte, with SQLite's temporary files on it too, or
// read-only; while the server runs, and before it starts. Reads and held polls go on, writes are refused (503/4, SMPP
// system error), and it recovers without a restart.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sotto } from '../lib/server.mjs'
import { SmallDisk, unmountable } from '../lib/smalldisk.mjs'
import { OK, SYSTEM_ERROR } from '../lib/smsc.mjs'
import { serviceNumber, until, world } from '../lib/world.mjs'

const skip = unmountable()

// More than the 64 MiB below which commands are refused beforehand.
const megabytes = 160
// Together more than SQLite sorts without a temporary file (its cache of 2 MB).
const longTexts = 800

async function centreOnSmallDisk(t, settings = {}) {
  const disk = new SmallDisk(megabytes)
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], disk, config: { 'log.level': 'info' }, ...settings })
  w.disk = disk
  await w.customer.writes('Hello')
  await w.ana.accepts()
  return w
}

// The free space is asked once a second at most: a commit that comes within one is refused by the disk itself, and the
// core loaded anew.
async function fillsUnderACommit(w) {
  for (let n = 0; n < 20 && !w.server.stderr.includes('the store refused a commit'); n++) {
    w.disk.makeRoom()
    await until(async () => {
      await sleep(1100)
      return (await w.ana.asks('SendMessage', { text: 'enough' })).code === 0
    }, 'room')
    w.disk.fill()
    const { status } = await w.ana.asks('SendMessage', { text: 'too much' })
    assert.equal(status, 503)
  }
  assert.ok(w.server.stderr.includes('the store refused a commit'), 'no commit came while the disk was full')
}

async function isRefused(w) {
  const { status, code } = await w.ana.asks('SendMessage', { text: 'now?' })
  assert.deepEqual([status, code], [503, 4], `a text on a disk that takes no writes${w.server.said()}`)
  const answer = await w.smsc.deliver({ from: '15551000002', to: serviceNumber, text: 'now?' })
  assert.equal(answer?.command_status, SYSTEM_ERROR, 'deliver_sm on a disk that takes no writes')
}

async function readsAsBefore(w, texts) {
  const messages = await w.ana.readsMessages()
  assert.deepEqual(messages.filter(one => one.type === 'Text').map(one => one.text), texts)
}

// The room is noticed within some seconds, without a restart.
async function recovers(w) {
  await until(async () => (await w.ana.asks('SendMessage', { text: 'again' })).code === 0, 'writes to be taken again')
  await w.ana.sees({ text: 'again' })
  await until(async () => (await w.smsc.deliver({ from: w.customer.phone, to: serviceNumber, text: 'and I' }))
    ?.command_status === OK, 'texts to be taken again')
  await w.ana.sees({ text: 'and I' })
  // Where the disk had no room for it, the admin socket comes late.
  await until(async () => (await sotto(['user', 'list', ...w.server.where()])).code === 0, 'the admin socket')
  await w.server.stop()
  const { code, stdout, stderr } = await w.server.verify()
  assert.equal(code, 0, stdout + stderr)
}

test('The disk fills up under much that is open, temporary files have no other place: refused, read, recovered', { skip },
  async t => {
    const env = {}
    const w = await centreOnSmallDisk(t, { env })
    env.SQLITE_TMPDIR = env.TMPDIR = w.server.data
    w.smsc.answer = () => 'withhold'
    await w.restart()
    const texts = ['Hello']
    for (let n = 0; n < longTexts; n++) {
      texts.push(`${n} `.padEnd(4096, 'long '))
      await w.ana.ok(w.ana.asks('SendMessage', { text: texts.at(-1) }))
    }
    await fillsUnderACommit(w)
    await isRefused(w)
    const messages = await w.ana.readsMessages()
    assert.deepEqual(messages.filter(one => one.type === 'Text' && one.text !== 'enough').map(one => one.text), texts)
    w.smsc.answer = () => OK
    w.disk.makeRoom()
    await recovers(w)
  })

async function startsAndServesReads(w, { env, isReadOnly, heals }) {
  const texts = ['Hello', 'Good day']
  await w.server.startAgain()
  await w.ana.opensClient()
  await readsAsBefore(w, texts)
  await isRefused(w)
  await readsAsBefore(w, texts)
  // Beside the server, and without it. On a read-only disk a running one can have no admin socket.
  for (const alone of [false, true]) {
    if (alone) {
      await w.ana.losesClient()
      await w.server.stop()
    }
    const verified = await sotto(['verify', ...w.server.where()], { env })
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
    if (!alone && isReadOnly) continue
    const listed = await sotto(['user', 'list', ...w.server.where()], { env })
    assert.equal(listed.code, 0, listed.stderr)
    assert.match(listed.stdout, /ana/)
    const changed = await sotto(['user', 'passwd', 'ana', '--password-stdin', ...w.server.where()], { input: 'other\n', env })
    assert.notEqual(changed.code, 0)
    assert.match(changed.stderr, /takes no writes/)
  }
  await w.server.startAgain()
  await w.ana.opensClient()
  heals()
  await recovers(w)
}

for (const [how, ends] of [['killed', w => w.server.kill()], ['stopped', w => w.server.stop()]]) {
  test(`Started on a full disk, ${how} before: reads are served, and all of it once there is room`, { skip }, async t => {
    const w = await centreOnSmallDisk(t)
    await w.ana.says('Good day')
    await Promise.all(w.people.map(person => person.losesClient()))
    await ends(w)
    w.disk.fill()
    await startsAndServesReads(w, { env: { SQLITE_TMPDIR: w.server.data, TMPDIR: w.server.data }, heals: () => w.disk.makeRoom() })
  })

  test(`Started on a read-only disk, ${how} before: reads are served, and all of it once it is writable`, { skip }, async t => {
    const w = await centreOnSmallDisk(t)
    await w.ana.says('Good day')
    await Promise.all(w.people.map(person => person.losesClient()))
    await ends(w)
    w.disk.readOnly(true)
    await startsAndServesReads(w, { isReadOnly: true, heals: () => w.disk.readOnly(false) })
  })
}

test('An empty folder on a full disk: the start ends and says why', { skip }, async t => {
  const w = await centreOnSmallDisk(t)
  await Promise.all(w.people.map(person => person.losesClient()))
  await w.server.stop()
  w.disk.unmount()
  w.disk.mount(w.server.data)
  w.disk.fill()
  const { code, stderr } = await sotto(['serve', '--config', w.server.config])
  assert.equal(code, 1)
  assert.match(stderr, /takes no writes, and journal.db: nothing is in it yet/)
  w.disk.makeRoom()
  await w.server.startAgain()
})
