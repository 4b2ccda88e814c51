// kills_words.mjs - the customer of kills.mjs who writes STOP and START, and nothing else.
//
// They come in turn, each when the one before was acknowledged: so no session opens, and the last one that was
// acknowledged holds. STOP is always the same text. A START that equals one of the last few might be taken for its copy
// after a kill (doc/decisions.md 6), so each is told from the others.
const refuser = '15553000099'

export class Words {
  constructor(ledger) {
    this.ledger = ledger
    this.nth = 0
    this.last = null   // {isStop, text, acked}
  }

  get isWaiting() { return this.last?.acked === false }

  // What the customer writes next: {text, fields}, for Carrier.writes.
  next(to) {
    const isStop = this.nth++ % 2 === 0
    const text = isStop ? 'STOP' : 'START' + '!'.repeat(1 + this.nth % 100)
    this.ledger.counted(isStop ? 'STOP' : 'START')
    this.last = { isStop, text, acked: false }
    return { text: this.last, fields: { from: refuser, to, text } }
  }

  // contacts: as rows of the tables.
  asked(contacts) {
    if (!this.last?.acked) return
    const { last } = this, hasOptedOut = contacts.find(one => one.phone.endsWith(refuser))?.opted_out === 1
    this.ledger.counted(`${last.isStop ? 'STOP' : 'START'} was the last word`)
    this.ledger.holds(hasOptedOut === last.isStop, 'the last word that was acknowledged holds', { last, hasOptedOut })
  }
}
