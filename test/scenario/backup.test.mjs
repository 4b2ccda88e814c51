// backup.test.mjs - copies of a store that is in use, judged by what its people were answered, and by reading them back.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keep } from '../lib/atend.mjs'
import { binary, sotto } from '../lib/server.mjs'
import { until, world } from '../lib/world.mjs'

// A centre in which a customer writes and ana answers, all the time: `texts` were answered as accepted, in order.
async function busyCentre(t, settings = {}) {
  const w = await world(t, { agents: ['ana'], ...settings })
  await w.customer.writes('0 Hello')
  await w.ana.accepts()
  w.texts = ['0 Hello']
  w.works = async () => {
    for (w.isBusy = true; w.isBusy;) {
      const text = `${w.texts.length} `.padEnd(150, 'long ')
      if (w.texts.length % 2) await w.ana.ok(w.ana.asks('SendMessage', { text }))
      else await w.customer.writes(text)
      w.texts.push(text)
    }
  }
  return w
}

const ok = async (...args) => {
  const { code, stdout, stderr } = await sotto(args)
  assert.equal(code, 0, stderr)
  return stdout
}

const refused = async (...args) => {
  const { code, stderr } = await sotto(args)
  assert.equal(code, 1)
  return stderr
}

const texts = messages => messages.filter(one => one.type === 'Text').map(one => one.text)

test('backups of a server at work have all that was answered before, and nothing else; each is restored and served', async t => {
  const w = await busyCentre(t)
  const place = name => join(w.server.folder, name)
  const before = [], work = w.works()
  for (const name of ['b1', 'b2', 'b3']) {
    const count = w.texts.length
    await until(() => w.texts.length > count + 20, 'some texts')
    before.push(w.texts.length)
    const said = await ok('backup', place(name), ...w.server.where())
    assert.match(said, new RegExp(`^${place(name)} is ${w.server.data} as it was at \\d{4}-.*: \\d+ events$`, 'm'))
    const [head] = /^checksum of all up to the last event: [0-9a-f]{64}$/m.exec(said)
    const verified = await ok('verify', '--backup', place(name))
    assert.ok(verified.includes(head), 'its digest is that of a replay')
    assert.match(verified, / is as it was backed up at /)
  }
  w.isBusy = false
  await work
  const all = [...w.texts]
  await w.server.stop()
  assert.equal((await w.server.verify()).code, 0, 'the original')
  for (const [i, name] of ['b1', 'b2', 'b3'].entries()) {
    rmSync(w.server.data, { recursive: true })
    await ok('restore', place(name), w.server.data)
    await w.ana.losesClient()
    await w.server.startAgain()
    await w.ana.opensClient()
    const restored = texts(await w.ana.readsMessages())
    assert.ok(restored.length >= before[i], `${name}: ${restored.length} texts, ${before[i]} were answered before it began`)
    assert.deepEqual(restored, all.slice(0, restored.length), name)
    await w.ana.says(`after ${name}`)
    await w.server.stop()
    assert.equal((await w.server.verify()).code, 0, `the store of ${name}`)
  }
})

test('a backup that is killed leaves none under its name, and the server as it was', async t => {
  const w = await busyCentre(t)
  const work = w.works()
  await until(() => w.texts.length > 60, 'some texts')
  const seen = { killed: 0, done: 0 }
  for (let ms = 1; seen.killed < 5 || !seen.done; ms = Math.ceil(ms * 1.4)) {
    const folder = join(w.server.folder, `after-${ms}`)
    const child = keep(spawn(binary, ['backup', folder, ...w.server.where()], { stdio: 'ignore' }))
    const end = new Promise(done => { child.on('close', done) })
    await Promise.race([sleep(ms), end])
    child.kill('SIGKILL')
    const isDone = await end === 0
    seen[isDone ? 'done' : 'killed']++
    assert.equal(existsSync(folder), isDone || existsSync(join(folder, 'MANIFEST')), `after ${ms} ms`)
    if (existsSync(folder)) await ok('verify', '--backup', folder)
    else if (existsSync(`${folder}.part`)) {
      assert.match(await refused('backup', folder, ...w.server.where()), /\.part is there already: .*interrupted; then remove it/)
      assert.equal((await sotto(['restore', `${folder}.part`, join(w.server.folder, 'never')])).code,
        existsSync(join(`${folder}.part`, 'MANIFEST')) ? 0 : 1)
    }
    rmSync(join(w.server.folder, 'never'), { recursive: true, force: true })
  }
  w.isBusy = false
  await work
  assert.deepEqual(texts(await w.ana.readsMessages()), w.texts)
})

test('what is there is not overwritten; what is no backup, or was changed, is not restored', async t => {
  const w = await busyCentre(t)
  const backup = join(w.server.folder, 'backup'), folder = join(w.server.folder, 'new')
  await ok('backup', backup, ...w.server.where())
  assert.match(await refused('backup', backup, ...w.server.where()), /backup is there already$/m)
  assert.match(await refused('restore', backup, w.server.data), /data is there already$/m)
  assert.match(await refused('restore', w.server.data, folder), /is no backup/)
  assert.match(await refused('verify', '--backup', w.server.data), /is no backup/)
  // What cannot be read may well be one.
  mkdirSync(join(w.server.folder, 'other', 'MANIFEST'), { recursive: true })
  assert.match(await refused('verify', '--backup', join(w.server.folder, 'other')), /other\/MANIFEST cannot be read: Is a directory/)
  assert.equal(spawnSync('b2sum', ['--check', '--quiet', 'MANIFEST'], { cwd: backup }).status, 0, 'without Sotto, too')
  assert.deepEqual(readdirSync(backup).sort(), ['MANIFEST', 'journal.db', 'sotto.db'])
  spawnSync('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("create table more (words)")
db.commit()`, join(backup, 'sotto.db')])
  assert.match(await refused('verify', '--backup', backup), /sotto.db is not what was backed up/)
  assert.match(await refused('restore', backup, folder), /sotto.db is not what was backed up/)
  assert.ok(!existsSync(folder) && !existsSync(`${folder}.part`))
})

test('a command that has too little to do it says what is missing', async () => {
  for (const [args, reason] of [[['backup'], /usage is sotto backup FOLDER/], [['backup', 'x'], /--dir or --config is missing/],
    [['restore', 'x'], /usage is sotto restore BACKUP FOLDER/], [['verify'], /--dir or --config is missing/]]) {
    const { code, stderr } = await sotto(args)
    assert.equal(code, 2)
    assert.match(stderr, reason)
  }
})
