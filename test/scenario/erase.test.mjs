// erase.test.mjs - a contact is erased: its words and its phone stand nowhere any more, and all else is as it was.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { sotto } from '../lib/server.mjs'
import { answer, until, world } from '../lib/world.mjs'

const phone = '+15551000001'
const secret = 'my card is 4711-0815'

// All bytes of the data folder.
const bytesOf = folder => Buffer.concat(readdirSync(folder).filter(name => !name.endsWith('.sock')).map(name => readFileSync(join(folder, name))))

// Which of them has it, and what stands around it.
const filesWith = (folder, word) => readdirSync(folder).filter(name => !name.endsWith('.sock')).flatMap(name => {
  const bytes = readFileSync(join(folder, name)), at = bytes.indexOf(word)
  return at < 0 ? [] : [`${name}: ${bytes.subarray(Math.max(0, at - 200), at + 100).toString('latin1')}`]
})

const erase = (w, contact = phone) => sotto(['erase', contact, '--dir', w.server.data])

// ana and a customer have talked, and it is over; another one goes on talking.
async function talked(t, config = {}) {
  const w = await world(t, { config, agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'], link: { country: 'US' } })
  const { ana, sam, customer } = w
  await sam.monitors(ana)
  await customer.writes(secret)
  await ana.accepts()
  await sam.accepts()
  await ana.ok(ana.asks('AttachUserData', { userData: { Card: 4711, Note: '4711-0815' } }))
  await ana.ok(ana.asks('RaiseHand', { reason: '4711-0815', comment: 'see 4711-0815' }))
  await ana.says(`${secret}, is that right?`)
  await customer.gets(`${secret}, is that right?`)
  w.session = ana.session
  return w
}

const verifies = async w => {
  const said = await sotto(['verify', '--dir', w.server.data])
  assert.equal(said.code, 0, said.stderr)
  return said.stdout
}

test('sotto erase: on the running server; what is kept is said; verify, replay and a restart accept it', async t => {
  const w = await talked(t)
  const { ana, customer, server } = w
  assert.match((await erase(w)).stderr, /^sotto erase: a session with this contact is open: it has to end first\n$/)
  assert.match((await erase(w, '+15559999999')).stderr, /^sotto erase: there is no such contact\n$/)
  await ana.completes()
  const other = w.customerAt('15551000002')
  await other.writes('I am somebody else')
  await ana.accepts()
  await new Promise(done => { setTimeout(done, 600) }) // the core has forgotten the session
  assert.ok(bytesOf(server.data).includes('4711-0815'))

  const said = await erase(w)
  assert.equal(said.code, 0, said.stderr)
  assert.match(said.stdout, /^\+15551000001 is erased: the words and the name of 1 sessions, in \d+ rows/)
  for (const kept of ['the monitoring ledger', 'refuses texts', 'backups and exports']) assert.ok(said.stdout.includes(kept), kept)
  assert.match(await verifies(w), /the words of \d+ events were erased/)
  assert.ok(!server.stderr.includes('5551000001'))

  const past = await ana.rest.get(ana.at(w.session)), { messages } = (await ana.rest.get(`${ana.at(w.session)}/messages`)).body
  assert.match(past.body.smssession.userData.PhoneNumber, /^erased-[0-9a-f]{32}\.1$/)
  assert.deepEqual([past.body.smssession.userData.Card, past.body.smssession.userData.Note], ['', ''])
  assert.ok(messages.filter(one => one.type === 'Text').every(one => one.text === '' && one.erased))
  assert.deepEqual(answer(await ana.rest.get(`${ana.at()}/messages`)), [200, 0])
  await other.writes('and go on')
  await ana.sees({ text: 'and go on' })

  for (const kill of [true, false]) {
    await w.restart({ kill })
    assert.match(await verifies(w), /the words of \d+ events were erased/)
  }
  await server.stop()
  for (const word of ['5551000001', '4711-0815']) assert.deepEqual(filesWith(server.data, word), [], word)
  await verifies(w)
  const binds = w.smsc.binds.length
  await server.startAgain()
  await w.smsc.bound(binds + 1)
  assert.match((await erase(w)).stderr, /there is no such contact/)
  await customer.writes('It is me again')
})

test('On a stopped folder; a phone that said STOP stays refused after it', async t => {
  const w = await talked(t)
  const { ana, customer, server } = w
  await ana.completes()
  await customer.writes('STOP')
  await w.smsc.customerGets(customer.phone, 'You will get no more messages from us. Text START to allow them again.')
  await new Promise(done => { setTimeout(done, 300) })
  await Promise.all(w.people.map(person => person.losesClient()))
  await server.stop()
  const said = await erase(w)
  assert.equal(said.code, 0, said.stderr)
  await verifies(w)
  assert.ok(!bytesOf(server.data).includes('4711-0815'))
  const binds = w.smsc.binds.length
  await server.startAgain()
  await w.smsc.bound(binds + 1)
  const refused = await ana.rest.ask('/me/smssessions', 'Create', { phoneNumber: phone, queueName: 'support', text: 'Hello?' })
  assert.deepEqual(answer(refused), [403, 3])
})

test('kill -9 at any moment of it: afterwards it is all there or nothing is, and it can be asked again', async t => {
  const w = await talked(t)
  const { ana, server } = w
  await ana.completes()
  await Promise.all(w.people.map(person => person.losesClient()))
  let done = 0
  for (let i = 0; i < 8; i++) {
    const asked = erase(w)
    await new Promise(after => { setTimeout(after, 20 + 60 * i) })
    await server.kill()
    const { code, stderr } = await asked
    done += code === 0
    // Where the server is gone already, the command does it on the store itself.
    const said = stderr.replace(/^\S+ info .*\n/gm, '')
    assert.match(said, /^$|^sotto erase: (the server gave no answer: whether it was done is unknown|there is no such contact)\n$/)
    const binds = w.smsc.binds.length
    await server.startAgain()
    await w.smsc.bound(binds + 1)
    const found = await verifies(w)
    const isErased = /words of \d+ events were erased/.test(found)
    const has = ana.rest.get(`${ana.at(w.session)}/messages`).then(({ body }) => body.messages.some(one => one.text?.includes(secret)))
    assert.equal(await has, !isErased, found)
    if (isErased) done++
  }
  const last = await erase(w)
  assert.ok(last.code === 0 || (done && /there is no such contact/.test(last.stderr)), last.stderr)
  await verifies(w)
  await server.stop()
  assert.deepEqual(filesWith(server.data, '4711-0815'), [])
})

test('Where the journal was trimmed: what stands in the tables alone goes as well, and so do the checksums that were kept of it', async t => {
  const w = await talked(t, { 'journal.keep-for': 1 })
  const { ana, server } = w
  await ana.completes()
  let trimmed
  await until(async () => {
    await new Promise(done => { setTimeout(done, 300) })
    await ana.notReady()
    await ana.ready()
    trimmed = Number(/trimmed up to event (\d+)/.exec(await verifies(w))?.[1] ?? 0)
    return trimmed > 60
  }, () => `the conversation to be trimmed away; ${trimmed} events are`, 30000)
  const said = await erase(w)
  assert.equal(said.code, 0, said.stderr)
  assert.doesNotMatch(await verifies(w), /lost|missing/)
  await w.restart({ kill: true })
  assert.doesNotMatch(await verifies(w), /lost|missing/)
  await server.stop()
  for (const word of ['5551000001', '4711-0815']) assert.deepEqual(filesWith(server.data, word), [], word)
})
