// docs.test.mjs - the documents of the API: valid, true to the tables (api/write.mjs --check), and readable without a login.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import specs from '@asyncapi/specs'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv'
import { parse } from 'yaml'
import { asyncapi } from '../../api/asyncapi.mjs'
import { openapi } from '../../api/openapi.mjs'
import { sources } from '../../api/sources.mjs'
import { rows } from '../../api/tables.mjs'
import { request } from '../lib/rest.mjs'
import { repository } from '../lib/server.mjs'
import { world } from '../lib/world.mjs'

const file = name => readFileSync(join(repository, 'api', name), 'utf8')

test('The OpenAPI document is one, by OpenAPI 3.1\'s own schema', async () => {
  const { valid, errors } = await new Validator().validate(parse(file('openapi.yaml')))
  assert.ok(valid, JSON.stringify(errors))
})

test('The AsyncAPI document is one, by AsyncAPI 3.0\'s own schema', () => {
  // Its schema brings the meta-schema that ajv has as well.
  const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false })
  assert.ok(ajv.validate(specs.schemas['3.0.0'], parse(file('asyncapi.yaml'))), ajv.errorsText())
})

test('/openapi.json and /asyncapi.json are the files in the repository, and need no login', async t => {
  const { server } = await world(t)
  for (const name of ['openapi', 'asyncapi']) {
    const { status, headers, body } = await request('GET', `${server.url}/${name}.json`)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    assert.deepEqual(body, parse(file(`${name}.yaml`)))
  }
})

test('/docs is a page without scripts that loads its own style and nothing else', async t => {
  const { server } = await world(t)
  const page = await request('GET', `${server.url}/docs`)
  assert.equal(page.status, 200)
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(page.headers['x-content-type-options'], 'nosniff')
  assert.match(page.headers['content-security-policy'], /^default-src 'none'; style-src 'self';.*frame-ancestors 'none'/)
  assert.equal(page.raw, file('docs.html'))
  assert.doesNotMatch(page.raw, /<script|\son\w+=|style="/i)
  const loaded = [...page.raw.matchAll(/<(?:link|img|iframe|source|object|embed)\b[^>]*>/g)].map(([tag]) => tag)
  assert.deepEqual(loaded, ['<link rel="stylesheet" href="/docs.css">'])
  const style = await request('GET', `${server.url}/docs.css`)
  assert.equal(style.headers['content-type'], 'text/css; charset=utf-8')
  assert.doesNotMatch(style.raw, /url\(|@import/)
})

test('Each link in the page leads to a place in it or to a document that is there', async t => {
  const { server } = await world(t)
  const { raw } = await request('GET', `${server.url}/docs`)
  const ids = new Set([...raw.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))
  assert.equal(ids.size, [...raw.matchAll(/\sid="/g)].length, 'no id twice')
  for (const [, link] of raw.matchAll(/href="([^"]+)"/g)) {
    if (link.startsWith('#')) assert.ok(ids.has(link.slice(1)), link)
    else assert.equal((await request('GET', server.url + link)).status, 200, link)
  }
})

test('Only reading is open: anything else at these addresses asks for a login, and is not found then', async t => {
  const { server, ana } = await world(t, { agents: ['ana'] })
  assert.equal((await request('HEAD', `${server.url}/docs`)).raw, '')
  for (const path of ['/docs', '/openapi.json']) {
    assert.equal((await request('POST', server.url + path, { body: {} })).code, 20)
    assert.equal((await request('POST', server.url + path, { body: {}, user: ana.user, password: ana.rest.password })).code, 6)
  }
  for (const path of ['/docs/', '/docs.html', '/openapi.yaml', '/api/v2/docs']) {
    assert.equal((await request('GET', server.url + path)).code, 20, path)
  }
})

// --- the tool that writes them

test('A row more in operations.def is an entry of the document by itself, and words that it misses are named', () => {
  const all = sources()
  const operation = { resource: 'MY_SESSION', name: 'Whistle', command: 'LEAVE', act: 'api_run',
    parameters: [{ kind: 'TEXT', names: 'tune', need: 'REQUIRED', least: 1, most: 7 }] }
  all.operations.push(operation)
  all.resources.find(one => one.name === 'MY_SESSION').operations.push(operation)
  const { paths, components } = openapi(all)
  const { schema, examples } = paths['/me/smssessions/{id}'].post.requestBody.content['application/json']
  assert.equal(schema.discriminator.mapping.Whistle, '#/components/schemas/WhistleRequest')
  assert.ok(examples.Whistle)
  const { required, properties } = components.schemas.WhistleRequest
  assert.deepEqual(required, ['operationName', 'tune'])
  assert.deepEqual(properties.tune, { description: '', type: 'string', minLength: 1, maxLength: 7 })
  for (const missing of ['operations: Whistle', 'parameters: tune']) {
    assert.ok(all.missing.some(one => one.includes(missing)), `${missing} is named: ${all.missing}`)
  }
})

test('So is a row of notifications.def', () => {
  const all = sources()
  all.notifications.push({ event: 'BELL_RUNG', who: 'OWN', topic: 'TOPIC_SUPERVISION', write: 'put_bell', type: 'BellRung', extent: 'VIEW_FULL' })
  const { channels } = asyncapi(all)
  assert.deepEqual(Object.keys(channels.supervision.messages).slice(-1), ['BellRung'])
  assert.ok(all.missing.some(one => one.includes('writes: put_bell')) && all.missing.some(one => one.includes('events: BELL_RUNG')))
})

test('Where a row cannot be read, the operation is named', () => {
  assert.deepEqual(rows('@["operation", "ME", "Ready", "READY", "api_run", {"least": (1), "most": (2 * (4 + 1))}, 0]\n'),
    [['operation', 'ME', 'Ready', 'READY', 'api_run', { least: 1, most: 10 }, 0]])
  assert.throws(() => rows('@["operation", "ME", "Whistle", "LEAVE", "api_run", TUNE("tune", 7) 0]\n'), /row of Whistle/)
})
