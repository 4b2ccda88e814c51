// requests.test.mjs - requests made from the OpenAPI document, valid ones and nearly valid ones, by everybody, in every order: each is answered, by an
// answer that the document has (lib/contract.mjs), never by 500; and what is refused has changed nothing that anybody can see.
// PROPERTY_RUNS: how many conversations; PROPERTY_SEED: begins with one that failed.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parse } from 'yaml'
import { Bare, topics } from '../lib/bayeux.mjs'
import { passwordOf } from '../lib/config.mjs'
import { request } from '../lib/rest.mjs'
import { repository } from '../lib/server.mjs'
import { queueName, world } from '../lib/world.mjs'
import { bodyOf, bytesOf } from './shapes.mjs'

const runs = Number(process.env.PROPERTY_RUNS ?? 25)
const seed = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}
const REQUESTS_MAX = 12     // of one conversation
const ANSWER_MS = 10000     // nobody waits for longer, whatever was asked

const document = parse(readFileSync(join(repository, 'api/openapi.yaml'), 'utf8'))
const formsOf = item => [...new Set(Object.values(item.post?.requestBody.content['application/json'].schema.discriminator?.mapping ?? {}))]
  .map(ref => document.components.schemas[ref.split('/').at(-1)])

// Who asks. Passwords of the test's users; nobody comes without one.
const people = ['ana', 'ben', 'sam', 'ada', 'wrong', 'nobody']

// A centre with somebody in each state: one session that ana is in, one that she is offered; a supervisor; an administrator.
async function centre(t) {
  // Sam barges in, too, and is seen then: what of the silent parties must not be, the canary knows.
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: [], users: { sam: { roles: ['supervisor'], joins: true }, ada: { roles: ['admin'] } }, absent: ['ada'], ready: [],
    config: { 'bootstrap.routing.answer-timeout': 600, 'bootstrap.routing.reject-wait': 600 } }) // nothing happens by itself
  w.listening = new Map()
  for (const name of ['ana', 'ben', 'sam']) await hears(w, name)
  return w
}

async function hears(w, name) {
  const bare = new Bare(w.server, { user: w[name].user, password: passwordOf(name) })
  await bare.handshake()
  for (const topic of topics) await bare.subscribe(topic)
  await bare.poll()
  w.listening.set(name, bare)
}

const start = person => person.rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })

// Whatever the conversation before left behind: everybody is there again, ana is in a session and is offered another one.
async function setsTheScene(w) {
  for (const name of ['ana', 'ben', 'sam']) assert.equal((await start(w[name])).code, 0)
  await w.ben.rest.ask('/me', 'NotReady')
  await w.ana.rest.ask('/me', 'Ready')
  const own = async () => (await w.ana.rest.get('/me/smssessions?fields=*')).body.smssessions
  for (let tries = 0; (await own()).filter(one => ['Chatting', 'Invited'].includes(one.state)).length < 2; tries++) {
    assert.ok(tries < 20, 'ana is offered two sessions')
    await w.customerAt(`1555${String(1000000 + (w.phones = (w.phones ?? 0) + 1))}`).writes('Hello')
  }
  const sessions = await own()
  if (!sessions.some(one => one.state === 'Chatting')) await w.ana.rest.ask(`/me/smssessions/${sessions[0].id}`, 'Accept')
  const watched = await w.sam.rest.ask(`/users/${w.ana.id}/channels/smssession`, 'Monitor')
  assert.equal(watched.code, 0)
  return sessions.map(one => one.id)
}

// How far texts to customers came is the carrier's doing, at its own time.
const byCarrier = /,"deliveryState":"\w+"/g

// All that the people of this centre can see of it, and how many notifications they have got.
async function sight(w) {
  const all = []
  for (const name of ['ana', 'ben', 'sam']) {
    const { rest } = w[name]
    const me = await rest.get('/me?subresources=*')
    all.push([name, me.raw])
    for (const { id } of me.body.user.smssessions) all.push([name, id, (await rest.get(`/me/smssessions/${id}/messages`)).raw.replace(byCarrier, '')])
    const came = (await w.listening.get(name).poll()).filter(one => one.data && one.data.messageType !== 'MessageDeliveryUpdated')
    w.told = [...w.told ?? [], ...came.map(one => [name, one])]
    all.push([name, 'was told', w.told.filter(([who]) => who === name).length])
  }
  for (const name of ['ana', 'ben']) all.push(['sam', name, (await w.sam.rest.get(`/users/${w[name].id}?subresources=*`)).raw])
  return all
}

// --- what is asked

const knownOf = w => ({
  targetUri: ['ana', 'ben', 'sam', 'nobody'].map(name => `${w.server.api}/users/${w[name]?.id ?? name}`).concat(`${w.server.api}/queues/${queueName}`),
  targetPath: ['ana', 'ben', 'nobody'].map(name => `/users/${w[name]?.id ?? name}`),
  userUri: [`/users/${w.ben.id}`],
  queueName: [queueName, 'nowhere'],
  phoneNumber: ['+420 600 000 001', '15551000001', '911'],
  channels: ['smssession', 'voice'],
  keys: ['PhoneNumber', 'Ticket'],
})

const idOf = (path, w, sessions) => path.startsWith('/users')
  ? fc.constantFrom(w.ana.id, w.ben.id, 'ana', w.sam.id, 'nobody', encodeURIComponent('a/b'), '%00')
  : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...sessions) }, { weight: 1, arbitrary: fc.constantFrom('0000NA9B26EF002X', 'x', '%2e%2e', encodeURIComponent('é'), 'x'.repeat(300)) })

const pathOf = (path, w, sessions) => path.split('/').reduce((made, part) => fc.tuple(made, /^\{/.test(part) ? idOf(path, w, sessions) : fc.constant(part))
  .map(([before, next]) => (before === null ? next : `${before}/${next}`)), fc.constant(null))

const query = fc.array(fc.tuple(fc.constantFrom('fields', 'subresources', 'startIndex', 'count', 'x', ''),
  fc.constantFrom('*', '', '0', '1', '501', '-1', '18446744073709551616', 'smssessions', 'smssessions,channels', '%', '%41', 'é', '%ff')), { maxLength: 3 })
  .map(pairs => pairs.length ? `?${pairs.map(([key, value]) => `${key}=${value === '%' || value.includes('%') ? value : encodeURIComponent(value)}`).join('&')}` : '')

function requests(w, sessions) {
  const known = knownOf(w)
  const all = Object.entries(document.paths).flatMap(([path, item]) => [
    ...(item.get ? [fc.tuple(pathOf(path, w, sessions), query).map(([to, ask]) => ({ method: 'GET', path: to + ask }))] : []),
    ...formsOf(item).map(form => fc.tuple(pathOf(path, w, sessions), bodyOf(form, known).chain(bytesOf))
      .map(([to, bytes]) => ({ method: 'POST', path: to, bytes }))),
  ])
  const others = fc.tuple(fc.constantFrom('PUT', 'DELETE', 'PATCH', 'POST'), fc.constantFrom('/me', '/me/smssessions', '/nowhere', '/me/channels'))
    .map(([method, path]) => ({ method, path, bytes: '{}' }))
  const asker = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('ana', 'ana', 'ana', 'sam', 'sam', 'ben') }, { weight: 1, arbitrary: fc.constantFrom(...people) })
  return fc.array(fc.tuple(asker, fc.oneof(...all, others)).map(([who, asked]) => ({ who, ...asked })), { minLength: 1, maxLength: REQUESTS_MAX })
}

function credentialsOf(w, who) {
  if (who === 'nobody') return {}
  if (who === 'wrong') return { user: w.ana.user, password: 'wrong' }
  return { user: w[who].user, password: passwordOf(who) }
}

const asks = (w, { who, method, path, bytes }) => request(method, w.server.api + path, { body: bytes, timeout: ANSWER_MS, ...credentialsOf(w, who) })

// One conversation: after each refusal the centre is as it was.
async function talks(w, conversation) {
  let before = await sight(w)
  for (const asked of conversation) {
    const { status, code, raw } = await asks(w, asked)
    const what = `${asked.who}: ${asked.method} ${asked.path} ${String(asked.bytes).slice(0, 300)} -> ${status} ${raw.slice(0, 300)}`
    assert.ok(status < 500, what)
    w.tally.set(code, (w.tally.get(code) ?? 0) + 1)
    if (asked.method === 'GET' || code !== 0) {
      const after = await sight(w)
      if (code !== 7) assert.deepEqual(after, before, `something changed, though it was refused: ${what}`)
      before = after
    } else {
      const after = await sight(w)
      w.changes += !isDeepStrictEqual(after, before)
      before = after
    }
  }
}

test(`${runs} conversations made from the OpenAPI document: each request is answered, none by 500, and a refusal changes nothing`, async t => {
  const w = await centre(t)
  w.tally = new Map()
  w.changes = 0
  const tried = await fc.check(fc.asyncProperty(fc.gen(), async gen => {
    const sessions = await setsTheScene(w)
    await talks(w, gen(() => requests(w, sessions)))
  }), { numRuns: runs, endOnFailure: true, ...seed })
  // Made shorter it would begin in another state, so it is told as it was.
  assert.ok(!tried.failed, `PROPERTY_SEED=${tried.seed}, conversation ${tried.numRuns}: ${tried.errorInstance?.stack}`)
  if (process.env.PROPERTY_TELLS) console.log(JSON.stringify([...w.tally]))
  // Some of it must have succeeded, and each kind of refusal come: a test that is only ever refused tries nothing.
  const all = [...w.tally.values()].reduce((a, b) => a + b, 0)
  if (runs >= 20) assert.ok(w.tally.get(0) > all / 10, `successes among ${JSON.stringify([...w.tally])}`)
  if (runs >= 20) assert.ok(w.changes > 0, 'what was done could be seen')
  for (const code of runs >= 200 ? [1, 2, 3, 5, 6, 10, 20] : []) {
    assert.ok(w.tally.get(code) > 0, `code ${code} among ${JSON.stringify([...w.tally])}`)
  }
})
