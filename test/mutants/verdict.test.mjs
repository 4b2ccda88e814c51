// What counts as a test that noticed, by real ends of processes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { verdict } from './verdict.mjs'

const ended = (program, script) => verdict(program, spawnSync('sh', ['-c', script], { encoding: 'utf8', timeout: 500 }))

test('a program that ends well noticed nothing', () => {
  assert.equal(ended('src/core_test', 'echo "ok 1 - it rings"').is, 'fine')
})

test('a test that failed is a notice', () => {
  assert.equal(ended('src/core_test', 'echo "not ok 2 - it rings"; exit 1').is, 'noticed')
  assert.equal(ended('test/walk', `echo '{"states":4,"failures":1}'; exit 1`).is, 'noticed')
})

test('a program that fails and names no test is no notice', () => {
  assert.deepEqual(ended('src/core_test', 'echo "usage: core_test"; exit 2'), { is: 'crash', how: 'status 2, and no test that failed' })
  assert.equal(ended('test/walk', `echo '{"states":4,"failures":0}'; exit 1`).is, 'crash')
  // A job of the power cuts that went down: the campaign counts a failure, but no rule of the ledger was broken.
  assert.equal(ended('test/cut', `echo '{"runs":1,"failures":1}'; exit 1`).is, 'crash')
})

test('a signal, a broken promise and a sanitizer are told apart from a test', () => {
  assert.deepEqual(ended('src/core_test', 'kill -ABRT $$'), { is: 'crash', how: 'SIGABRT' })
  assert.deepEqual(ended('test/walk', 'echo "broken promise at src/core/check.c:12: index" >&2; exit 1'),
    { is: 'crash', how: 'broken promise at src/core/check.c:12: index' })
  assert.equal(ended('test/twin_test', 'echo "AddressSanitizer: heap-use-after-free" >&2; echo "not ok 1 - same"; exit 1').is, 'crash')
})

test('a program that does not end is no notice either', () => {
  assert.equal(ended('src/core_test', 'sleep 5').is, 'hang')
})
