// journals.test.mjs - a data folder that an earlier program left (test/journals): this one starts on it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { repository, Server } from '../lib/server.mjs'

const journals = join(repository, 'test/journals')

const restore = `
import sqlite3, sys
for name in ('journal', 'sotto'):
    sqlite3.connect('%s/%s.db' % (sys.argv[2], name)).executescript(open('%s/%s.sql' % (sys.argv[1], name)).read())
`

for (const name of readdirSync(journals).filter(one => statSync(join(journals, one)).isDirectory())) {
  test(`the data folder ${name} is served, verified and served again`, async t => {
    const server = await Server.start({ users: { ana: { roles: ['agent'] } } })
    atEnd(t, () => server.end())
    await server.stop()
    rmSync(join(server.data, 'journal.db'))
    rmSync(join(server.data, 'sotto.db'))
    const { status, stderr } = spawnSync('python3', ['-c', restore, join(journals, name), server.data], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    for (const start of [1, 2]) {
      await server.startAgain()
      await server.kill()
      const { code, stdout } = await server.verify()
      assert.equal(code, 0, `after start ${start}: ${stdout}`)
    }
    await server.startAgain()
  })
}
