// smsc.mjs - the carrier: an SMSC made of npm's `smpp`, to which the server binds.
import { createRequire } from 'node:module'
import assert from 'node:assert/strict'
import { listensAt } from './canary.mjs'
import { until } from './wait.mjs'

const smpp = createRequire(import.meta.url)('smpp')

export const OK = 0
export const SYSTEM_ERROR = 8 // ESME_RSYSERR
export const QUEUE_FULL = 0x14 // ESME_RMSGQFUL
export const THROTTLED = 0x58 // ESME_RTHROTTLED
export const BAD_DESTINATION = 0x0b // ESME_RINVDSTADR

const UCS2 = 8
const UDH = 0x40
const RECEIPT = 0x04

export class Smsc {
  constructor() {
    this.binds = []     // every bind that came: {pdu, session, at}
    this.sessions = []  // sockets that are open, bound ones last
    this.submits = []   // every submit_sm: {pdu, from, to, text, udh, coding, id, answered}
    this.nextId = 0
    // What to answer to a submit_sm: a command_status, or 'withhold'. Tests replace it.
    this.answer = () => OK
    // What to answer to a bind: a command_status, 'garbage', or 'silence'.
    this.answerBind = () => OK
  }

  static async start() {
    const smsc = new Smsc()
    await smsc.listen(0)
    return smsc
  }

  async listen(port) {
    this.server = smpp.createServer(session => this.#welcome(session))
    this.server.on('error', () => {})
    await new Promise((done, fail) => {
      this.server.once('error', fail)
      this.server.listen(port, '127.0.0.1', done)
    })
    this.port = this.server.address().port
  }

  #welcome(session) {
    listensAt(this.port, session.socket, 'the carrier', 'the SMPP link')
    this.sessions.push(session)
    session.on('error', () => {})
    session.on('close', () => { this.sessions = this.sessions.filter(one => one !== session) })
    session.on('pdu', pdu => this.#receive(session, pdu))
  }

  #receive(session, pdu) {
    switch (pdu.command) {
    case 'bind_transceiver':
    case 'bind_receiver':
    case 'bind_transmitter':
      return this.#bind(session, pdu)
    case 'enquire_link':
      return session.send(pdu.response())
    case 'unbind':
      this.unbinds = (this.unbinds ?? 0) + 1
      session.send(pdu.response())
      return session.close()
    case 'submit_sm':
      return this.#submit(session, pdu)
    default:
      if (pdu.command === 'unknown') session.send(pdu.response())
    }
  }

  #bind(session, pdu) {
    const answer = this.answerBind(pdu)
    this.binds.push({ pdu, session })
    if (answer === 'silence') return
    if (answer === 'garbage') return session.socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\nwhat is this\r\n'))
    session.send(pdu.response({ command_status: answer, system_id: 'testsmsc' }))
    if (answer !== OK) return
    session.bound = pdu.command !== 'bind_transmitter' // as that it is sent nothing
  }

  #submit(session, pdu) {
    const submit = { pdu, session, from: pdu.source_addr, to: pdu.destination_addr, coding: pdu.data_coding,
      ...content(pdu), id: `m${++this.nextId}`, answered: false }
    this.submits.push(submit)
    const answer = this.answer(submit)
    if (answer !== 'withhold') this.respond(submit, answer)
  }

  // Answers a submit_sm that was withheld.
  respond(submit, status = OK) {
    submit.answered = true
    submit.session.send(submit.pdu.response({ command_status: status, message_id: status === OK ? submit.id : '' }))
  }

  get session() { return this.sessions.find(session => session.bound) }

  // Waits until the server is bound (again: pass how many binds there must have been).
  async bound(count = 1) {
    await until(() => this.binds.length >= count && this.session, `bind number ${count}`)
    return this.session
  }

  // A customer's SMS as one deliver_sm. Resolves with its response, i.e. once the server has it on disk.
  // resolves null if the link breaks first.
  deliver(message) { return this.send('deliver_sm', this.#fields(message)) }

  #fields({ from, to, text, short_message, data_coding = 0, esm_class = 0, ...rest }) {
    const coded = short_message ? { data_coding, short_message } : encode(text)
    return { source_addr: from, destination_addr: to, esm_class,
      ...coded, ...rest }
  }

  // A deliver_sm whose bytes the test decides: `behind` stands behind short_message, `length` is its length octet.
  // Resolves with the response.
  async deliverBytes({ from, to, text = '', behind = Buffer.alloc(0), esm_class = 0, length }) {
    const session = await this.bound()
    const message = Buffer.from(text, 'latin1')
    const body = Buffer.concat([Buffer.from([0, 0, 0]), Buffer.from(`${from}\0`), Buffer.from([0, 0]), Buffer.from(`${to}\0`),
      Buffer.from([esm_class, 0, 0, 0, 0, 0, 0, 0, 0, length ?? message.length]), message, behind])
    return this.sendBytes(session, 0x00000005, body)
  }

  // Any request; resolves with what answers its sequence number.
  sendBytes(session, command, body) {
    const header = Buffer.alloc(16), sequence = 0x10000000 + (this.raw = (this.raw ?? 0) + 1)
    for (const [i, value] of [16 + body.length, command, 0, sequence].entries()) header.writeUInt32BE(value, 4 * i)
    return new Promise(done => {
      const look = pdu => {
        if (pdu.sequence_number !== sequence) return
        session.off('pdu', look)
        done(pdu)
      }
      session.on('pdu', look)
      session.socket.once('close', () => done(null))
      session.socket.write(Buffer.concat([header, body]))
    })
  }

  // A long text in parts, in the given order (default: as they come). Resolves with all responses.
  deliverParts({ from, to, texts, reference, order }) {
    const sent = (order ?? texts.map((_, i) => i)).map(i => {
      const { data_coding, short_message } = encode(texts[i])
      const udh = Buffer.from([5, 0, 3, reference & 255, texts.length, i + 1])
      return this.deliver({ from, to, data_coding, esm_class: UDH, short_message: Buffer.concat([udh, short_message]) })
    })
    return Promise.all(sent)
  }

  async send(command, fields) {
    const session = await this.bound()
    return new Promise(done => {
      session.socket.setMaxListeners(0)
      session.socket.once('close', () => done(null))
      session[command](fields, done)
    })
  }

  // The line breaks right behind a deliver_sm. The server stands still meanwhile, so both are there when it looks:
  // it cannot have written the response before the bind ended.
  async deliverAndBreak(server, { from, to, text }) {
    const session = await this.bound()
    const closed = new Promise(done => session.socket.once('close', done))
    server.child.kill('SIGSTOP')
    session.bound = false
    session.deliver_sm(this.#fields({ from, to, text }))
    session.socket.resetAndDestroy()
    await closed
    server.child.kill('SIGCONT')
  }

  // The delivery receipt of a submit_sm. stat: DELIVRD, EXPIRED, UNDELIV, REJECTD, ACCEPTD ...
  receipt(submit, stat = 'DELIVRD', { how = 'text' } = {}) {
    const states = { ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8 }
    const text = `id:${submit.id} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:${stat} err:000 text:`
    const tlvs = how === 'tlv' ? { receipted_message_id: submit.id, message_state: states[stat] } : {}
    return this.deliver({ from: submit.to, to: submit.from, esm_class: RECEIPT, data_coding: 0,
      short_message: Buffer.from(how === 'tlv' ? 'receipt' : text, 'latin1'), ...tlvs })
  }

  // Whole texts that reached this phone, long ones joined; an incomplete one is left out.
  textsTo(phone) {
    const whole = [], open = new Map()
    for (const submit of this.submits.filter(one => one.to === phone)) {
      if (!submit.part) { whole.push(submit.text); continue }
      const key = `${submit.part.reference}/${submit.part.total}`
      const parts = open.get(key) ?? new Map()
      parts.set(submit.part.number, submit.text)
      open.set(key, parts)
      if (parts.size < submit.part.total) continue
      whole.push([...parts.entries()].sort((a, b) => a[0] - b[0]).map(([, text]) => text).join(''))
      open.delete(key)
    }
    return whole
  }

  async customerGets(phone, text) {
    await until(() => this.textsTo(phone).includes(text),
      () => `the text ${JSON.stringify(text.slice(0, 60))} at ${phone}; there: ${JSON.stringify(this.textsTo(phone)).slice(0, 500)}`)
  }

  // The link breaks without a word.
  async drop() {
    const open = [...this.sessions]
    await Promise.all(open.map(session => new Promise(done => {
      if (session.socket.destroyed) return done()
      session.socket.once('close', done)
      session.socket.destroy()
    })))
  }

  write(bytes) {
    assert.ok(this.session, 'nobody is bound')
    this.session.socket.write(bytes)
  }

  async end() {
    if (!this.server) return
    const closed = new Promise(done => this.server.close(done))
    for (const session of this.sessions) session.socket.destroy()
    await closed
    this.server = null
  }
}

// An optional parameter; with another length than its value has, it is a lie.
export function parameter(tag, value, length = value.length) {
  const header = Buffer.alloc(4)
  header.writeUInt16BE(tag, 0)
  header.writeUInt16BE(length, 2)
  return Buffer.concat([header, Buffer.from(value)])
}

// GSM 03.38 where that holds the text, else UCS-2; unpacked, as SMPP carries it.
export function encode(text) {
  const { ASCII, UCS2: ucs2 } = smpp.encodings
  if (ASCII.match(text)) return { data_coding: 0, short_message: ASCII.encode(text) }
  return { data_coding: UCS2, short_message: ucs2.encode(text) }
}

// What a submit_sm carries: {text, udh, part}.
function content(pdu) {
  const { message, udh } = pdu.short_message ?? {}
  const element = (udh ?? []).find(one => one[0] === 0 || one[0] === 8)
  const part = element && (element[0] === 0
    ? { reference: element[2], total: element[3], number: element[4] }
    : { reference: element.readUInt16BE(2), total: element[4], number: element[5] })
  return { text: typeof message === 'string' ? message : message?.toString('latin1'), udh, part }
}
