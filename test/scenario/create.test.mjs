// create.test.mjs - Create: a session that an agent begins, by writing to a customer.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { queueName, serviceNumber } from '../lib/config.mjs'
import { sotto } from '../lib/server.mjs'
import { answer, nicknames, script, world } from '../lib/world.mjs'

const phone = '+420600112301', digits = phone.slice(1) // as the carrier has it
const isSent = data => data.messageType === 'MessageDeliveryUpdated'

const asked = (parameters = {}) => ({ operationName: 'Create', phoneNumber: phone, queueName, text: 'Your parcel is here', ...parameters })
const create = (person, parameters, headers) => person.rest.send('POST', '/me/smssessions', { body: asked(parameters), headers })

async function begins(person, parameters) {
  const body = await person.ok(create(person, parameters))
  person.session = body.id
  return body
}

test('Create: the text leaves by SMS, and the session is there at once with the agent in it', async t => {
  const { ana, smsc, w } = await started(t)
  const { id, uri, path, referenceId } = await begins(ana, { nickname: 'Parcel service' })
  assert.deepEqual([uri, path], [`${w.server.api}/smssessions/${id}`, `/smssessions/${id}`])
  const status = await ana.seesNext('Chatting')
  assert.deepEqual([status.smssession.id, status.smssession.chatType, status.referenceId], [id, 'Outbound', referenceId])
  assert.deepEqual(nicknames((await ana.seesNext('ParticipantsUpdated')).smssession), ['Parcel service', phone])
  assert.deepEqual(script((await ana.seesNext('NewMessages')).messages), [['ParticipantJoined', phone], ['ParticipantJoined', 'Parcel service']])
  assert.deepEqual(script((await ana.seesNext('NewMessages')).messages), [['Text', 'Parcel service', 'Your parcel is here']])
  await smsc.customerGets(digits, 'Your parcel is here')
  await w.customerAt(phone).writes('Thank you')
  assert.equal((await ana.sees({ text: 'Thank you' })).messages[0].index, 4)
  const session = await ana.readsSession()
  assert.deepEqual(session.userData, { PhoneNumber: phone, ServiceNumber: serviceNumber })
  assert.ok(session.capabilities.includes('SendMessage'))
  await ana.completes()
  assert.deepEqual(smsc.textsTo(digits), ['Your parcel is here'])
})

// ana is signed in and not Ready.
async function started(t, settings = {}) {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: [], ...settings })
  return { ...w, w }
}

test('Beside other sessions and offers the answer names the one that was begun', async t => {
  const { ana, ben, w } = await started(t)
  await ana.ready()
  await w.customerAt('15551000001').writes('Hello')
  await ana.accepts()
  await w.customerAt('15551000002').writes('Hello')
  await ana.isInvited()
  const { id } = await begins(ana)
  assert.equal((await ana.readsSession(id)).userData.PhoneNumber, phone)
  await ben.seesNothing()
})

test('The same key: one session, one SMS, the same answer, also after a kill', async t => {
  const { ana, smsc, w } = await started(t)
  const headers = { 'Idempotency-Key': randomUUID() }
  const first = await create(ana, {}, headers)
  assert.deepEqual(answer(first), [200, 0])
  assert.equal((await create(ana, {}, headers)).raw, first.raw)
  await w.restart({ kill: true })
  assert.equal((await create(ana, {}, headers)).raw, first.raw)
  ana.session = first.body.id
  await ana.says('Are you at home?')
  await smsc.customerGets(digits, 'Are you at home?')
  assert.equal((await ana.readsSessions()).length, 1)
  assert.deepEqual([...new Set(smsc.textsTo(digits))], ['Your parcel is here', 'Are you at home?'])
  assert.equal((await ana.readsMessages()).filter(one => one.text === 'Your parcel is here').length, 1)
})

test('A supervisor with an order on the agent is delivered it as any other; the agent is told nothing', async t => {
  const { ana, sam } = await started(t)
  await sam.monitors(ana, { mode: 'NextChat' })
  await begins(ana)
  const { history } = await sam.accepts()
  assert.equal(sam.session, ana.session)
  assert.deepEqual(history.messages.filter(one => one.text).map(one => one.text), ['Your parcel is here'])
  for (let i = 0; i < 4; i++) await ana.seesNext(data => !isSent(data))
  await ana.seesNext(isSent)
  await ana.seesNothing()
})

test('Numbers as people write them, and what is none', async t => {
  const { ana } = await started(t, { link: { country: 'CZ' } })
  const written = [['600 112 302', '+420600112302'], ['00420 600-112-303', '+420600112303'], ['(+420) 600'], ['+1 (555) 100.0001', '+15551000001']]
  for (const [phoneNumber, kept] of written) {
    const made = await create(ana, { phoneNumber })
    assert.deepEqual(answer(made), kept ? [200, 0] : [400, 10], phoneNumber)
    if (kept) assert.equal((await ana.readsSession(made.body.id)).userData.PhoneNumber, kept)
    if (kept) await ana.ok(ana.asks('Complete', {}, made.body.id))
  }
  for (const [phoneNumber, code] of [['911', 10], ['600112', 10], ['6001123', 0], ['+123456789012345', 0], ['+1234567890123456', 10],
    ['', 10], ['+', 10], ['Info24', 10], ['"24"', 10], ['+420 600 112 301 ext 4', 10], [420600112301, 10], [' '.repeat(33), 10]]) {
    const made = await create(ana, { phoneNumber })
    assert.equal(made.code, code, JSON.stringify(phoneNumber))
    if (code === 0) await ana.ok(ana.asks('Complete', {}, made.body.id))
  }
})

test('What is missing is 1, what is bad 10, an unknown queue 6; text of 1, 4,096 and 4,097 characters', async t => {
  const { ana } = await started(t)
  for (const name of ['phoneNumber', 'queueName', 'text']) assert.deepEqual(answer(await create(ana, { [name]: null })), [400, 1], name)
  assert.deepEqual(answer(await create(ana, { queueName: 'nowhere' })), [404, 6])
  for (const [length, code] of [[0, 10], [1, 0], [4096, 0], [4097, 10]]) {
    const made = await create(ana, { text: 'x'.repeat(length) })
    assert.equal(made.code, code, `${length} characters`)
    if (code === 0) await ana.ok(ana.asks('Complete', {}, made.body.id))
  }
  assert.deepEqual(await ana.readsSessions(), [])
})

test('A customer who wants no texts is not written to (3), in whatever spelling', async t => {
  const { ana, w, smsc } = await started(t)
  await w.customerAt(phone).writes('STOP')
  for (const phoneNumber of [phone, '00420600112301', '420600112301', '600112301']) assert.deepEqual(answer(await create(ana, { phoneNumber })), [403, 3], phoneNumber)
  assert.ok(!smsc.textsTo(digits).includes('Your parcel is here'))
  await w.customerAt(phone).writes('START')
  await begins(ana)
})

test('Whose conversation is open already is not begun again (18); one in wrap-up is no hindrance', async t => {
  const { ana, ben, w } = await started(t)
  await w.customerAt(phone).writes('Hello') // waits in the queue
  assert.deepEqual(answer(await create(ana)), [409, 18])
  await ben.ready()
  await ben.accepts()
  assert.deepEqual(answer(await create(ana)), [409, 18])
  await ben.leaves('LeftChat')
  await begins(ana)
  assert.notEqual(ana.session, ben.session)
  assert.deepEqual(answer(await ben.asks('Complete', { queueName })), [400, 2]) // the customer has a newer one
})

test('Capacity, contact center session, role and queue are asked as of any work', async t => {
  const { ana, sam, w } = await started(t, { queues: { sales: '15550111' }, config: { 'bootstrap.agents.capacity': 1 } })
  await w.customerAt('15551000001').writes('Hello')
  await begins(ana)
  assert.deepEqual(answer(await create(ana, { phoneNumber: '+420600112302' })), [400, 2])
  await ana.sees(isSent)
  await ana.ready()
  await ana.seesNothing() // she is offered nothing beside it
  await ana.completes()
  await ana.isInvited()
  assert.deepEqual(answer(await create(sam)), [403, 5])
  await ana.signsOut()
  assert.deepEqual(answer(await create(ana)), [400, 2])
  assert.equal((await create(w.ben, { queueName: 'sales' })).code, 0)
})

test('Only who works for a queue writes with its number (6 as of one that is not there)', async t => {
  const { ana, ben, w } = await started(t)
  await sotto(['assign', 'ben', 'queue', queueName, '--config', w.server.config])
  const refused = await create(ana), unknown = await create(ana, { queueName: 'nowhere' })
  assert.equal(refused.raw, unknown.raw)
  assert.deepEqual(answer(refused), [404, 6])
  await begins(ben)
})

test('On the floor it counts as work of the agent, and not as an offer of the queue', async t => {
  const { ana, sam } = await started(t)
  await begins(ana)
  const { body } = await sam.rest.get('/floor')
  const row = body.queues.find(one => one.name === queueName)
  assert.deepEqual([row.waiting, row.offeredToday, row.acceptedToday], [0, 0, 0])
  assert.equal(body.users.find(one => one.userName === ana.user).chatting, 1)
})
