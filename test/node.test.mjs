// node.test.mjs - what runs in Node runs in Debian 12's, which is 18: newer machines would not tell.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import test from 'node:test'

const root = resolve(import.meta.url.replace('file://', ''), '../..')
const later = ['toSorted', 'toReversed', 'toSpliced', 'isWellFormed', 'toWellFormed', 'withResolvers', 'fromAsync', 'getSetCookie',
  'AbortSignal.any', 'import.meta.dirname', 'import.meta.filename', 'await using', 'Object.groupBy', '.isSubsetOf', '.symmetricDifference']
const files = execFileSync('git', ['ls-files', '*.mjs', 'packaging/npm/*.js'], { cwd: root, encoding: 'utf8' }).split('\n')
  .filter(name => name && name !== 'test/node.test.mjs')

test('what came to Node after 18 stands nowhere', () => {
  assert.ok(files.length > 50)
  const found = files.flatMap(name => later.filter(word => readFileSync(join(root, name), 'utf8').includes(word)).map(word => `${name}: ${word}`))
  assert.deepEqual(found, [])
})
