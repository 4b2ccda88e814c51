// summary.test.mjs - what a run's last line counts, of TAP and of meson's log.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const summary = fileURLToPath(new URL('summary.mjs', import.meta.url))

function summed(t, taps, meson = []) {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-summary-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const results = join(folder, 'results'), build = join(folder, 'build')
  for (const one of [results, join(build, 'meson-logs')]) mkdirSync(one, { recursive: true })
  taps.forEach((tap, i) => writeFileSync(join(results, `${i}.tap`), tap))
  writeFileSync(join(build, 'meson-logs/testlog.json'), meson.map(one => JSON.stringify(one)).join('\n'))
  const { status, stdout } = spawnSync(process.execPath, [summary, results, build], { encoding: 'utf8' })
  return [stdout.trim().split('\n').at(-1), status]
}

test('Every test counts once, and no failure is status 0', t => {
  assert.deepEqual(summed(t, ['ok 1 - a\nok 2 - b\n1..2\n'], [{ name: 'c', result: 'OK', stdout: '' }]),
    ['3 passed, 0 failed, 0 skipped', 0])
})

test('What is skipped is neither passed nor failed', t => {
  assert.deepEqual(summed(t, ['ok 1 - a\n1..1\n', 'ok 1 - b # SKIP not here\n1..1\n'],
    [{ name: 'c', result: 'OK', stdout: 'ok 1 - d # SKIP\n1..1\n' }, { name: 'e', result: 'SKIP' }]),
  ['1 passed, 0 failed, 3 skipped', 0])
})

test('A name that speaks of # SKIP is not skipped', t => {
  assert.deepEqual(summed(t, ['ok 1 - this is \\# SKIP\n1..1\n']), ['1 passed, 0 failed, 0 skipped', 0])
})

test('A failure, a file that broke off and a program that crashed fail', t => {
  assert.deepEqual(summed(t, ['not ok 1 - a\n1..1\n', 'ok 1 - b\n'], [{ name: 'c', result: 'FAIL', stdout: 'ok 1 - d\n' }]),
    ['2 passed, 3 failed, 0 skipped', 1])
})

test('All skipped is not all well', t => {
  assert.deepEqual(summed(t, ['ok 1 - a # SKIP\n1..1\n']), ['0 passed, 0 failed, 1 skipped', 1])
})
