// journals.test.mjs - data folders that earlier programs left (test/journals), and ones that no program should believe.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { repository, Server, sotto } from '../lib/server.mjs'

const journals = join(repository, 'test/journals')

const restore = `
import sqlite3, sys
for name in ('journal', 'sotto'):
    sqlite3.connect('%s/%s.db' % (sys.argv[2], name)).executescript(open('%s/%s.sql' % (sys.argv[1], name)).read())
`

function python(...args) {
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout.trim()
}

// A server that stands still on a data folder that it has written to: its tables are of today, and it knows its last event.
async function standsOnToday(t) {
  const server = await standsOn(t, 'second')
  await server.startAgain()
  await server.stop()
  server.last = Number(python('-c', ask, join(server.data, 'journal.db'), 'SELECT max(lsn) FROM journal'))
  return server
}

const ask = `
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])
`

// A server that stands still on that data folder.
async function standsOn(t, name) {
  const server = await Server.start({ users: { ana: { roles: ['agent'] } } })
  atEnd(t, () => server.end())
  await server.stop()
  rmSync(join(server.data, 'journal.db'))
  rmSync(join(server.data, 'sotto.db'))
  python('-c', restore, join(journals, name), server.data)
  return server
}

for (const name of readdirSync(journals).filter(one => statSync(join(journals, one)).isDirectory())) {
  test(`the data folder ${name} is served, verified and served again`, async t => {
    const server = await standsOn(t, name)
    for (const start of [1, 2]) {
      await server.startAgain()
      await server.kill()
      const { code, stdout } = await server.verify()
      assert.equal(code, 0, `after start ${start}: ${stdout}`)
    }
    await server.startAgain()
  })
}

test('the checksum that verify prints is the one that doc/journal.md describes', async t => {
  const server = await standsOn(t, 'second')
  await server.startAgain()
  await server.stop()
  const { stdout } = await server.verify()
  const [last, head] = python(join(journals, 'chain.py'), server.data).split(' ')
  assert.match(stdout, new RegExp(`is fine: ${last} events, `))
  assert.match(stdout, new RegExp(`^checksum of all up to the last event: ${head}$`, 'm'))
  assert.match(stdout, /^the words of 1 events were erased, as later events say$/m)
})

test('a data folder of before checksums says so, and is read', async t => {
  const server = await standsOn(t, 'first')
  const before = await server.verify()
  assert.equal(before.code, 1)
  assert.match(before.stderr, /sotto.db has the older schema 1: start the server once, it migrates/)
  await server.startAgain()
  await server.stop()
  const { stdout } = await server.verify()
  assert.match(stdout, /^\d+ events are from before events had checksums$/m)
})

const sql = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript(sys.argv[2])
db.commit()
`
const alter = (file, statement) => server => python('-c', sql, join(server.data, file), statement)
// The last row once more, behind itself.
const oneMore = ({ data, last }) => python('-c', sql, join(data, 'journal.db'),
  `INSERT INTO journal (centre, lsn, epoch, at, kind, body, command, cause, asker, digest, chain, salt, reference)
   SELECT centre, lsn + 1, epoch, at, kind, body, command, cause, asker, digest, chain, salt, 0 FROM journal WHERE lsn = ${last}`)
// Of the last two events the tables know nothing yet: the start reads them.
function unknownKind(server) {
  alter('journal.db', "UPDATE journal SET kind = 200, chain = x'', digest = x'', salt = x'', erased = 0;")(server)
  alter('sotto.db', `UPDATE projected SET lsn = ${server.last - 2}`)(server)
}

// What is wrong, how it came about, what verify says, what the start says (null: it does not read that row).
for (const [what, breaks, verified, started] of [
  ['a journal of a newer program', alter('journal.db', 'PRAGMA user_version = 99'),
    /journal.db has schema 99, made by a newer program; this one knows schema \d+/, /journal.db has schema 99, made by a newer program/],
  ['tables of a newer program', alter('sotto.db', 'PRAGMA user_version = 6999'),
    /sotto.db has schema 6.999, made by a newer program; this one knows schema \d+\.\d+/, /sotto.db has schema 6.999, made by a newer program/],
  ['an event of a kind that nobody knows', unknownKind,
    /journal.db: event 1 is of kind 200, which this program does not know/,
    last => new RegExp(`journal.db: event ${last - 1} is of kind 200, which this program does not know`)],
  ['an event that somebody changed', alter('journal.db', "UPDATE journal SET asker = 'nobody' WHERE lsn = 12"),
    /journal.db: event 12: its row is not what was written/, null],
  ['words that somebody took out', alter('journal.db', 'UPDATE journal SET body = (SELECT body FROM journal WHERE lsn = 10) WHERE lsn = 12'),
    /journal.db: event 12: its body is not what was written/, null],
  ['an erasure that no event tells of', alter('journal.db', 'UPDATE journal SET erased = 20 WHERE lsn = 12'),
    /journal.db: event 12: its words were erased, and no event says so/, null],
  ['an event that somebody put in', oneMore,
    last => new RegExp(`journal.db: event ${last + 1}: its row is not what was written`),
    last => new RegExp(`journal.db: event ${last + 1}: its row is not what was written`)],
  ['an event that somebody took out', alter('journal.db', 'DELETE FROM journal WHERE lsn = 12'),
    /journal.db: event 12 is missing/, null],
  ['a journal without its end', server => alter('sotto.db', `UPDATE projected SET lsn = ${server.last + 2}`)(server),
    last => new RegExp(`the tables stand at event ${last + 2}, the journal ends at ${last}`),
    last => new RegExp(`sotto.db is not of this journal.db, which ends at event ${last} and was cut, or is older: the tables stand at event ${last + 2}`)],
  ['a journal that is cut in the middle', server => truncateSync(join(server.data, 'journal.db'), 8192),
    /journal.db.*malformed/, /journal.db.*malformed/],
]) {
  test(`${what} is refused by name`, async t => {
    const server = await standsOnToday(t)
    const said = regexp => typeof regexp === 'function' ? regexp(server.last) : regexp
    breaks(server)
    const { code, stdout, stderr } = await server.verify()
    assert.equal(code, 1, stdout)
    assert.match(stderr, said(verified))
    if (!started) return
    const start = await sotto(['serve', '--config', server.config])
    assert.equal(start.code, 1, start.stderr)
    assert.match(start.stderr, said(started))
  })
}
