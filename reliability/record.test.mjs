// What counts as the same again: the sources, the seeds, the command; and what does not.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { compare, lines, root, sourcesNow, treeOf } from './record.mjs'

// --- sources: a repository of three files

function repository(t) {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-record-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const git = (...args) => execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@localhost', ...args], { cwd: folder })
  const write = (file, text) => writeFileSync(join(folder, file), text)
  const commit = () => { git('add', '.'); git('commit', '-qm', 'a step') }
  git('init', '-q')
  for (const name of ['src', 'test', 'reliability']) mkdirSync(join(folder, name))
  for (const file of ['src/core.c', 'test/core_test.c', 'meson.build', 'README.md']) write(file, 'first')
  commit()
  return { folder, write, commit, now: () => sourcesNow(folder) }
}

test('a commit to documents or to the record leaves the tree as it is', t => {
  const { write, commit, now } = repository(t)
  const before = now()
  write('README.md', 'second')
  write('reliability/runs.jsonl', '{}')
  commit()
  assert.equal(now().tree, before.tree)
  assert.notEqual(now().commit, before.commit)
})

for (const file of ['src/core.c', 'test/core_test.c', 'meson.build'])
  test(`a commit to ${file} is another tree, and the old commit still tells the old one`, t => {
    const { folder, write, commit, now } = repository(t)
    const before = now()
    write(file, 'second')
    commit()
    assert.notEqual(now().tree, before.tree)
    assert.equal(treeOf(before.commit, folder), before.tree)
  })

test('what is not committed is marked: sources in the tree, others in the commit alone', t => {
  const { write, now } = repository(t)
  const before = now()
  write('reliability/runs.jsonl', '{}')
  assert.deepEqual(now(), before)
  write('README.md', 'second')
  assert.deepEqual(now(), { commit: `${before.commit}+`, tree: before.tree })
  write('src/new.c', 'first')
  assert.deepEqual(now(), { commit: `${before.commit}+`, tree: `${before.tree}+` })
})

// --- digests

const line = { date: '2026-11-25', commit: 'c0ffee0000', tree: 'abcdef0123', trial: 'cuts-disk', seeds: '1..2', digest: 'd1',
  command: 'build-prove/test/cut --every 9 --seeds 1..2 --jobs 2' }
const verdict = (again, ...recorded) => compare(recorded, { ...line, ...again }).verdict

test('the same digest is the same, whatever commit and number of processes', () => {
  assert.equal(verdict({}, line), 'same')
  assert.equal(verdict({ commit: 'another', command: 'build-prove/test/cut --every 9 --seeds 1..2 --jobs 16' }, line), 'same')
  assert.equal(verdict({ command: 'build-prove/test/cut --every 9 --seeds 1..2 --jobs 2 --seconds 5' }, line), 'same')
})

test('another digest of the same sources, seeds and command is a failure, also among equal ones', () => {
  assert.equal(verdict({ digest: 'd2' }, line), 'different')
  assert.equal(verdict({}, line, { ...line, digest: 'd2' }), 'different')
})

test('other sources, seeds, commands or trials are nothing to compare with', () => {
  for (const other of [{ tree: '0000000000' }, { seeds: '1..3' }, { trial: 'cuts-memory' },
    { command: 'build-prove/test/cut --every 1 --seeds 1..2' }])
    assert.equal(verdict({ digest: 'd2' }, { ...line, ...other }), 'unknown')
  assert.match(compare([{ ...line, seeds: '3..9' }], line).words, /^nothing to compare with: recorded are 3\.\.9 at c0ffee0000$/)
  assert.match(compare([], line).words, /nothing is recorded of cuts-disk/)
})

test('sources with changes are like no others, not even like themselves', () => {
  const changed = { ...line, tree: 'abcdef0123+' }
  assert.equal(verdict({ tree: 'abcdef0123+' }, changed), 'unknown')
  assert.equal(verdict({}, changed), 'unknown')
  assert.equal(verdict({ tree: 'unknown' }, { ...line, tree: 'unknown' }), 'unknown')
})

test('an old line that has no tree is of the tree of its commit', t => {
  const { commit } = sourcesNow()
  const tree = treeOf(commit.replace('+', ''))
  if (!tree) return t.skip('not a repository')
  assert.equal(verdict({ tree, digest: 'd2' }, { ...line, tree: undefined, commit: commit.replace('+', '') }), 'different')
  assert.equal(verdict({ tree }, { ...line, tree: undefined, commit: 'f00f00f00f' }), 'unknown')
})

// --- documents

test('every range of seeds that the documents name is recorded', () => {
  for (const page of ['README.md', 'RELIABILITY.md'])
    for (const [, seeds] of readFileSync(join(root, page), 'utf8').matchAll(/SEEDS=(\d+\.\.\d+)/g))
      assert.ok(lines().some(one => one.seeds === seeds && one.digest), `${page}: SEEDS=${seeds}`)
})
