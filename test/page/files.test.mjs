// files.test.mjs - the page's files as they come from the server.
import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { request } from '../lib/rest.mjs'
import { repository } from '../lib/server.mjs'
import { world } from '../lib/world.mjs'

const KiB = 1024

test('the page’s files: types, a strict policy, hashed names for good, gzip as stored, and a first load of 45 KiB at most', async t => {
  const { server } = await world(t, { agents: ['ana'] })
  const page = await request('GET', `${server.url}/`)
  assert.equal(page.status, 200)
  assert.match(page.headers['content-type'], /^text\/html; charset=utf-8$/)
  assert.match(page.headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self'; /)
  assert.doesNotMatch(page.headers['content-security-policy'], /unsafe|https?:|\*/)
  assert.equal(page.headers['cache-control'], 'no-cache')
  assert.doesNotMatch(page.raw, /<script(?![^>]* src=)|style=|https?:\/\//)
  const again = await request('GET', `${server.url}/`, { headers: { 'If-None-Match': page.headers.etag } })
  assert.deepEqual([again.status, again.raw], [304, ''])
  const head = await request('HEAD', `${server.url}/`)
  assert.deepEqual([head.status, head.raw, head.headers['content-length']], [200, '', page.headers['content-length']])
  let size = 0
  for (const [, path] of page.raw.matchAll(/(?:src|href)="(\/desk\/[^"]+)"/g)) {
    const file = await request('GET', server.url + path, { headers: { 'Accept-Encoding': 'gzip' } })
    assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable', path)
    assert.equal(file.headers['content-encoding'], 'gzip')
    size += Number(file.headers['content-length'])
  }
  assert.ok(size > 10 * KiB && size <= 45 * KiB, `first load: ${size} bytes`)
})

test('all parts for all roles are 80 KiB at most, but for further languages', async () => {
  const folder = join(repository, 'web/dist/desk')
  const files = (await readdir(folder)).filter(name => name.endsWith('.gz') && !name.startsWith('de-'))
  const sizes = await Promise.all(files.map(async name => (await stat(join(folder, name))).size))
  const size = sizes.reduce((a, b) => a + b, 0)
  assert.ok(files.some(name => name.startsWith('admin-')) && size <= 80 * KiB, `${size} bytes`)
})
