// doctor.test.mjs - what sotto doctor says of a machine and a configuration: facts, verdicts, remedies.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { configText } from '../lib/config.mjs'
import { binary, repository, sotto, temporaryFolder } from '../lib/server.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { world } from '../lib/world.mjs'

// A configuration whose data folder is there; settings as of configText.
async function configured(t, settings = {}) {
  const folder = await temporaryFolder()
  atEnd(t, () => rmSync(folder, { recursive: true }))
  const data = settings.data ?? join(folder, 'data'), file = join(folder, 'sotto.yaml')
  if (!existsSync(data)) mkdirSync(data, { mode: 0o700 })
  writeFileSync(file, configText({ ...settings, data }))
  return { folder, data, file }
}

// Its findings: what → [verdict, fact, remedy]; of links several.
function findings(stdout) {
  const all = []
  for (const line of stdout.trim().split('\n')) {
    const [, remedy] = /^ {16}-> (.+)$/.exec(line) ?? []
    const [, verdict, what, fact] = /^(ok|doubt|BAD) +(\S+) +(.+)$/.exec(line) ?? []
    if (remedy) all.at(-1).remedy = remedy
    else if (verdict) all.push({ verdict, what, fact })
    else assert.match(line, /^\d+ found that must be mended$/)
  }
  for (const { verdict, remedy } of all) assert.equal(verdict !== 'ok', remedy !== undefined, `${verdict} -> ${remedy}`)
  return all
}

async function examined(file) {
  const { code, stdout, stderr } = await sotto(['doctor', '--config', file], { timeout: 40000 })
  assert.equal(stderr, '')
  const all = findings(stdout)
  const bad = all.filter(one => one.verdict === 'BAD').length
  assert.equal(code, bad ? 1 : 0, stdout)
  if (bad) assert.match(stdout, new RegExp(`^${bad} found that must be mended$`, 'm'))
  return Object.assign(what => all.find(one => one.what === what), { all })
}

const is = (finding, verdict, fact, remedy) => {
  assert.equal(finding?.verdict, verdict, JSON.stringify(finding))
  assert.match(finding.fact, fact)
  if (remedy) assert.match(finding.remedy, remedy)
}

test('a folder, its disk, the files that can be open: each has its line; nothing is left behind', async t => {
  const { data, file } = await configured(t, { config: { 'http.connections-max': 100 } })
  const of = await examined(file)
  is(of('server'), 'ok', /none is running/)
  is(of('folder'), 'ok', /is its owner's alone/)
  assert.match(of('fsync').fact, /is synced in/)
  assert.match(of('room').fact, /^\d+ MiB are free/)
  is(of('files'), 'ok', /100 connections need 200/)
  is(of('listen'), 'ok', /127\.0\.0\.1/)
  is(of('backup'), 'BAD', /none is known of/, /sotto backup/)
  assert.equal(of('link'), undefined)
  assert.deepEqual(readdirSync(data), [])
  chmodSync(data, 0o755)
  is((await examined(file))('folder'), 'BAD', /can be entered by others \(mode 755\)/, /chmod 700/)
  rmSync(data, { recursive: true })
  const none = await examined(file)
  is(none('folder'), 'doubt', /No such file/, /the first start makes it/)
  assert.equal(none('fsync'), undefined)
  assert.match((await sotto(['doctor', '--dir', data])).stdout, /^BAD +folder +.*No such file/m)
})

test('passwords that the sample has are nobody\'s secret', async t => {
  const { file, data } = await configured(t, { users: { ana: { roles: ['agent'], password: 'change-me-2' }, ben: { roles: ['agent'] } } })
  is((await examined(file))('users'), 'BAD', /^passwords of the sample: ana$/, /before the first start/)
  assert.equal((await sotto(['user', 'remove', 'ben', '--config', file])).code, 0)
  is((await examined(file))('users'), 'doubt', /^passwords of the sample: ana$/, /sotto user passwd NAME/)
  const clean = await configured(t, { users: { ana: { roles: ['agent'] } } })
  assert.equal((await examined(clean.file))('users'), undefined)
})

test('memory is no disk', { skip: existsSync('/dev/shm') ? false : 'there is no /dev/shm' }, async t => {
  const data = mkdtempSync('/dev/shm/sotto-doctor-')
  atEnd(t, () => rmSync(data, { recursive: true }))
  const { file } = await configured(t, { data })
  is((await examined(file))('disk'), 'BAD', /is on memory/, /must be on a disk/)
})

test('too few files for the connections that may come', async t => {
  const { file } = await configured(t, { config: { 'http.connections-max': 200 } })
  const limited = (n, args) => spawnSync('sh', ['-c', `ulimit -n ${n}; exec "$0" "$@"`, binary, ...args], { encoding: 'utf8' })
  for (const [n, verdict] of [[299, 'BAD'], [300, 'ok'], [301, 'ok']])
    is(findings(limited(n, ['doctor', '--config', file]).stdout).find(one => one.what === 'files'), verdict, new RegExp(`^${n} files`))
})

test('a link is signed in and off again where no server runs; what the carrier refuses is named, with what helps', async t => {
  const smsc = await Smsc.start()
  atEnd(t, () => smsc.end())
  const { file } = await configured(t, { smsc: smsc.port })
  is((await examined(file))('link'), 'ok', new RegExp(`^carrier: 127\\.0\\.0\\.1, port ${smsc.port} took the bind, and the end of it$`))
  assert.equal(smsc.binds.length, 1)
  assert.equal(smsc.submits.length, 0)
  for (const [status, fact, remedy] of [[0x0E, /0x0e, ESME_RINVPASWD/, /password of the link/], [0x0F, /ESME_RINVSYSID/, /system-id/],
    [0x05, /ESME_RALYBND/, /another program is signed in/], [0x400, /0x400, a status of the carrier's own/, /ask the carrier/]]) {
    smsc.answerBind = () => status
    is((await examined(file))('link'), 'BAD', fact, remedy)
  }
})

test('a link whose host is not there, or is no SMSC', async t => {
  const silent = net.createServer(socket => { socket.on('error', () => {}).resume() }).listen(0, '127.0.0.1')
  await new Promise(done => { silent.on('listening', done) })
  const { port } = silent.address()
  const { file } = await configured(t, { smsc: port })
  is((await examined(file))('link'), 'BAD', /is there, and does not answer a bind/, /is it an SMPP port/)
  await new Promise(done => { silent.close(done) })
  is((await examined(file))('link'), 'BAD', /cannot be reached/, /firewall/)
})

test('beside a server that runs nobody signs in again; the backup and the clock are looked at', async t => {
  const w = await world(t, { agents: ['ana'] })
  const file = w.server.config
  let of = await examined(file)
  is(of('server'), 'ok', /running, and ready/)
  is(of('link'), 'ok', /carrier: the server has it up/)
  assert.equal(w.smsc.binds.length, 1)
  await sotto(['backup', join(w.server.folder, 'b'), ...w.server.where()])
  of = await examined(file)
  is(of('backup'), 'ok', /the last one is 0 hours old/)
  await w.ana.losesClient()
  await w.server.stop()
  for (const [hours, verdict] of [[25, 'ok'], [27, 'doubt'], [169, 'BAD']]) {
    writeFileSync(join(w.server.data, 'backed-up'), `${Date.now() - hours * 3600e3} /b\n`)
    is((await examined(file))('backup'), verdict, new RegExp(`${hours} hours`))
  }
  spawnSync('python3', ['-c', `
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
db.execute("update journal set at = ? where lsn = (select max(lsn) from journal)", (int(time.time() * 1000) + 60000,))
db.commit()`, join(w.server.data, 'journal.db')])
  is((await examined(file))('clock'), 'BAD', /it is (5\d|60) s behind the last event/, /set the clock/)
})

test('addresses without TLS that others reach, certificates that are not there or that nobody knows', async t => {
  const pem = name => join(repository, 'test/lib/tls', name)
  const { file, data } = await configured(t)
  const says = async (listen, more) => {
    writeFileSync(file, configText({ data }).replace('127.0.0.1:0', listen) + more)
    return examined(file)
  }
  is((await says('0.0.0.0:8080', ''))('listen'), 'doubt', /without TLS: passwords/, /set tls/)
  const tls = await says('0.0.0.0:8080', `tls:\n  certificate: ${pem('host.pem')}\n  key: ${pem('host.key')}\nadmin:\n  listen: 192.0.2.1:9091\n`)
  is(tls('listen'), 'ok', /0\.0\.0\.0, port 8080$/)
  is(tls('admin'), 'doubt', /192\.0\.2\.1, port 9091 reads the metrics/)
  const [until, trusted] = tls.all.filter(one => one.what === 'tls')
  is(until, 'ok', /host\.pem is good until \d{4}-/)
  is(trusted, 'doubt', /would not trust it: unable to get/, /lead to a known authority/)
  is((await says('0.0.0.0:8080', `tls:\n  certificate: ${pem('host.pem')}\n  key: ${pem('renewed.key')}\n`))('tls'), 'BAD', /no key/)
})
