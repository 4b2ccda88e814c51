// import.test.mjs - users, opt-outs and conversations are brought along and taken away: CSV and lines of JSON, with the server and without.
import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { keep } from '../lib/atend.mjs'
import { Rest } from '../lib/rest.mjs'
import { binary, sotto } from '../lib/server.mjs'
import { answer, until, world } from '../lib/world.mjs'

const file = (w, name, text) => {
  const path = join(w.server.folder, name)
  writeFileSync(path, text)
  return path
}
const run = (w, ...args) => sotto([...args, ...w.server.where()])
const ok = async (w, ...args) => {
  const { code, stdout, stderr } = await run(w, ...args)
  assert.equal(code, 0, stderr)
  return stdout
}
const refused = async (w, ...args) => {
  const { code, stdout, stderr } = await run(w, ...args)
  assert.equal(code, 1, stdout)
  return { stdout, stderr: stderr.replace(/^\S+ (info|warn) .*\n/gm, '') }
}
const lines = text => text.trim().split('\n').map(line => JSON.parse(line))
const signsIn = async (w, user, password) => answer(await new Rest(w.server, { user, password }).get('/me'))
const until5 = check => until(check, 'the server to be as it says', 5000)

test('users: which lines are wrong is said before one is done; what is exported is imported elsewhere; again changes nothing', async t => {
  const w = await world(t, { agents: ['ana'], users: { ada: { roles: ['admin'] } }, absent: ['ada'] })
  const { ana } = w
  const wrong = file(w, 'wrong.csv', '\uFEFFuserName;roles;enabled;password;shoe size\r\n' +
    'zoe;agent;yes;a long password;39\r\n;agent;yes;a long password\r\nzoe:x;agent;yes;a long password\r\n' +
    'Zoe;agent;yes;a long password\r\nyan;boss;yes;a long password\r\nyan;agent;perhaps;a long password\r\n' +
    `yan;agent;yes;short\r\nyan;agent;yes;\r\n${ana.user.toUpperCase()};agent;yes;a long password\r\n`)
  const said = await refused(w, 'import', 'users', wrong)
  assert.equal(said.stdout, '')
  assert.deepEqual(said.stderr.replaceAll(wrong, 'f').split('\n'), [
    'f: not read: shoe size',
    'f:3: it says nothing in the first column that counts',
    'f:4: the name has one of : / ? #, which cannot stand in a login or a path',
    'f:5: the user stands in a line before',
    'f:6: roles are some of agent, supervisor, admin, auditor, integrator, with blanks between them',
    'f:7: the user stands in a line before',
    'f:8: the user stands in a line before',
    'f:9: the user stands in a line before',
    'f:10: the name is another user\'s but for capital letters',
    'sotto import: nothing was done, for 8 of 9 lines are wrong; --skip-bad-lines does the others', ''])
  assert.deepEqual(await signsIn(w, 'zoe', 'a long password'), [401, 20])

  // A line that the server would not even read to its end is wrong, and no failure of the server.
  const rest = JSON.stringify({ operation: 'user-add', by: userInfo().username, dry: true, name: 'bo1', firstName: '', roles: ['agent'], changePassword: true }).length
  const long = file(w, 'long.csv', `userName,firstName,password\n${[-1, 0, 1].map((more, i) => `bo${i},${'x'.repeat(65536 - rest + more)},a long password\n`).join('')}`)
  assert.deepEqual((await refused(w, 'import', 'users', long)).stderr.replaceAll(long, 'f').split('\n'), [
    'f:2: the first name is longer than 64 characters', 'f:3: the first name is longer than 64 characters', 'f:4: it is too long for one request',
    'sotto import: nothing was done, for 3 of 3 lines are wrong; --skip-bad-lines does the others', ''])

  const dry = await ok(w, 'import', 'users', file(w, 'one.csv', 'userName,password\nzoe,a long password\n'), '--dry-run')
  assert.equal(dry, 'would be: 1 users added, 0 changed, 0 as they were\n')
  assert.deepEqual(await signsIn(w, 'zoe', 'a long password'), [401, 20])
  assert.match(await ok(w, 'import', 'users', wrong, '--skip-bad-lines'), /^1 users added, 0 changed, 0 as they were; 8 lines are wrong\n$/)
  const zoe = new Rest(w.server, { user: 'zoe', password: 'a long password' })
  assert.equal((await zoe.get('/me')).body.user.changePasswordOnFirstLogin, true)

  const jsonl = file(w, 'some.jsonl', `{"userName":"zoe","firstName":"Zoe","roles":["agent","supervisor"]}\n\n{"userName":"${ana.user}","lastName":"=1+1"}\n{"userName":"yan","password":"another long one","roles":"auditor","enabled":false,"sms":false}\n`)
  assert.equal(await ok(w, 'import', 'users', jsonl), '1 users added, 2 changed, 0 as they were\n')
  assert.equal(await ok(w, 'import', 'users', jsonl), '0 users added, 0 changed, 3 as they were; 1 passwords stay as they are: --reset-passwords sets them\n')

  // Who has chosen a password meanwhile keeps it when the same file comes again.
  const given = file(w, 'given.csv', 'userName,lastName,password\nzoe,Zed,another long one\n')
  assert.equal(await ok(w, 'import', 'users', given), '0 users added, 1 changed, 0 as they were; 1 passwords stay as they are: --reset-passwords sets them\n')
  assert.deepEqual(await signsIn(w, 'zoe', 'a long password'), [200, 0])
  assert.equal(await ok(w, 'import', 'users', given, '--reset-passwords'), '0 users added, 1 changed, 0 as they were\n')
  assert.deepEqual(await signsIn(w, 'zoe', 'another long one'), [200, 0])

  const plain = await ok(w, 'export', 'users')
  assert.match(plain, /^userName,firstName,lastName,roles,enabled,sms,password\r\n/)
  assert.ok(plain.includes(`\r\n${ana.user},ana,'=1+1,agent,yes,yes,\r\n`), plain)
  assert.ok(plain.includes('\r\nyan,,,auditor,no,no,\r\n') && !plain.includes('argon2'), plain)
  assert.equal(await ok(w, 'import', 'users', file(w, 'same.csv', plain)), '0 users added, 0 changed, 4 as they were\n')
  const moved = join(w.server.folder, 'moved.jsonl')
  assert.equal(await ok(w, 'export', 'users', '--format', 'jsonl', '--password-hashes', '--output', moved), `${moved} has 4 users\n`)
  assert.equal(statSync(moved).mode & 0o777, 0o600)
  assert.match((await refused(w, 'export', 'users', '--output', moved)).stderr, /moved\.jsonl: File exists/)
  const hashed = lines(readFileSync(moved, 'utf8')).find(one => one.userName === ana.user)
  assert.match(hashed.passwordHash, /^\$argon2id\$/)

  // Without the server: the same, and a copy of ana with her password.
  await Promise.all(w.people.map(person => person.losesClient()))
  await w.server.stop()
  assert.equal(await ok(w, 'export', 'users'), plain)
  const twin = file(w, 'twin.jsonl', `${JSON.stringify({ ...hashed, userName: 'ann' })}\n${JSON.stringify({ ...hashed, userName: 'yan', passwordHash: 'none' })}\n`)
  assert.match((await refused(w, 'import', 'users', twin)).stderr, /twin\.jsonl:2: is no argon2id string|twin\.jsonl:2: .*argon2id/)
  assert.equal(await ok(w, 'import', 'users', twin, '--skip-bad-lines'), '1 users added, 0 changed, 0 as they were; 1 lines are wrong\n')
  await w.server.startAgain()
  assert.deepEqual(await signsIn(w, 'ann', ana.rest.password), [200, 0])

  const input = await sotto(['import', 'users', '-', ...w.server.where()], { input: 'userName,enabled\nann,no\n' })
  assert.equal(input.stdout, '0 users added, 1 changed, 0 as they were\n', input.stderr)
  await until5(async () => (await signsIn(w, 'ann', ana.rest.password))[0] === 401)
  assert.match((await refused(w, 'import', 'users', file(w, 'x.csv', 'name\nzoe\n'))).stderr, /x\.csv:1: the first line has no column userName/)
  assert.match((await refused(w, 'import', 'users', join(w.server.folder, 'nowhere.csv'))).stderr, /nowhere\.csv: No such file/)
  const large = file(w, 'large.csv', 'userName\n')
  truncateSync(large, 64 * 1024 * 1024 + 1)
  assert.match((await refused(w, 'import', 'users', large)).stderr, /large\.csv: larger than 64 MiB: import it in parts/)
})

test('sessions and contacts: what agents could read, of a span of time; never who watched', async t => {
  const w = await world(t, { agents: ['ana'], users: { sam: { roles: ['supervisor'], joins: true } }, link: { country: 'US' } })
  const { ana, sam, customer } = w
  await sam.monitors(ana)
  await customer.writes('Hello, "friend"')
  await ana.accepts()
  await sam.accepts()
  await ana.says('Good day')
  await customer.gets('Good day')
  await ana.ok(ana.asks('AttachUserData', { userData: { Card: 4711, Note: 'x' } }))
  const watched = await ok(w, 'export', 'sessions')
  assert.ok(watched.includes('Good day') && !watched.includes('"sam"') && !watched.includes('supervisor'), watched)
  await sam.ok(sam.asks('SwitchToCoach'))
  await sam.ok(sam.asks('SendMessage', { text: 'Offer a voucher.' }))
  await sam.ok(sam.asks('SwitchToMonitor'))
  const [open] = lines(await ok(w, 'export', 'sessions'))
  assert.deepEqual([open.state, open.ended], ['active', undefined])
  await ana.completes()
  await w.customerAt('15551000002').writes('And me')

  const text = await ok(w, 'export', 'sessions')
  const [first, second] = lines(text)
  assert.deepEqual([first.state, first.phone, first.queue, first.chatType], ['ended', '+15551000001', 'support', 'Inbound'])
  assert.ok(first.ended > first.received)
  assert.deepEqual(first.messages.map(one => [one.type, one.from, one.visibility, one.text]), [
    ['Text', 'contact', 'All', 'Hello, "friend"'], ['Text', 'agent', 'All', 'Good day'], ['Text', 'supervisor', 'Agents', 'Offer a voucher.']])
  assert.equal(first.messages[1].userName, ana.user)
  assert.deepEqual([first.userData.Card, first.userData.Note], [4711, 'x'])
  assert.deepEqual(first.participants.map(one => [one.type, one.userName, one.visibility]), [['agent', ana.user, 'All'], ['supervisor', sam.user, 'Agents']])
  assert.deepEqual(second.messages.map(one => one.text), ['And me'])
  assert.deepEqual(second.participants, [])

  const tomorrow = new Date(Date.now() + 86400000).toISOString().slice(0, 10)
  assert.equal(await ok(w, 'export', 'sessions', '--from', tomorrow), '')
  assert.equal(await ok(w, 'export', 'sessions', '--until', `${tomorrow}T00:00:00Z`), text)
  assert.equal((await run(w, 'export', 'sessions', '--from', 'yesterday')).code, 2)
  assert.equal((await run(w, 'export', 'sessions', '--from', '2026-11-29 10')).code, 2)
  assert.equal(await ok(w, 'export', 'contacts'), 'phone,optedOut,refuses,undecidedSince\r\n+15551000001,no,,\r\n+15551000002,no,,\r\n')

  // The last words before a kill are in it, though no server has made the tables follow.
  await customer.writes('Once more')
  await Promise.all(w.people.map(person => person.losesClient()))
  await w.server.kill()
  assert.ok((await ok(w, 'export', 'sessions')).includes('Once more'))
})

test('opt-outs: no text leaves to who is on the list, whatever conversation there is; START alone undoes it', async t => {
  const w = await world(t, { agents: ['ana'], link: { country: 'US' } })
  const { ana, customer } = w
  await customer.writes('Hello')
  await ana.accepts()
  const list = file(w, 'stop.txt', '+1 555 100 0001\n00420600112301\n600112302\nnobody\n+15551000001\n')
  assert.equal((await refused(w, 'import', 'opt-outs', list)).stderr.replaceAll(list, 'f'),
    'f:3: the number has no country\'s code: write it with + in front, or give --country\nf:4: it is no phone\'s number\n' +
    'sotto import: nothing was done, for 2 of 5 lines are wrong; --skip-bad-lines does the others\n')
  // After a stray mark nobody knows which rows there are: a phone of the list would go on getting texts.
  const stray = file(w, 'stray.csv', 'phone,note\n+15551000001,"call back\n+420600112301,"ok"\n+420600112302,x\n')
  assert.deepEqual(await refused(w, 'import', 'opt-outs', stray, '--skip-bad-lines'),
    { stdout: '', stderr: `sotto import: ${stray}:2: a quotation does not end with its cell: what is a line behind it?\n` })
  await ana.says('Still here')
  await customer.gets('Still here')
  assert.equal((await refused(w, 'import', 'opt-outs', list, '--country', 'CZ', '--dry-run')).stdout,
    'would be: 3 phones get no more texts; 0 got none before; 1 lines are wrong\n')
  assert.equal(await ok(w, 'import', 'opt-outs', list, '--country', 'CZ', '--skip-bad-lines'),
    '3 phones get no more texts; 0 got none before; 1 lines are wrong\n')
  await ana.sees('LeftChat')
  const creates = phoneNumber => ana.rest.ask('/me/smssessions', 'Create', { phoneNumber, queueName: 'support', text: 'Hello?' })
  for (const phone of ['+15551000001', '+420600112301', '420 600 112 302']) assert.deepEqual(answer(await creates(phone)), [403, 3], phone)

  const contacts = await ok(w, 'export', 'contacts')
  assert.equal(contacts, 'phone,optedOut,refuses,undecidedSince\r\n+15551000001,yes,,\r\n+420600112301,yes,,\r\n+420600112302,yes,,\r\n')
  assert.equal(await ok(w, 'import', 'opt-outs', file(w, 'c.csv', `${contacts}+420600112303,no,,\r\n`)),
    '0 phones get no more texts; 3 got none before; 1 lines say that somebody refuses nothing\n')
  const words = file(w, 'words.csv', 'phone,optedOut,refuses\n+420600112302,JA,\n+15551000001,y,\n+420600112304,nein,\n+420600112305,no,+420800000100\n+420600112306,,\n')
  assert.equal((await refused(w, 'import', 'opt-outs', words)).stderr.split('\n')[0], `${words}:3: optedOut is yes or no`)
  assert.equal((await refused(w, 'import', 'opt-outs', words, '--dry-run')).stdout,
    'would be: 2 phones get no more texts; 1 got none before; 1 lines say that somebody refuses nothing; 1 lines are wrong\n')
  assert.equal(await ok(w, 'optout', 'add', '600 112 303', '--country', '420'), '+420600112303 gets no more messages\n')
  assert.equal((await run(w, 'optout', 'add', '600112303')).code, 2)
  assert.match(w.server.stderr, /info admin: \S+: optout-add '1 phones': done/)
  assert.ok(!w.server.stderr.includes('600112303'))
  await w.restart({ kill: true })
  assert.deepEqual(answer(await creates('+420600112303')), [403, 3])
  await customer.writes('START')
  await until5(async () => answer(await creates('+15551000001'))[0] === 200)
})

test('kill -9 in the midst of a long list: what it says was done is, and the same list again does the rest; a bar on the terminal', async t => {
  const w = await world(t, { agents: ['ana'] })
  const phones = Array.from({ length: 3000 }, (_, i) => `+42060${String(i).padStart(7, '0')}`)
  const list = file(w, 'long.txt', `${phones.join('\n')}\n`)
  const begun = run(w, 'import', 'opt-outs', list)
  await until(() => w.server.stderr.includes("optout-add '200 phones': done"), 'the first of them', 10000)
  await w.server.kill()
  const { stdout, stderr } = await begun
  const [, said] = /^(\d+) phones get no more texts/.exec(stdout) ?? assert.fail(stdout + stderr)
  const kept = ((await ok(w, 'export', 'contacts')).match(/,yes,/g) ?? []).length // none, where the kill came before the first commit
  assert.ok(kept >= Number(said), `${kept} are kept, ${said} were said`)
  await w.server.startAgain()

  const onTerminal = async (...args) => {
    const child = keep(spawn('script', ['-qec', [binary, ...args, ...w.server.where()].join(' '), '/dev/null'], { stdio: ['ignore', 'pipe', 'pipe'] }))
    let shown = ''
    child.stdout.on('data', part => { shown += part })
    assert.equal(await new Promise(done => { child.on('close', done) }), 0, shown)
    return shown
  }
  const shown = await onTerminal('import', 'opt-outs', list)
  assert.match(shown, /\r\[ {40}\] {3}0 % {2}0 of 3000 phones/)
  assert.match(shown, /\r\[#{40}\] 100 % {2}3000 of 3000 phones\r\x1b\[K/)
  assert.ok(shown.includes(`${3000 - kept} phones get no more texts; ${kept} got none before`), shown.slice(-300))
  assert.equal((await ok(w, 'export', 'contacts')).match(/,yes,/g).length, 3000)
  // Ended in the midst: no half of it has the name, and the next run replaces the half that is left.
  await assert.rejects(promisify(execFile)('bash', ['-c', 'ulimit -f 16; exec "$0" "$@"', binary, 'export', 'contacts', '--output', `${list}.csv`, ...w.server.where()]))
  assert.ok(!existsSync(`${list}.csv`))
  writeFileSync(`${list}.csv.part`, 'a half')
  assert.match(await onTerminal('export', 'contacts', '--output', `${list}.csv`), /\r\[#{40}\] 100 % {2}3000 of 3000 contacts\r\x1b\[K.*long\.txt\.csv has 3000 contacts/)
  assert.ok(!existsSync(`${list}.csv.part`))
  assert.match(await onTerminal('export', 'contacts'), /3000 of 3000 contacts\r\x1b\[Kphone,optedOut/)

  // Whoever reads slowly keeps no transaction open, which would let the tables' log grow.
  execFileSync('mkfifo', [`${list}.fifo`])
  const reader = await open(`${list}.fifo`, 'r+')
  const stalled = keep(spawn(binary, ['export', 'contacts', '--format', 'jsonl', ...w.server.where()], { stdio: ['ignore', reader.fd, 'ignore'] }))
  await reader.read(Buffer.alloc(1), 0, 1)
  const files = readdirSync(`/proc/${stalled.pid}/fd`).map(name => readlinkSync(`/proc/${stalled.pid}/fd/${name}`))
  assert.deepEqual([stalled.exitCode, files.filter(name => name.endsWith('/sotto.db'))], [null, []])
  stalled.kill()
  await reader.close()
  const verified = await sotto(['verify', '--dir', w.server.data])
  assert.equal(verified.code, 0, verified.stderr)
})
