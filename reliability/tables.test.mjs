// Which lines of runs.jsonl the tables show.
import assert from 'node:assert/strict'
import test from 'node:test'
import { counted, latest } from './tables.mjs'

const worlds = { name: 'worlds', unit: 'states', worlds: [['--agents', 2], ['--texts', 1]], command: ({ world }) => ['walk', ...world] }
const twins = { name: 'twins', unit: 'runs', seeded: true }
const line = (world, states, more = {}) =>
  ({ trial: 'worlds', command: `walk ${world} --seconds 9`, states, failures: 0, complete: false, ...more })
const shown = all => counted(worlds, all)

test('each world of today tells once, by the run that came to its end last', () => {
  const old = line('--agents 2', 9, { complete: true }), last = line('--agents 2', 8, { complete: true })
  const short = line('--agents 2', 2), texts = line('--texts 1', 5, { complete: true }), gone = line('--queues 3', 7, { complete: true })
  assert.deepEqual(shown([gone, texts, old, last, short]), [last, texts])
})

test('of a world that never came to its end the run that came farthest tells', () => {
  const far = line('--texts 1', 50), near = line('--texts 1', 3)
  assert.deepEqual(shown([near, far, near]), [far])
})

test('a run that failed, or broke off without a word, is shown for ever', () => {
  const good = line('--texts 1', 50, { complete: true }), bad = line('--texts 1', 60, { complete: true, failures: 1 })
  const broken = line('--texts 1', undefined, { ended: 'with 134 and no result', failures: 1 })
  assert.deepEqual(shown([bad, broken, good]), [bad, broken, good])
})

test('every run with seeds of its own counts', () => {
  const all = [{ trial: 'twins', seeds: '1..2', runs: 2 }, { trial: 'twins', seeds: '3..9', runs: 7 }]
  assert.deepEqual(counted(twins, [...all, line('--agents 2', 1)]), all)
})

test('of many runs with seeds the last five are shown, and each that failed', () => {
  const all = Array.from({ length: 9 }, (_, i) => ({ trial: 'twins', seeds: `${i}..${i}`, runs: 1, failures: i === 2 ? 1 : 0 }))
  assert.deepEqual(latest(twins, all), [all[2], ...all.slice(4)])
  assert.deepEqual(latest(twins, all.slice(3, 8)), all.slice(3, 8))
  assert.deepEqual(latest(worlds, all), all, 'of worlds each tells of another one')
})
