// kills_carrier.mjs - the carrier of kills.mjs: keeps what was not acknowledged and delivers it again, with the same
// fields; answers what it gets, late, never or badly, as its dice say.
import { setTimeout as sleep } from 'node:timers/promises'
import { tokenIn } from '../lib/ledger.mjs'
import { BAD_DESTINATION, encode, OK, THROTTLED } from '../lib/smsc.mjs'

export const receiveWindow = 10 // smpp.receive-window: a carrier has no more unanswered deliver_sm than that

export class Carrier {
  constructor(run) {
    Object.assign(this, { run, smsc: run.smsc, dice: run.dice.fork(1), lost: [], unanswered: 0, isOpen: false, life: 0,
      withheld: new Set(), receipts: [] })
    this.smsc.answer = submit => this.#takes(submit)
  }

  // A bind came: first what may have been lost, in any order, then what is new. New texts before old ones, and another
  // crash, could push those out of the receive window.
  async begins() {
    const life = ++this.life
    const lost = this.lost
    this.lost = []
    if (this.dice.chance(0.4)) lost.sort(() => this.dice.below(3) - 1)
    if (lost.length) this.run.ledger.counted('deliver_sm again', lost.length)
    const texts = lost.filter(one => one.text), receipts = lost.filter(one => !one.text)
    await Promise.all(texts.map(one => this.#delivers(one)))
    if (life !== this.life) {
      this.lost.push(...receipts)
      return
    }
    this.isOpen = true
    for (const one of receipts.concat(this.lost.splice(0))) this.#delivers(one)
  }

  // The process is gone: whatever has no answer gets none.
  breaks() {
    this.isOpen = false
    this.life++
    for (const submit of this.withheld) this.run.ledger.counted('submit_sm without an answer', Number(Boolean(submit)))
    this.withheld.clear()
  }

  // For any text: a long one is two.
  get hasRoom() { return this.isOpen && this.isBound && this.unanswered < receiveWindow - 1 }

  get isBound() { return Boolean(this.smsc.session) }

  // parts: fields of one SMS, or of each part of a long text.
  async writes(text, parts) {
    text.isOffered = true
    this.unanswered += parts.length
    const items = parts.map(fields => ({ text, fields }))
    for (const item of items) item.of = items
    await Promise.all(items.map(item => this.#delivers(item)))
    this.unanswered -= parts.length
  }

  // Until it is answered, or the link breaks.
  async #delivers(item) {
    const { life } = this
    for (;;) {
      if (life !== this.life || !this.isBound) return this.lost.push(item)
      const { session } = this.smsc
      const answer = await this.smsc.deliver(item.fields)
      if (!answer) return this.lost.push(item)
      if (answer.command_status === OK) {
        item.isAcked = true
        if (item.text && item.of.every(part => part.isAcked)) this.run.ledger.acknowledged(item.text)
        // The server reads in order: of a text that was answered in the same bind it knows the id.
        if (item.receipt) this.run.ledger.acknowledgedReceipt(item.receipt.id, session === item.receipt.session)
        return
      }
      this.run.ledger.counted('deliver_sm refused')
      await sleep(this.dice.between(1, 20))
    }
  }

  // --- submit_sm
  #takes(submit) {
    const { run, dice } = this
    if (!tokenIn(submit.text)) return OK
    // later: throttled, a pause of the whole link.
    const fate = this.isPrompt ? 'now'
      : dice.weighed([[82, 'now'], [12, 'late'], [4, 'never'], [0.3, 'later'], [1.7, 'bad']])
    const isFirst = !run.ledger.texts.get(tokenIn(submit.text))?.copies.get(submit.part?.number ?? 1)
    if (isFirst && fate === 'later') return THROTTLED
    if (isFirst && fate === 'bad' && !submit.part) return BAD_DESTINATION
    const copies = run.ledger.carried(submit)
    if (copies > 1) this.#looks(submit)
    else if (fate === 'late') this.#answersLater(submit, dice.between(1, 400))
    else if (fate === 'never') this.withheld.add(submit)
    else {
      this.#owesReceipt(submit)
      return OK
    }
    return 'withhold'
  }

  async #answersLater(submit, ms) {
    this.withheld.add(submit)
    await sleep(ms)
    this.#answers(submit)
  }

  #answers(submit) {
    if (!this.withheld.delete(submit)) return
    if (submit.session.socket.destroyed) return
    this.smsc.respond(submit)
    this.#owesReceipt(submit)
  }

  // Before a second copy is answered its entry says so, to whoever can read it.
  async #looks(submit) {
    this.withheld.add(submit)
    await this.run.looksAtSecond(tokenIn(submit.text))
    this.#answers(submit)
  }

  #owesReceipt(submit) {
    if (!this.dice.chance(0.5)) return
    setTimeout(() => {
      const item = { receipt: submit, fields: receiptOf(submit) }
      if (this.isOpen) this.#delivers(item)
      else this.lost.push(item)
    }, this.dice.between(0, 300)).unref()
  }

  // Nothing is open any more but what waits for a new bind.
  answersAll() { for (const submit of [...this.withheld]) this.#answers(submit) }
}

function receiptOf(submit) {
  const text = `id:${submit.id} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:DELIVRD err:000 text:`
  return { from: submit.to, to: submit.from, esm_class: 4, data_coding: 0, short_message: Buffer.from(text, 'latin1') }
}

// A long text as two SMS.
export function partsOf({ token, text }, { from, to }) {
  const texts = [text.slice(0, 150), text.slice(150)]
  const header = i => Buffer.from([5, 0, 3, Number(token) & 255, texts.length, i + 1])
  return texts.map((one, i) => ({ from, to, esm_class: 0x40, data_coding: 0,
    short_message: Buffer.concat([header(i), encode(one).short_message]) }))
}
