// sms.test.mjs - texts to and from customers over a real SMPP link, with npm's smpp as the carrier.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from '../lib/atend.mjs'
import { serviceNumber } from '../lib/config.mjs'
import { BAD_DESTINATION, encode, OK, parameter, QUEUE_FULL, THROTTLED } from '../lib/smsc.mjs'
import { sotto } from '../lib/server.mjs'
import { until, world } from '../lib/world.mjs'

async function conversation(t, options = {}) {
  const w = await world(t, { agents: ['ana'], ...options })
  await w.customer.writes('Hello')
  await w.ana.accepts()
  return w
}

const texts = messages => messages.filter(one => one.type === 'Text').map(one => one.text)

// The deliveryState of the entry with this text, as the agent reads it by GET.
async function deliveryOf(person, text) {
  return (await person.readsMessages()).find(one => one.text === text)?.deliveryState
}

test('The bind carries the link\'s system id and password, as transceiver of SMPP 3.4', async t => {
  const { smsc } = await world(t, {})
  const { pdu } = smsc.binds[0]
  assert.equal(pdu.command, 'bind_transceiver')
  assert.equal(pdu.system_id, 'sotto')
  assert.equal(pdu.password, 'secret')
  assert.equal(pdu.interface_version, 0x34)
})

test('A carrier that wants two binds: texts go by the transmitter and come by the receiver, each of which comes and goes by itself', async t => {
  const { ana, customer, smsc, server } = await conversation(t, { link: { bind: 'transmitter+receiver' } })
  const bound = command => smsc.binds.filter(one => one.pdu.command === command)
  const [transmitter] = bound('bind_transmitter'), [receiver] = bound('bind_receiver')
  assert.equal(smsc.binds.length, 2)
  await ana.says('By the one')
  await customer.gets('By the one')
  assert.equal(smsc.submits[0].session, transmitter.session)
  assert.equal((await smsc.receipt(smsc.submits[0])).command_status, OK)
  await until(async () => await deliveryOf(ana, 'By the one') === 'delivered', 'the receipt by the other')

  receiver.session.socket.destroy()
  await ana.says('While the receiver is away')
  await customer.gets('While the receiver is away')
  await until(() => bound('bind_receiver').length === 2, 'the receiver again')
  await customer.writes('Here again')
  await ana.sees({ text: 'Here again' })
  assert.equal(bound('bind_transmitter').length, 1)

  // Half a link that is down is seen, also where the other half is up.
  const says = async () => /^link +carrier: (.*)$/m.exec((await sotto(['status', ...server.where()])).stdout)[1]
  smsc.answerBind = pdu => pdu.command === 'bind_receiver' ? 13 : OK
  bound('bind_receiver').at(-1).session.socket.destroy()
  await until(async () => /^up, 0 texts to send; the SMSC at .* refuses the bind as receiver, status 0x0d, ESME_RBINDFAIL$/.test(await says()), 'the reason')
  smsc.answerBind = () => OK
  await until(async () => await says() === 'up, 0 texts to send', 'both halves')

  smsc.answerBind = pdu => pdu.command === 'bind_transmitter' ? 13 : OK
  transmitter.session.socket.destroy()
  await until(() => bound('bind_transmitter').length > 1, 'an attempt that is refused')
  await ana.says('While the transmitter is away')
  await customer.writes('Nothing lost')
  await ana.sees({ text: 'Nothing lost' })
  smsc.answerBind = () => OK
  await customer.gets('While the transmitter is away')
  await server.stop()
  assert.equal(smsc.unbinds, 2)
})

for (const [what, text] of [['GSM 03.38', 'Grüße @ 5 £ für Ærø: {[€]}'], ['UCS-2', 'Привет, 你好'], ['UCS-2 beyond the BMP', 'owl 🦉 and flag 🏳️‍🌈']]) {
  test(`A text in ${what} comes in and goes out unchanged`, async t => {
    const { ana, customer, smsc } = await conversation(t)
    await customer.writes(text)
    await ana.sees({ text })
    await ana.says(text)
    await customer.gets(text)
    assert.equal(smsc.submits.at(-1).coding, encode(text).data_coding)
  })
}

for (const [what, unit, single, part] of [['GSM 03.38', 'a', 160, 153], ['UCS-2', 'ж', 70, 67], ['GSM 03.38 with extension characters', '€', 80, 76]]) {
  test(`Outbound ${what}: ${single} characters go in one SMS, one more in parts of ${part}`, async t => {
    const { ana, customer, smsc } = await conversation(t)
    for (const [length, parts] of [[single - 1, 1], [single, 1], [single + 1, 2], [2 * part, 2], [2 * part + 1, 3]]) {
      const before = smsc.submits.length
      const text = unit.repeat(length)
      await ana.says(text)
      await customer.gets(text)
      const sent = smsc.submits.slice(before)
      assert.equal(sent.length, parts, `${length} characters`)
      if (parts > 1) assert.deepEqual(sent.map(one => one.part.number), Array.from({ length: parts }, (_, i) => i + 1))
      for (const one of sent) assert.ok(one.pdu.short_message !== undefined)
    }
  })
}

test('Outbound: a surrogate pair is never cut in two by a part\'s end', async t => {
  const { ana, customer, smsc } = await conversation(t)
  const text = 'x' + '🦉'.repeat(70)
  await ana.says(text)
  await customer.gets(text)
  for (const one of smsc.submits) assert.doesNotMatch(one.text, /[\ud800-\udbff]$|^[\udc00-\udfff]/)
})

test('Two long texts to one customer have different references', async t => {
  const { ana, customer, smsc } = await conversation(t)
  await ana.says('a'.repeat(200))
  await ana.says('b'.repeat(200))
  await customer.gets('b'.repeat(200))
  const references = new Set(smsc.submits.map(one => one.part.reference))
  assert.equal(references.size, 2)
})

for (const [what, order] of [['in order', [0, 1, 2]], ['out of order', [2, 0, 1]]]) {
  test(`Inbound: a long text whose parts come ${what} is one entry`, async t => {
    const { ana, customer, smsc } = await conversation(t)
    const parts = ['Once upon a time ', 'there was a customer ', 'who wrote long texts.']
    const answers = await smsc.deliverParts({ from: customer.phone, to: serviceNumber, texts: parts, reference: 77, order })
    assert.deepEqual(answers.map(one => one.command_status), [OK, OK, OK])
    await ana.sees({ text: parts.join('') })
    assert.deepEqual(texts(await ana.readsMessages()), ['Hello', parts.join('')])
  })
}

test('Inbound: parts of two customers with the same reference do not mix, and one that came twice counts once', async t => {
  const w = await world(t, { agents: ['ana'] })
  const { ana, smsc } = w
  const [one, other] = ['15551000001', '15551000002']
  const part = (from, text, number) => {
    const { short_message } = encode(text)
    return smsc.deliver({ from, to: serviceNumber, esm_class: 0x40, data_coding: 0,
      short_message: Buffer.concat([Buffer.from([5, 0, 3, 9, 2, number]), short_message]) })
  }
  await part(one, 'A1', 1)
  await part(other, 'B1', 1)
  await part(one, 'A1', 1)
  await part(other, 'B2', 2)
  await part(one, 'A2', 2)
  const first = await ana.accepts()
  const second = await ana.accepts()
  assert.deepEqual([first, second].map(one => texts(one.history.messages)), [['B1B2'], ['A1A2']])
})

test('Inbound: 16-bit references and message_payload work too', async t => {
  const { ana, customer, smsc } = await conversation(t)
  const part = (text, number) => smsc.deliver({ from: customer.phone, to: serviceNumber, esm_class: 0x40, data_coding: 0,
    short_message: Buffer.concat([Buffer.from([6, 8, 4, 1, 44, 2, number]), encode(text).short_message]) })
  await part('wide ', 1)
  await part('reference', 2)
  await ana.sees({ text: 'wide reference' })
  const payload = 'payload '.repeat(40)
  const answer = await smsc.deliver({ from: customer.phone, to: serviceNumber, data_coding: 0, short_message: Buffer.alloc(0),
    message_payload: Buffer.from(payload) })
  assert.equal(answer.command_status, OK)
  await ana.sees({ text: payload })
})

const MESSAGE_PAYLOAD = 0x0424, RECEIPTED_MESSAGE_ID = 0x001e, SAR_TOTAL_SEGMENTS = 0x020e, USER_MESSAGE_REFERENCE = 0x0204
const VENDOR = 0x1400, UDHI = 0x40, BAD_LENGTH = 2

// A carrier takes a refusal for good, and the text is lost: nothing beside it may cost it.
const shapes = {
  'three NULLs behind it': { behind: Buffer.alloc(3) },
  'line ends behind it': { behind: Buffer.from('\r\n') },
  'a parameter that ends too early behind it': { behind: parameter(VENDOR, 'vendor', 200) },
  'a parameter of a wrong size behind it': { behind: parameter(SAR_TOTAL_SEGMENTS, [0, 2]) },
  'an empty payload beside it': { behind: parameter(MESSAGE_PAYLOAD, []) },
  'a length that says more than there is': { length: 250 },
  'a header of part 0 of 0': { esm_class: UDHI, before: '\x05\x00\x03\x07\x00\x00' },
  'a header of part 3 of 2': { esm_class: UDHI, before: '\x05\x00\x03\x07\x02\x03' },
  'a header whose element is too short': { esm_class: UDHI, before: '\x04\x00\x02\x07\x02' },
  'a header that is announced and not there': { esm_class: UDHI },
}

test('Inbound: no text is refused for its shape', async t => {
  const { ana, customer, smsc, server } = await conversation(t)
  for (const [text, { before = '', ...shape }] of Object.entries(shapes)) {
    const answer = await smsc.deliverBytes({ from: customer.phone, to: serviceNumber, text: before + text, ...shape })
    assert.equal(answer.command_status, OK, text)
    await ana.sees({ text })
  }
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', ...Object.keys(shapes)])
  assert.equal(smsc.binds.length, 1)
  assert.doesNotMatch(server.stderr, /refused/)
})

test('Inbound: a PDU of 16,384 bytes with an id that lacks its NULL is a text, and the server lives', async t => {
  const { ana, customer, smsc } = await conversation(t)
  const id = parameter(RECEIPTED_MESSAGE_ID, 'abc')
  const room = 16384 - 16 - (3 + customer.phone.length + 1 + 2 + serviceNumber.length + 1 + 10) - id.length - 4
  const answer = await smsc.deliverBytes({ from: customer.phone, to: serviceNumber,
    behind: Buffer.concat([id, parameter(MESSAGE_PAYLOAD, 'x'.repeat(room))]) })
  assert.equal(answer.command_status, OK)
  await customer.writes('still here')
  await ana.sees({ text: 'still here' })
  assert.equal(texts(await ana.readsMessages()).slice(1, -1).join(''), 'x'.repeat(room))
})

test('Inbound: a message_payload may have the 65,535 octets of SMPP 3.4; the link stays', async t => {
  const { ana, customer, smsc } = await conversation(t)
  for (const length of [17000, 65534, 65535]) {
    const text = 'abcdefghij'.repeat(6554).slice(0, length)
    const before = texts(await ana.readsMessages()).length
    const answer = await smsc.deliverBytes({ from: customer.phone, to: serviceNumber, behind: parameter(MESSAGE_PAYLOAD, text) })
    assert.equal(answer.command_status, OK)
    assert.equal(texts(await ana.readsMessages()).slice(before).join(''), text)
  }
  assert.equal(smsc.binds.length, 1)
})

test('Inbound: a PDU longer than any that is read is answered alone and stepped over; the link stays', async t => {
  const { ana, customer, smsc, server } = await conversation(t)
  const behind = Buffer.concat([parameter(MESSAGE_PAYLOAD, 'x'.repeat(65535)), parameter(VENDOR, 'y'.repeat(65535))])
  for (let i = 1; i <= 3; i++) { // an SMSC that redelivers it
    const answer = await smsc.deliverBytes({ from: customer.phone, to: serviceNumber, behind })
    assert.equal(answer.command_status, BAD_LENGTH)
    await customer.writes(`still here ${i}`)
    await ana.sees({ text: `still here ${i}` })
  }
  assert.equal(smsc.binds.length, 1)
  assert.equal(server.stderr.match(/link \S+: DELIVER_SM number \d+ from somebody is refused with 0x02, ESME_RINVCMDLEN: it is too long\n/g)?.length, 3)
})

test('Each refusal is a line of the log, with the link and the reason, without text and phone', async t => {
  const { smsc, server, customer } = await conversation(t)
  const session = await smsc.bound()
  const before = server.stderr.length
  const secret = { from: '420777123456', text: 'a secret' }
  assert.notEqual((await smsc.deliverBytes({ ...secret, to: '19990000' })).command_status, OK)
  assert.notEqual((await smsc.deliverBytes({ ...secret, from: '4'.repeat(21), to: serviceNumber })).command_status, OK)
  assert.notEqual((await smsc.sendBytes(session, 0x4, Buffer.alloc(17))).command_status, OK)
  assert.notEqual((await smsc.sendBytes(session, 5, Buffer.from('\0\0\x004207\0'))).command_status, OK)
  await customer.writes('still here')
  const lines = server.stderr.slice(before).split('\n').filter(line => line.includes('is refused'))
  const wanted = [/DELIVER_SM number \d+ from ~[0-9a-f]{8} is refused with 0x0b, ESME_RINVDSTADR: its destination is no service number/,
    /DELIVER_SM number \d+ from somebody is refused with 0x0a, ESME_RINVSRCADR: its source address is too long/,
    /SUBMIT_SM number \d+ from somebody is refused with 0x03, ESME_RINVCMDID: no such command is served/,
    /DELIVER_SM number \d+ from somebody is refused with 0x02, ESME_RINVCMDLEN: it ends too early/]
  for (const want of wanted) assert.equal(lines.filter(line => want.test(line)).length, 1, `${want}\n${lines.join('\n')}`)
  for (const line of lines) assert.match(line, /link \S+: /)
  assert.doesNotMatch(lines.join('\n'), /secret|777123456/)
})

test('An international number is +digits inside, and goes out as it came', async t => {
  const { ana, smsc } = await world(t, { agents: ['ana'] })
  await smsc.deliver({ from: '420777123456', to: serviceNumber, text: 'Ahoj', source_addr_ton: 1, source_addr_npi: 1 })
  const { history } = await ana.accepts()
  assert.equal(history.messages[0].from.nickname, '+420777123456')
  await ana.says('Dobrý den')
  await until(() => smsc.submits.length === 1, 'the answer')
  const { pdu } = smsc.submits[0]
  assert.deepEqual([pdu.destination_addr, pdu.dest_addr_ton, pdu.dest_addr_npi], ['420777123456', 1, 1])
})

test('A text to an unknown service number is refused, and opens nothing', async t => {
  const { ana, smsc } = await world(t, { agents: ['ana'] })
  const answer = await smsc.deliver({ from: '15551000001', to: '19990000', text: 'Hello' })
  assert.notEqual(answer.command_status, OK)
  await ana.seesNothing()
})

test('deliver_sm is answered when it is on disk: after kill -9 nothing that was answered is missing', async t => {
  const w = await world(t, { agents: ['ana'], ready: [] })
  for (let i = 0; i < 20; i++) await w.customer.writes(`text ${i}`)
  await w.restart({ kill: true })
  await w.ana.ready()
  const { history } = await w.ana.accepts()
  assert.deepEqual(texts(history.messages), Array.from({ length: 20 }, (_, i) => `text ${i}`))
})

for (const how of ['text', 'tlv']) {
  test(`A receipt changes deliveryState and is pushed as MessageDeliveryUpdated (${how})`, async t => {
    const { ana, customer, smsc, server } = await conversation(t)
    await ana.says('Did you get this?')
    await customer.gets('Did you get this?')
    await until(async () => await deliveryOf(ana, 'Did you get this?') === 'sent', 'sent')
    const before = (await ana.readsMessages()).length
    await smsc.receipt(smsc.submits.at(-1), 'DELIVRD', { how })
    const told = await ana.sees(data => data.messageType === 'MessageDeliveryUpdated' &&
      data.messages.some(one => one.deliveryState === 'delivered'))
    assert.deepEqual(told.messages, [{ index: 4, deliveryState: 'delivered' }])
    assert.equal(told.smssessionPath, `/smssessions/${ana.session}`)
    assert.equal(told.smssessionUri, `${server.api}/smssessions/${ana.session}`)
    assert.equal(await deliveryOf(ana, 'Did you get this?'), 'delivered')
    assert.equal((await ana.readsMessages()).length, before, 'a receipt is no entry')
  })
}

for (const [stat, state] of [['EXPIRED', 'expired'], ['UNDELIV', 'failed'], ['REJECTD', 'failed'], ['DELETED', 'failed']]) {
  test(`A receipt ${stat} makes the entry ${state}`, async t => {
    const { ana, customer, smsc } = await conversation(t)
    await ana.says('text')
    await customer.gets('text')
    await until(async () => await deliveryOf(ana, 'text') === 'sent', 'sent')
    assert.equal((await smsc.receipt(smsc.submits.at(-1), stat)).command_status, OK)
    assert.equal(await deliveryOf(ana, 'text'), state)
  })
}

test('A long text is delivered when its last part is; failed when one part failed', async t => {
  const { ana, customer, smsc } = await conversation(t)
  await ana.says('x'.repeat(300))
  await customer.gets('x'.repeat(300))
  await until(async () => await deliveryOf(ana, 'x'.repeat(300)) === 'sent', 'sent')
  const [first, second] = smsc.submits
  await smsc.receipt(first)
  assert.equal(await deliveryOf(ana, 'x'.repeat(300)), 'sent')
  await smsc.receipt(second)
  assert.equal(await deliveryOf(ana, 'x'.repeat(300)), 'delivered')
  await ana.says('y'.repeat(300))
  await customer.gets('y'.repeat(300))
  await until(async () => await deliveryOf(ana, 'y'.repeat(300)) === 'sent', 'sent')
  await smsc.receipt(smsc.submits[2])
  await smsc.receipt(smsc.submits[3], 'UNDELIV')
  assert.equal(await deliveryOf(ana, 'y'.repeat(300)), 'failed')
})

test('A receipt for nothing that is known is acknowledged and changes nothing', async t => {
  const { ana, smsc, customer } = await conversation(t)
  const answer = await smsc.receipt({ id: 'nobody', from: serviceNumber, to: customer.phone })
  assert.equal(answer.command_status, OK)
  await ana.seesNothing()
})

test('Receipts survive restarts, and the watching supervisor reads them in its own numbering', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  const { ana, sam, customer, smsc } = w
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  await ana.says('text')
  await customer.gets('text')
  await until(async () => await deliveryOf(ana, 'text') === 'sent', 'sent')
  await w.restart({ kill: true })
  await smsc.receipt(smsc.submits.at(-1))
  const own = await ana.sees(data => data.messageType === 'MessageDeliveryUpdated')
  const other = await sam.sees(data => data.messageType === 'MessageDeliveryUpdated')
  assert.equal(own.messages[0].index, 4)
  assert.equal(other.messages[0].index, 5)
  assert.equal((await sam.readsMessages()).find(one => one.index === 5).text, 'text')
})

test('A submit_sm that the carrier refuses makes the entry failed', async t => {
  const { ana, smsc } = await conversation(t)
  smsc.answer = () => BAD_DESTINATION
  await ana.says('text')
  await until(async () => await deliveryOf(ana, 'text') === 'failed', 'failed')
  assert.equal(smsc.submits.length, 1)
})

for (const [what, status] of [['too fast', THROTTLED], ['full', QUEUE_FULL]]) {
  test(`One "${what}" for one text: it comes again, before later ones to that phone; others are not held up`, async t => {
    const w = await conversation(t)
    const other = w.customerAt('15551000002'), first = w.ana.session
    await other.writes('Hello too')
    await w.ana.accepts()
    const second = w.ana.session, taken = []
    let refusals = 2
    w.smsc.answer = submit => {
      if (submit.text === 'one' && refusals-- > 0) return status
      taken.push(submit.text)
      return OK
    }
    w.ana.session = first
    await w.ana.says('one')
    await until(() => w.smsc.submits.length === 1, 'the submit_sm')
    const began = Date.now()
    await w.ana.says('two')
    w.ana.session = second
    await w.ana.says('to the other')
    await until(() => taken.length, 'a text that is taken')
    assert.ok(Date.now() - began < 600, `after ${Date.now() - began} ms`)
    await until(() => taken.length === 3, 'all of them')
    assert.deepEqual(taken, ['to the other', 'one', 'two'])
  })
}

test('A lost response: the text is repeated once after the new bind, marked uncertain', async t => {
  const { ana, smsc } = await conversation(t)
  smsc.answer = () => 'withhold'
  await ana.says('Did it arrive?')
  await until(() => smsc.submits.length === 1, 'the submit_sm')
  smsc.answer = () => OK
  await smsc.drop()
  await smsc.bound(2)
  await until(() => smsc.submits.length === 2, 'the repeat')
  const told = await ana.sees(data => data.messageType === 'MessageDeliveryUpdated' &&
    data.messages.some(one => one.deliveryState === 'uncertain'))
  assert.equal(told.messages[0].index, 4)
  assert.deepEqual(smsc.submits.map(one => one.text), ['Did it arrive?', 'Did it arrive?'])
})

test('At most one repeat when a submit response was lost', async t => {
  const { ana, customer, smsc } = await conversation(t)
  smsc.answer = () => 'withhold'
  await ana.says('first')
  await until(() => smsc.submits.length === 1, 'the submit_sm')
  await smsc.drop()
  await smsc.bound(2)
  await until(() => smsc.submits.length === 2, 'the repeat')
  await smsc.drop()
  smsc.answer = () => OK
  await smsc.bound(3)
  await ana.says('second')
  await customer.gets('second')
  assert.deepEqual(smsc.submits.map(one => one.text), ['first', 'first', 'second'])
  assert.equal(await deliveryOf(ana, 'first'), 'uncertain')
})

// The tenth of a window waits for 12 s.
test('An SMSC that answers everything, 1.2 s each and one after the other, gets each text once and keeps its bind', async t => {
  const { ana, smsc } = await conversation(t)
  const waiting = []
  smsc.answer = submit => { waiting.push(submit); return 'withhold' }
  for (let i = 1; i <= 12; i++) await ana.says(`text ${i}`)
  for (let answered = 0; answered < 12; answered++) {
    await sleep(1200)
    smsc.respond(waiting[answered])
  }
  await until(async () => await deliveryOf(ana, 'text 12') === 'sent', 'sent')
  assert.deepEqual(smsc.submits.map(one => one.text), Array.from({ length: 12 }, (_, i) => `text ${i + 1}`))
  assert.equal(smsc.binds.length, 1)
})

test('An answer that is lost while others come: repeated once after response-timeout, on the same bind', async t => {
  const { ana, customer, smsc } = await conversation(t, { link: { 'response-timeout': 1 } })
  smsc.answer = submit => submit.text === 'lost' ? 'withhold' : OK
  await ana.says('lost')
  await ana.says('other')
  await customer.gets('other')
  await until(() => smsc.submits.length === 3, 'the repeat')
  await sleep(2500)
  assert.deepEqual(smsc.submits.map(one => one.text), ['lost', 'other', 'lost'])
  assert.equal(await deliveryOf(ana, 'lost'), 'uncertain')
  assert.equal(smsc.binds.length, 1)
  smsc.respond(smsc.submits[0]) // after all
  await until(async () => await deliveryOf(ana, 'lost') === 'sent', 'sent')
  await smsc.receipt(smsc.submits[0], 'DELIVRD')
  await until(async () => await deliveryOf(ana, 'lost') === 'delivered', 'delivered')
})

test('Each life that ends while an answer is awaited may add a repeat, three at most; then the text stays uncertain', async t => {
  const w = await conversation(t)
  w.smsc.answer = submit => submit.text === 'again' ? 'withhold' : OK
  await w.ana.says('again')
  await until(() => w.smsc.submits.length === 1, 'the submit_sm')
  for (const submits of [2, 3, 4, 4, 4]) {
    await w.restart({ kill: true })
    await until(() => w.smsc.submits.length >= submits, `submit_sm number ${submits}`)
  }
  await w.ana.says('the last')
  await w.customer.gets('the last')
  assert.deepEqual(w.smsc.submits.map(one => one.text), ['again', 'again', 'again', 'again', 'the last'])
  assert.equal(await deliveryOf(w.ana, 'again'), 'uncertain')
})

test('What was not sent before the link broke is sent once after it came back', async t => {
  const { ana, customer, smsc } = await conversation(t)
  const port = smsc.port
  await smsc.end()
  for (const text of ['one', 'two', 'three']) await ana.says(text)
  assert.equal(await deliveryOf(ana, 'one'), 'queued')
  await smsc.listen(port)
  await customer.gets('three')
  assert.deepEqual(customer.texts, ['one', 'two', 'three'])
})

test('What the agent was told is sent leaves even when the server is killed right after', async t => {
  const w = await conversation(t)
  const port = w.smsc.port
  await w.smsc.end()
  await w.ana.says('promised')
  await w.ana.losesClient()
  await w.server.kill()
  await w.smsc.listen(port)
  await w.server.startAgain()
  await w.customer.gets('promised')
  await w.ana.opensClient()
})

test('Redelivery: a copy of a text whose response was not written when the bind ended is dropped, once', async t => {
  const { ana, customer, smsc, server } = await conversation(t)
  await smsc.deliverAndBreak(server, { from: customer.phone, to: serviceNumber, text: 'Same words' })
  await smsc.bound(2)
  await customer.writes('Same words') // the carrier repeats it
  assert.match(server.stderr, /redelivered/, 'the first copy was taken, the second one dropped')
  await customer.writes('Same words') // the customer says it again
  await customer.writes('that is all')
  await ana.sees({ text: 'that is all' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Same words', 'Same words', 'that is all'])
})

test('Redelivery: outside sms.redelivery-window it is another text', async t => {
  const { ana, customer, smsc, server } = await conversation(t, { config: { 'bootstrap.sms.redelivery-window': 0 } })
  await smsc.deliverAndBreak(server, { from: customer.phone, to: serviceNumber, text: 'Same words' })
  await smsc.bound(2)
  await customer.writes('Same words')
  await customer.writes('that is all')
  await ana.sees({ text: 'that is all' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Same words', 'Same words', 'that is all'])
})

test('Equal texts one after the other, each answered, are two messages', async t => {
  const { ana, customer } = await conversation(t)
  await customer.writes('Same words')
  await customer.writes('Same words')
  await customer.writes('that is all')
  await ana.sees({ text: 'that is all' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Same words', 'Same words', 'that is all'])
})

test('Equal texts are two messages also after the bind ended, when the first was answered long enough before', async t => {
  const { ana, customer, smsc } = await conversation(t, { config: { 'bootstrap.sms.reset-window': 0 } })
  await customer.writes('Same words')
  await smsc.drop()
  await smsc.bound(2)
  await customer.writes('Same words')
  await customer.writes('that is all')
  await ana.sees({ text: 'that is all' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Same words', 'Same words', 'that is all'])
})

test('A text that was answered right before its bind broke off may come again, and is one message', async t => {
  const { ana, customer, smsc } = await conversation(t)
  await customer.writes('Same words')
  await smsc.drop()
  await smsc.bound(2)
  await customer.writes('Same words')
  await customer.writes('that is all')
  await ana.sees({ text: 'that is all' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Same words', 'that is all'])
})

test('After a crash each of the last inbound messages can be redelivered once without becoming two', async t => {
  const w = await world(t, { agents: ['ana'], ready: [] })
  const { ana, customer, smsc } = w
  await customer.writes('one')
  await customer.writes('two')
  await w.restart({ kill: true })
  await customer.writes('two') // the carrier repeats: it cannot know
  await customer.writes('two') // and the customer really says it again
  await customer.writes('that is all')
  await ana.ready()
  const { history } = await ana.accepts()
  assert.deepEqual(texts(history.messages), ['one', 'two', 'two', 'that is all'])
  assert.ok(smsc.session)
})

test('After a crash an equal text under another number of the carrier is a new one', async t => {
  const w = await world(t, { agents: ['ana'], ready: [] })
  const { ana, customer, smsc } = w
  const yes = n => smsc.deliverBytes({ from: customer.phone, to: serviceNumber, text: 'yes',
    behind: Buffer.concat([parameter(USER_MESSAGE_REFERENCE, [0, n]), parameter(VENDOR, [n])]) })
  assert.equal((await yes(1)).command_status, OK)
  await w.restart({ kill: true })
  assert.equal((await yes(2)).command_status, OK)
  await customer.writes('that is all')
  assert.equal((await yes(1)).command_status, OK) // and this is the copy
  await ana.ready()
  const { history } = await ana.accepts()
  assert.deepEqual(texts(history.messages), ['yes', 'yes', 'that is all'])
})

test('A copy whose answer was lost in another crash comes a third time, and is still no second message', async t => {
  const w = await world(t, { agents: ['ana'], ready: [] })
  const { ana, customer } = w
  for (const text of ['one', 'two']) await customer.writes(text)
  for (let crash = 0; crash < 2; crash++) {
    await w.restart({ kill: true })
    for (const text of ['two', 'one']) await customer.writes(text)
  }
  await customer.writes('that is all')
  await ana.ready()
  const { history } = await ana.accepts()
  assert.deepEqual(texts(history.messages), ['one', 'two', 'that is all'])
})

test('More deliver_sm at once than the window takes: each is taken, in their order, and none is refused', async t => {
  const { ana, customer, smsc } = await conversation(t)
  const all = Array.from({ length: 60 }, (_, i) => `text ${i}`)
  const answers = await Promise.all(all.map(text => smsc.deliver({ from: customer.phone, to: serviceNumber, text })))
  assert.deepEqual([...new Set(answers.map(answer => answer.command_status))], [OK])
  await customer.writes('that is all')
  await ana.sees({ text: 'that is all' })
  const got = texts(await ana.readsMessages())
  assert.deepEqual(got, ['Hello', ...all, 'that is all'])
})

for (const word of ['STOP', 'stop', ' Stop. ', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'opt out', 'Opt-out', 'stop all',
  '"stop"!']) {
  test(`Opt-out: ${JSON.stringify(word)} alone closes the customer's side; sends are refused (3) until START`, async t => {
    const { ana, customer, smsc } = await conversation(t, { config: { 'bootstrap.sms.stop-reply': 'You are out.',
      'bootstrap.sms.start-reply': 'You are in.' } })
    await customer.writes(word)
    await ana.sees('LeftChat')
    await customer.gets('You are out.')
    assert.equal(smsc.submits.length, 1, 'one confirmation')
    assert.ok(texts(await ana.readsMessages()).includes(word), 'it is an entry of the open session')
    assert.notEqual((await ana.asks('SendMessage', { text: 'come back' })).code, 0)
    await ana.completes()
    await customer.writes('START')
    await customer.gets('You are in.')
    await ana.seesNothing()
    await customer.writes('I am back')
    await ana.accepts()
    await ana.says('Welcome')
    await customer.gets('Welcome')
  })
}

test('Opted out, a text still comes in, and the agent\'s answer is refused with 3 until UNSTOP', async t => {
  const { ana, customer, smsc } = await world(t, { agents: ['ana'] })
  await customer.writes('STOP')
  await ana.seesNothing()
  await until(() => smsc.submits.length === 1, 'the confirmation')
  await customer.writes('One question though')
  await ana.accepts()
  const refused = await ana.asks('SendMessage', { text: 'Yes?' })
  assert.deepEqual([refused.status, refused.code], [403, 3])
  await customer.writes('UNSTOP')
  await ana.says('Yes?')
  await customer.gets('Yes?')
})

for (const [what, from, ton] of [['with a plus', '+15551000001', 0], ['as international', '15551000001', 1], ['with 00', '0015551000001', 0],
  ['without its country', '5551000001', 2], ['with blanks', '1 555 100 00 01', 0]]) {
  test(`A STOP from the same phone, ${what}, ends the conversation; nothing leaves for any spelling until START`, async t => {
    const { ana, customer, smsc } = await conversation(t)
    const writes = async text => assert.equal(
      (await smsc.deliver({ from, source_addr_ton: ton, to: serviceNumber, text })).command_status, OK)
    await writes('STOP')
    await ana.sees('LeftChat')
    await until(() => smsc.submits.length === 1, 'the confirmation')
    await ana.completes()
    await customer.writes('One question though')
    await ana.accepts()
    const refused = await ana.asks('SendMessage', { text: 'Yes?' })
    assert.deepEqual([refused.status, refused.code], [403, 3])
    assert.ok(!(await ana.readsSession()).capabilities.includes('SendMessage'))
    assert.equal(smsc.submits.length, 1)
    await writes('START')
    await ana.says('Yes?')
    await customer.gets('Yes?')
  })
}

for (const [what, from, ton] of [['by its type', 'Support', 5], ['with digits in it', 'Info24', 0], ['of digits, by its type', '24', 5]]) {
  test(`A sender that is a name, ${what}, is shown as it is and cannot be answered`, async t => {
    const { ana, smsc } = await world(t, { agents: ['ana'] })
    for (const text of ['A notice for you', 'HELP', 'STOP'])
      assert.equal((await smsc.deliver({ from, source_addr_ton: ton, to: serviceNumber, text })).command_status, OK)
    await ana.accepts()
    const session = await ana.readsSession()
    assert.equal(session.userData.PhoneNumber, from === '24' ? '"24"' : from)
    assert.ok(!session.capabilities.includes('SendMessage'))
    const refused = await ana.asks('SendMessage', { text: 'Who is it?' })
    assert.deepEqual([refused.status, refused.code], [403, 3])
    assert.match(refused.body.statusMessage, /a name, not a phone number/)
    assert.deepEqual(texts(await ana.readsMessages()), ['A notice for you', 'HELP', 'STOP'])
    assert.equal(smsc.submits.length, 0)
  })
}

test('Two long texts of one phone whose references are equal but of 8 and of 16 bits are two texts', async t => {
  const { ana, smsc } = await conversation(t)
  const deliver = (header, text) => smsc.deliver({ from: '15551000001', to: serviceNumber, esm_class: 0x40,
    short_message: Buffer.from([header.length, ...header, ...Buffer.from(text, 'ascii')]) })
  for (const header of [[0, 3, 7, 2, 1], [8, 4, 0, 7, 2, 1], [0, 3, 7, 2, 2], [8, 4, 0, 7, 2, 2]])
    assert.equal((await deliver(header, `${header[0] ? 'wide' : 'narrow'} ${header.at(-1)} `)).command_status, OK)
  await ana.sees({ text: 'wide 1 wide 2 ' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'narrow 1 narrow 2 ', 'wide 1 wide 2 '])
})

test('A text that merely contains STOP is a text', async t => {
  const { ana, customer } = await conversation(t)
  await customer.writes('Please stop the train')
  await ana.sees({ text: 'Please stop the train' })
  assert.equal((await ana.readsSession()).state, 'Chatting')
})

test('HELP answers the configured text, and is an entry where a session is open; it opens none', async t => {
  const w = await conversation(t, { config: { 'bootstrap.sms.help-reply': 'We help.' } })
  await w.customer.writes('help')
  await w.customer.gets('We help.')
  await w.ana.sees({ text: 'help' })
  await w.ana.seesNext({ type: 'Notice', text: 'We help.' })
  await w.ana.seesNext('Chatting')
  await w.ana.seesNext(data => data.messageType === 'MessageDeliveryUpdated')
  const other = w.customerAt('15551000002')
  await other.writes('HELP')
  await other.gets('We help.')
  await w.ana.seesNothing()
  assert.equal((await w.ana.readsSessions()).length, 1)
})

test('Configured words opt out as well', async t => {
  const { ana, customer } = await conversation(t, { config: { 'bootstrap.sms.stop-words': ['Schluss', 'BASTA'] } })
  await customer.writes('schluss!')
  await ana.sees('LeftChat')
})

test('An SMSC that sends garbage is disconnected and retried with back-off; nothing else notices', async t => {
  const { ana, customer, smsc } = await conversation(t)
  smsc.answerBind = () => 'garbage'
  smsc.write(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'))
  await until(() => smsc.binds.length >= 3, 'two more binds')
  assert.equal((await ana.rest.get('/me')).code, 0)
  await ana.says('meanwhile')
  smsc.answerBind = () => OK
  await until(() => smsc.session, 'a good bind')
  await customer.gets('meanwhile')
  await customer.writes('Hello again')
  await ana.sees({ text: 'Hello again' })
})

for (const [what, bytes] of [['a length of 3', Buffer.from([0, 0, 0, 3])], ['a length of 4 GiB', Buffer.from([255, 255, 255, 255, 0, 0, 0, 5])],
  ['a deliver_sm that ends inside a field', Buffer.from([0, 0, 0, 20, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 65, 65, 65, 65])]]) {
  test(`An SMSC that sends ${what} harms nothing`, async t => {
    const { ana, customer, smsc } = await conversation(t)
    smsc.write(bytes)
    await smsc.send('enquire_link', {}) // answered, or the link is gone
    await until(() => smsc.session, 'a bind')
    await customer.writes('still here')
    await ana.sees({ text: 'still here' })
  })
}

test('An unknown command gets generic_nack and the link lives on', async t => {
  const { ana, customer, smsc } = await conversation(t)
  const nacked = new Promise(done => smsc.session.once('generic_nack', done))
  smsc.write(Buffer.from([0, 0, 0, 16, 0, 0, 0x0f, 0xff, 0, 0, 0, 0, 0, 0, 0, 77]))
  const nack = await nacked
  assert.equal(nack.sequence_number, 77)
  assert.equal(nack.command_status, 3)
  await customer.writes('still here')
  await ana.sees({ text: 'still here' })
  assert.equal(smsc.binds.length, 1)
})

test('enquire_link is answered', async t => {
  const { smsc } = await world(t, {})
  const answer = await smsc.send('enquire_link', {})
  assert.equal(answer.command, 'enquire_link_resp')
})

test('A refused bind is retried, and REST works meanwhile', async t => {
  const { ana, smsc, customer } = await conversation(t)
  smsc.answerBind = () => 0x0d
  await smsc.drop()
  await until(() => smsc.binds.length >= 3, 'further binds')
  await ana.says('meanwhile')
  smsc.answerBind = () => OK
  await customer.gets('meanwhile')
})

test('A link to nobody at all does not keep the server from starting and serving', async t => {
  const closed = net.createServer()
  await new Promise(done => closed.listen(0, '127.0.0.1', done))
  const port = closed.address().port
  await new Promise(done => closed.close(done))
  const { Server } = await import('../lib/server.mjs')
  const server = await Server.start({ users: { ana: { roles: ['agent'] } }, smsc: port })
  atEnd(t, () => server.end())
  assert.equal((await server.request('GET', '/me', { user: 'ana', password: 'pw-ana' })).code, 0)
})

test('No more submit_sm are unanswered at once than the link\'s window', async t => {
  const { ana, smsc, customer } = await conversation(t)
  smsc.answer = () => 'withhold'
  await ana.says('z'.repeat(153 * 14))
  await until(() => smsc.submits.length === 10, 'a full window')
  await ana.mark()
  assert.equal(smsc.submits.length, 10)
  smsc.answer = () => OK
  for (const submit of [...smsc.submits]) smsc.respond(submit)
  await customer.gets('z'.repeat(153 * 14))
})

test('A graceful stop unbinds', async t => {
  const { server, smsc } = await world(t, {})
  await server.stop()
  assert.equal(smsc.unbinds, 1)
})

test('One phone in each spelling is one contact: with a plus, 00, blanks, its type, and within the country of the link', async t => {
  const { ana, smsc } = await world(t, { agents: ['ana'], link: { country: 'CZ' } })
  const spellings = [['420600112301', 1], ['+420600112301', 0], ['420600112301', 0], ['00420600112301', 0], ['00420600112301', 1],
    ['420 600 112 301', 1], ['420600112301', 2], ['600112301', 2], ['600 112 301', 0]]
  for (const [from, ton] of spellings)
    assert.equal((await smsc.deliver({ from, source_addr_ton: ton, to: serviceNumber, text: `${from} ${ton}` })).command_status, OK)
  await ana.accepts()
  assert.equal((await ana.readsSession()).userData.PhoneNumber, '+420600112301')
  assert.deepEqual(texts(await ana.readsMessages()), spellings.map(([from, ton]) => `${from} ${ton}`))
})

for (const [alphabet, bytes] of [['latin1', Buffer.from('joe@example.com für', 'latin1')], ['ascii', Buffer.from('joe@example.com')]]) {
  test(`A link whose SMSC means ${alphabet} by data_coding 0 is read and written so`, async t => {
    const { ana, smsc } = await world(t, { agents: ['ana'], link: { alphabet } })
    await smsc.deliver({ from: '15551000001', to: serviceNumber, data_coding: 0, short_message: bytes })
    await ana.accepts()
    assert.deepEqual(texts(await ana.readsMessages()), [bytes.toString('latin1')])
    await ana.says(bytes.toString('latin1'))
    await until(() => smsc.submits.length === 1, 'the answer')
    const { pdu } = smsc.submits[0]
    assert.equal(pdu.data_coding, 0)
  })
}

test('With sms.plain-quotes a text with typographic signs goes as one SMS, and the transcript shows what was written', async t => {
  const { ana, customer, smsc } = await conversation(t, { config: { 'bootstrap.sms.plain-quotes': 'yes' } })
  const written = `We’ll send it tomorrow – between 9 and 12.\u00a0“Thank you” for your patience… ${'x'.repeat(60)}`
  await ana.says(written)
  await customer.gets(`We'll send it tomorrow - between 9 and 12. "Thank you" for your patience... ${'x'.repeat(60)}`)
  assert.equal(smsc.submits.length, 1)
  assert.equal((await ana.readsMessages()).at(-1).text, written)
})

test('Each link says with which types, plans, receipts and validity its carrier wants texts', async t => {
  const { ana, customer, smsc } = await conversation(t, { link: { 'source-ton': 0, 'source-npi': 6, 'destination-ton': 2,
    'destination-npi': 0, 'registered-delivery': 17 } })
  await ana.says('Good day')
  await customer.gets('Good day')
  const { pdu } = smsc.submits[0]
  assert.deepEqual([pdu.source_addr_ton, pdu.source_addr_npi, pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.registered_delivery],
    [0, 6, 2, 0, 17])
})

test('Opt-out words of the configured languages and phrases count, with accents or without', async t => {
  const { ana, smsc } = await world(t, { agents: ['ana'], config: { 'bootstrap.sms.languages': ['fr', 'cs'],
    'bootstrap.sms.stop-words': ['go away'] } })
  const words = ['arret', 'ARRÊT.', 'odhlásit', 'Go away!']
  for (const [i, text] of words.entries())
    await smsc.deliver({ from: `1555200000${i}`, to: serviceNumber, text })
  await until(() => smsc.submits.length === words.length, 'a confirmation each')
  await ana.seesNothing()
})

test('A sentence that may mean STOP is a text, and the operator lists and decides it', async t => {
  const w = await conversation(t)
  await w.customer.writes('Please stop texting me')
  await w.ana.sees({ text: 'Please stop texting me' })
  const list = await sotto(['optout', 'list', ...w.server.where()])
  assert.match(list.stdout, /15551000001 .*Please stop texting me/)
  const phone = list.stdout.split(' ')[0]
  assert.equal((await sotto(['optout', 'dismiss', phone, ...w.server.where()])).code, 0)
  assert.equal((await sotto(['optout', 'list', ...w.server.where()])).stdout, '')
  assert.equal((await sotto(['optout', 'accept', phone, ...w.server.where()])).code, 1)
  await w.customer.writes('Please stop!')
  await w.ana.sees({ text: 'Please stop!' })
  assert.equal((await sotto(['optout', 'accept', phone, ...w.server.where()])).code, 0)
  await w.ana.sees('LeftChat')
  assert.equal(w.smsc.submits.length, 0, 'it is not answered so late')
})

test('A STOP to one number of ours ends the conversation on another, whose transcript says why; START says so too', async t => {
  const w = await conversation(t, { queues: { sales: '5001' } })
  const writes = text => w.smsc.deliver({ from: w.customer.phone, to: '5001', text })
  await writes('STOP')
  await w.ana.sees('LeftChat')
  assert.match((await w.ana.readsMessages()).find(one => one.type === 'Notice').text, /no more messages \(STOP to another number/)
  await w.ana.completes()
  await w.customer.writes('One question though')
  await w.ana.accepts()
  assert.ok(!(await w.ana.readsSession()).capabilities.includes('SendMessage'))
  await writes('START')
  await w.ana.sees({ type: 'Notice' })
  assert.ok((await w.ana.readsSession()).capabilities.includes('SendMessage'))
})

test('HELP is answered once in ten minutes, so that two machines do not answer each other for ever', async t => {
  const { customer, smsc } = await world(t, { agents: ['ana'] })
  for (let i = 0; i < 10; i++) await customer.writes('HELP')
  await customer.writes('STOP')
  await until(() => smsc.submits.length === 2, 'the answer to HELP and the confirmation')
})
