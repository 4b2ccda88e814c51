// security.test.mjs - SECURITY.md names tests: each is there, and each line that says "met" has one.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const rows = readFileSync(join(root, 'SECURITY.md'), 'utf8').split('\n').filter(line => line.startsWith('| V'))
  .map(line => line.split('|').map(cell => cell.trim()).slice(1, -1))

test('Each section has a verdict, what is met a test, and each test and file that is named is there', () => {
  assert.ok(rows.length > 30)
  for (const [section, verdict, why] of rows) {
    assert.ok(['met', 'part', 'not met', 'does not apply'].includes(verdict), section)
    const links = [...why.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path)
    const files = [...why.matchAll(/`((?:src|packaging)\/[^`]+)`/g)].map(([, path]) => path)
    for (const path of [...links, ...files]) assert.ok(existsSync(join(root, path)), `${section}: ${path}`)
    if (verdict === 'met' || verdict === 'part') assert.ok(links.length, `${section} names no test`)
  }
})
