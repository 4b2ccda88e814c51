// aging.test.mjs - sessions.keep-texts-for: what was said in a session that ended goes by itself after that time; who talked, and when, stays.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Bare } from '../lib/bayeux.mjs'
import { sotto } from '../lib/server.mjs'
import { until } from '../lib/wait.mjs'
import { serviceNumber, world } from '../lib/world.mjs'

const keepFor = 2 // seconds
const secret = '4711-0815'
const config = { 'bootstrap.sessions.keep-texts-for': String(keepFor), 'admin.listen': '127.0.0.1:0' }

const filesWith = (folder, word) => readdirSync(folder).filter(name => !name.endsWith('.sock')).flatMap(name => {
  const bytes = readFileSync(join(folder, name)), at = bytes.indexOf(word)
  return at < 0 ? [] : [`${name}: ${bytes.subarray(Math.max(0, at - 200), at + 100).toString('latin1')}`]
})

const said = async (...args) => {
  const { code, stdout, stderr } = await sotto(args)
  assert.equal(code, 0, stderr)
  return stdout
}
const verifies = w => said('verify', '--dir', w.server.data)

const begins = (t, changes = {}, settings = {}) =>
  world(t, { config: { ...config, ...changes }, agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'], link: { country: 'US' }, ...settings })

// ana and a customer say all that one can, watched, and it is over.
async function talks(w, nth = '') {
  const { ana, customer } = w
  await customer.writes(`my card is ${secret}${nth}`) // what is said twice around a kill is a copy
  await ana.accepts()
  const { session } = ana
  await ana.ok(ana.asks('AttachUserData', { userData: { Card: secret } }))
  await ana.ok(ana.asks('RaiseHand', { reason: secret, comment: `see ${secret}` }))
  await ana.says(`${secret}, is that right?`)
  await customer.gets(`${secret}, is that right?`)
  await w.smsc.receipt(w.smsc.submits.at(-1)) // before that it is on its way
  await ana.completes()
  return session
}

const textsOf = async (person, session) =>
  (await person.ok(person.rest.get(`${person.at(session)}/messages`))).messages.filter(one => one.type === 'Text')

const isErased = texts => texts.length > 0 && texts.every(one => one.text === '' && one.erased === true)
const becomesErased = (person, session) =>
  until(async () => isErased(await textsOf(person, session)), `the words of ${session} to be erased`, 20_000)

test('The words of a session go so long after its end, by themselves; the session, its customer and another that goes on stay', async t => {
  const w = await begins(t)
  const { ana, ben, sam, customer, server } = w
  await sam.monitors(ana)
  const other = w.customerAt('15551000002')
  await ben.ready()
  await ana.notReady()
  await other.writes('I go on talking')
  await ben.accepts()
  await ana.ready()
  const began = Date.now()
  const session = await talks(w)
  assert.deepEqual((await textsOf(ana, session)).map(one => one.text), [`my card is ${secret}`, `${secret}, is that right?`])
  const before = (await textsOf(ana, session)).map(({ text, erased, ...rest }) => rest)
  await becomesErased(ana, session)
  assert.ok(Date.now() - began >= keepFor * 1000, 'no sooner')
  assert.deepEqual((await textsOf(ana, session)).map(({ text, erased, ...rest }) => rest), before, 'who and when')
  const { userData } = (await ana.ok(ana.rest.get(ana.at(session)))).smssession
  assert.deepEqual([userData.Card, userData.PhoneNumber], ['', '+15551000001'])
  assert.deepEqual((await textsOf(ben, ben.session)).map(one => one.text), ['I go on talking'], 'it began before, and goes on')
  assert.match(await verifies(w), /the words of \d+ events were erased/)

  await customer.writes('It is me again')
  await ana.accepts()
  let earlier // the tables are at most 250 ms behind
  const reads = async () => ({ earlier } = await ana.ok(ana.rest.get(`${ana.at()}/earlier`)))
  await until(async () => (await reads()).earlier.some(one => isErased(one.messages)), 'the earlier one without its words')
  assert.deepEqual(earlier.map(one => [one.id, one.messages.length]), [[session, 2]])
  const client = new Bare(server, ana.rest)
  await client.handshake()
  await client.subscribe('/v2/me/*', { ext: { replay: { '/v2/me/*': 0 } } })
  const came = []
  await until(async () => came.push(...(await client.poll()).filter(one => !one.channel.startsWith('/meta/'))) > 3, 'what was told')
  assert.ok(!JSON.stringify(came).includes(secret), 'nor is it told again')

  const place = `${server.folder}/copy`
  await said('backup', place, ...server.where())
  assert.match(await said('verify', '--backup', place), /the words of \d+ events were erased/)
  const exported = await said('export', 'sessions', ...server.where())
  assert.ok(exported.includes('"erased":true') && !exported.includes(secret))
  for (const kill of [true, false]) {
    await w.restart({ kill })
    assert.ok(isErased(await textsOf(ana, session)))
    assert.match(await verifies(w), /the words of \d+ events were erased/)
  }
  await server.stop()
  assert.deepEqual(filesWith(server.data, secret), [])
  assert.ok(filesWith(server.data, 'I go on talking').length > 0)
})

test('The parts of a long text go as well, and the answers that are of no session', async t => {
  const w = await begins(t)
  const { ana, customer, smsc, server } = w
  await smsc.deliverParts({ from: customer.phone, to: serviceNumber, reference: 7, texts: [`one ${secret} `, `two ${secret}`] })
  await ana.accepts()
  assert.deepEqual((await textsOf(ana, ana.session)).map(one => one.text), [`one ${secret} two ${secret}`])
  await ana.completes()
  await becomesErased(ana, ana.session)
  await sleep(1000) // of no session: after those of sessions
  await verifies(w)
  await server.stop()
  assert.deepEqual(filesWith(server.data, secret), [])
})

test('Unless it is said all is kept; it is a setting like others, and what is due by then goes', async t => {
  const w = await begins(t, { 'bootstrap.sessions.keep-texts-for': '0' })
  const { ana, server } = w
  const session = await talks(w)
  await sleep((keepFor + 1) * 1000)
  assert.ok(!isErased(await textsOf(ana, session)))
  assert.doesNotMatch(await verifies(w), /were erased/)
  await server.writesConfig({ config: { ...server.settings.config, 'bootstrap.sessions.keep-texts-for': '1' } })
  assert.equal((await server.reload()).code, 0)
  await becomesErased(ana, session)
})

test('Where the journal was trimmed: what stands in the tables alone goes as well', async t => {
  const w = await begins(t, { 'journal.keep-for': '1', 'bootstrap.sessions.keep-texts-for': '6' })
  const { ana, server } = w
  const session = await talks(w)
  let base = 0
  await until(async () => {
    await ana.notReady()
    await ana.ready()
    base = Number(/trimmed up to event (\d+)/.exec(await verifies(w))?.[1] ?? 0)
    return base > 60
  }, () => `the conversation to be trimmed away; ${base} events are`, 30_000)
  assert.ok(filesWith(server.data, secret).length > 0)
  await becomesErased(ana, session)
  assert.doesNotMatch(await verifies(w), /lost|missing/)
  await w.restart({ kill: true })
  assert.doesNotMatch(await verifies(w), /lost|missing/)
  await server.stop()
  assert.deepEqual(filesWith(server.data, secret), [])
})

test('kill -9 at any moment: of each session all words are there or none is, and later none', async t => {
  const w = await begins(t, { 'bootstrap.sessions.keep-texts-for': '1' })
  const { ana, server } = w, sessions = []
  for (let i = 0; i < 6; i++) {
    sessions.push(await talks(w, ` again ${i}`))
    await sleep(250 * i)
    await w.restart({ kill: true })
    await verifies(w)
    for (const session of sessions) {
      const texts = await textsOf(ana, session)
      assert.equal(new Set(texts.map(one => one.erased === true)).size, 1, JSON.stringify(texts))
    }
  }
  for (const submit of w.smsc.submits) await w.smsc.receipt(submit) // a text that was repeated is another one to the carrier
  for (const session of sessions) await becomesErased(ana, session)
  await verifies(w)
  await server.stop()
  assert.deepEqual(filesWith(server.data, secret), [])
})
