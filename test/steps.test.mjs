// steps.test.mjs - what make check says of its steps: each one's own time, and what failed.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const steps = fileURLToPath(new URL('steps.sh', import.meta.url))

test('Each step says how long it took; one that fails says why, and leaves a failure; nothing outlives the run', t => {
  const results = mkdtempSync(join(tmpdir(), 'sotto-steps-'))
  t.after(() => rmSync(results, { recursive: true }))
  const began = Date.now()
  const { status, stdout } = spawnSync('bash', ['-uc', `results=${results}
. ${steps}
step one sleep 1
tap two bash -c 'echo "ok 1 - x"; echo 1..1'
step bad bash -c 'echo "ERROR: this is why"; false' || lively true
say 'all together'`], { encoding: 'utf8' })
  assert.equal(status, 0)
  assert.ok(Date.now() - began < 20000, 'no pulse holds the pipe')
  assert.match(stdout, /\n== one\n== one took [12] s \([12] s in all\)\n/)
  assert.match(stdout, /\n== two\n1\.\.1\n== two took \d s/)
  assert.match(stdout, /\n== bad\nERROR: this is why\n== bad took 0 s/)
  assert.match(stdout, /\n== all together\n== all together took 0 s/)
  assert.match(readFileSync(join(results, 'one.tap'), 'utf8'), /^ok 1 - one\n/)
  assert.match(readFileSync(join(results, 'bad.tap'), 'utf8'), /^not ok 1 - bad\n/)
})
