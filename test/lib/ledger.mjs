// ledger.mjs - what the carrier and the clients were told, written down by themselves, and the questions that a server
// which was killed must answer to it. The server's own journal is no witness here.
//
// Everything has a place in one order: a count that grows with each start and each end of an operation. An operation
// without an answer ends with the kill (or with its broken connection): it may be done or not. One that was refused is
// not done. One that was answered is done, somewhere between its start and its end.

const maybe = op => op.result !== 'refused'
const done = op => op.result === 'done'

// How many answers to a part were lost, with binds and with processes; and how often it was sent then, at most.
const losses = part => (part?.attempts ?? 0) + (part?.lives ?? 0)
const isGivenUp = part => part?.attempts >= 2 || Boolean(part?.given_up)
const mostSent = part => losses(part) + (isGivenUp(part) ? 0 : 1)
const repeatMax = 3 // sms.repeat-max

// What must be so for ever of the parts of a text that was shown with that deliveryState.
const isFinal = part => ['delivered', 'expired', 'failed'].includes(part.state)
const reached = {
  queued: () => true,
  uncertain: parts => parts.some(part => losses(part) > 0),
  sent: parts => parts.length > 0 && parts.every(part => part.state === 'sent' || isFinal(part)),
  delivered: parts => parts.length > 0 && parts.every(part => part.state === 'delivered'),
  expired: parts => parts.some(part => part.state === 'expired'),
  failed: parts => parts.some(part => part.state === 'failed'),
}

// Texts carry the number by which they are known; each SMS of a long one does.
export const tokenIn = text => /q(\d+)\./.exec(text ?? '')?.[1]

export class Ledger {
  constructor() {
    this.clock = 0
    this.failures = []
    this.answers = 0           // operations that were answered as done
    this.checks = 0            // questions asked: each one could have failed
    this.counts = {}           // what happened, for the report
    this.drawn = 0
    this.texts = new Map()     // token: {token, text, kind: 'out'|'in', session, by, phone, op, acked, parts, copies}
    this.sent = new Map()      // session: texts that agents sent there
    this.people = new Map()    // name: {isAgent, isSupervisor, ops, orders, accepts}
    this.open = new Set()      // operations without an answer yet
    this.accepts = new Map()   // session: Accepts of agents that may be done
    this.takings = new Map()   // session: Completes that may be done
    this.ended = new Map()     // session: the Complete that was answered
    this.leavings = []         // EndContactCenterSessions that may be done
    this.shown = new Map()     // user: session: index: entry
    this.deliveries = new Map() // token: all deliveryStates that were shown
    this.receipts = new Map()   // message id of the carrier: must the server have known it?
    this.duties = new Set()    // deliveries and invitations that must come
  }

  tick() { return ++this.clock }

  counted(what, by = 1) { this.counts[what] = (this.counts[what] ?? 0) + by }

  fails(rule, what) {
    this.failures.push({ rule, ...what })
    console.log(`FAILURE ${rule}: ${JSON.stringify(what, (key, value) => value instanceof Map ? [...value] : value)}`)
  }

  holds(is, rule, what) {
    this.checks++
    if (!is) this.fails(rule, typeof what === 'function' ? what() : what)
    return is
  }

  meets(name, person) {
    this.people.set(name, { name, ops: [], orders: [], accepts: [], ...person })
  }

  // --- operations
  starts(name, operation, { session, target, mode, text } = {}) {
    const op = { name, operation, session, target, mode, text, start: this.tick(), end: Infinity, result: 'open' }
    const person = this.people.get(name)
    person.ops.push(op)
    this.open.add(op)
    // What may end an order: its cancellation, its successor, the supervisor's EndContactCenterSession.
    if (['Monitor', 'CancelSupervisorMonitoring', 'EndContactCenterSession'].includes(operation)) {
      for (const order of person.orders) {
        if ((target === undefined || order.target === target) && !order.until.some(done)) order.until.push(op)
      }
    }
    if (operation === 'Monitor') person.orders.push({ op, target, mode, until: [], used: null })
    if (operation === 'Accept' && person.isAgent) {
      add(this.accepts, session, op)
      person.accepts.push(op)
    }
    if (operation === 'Complete') add(this.takings, session, op)
    if (operation === 'EndContactCenterSession') this.leavings.push(op)
    if (text) {
      this.texts.get(text).op = op
      add(this.sent, session, this.texts.get(text))
    }
    return op
  }

  // answer: as rest.mjs gives it, or null: none came.
  ends(op, answer) {
    op.end = this.tick()
    this.open.delete(op)
    op.code = answer?.code
    op.result = !answer || answer.code === undefined ? 'unknown' : answer.code === 0 ? 'done' : 'refused'
    this.counted(op.result === 'done' ? `answered ${op.operation}` : op.result === 'unknown' ? 'unanswered' : 'refused')
    if (op.operation === 'CancelSupervisorMonitoring') this.#asksOrder(op)
    if (op.result !== 'done') return
    this.answers++
    if (op.operation === 'Complete' && !op.target) this.ended.set(op.session, op)
    // Who has both roles may have accepted as a supervisor.
    const { isAgent, isSupervisor } = this.people.get(op.name)
    if (op.operation === 'Accept' && isAgent && !isSupervisor) this.#owesDeliveries(op)
    if (op.operation === 'Invite') {
      this.duties.add({ name: op.target, session: op.session, since: op, kind: 'invitation' })
    }
  }

  // Texts of ours, each once: what an agent is about to send, what a customer is about to write.
  drawsText(kind, { session, by, phone, isLong = false }) {
    const token = String(++this.drawn)
    const text = isLong ? `q${token}. `.repeat(Math.ceil(170 / `q${token}. `.length))
      : `q${token}. ${kind === 'in' ? 'Hello' : 'Good day'}`
    this.texts.set(token, { token, text, kind, session, by, phone, acked: false, copies: new Map() })
    return this.texts.get(token)
  }

  // --- the carrier's side
  // A submit_sm that the carrier took. Gives how often it has that part now.
  carried(submit) {
    const token = tokenIn(submit.text), text = this.texts.get(token)
    this.holds(text?.kind === 'out' && submit.to === text.phone,
      'the carrier gets only what somebody sent, at the right phone', { text: submit.text, to: submit.to })
    if (!text) return 1
    const part = submit.part?.number ?? 1
    const copies = (text.copies.get(part) ?? 0) + 1
    text.copies.set(part, copies)
    this.counted(copies > 1 ? 'submit_sm twice' : 'submit_sm')
    this.holds(copies <= 1 + repeatMax, 'a text reaches the carrier once and some repeats', { token, part, copies })
    this.holds(text.op && maybe(text.op), 'what was refused does not reach the carrier', { token, op: text.op })
    return copies
  }

  acknowledged(text) {
    text.acked = true
    this.answers++
    this.counted('acknowledged deliver_sm')
  }

  // A receipt (delivered) that the carrier may forget.
  acknowledgedReceipt(id, isKnown) {
    this.receipts.set(id, isKnown || this.receipts.get(id))
    this.answers++
    this.counted('acknowledged receipts')
  }

  // --- orders
  // May this order have been in force at some time between start and end?
  #mayRule(order, { start, end }) {
    if (!maybe(order.op) || order.op.start > end) return false
    const over = order.until.find(op => done(op) || (op.operation === 'CancelSupervisorMonitoring' && op.code === 2))
    if (over && over.end < start) return false
    return !order.used || order.used.at > start
  }

  // A cancellation tells whether there was an order.
  #asksOrder(cancel) {
    const person = this.people.get(cancel.name)
    const orders = person.orders.filter(order => order.target === cancel.target)
    if (done(cancel)) {
      this.holds(orders.some(order => this.#mayRule(order, cancel)), 'an order that is over stays over',
        () => ({ cancel, orders: orders.slice(-3) }))
    } else if (cancel.code === 2) {
      this.holds(!orders.some(order => order.mode !== 'NextChat' && done(order.op) &&
        !order.until.some(op => op !== cancel && (maybe(op) || op.code === 2))),
      'an order that was answered is in force', () => ({ cancel, orders: orders.slice(-3) }))
    }
  }

  #surelyRules(order, accept) {
    if (!done(order.op) || order.op.end > accept.start) return false
    if (order.until.some(op => maybe(op) && op.start < accept.end)) return false
    if (order.mode !== 'NextChat') return true
    // Any Accept of that agent since, in whichever session, may have used it up.
    return !this.people.get(order.target).accepts.some(op => op !== accept && maybe(op) &&
      op.end > order.op.start && op.start < accept.end)
  }

  #owesDeliveries(accept) {
    for (const person of this.people.values()) {
      if (!person.isSupervisor || person.name === accept.name) continue
      const isOwed = person.orders.some(order => order.target === accept.name && this.#surelyRules(order, accept))
      if (isOwed) this.duties.add({ name: person.name, session: accept.session, since: accept, kind: 'delivery' })
    }
  }

  // Why a supervisor may be (or have been) delivered this session: by which Accepts, under which orders.
  #reasons(person, session, after) {
    const found = []
    for (const accept of this.accepts.get(session) ?? []) {
      if (!maybe(accept) || accept.end < after) continue
      for (const order of person.orders) {
        if (order.target === accept.name && this.#mayRule(order, accept)) found.push({ accept, order })
      }
    }
    return found
  }

  #lastOf(person, session, operations) {
    return person.ops.filter(op => done(op) && (op.session === session || op.operation === 'EndContactCenterSession') &&
      operations.includes(op.operation)).at(-1)
  }

  // A supervisor was shown a session as Invited. isNow: by a read that began after all that this user has done.
  #delivered(person, session, isNow) {
    const left = isNow ? this.#lastOf(person, session, ['Leave', 'Reject', 'EndContactCenterSession']) : null
    const reasons = this.#reasons(person, session, left?.start ?? 0)
    this.holds(reasons.length > 0, 'nobody is delivered a session without an order in force when its agent accepted',
      () => ({ name: person.name, session, left, orders: person.orders.slice(-3), accepts: this.accepts.get(session) }))
    const orders = [...new Set(reasons.map(one => one.order))]
    if (orders.length !== 1 || orders[0].mode !== 'NextChat') return
    const [order] = orders
    this.holds(!order.used || order.used.session === session, 'NextChat delivers one session',
      () => ({ name: person.name, session, order }))
    order.used ??= { session, at: this.tick() }
  }

  // --- what clients are shown
  // A notification of /v2/me/smssessions.
  notified(name, data) {
    const person = this.people.get(name)
    const session = data.smssession?.id ?? data.smssessionPath?.split('/').at(-1)
    this.counted('notifications')
    if (data.notificationType === 'StatusChange') {
      if (data.smssession.state === 'Invited') {
        this.#fulfils(name, session)
        if (!person.isAgent) this.#delivered(person, session, false)
      }
    } else if (data.messageType === 'MessageDeliveryUpdated') {
      for (const { index, deliveryState } of data.messages) {
        const entry = this.shown.get(name)?.get(session)?.get(index)
        const token = tokenIn(entry?.text)
        if (token) this.#delivery(token, deliveryState)
      }
    } else if (data.messages) {
      for (const entry of data.messages) this.#shows(person, session, entry)
    }
  }

  // GET messages: the whole of it. since: when the read began.
  readMessages(name, session, messages, since) {
    const person = this.people.get(name)
    const indexes = messages.map(one => one.index)
    this.holds(indexes.every((index, i) => index === i + 1), 'indexes are contiguous from 1 for each viewer',
      () => ({ name, session, indexes }))
    const tokens = new Map()
    for (const entry of messages) {
      this.#shows(person, session, entry)
      const token = tokenIn(entry.text)
      if (token) tokens.set(token, (tokens.get(token) ?? 0) + 1)
    }
    for (const [token, count] of tokens) {
      const text = this.texts.get(token)
      this.holds(count === 1, 'a text is in the transcript once', () => ({ name, session, token, count }))
      this.holds(text && (text.kind === 'in' || (text.session === session && maybe(text.op))),
        'only what was sent is in the transcript', () => ({ name, session, text }))
    }
    for (const [index, entry] of this.shown.get(name)?.get(session) ?? []) {
      if (entry.at > since) continue
      this.holds(index <= messages.length, 'what was shown once stays', () => ({ name, session, index, entry }))
    }
    return tokens
  }

  // ... and all that was answered in that session before the read began.
  readsAll(name, session, tokens, before) {
    for (const text of this.sent.get(session) ?? []) {
      if (!done(text.op) || text.op.end > before) continue
      this.holds(tokens.has(text.token), 'a text that was answered is in the transcript',
        () => ({ name, session, text }))
    }
  }

  #shows(person, session, entry) {
    const { deliveryState, ...rest } = entry
    const token = tokenIn(entry.text)
    if (token && deliveryState) this.#delivery(token, deliveryState)
    const sessions = this.shown.get(person.name) ?? new Map()
    this.shown.set(person.name, sessions)
    const entries = sessions.get(session) ?? new Map()
    sessions.set(session, entries)
    const before = entries.get(entry.index)
    if (!before) {
      entries.set(entry.index, { ...rest, at: this.tick(), json: JSON.stringify(rest) })
      return
    }
    this.holds(before.json === JSON.stringify(rest), 'an index shows the same entry for ever',
      () => ({ name: person.name, session, before: before.json, now: JSON.stringify(rest) }))
  }

  #delivery(token, state) {
    const states = this.deliveries.get(token) ?? new Set()
    this.deliveries.set(token, states.add(state))
  }

  // --- the questions after a restart, while nobody does anything
  // sessions: of GET /me/smssessions?fields=*; channel: the user's state.
  asked(name, sessions, channel) {
    const person = this.people.get(name)
    const listed = new Map(sessions.map(one => [one.id, one]))
    for (const [session, { state }] of listed) this.#mayBeIn(person, session, state)
    this.#mustBeIn(person, listed)
    this.#hasState(person, channel)
    for (const duty of this.duties) {
      if (duty.name === name && listed.has(duty.session)) this.duties.delete(duty)
    }
  }

  #fulfils(name, session) {
    for (const duty of this.duties) {
      if (duty.name === name && duty.session === session) {
        this.counted(`${duty.kind} came`)
        this.duties.delete(duty)
      }
    }
  }

  #mayBeIn(person, session, state) {
    const { name } = person
    this.holds(!this.ended.has(session), 'a Completed session stays over',
      () => ({ name, session, state, ended: this.ended.get(session) }))
    if (state === 'Chatting' || state === 'LeftChat') {
      // Who has both roles may reject an agent's invitation and go on watching.
      const isBoth = person.isAgent && person.isSupervisor
      const left = this.#lastOf(person, session, ['Complete', 'EndContactCenterSession',
        ...(state === 'Chatting' ? ['Leave', ...(isBoth ? [] : ['Reject'])] : [])])
      const isBack = person.ops.some(op => op.operation === 'Accept' && op.session === session && maybe(op) &&
        op.end > (left?.start ?? 0))
      this.holds(isBack, 'nobody is in a session that was left, or never entered',
        () => ({ name, session, state, left }))
    }
    if (state === 'LeftChat') {
      this.holds(person.ops.some(op => op.operation === 'Leave' && op.session === session && maybe(op)),
        'LeftChat is for who left', { name, session })
    }
    if (state === 'Invited' && !person.isAgent) this.#delivered(person, session, true)
    this.holds(['Invited', 'Chatting', 'LeftChat'].includes(state), 'only live sessions are listed',
      { name, session, state })
  }

  // Who accepted, and nothing has happened since that could have ended it, is there.
  #mustBeIn(person, listed) {
    const last = new Map()
    for (const op of person.ops) {
      if (op.operation === 'EndContactCenterSession' && maybe(op)) last.clear()
      if (['Accept', 'Leave', 'Complete', 'Reject'].includes(op.operation) && maybe(op)) last.set(op.session, op)
    }
    for (const [session, op] of last) {
      if (op.operation !== 'Accept' || !done(op) || this.#mayBeTaken(session, op, person)) continue
      this.holds(['Chatting', 'Invited'].includes(listed.get(session)?.state), 'who accepted is in the session',
        () => ({ name: person.name, session, op, state: listed.get(session)?.state }))
    }
  }

  // May somebody have taken the session away from this person since that operation began?
  #mayBeTaken(session, since, person) {
    if ((this.takings.get(session) ?? []).some(op => maybe(op) && op.end > since.start)) return true
    // A requeue takes it from supervisors as well.
    return person.isSupervisor && this.leavings.some(op => maybe(op) && op.end > since.start)
  }

  #hasState(person, { state, reason }) {
    const last = person.ops.filter(op => maybe(op) &&
      ['StartContactCenterSession', 'EndContactCenterSession', 'Ready', 'NotReady'].includes(op.operation)).at(-1)
    if (!last || !done(last)) return
    const is = {
      StartContactCenterSession: state !== 'LoggedOut',
      EndContactCenterSession: state === 'LoggedOut',
      Ready: state === 'Ready' || ['NoAnswer', 'ConnectionLost'].includes(reason),
      NotReady: state === 'NotReady',
    }[last.operation]
    this.holds(is, 'the state is what was answered last', () => ({ name: person.name, state, reason, last }))
  }

  // Everybody has been asked: no delivery and no invitation is missing.
  askedAll() {
    for (const duty of this.duties) {
      const { name, session, since } = duty
      const person = this.people.get(name)
      const isLater = op => maybe(op) && op.end > since.start
      const leaves = one => one.ops.some(op => ['Reject', 'Leave'].includes(op.operation) && op.session === session &&
        isLater(op))
      const isExcused = this.#mayBeTaken(session, since, person) || this.leavings.some(isLater) || leaves(person) ||
        // The last agent's Leave withdraws invitations.
        (duty.kind === 'invitation' && [...this.people.values()].some(leaves))
      this.counted(isExcused ? `${duty.kind} may have been withdrawn` : `${duty.kind} came`)
      this.holds(isExcused, `the ${duty.kind} comes`, () => ({ name, session, since, orders: person.orders.slice(-3) }))
    }
    this.duties.clear()
  }

  // --- all transcripts at once: {messages, sessions, parts, lost} as rows of the tables
  askedTables({ messages, sessions, parts, lost }, { isQuiet }) {
    const lostOf = new Map(lost.map(one => [`${one.outbound} ${one.part}`, one]))
    for (const part of parts) Object.assign(part, lostOf.get(`${part.outbound} ${part.part}`))
    const rows = new Map(), bySession = new Map(), partsOf = new Map()
    const states = new Map(sessions.map(one => [one.id, one.state]))
    for (const row of messages) {
      add(bySession, row.session, row)
      const token = row.type === 'Text' ? tokenIn(row.text) : undefined
      if (token) add(rows, token, row)
    }
    for (const part of parts) add(partsOf, part.outbound, part)
    for (const text of this.texts.values()) this.#askText(text, rows.get(text.token) ?? [], partsOf, isQuiet)
    for (const token of rows.keys()) {
      this.holds(this.texts.has(token), 'only what was sent is in a transcript', { token })
    }
    for (const [session, op] of this.ended) {
      const state = states.get(session)
      this.holds(state === 'ended', 'a Completed session is ended', { session, op, state })
    }
    for (const [session, entries] of bySession) this.#askNumbers(session, entries)
    for (const [name, shown] of this.shown) this.#askShown(name, shown, bySession)
    this.#askReceipts(parts)
  }

  // A crash may have made an id unknown; a receipt for it says nothing.
  #askReceipts(parts) {
    const states = new Map(parts.map(part => [part.smsc_id, part.state]))
    for (const [id, isKnown] of this.receipts) {
      const state = states.get(id)
      this.holds(state === 'delivered' || (!isKnown && state === undefined), 'what an acknowledged receipt says is there',
        () => ({ id, isKnown, state }))
    }
  }

  #askText(text, rows, partsOf, isQuiet) {
    const { token, kind, op, acked } = text
    const what = () => ({ text, rows })
    const is = count => this.holds(rows.length === count, `a text is in a transcript ${count ? 'exactly once' : 'never'}`, what)
    if (kind === 'in') {
      if (acked) is(1)
      else this.holds(rows.length <= 1, 'a text that was not acknowledged is there once at most', what)
      if (isQuiet) this.holds(acked || !text.isOffered, 'every deliver_sm is acknowledged in the end', () => ({ text }))
      return
    }
    if (op && done(op)) is(1)
    else if (!op || !maybe(op)) is(0)
    else this.holds(rows.length <= 1, 'a text that was not answered is there once at most', what)
    for (const row of rows) this.holds(row.session === text.session, 'a text is in its own session', what)
    const copies = [...text.copies]
    if (copies.length) this.holds(rows.length === 1, 'what reached the carrier is in a transcript', what)
    const parts = rows.length ? partsOf.get(rows[0].outbound) ?? [] : []
    for (const [number, count] of copies) {
      const part = parts.find(one => one.part === number)
      this.holds(count <= mostSent(part), 'a text reaches the carrier again only for an answer that was lost',
        () => ({ text, part, count }))
    }
    for (const state of this.deliveries.get(token) ?? []) {
      this.holds(!rows.length || reached[state](parts), 'a delivery state that was shown is reached',
        () => ({ text, state, parts }))
    }
    if (!isQuiet || !rows.length) return
    const isRefused = parts.some(one => one.state === 'failed')
    this.holds(copies.length > 0 || isRefused, 'every text leaves', () => ({ token, text, parts }))
    for (const part of parts.filter(isGivenUp)) {
      this.holds(text.copies.has(part.part), 'what is uncertain was on the wire', () => ({ token, text, part }))
    }
  }

  #askNumbers(session, entries) {
    let agent = 0, supervisor = 0
    const is = entries.every((row, i) => {
      agent += (row.audience & 2) !== 0
      supervisor += (row.audience & 4) !== 0
      return row.seq === i + 1 && row.agent_index === agent && row.supervisor_index === supervisor
    })
    this.holds(is, 'a transcript has no gaps', () => ({ session, rows: entries.map(row => row.seq) }))
  }

  // What was shown to whom has one role only: by that role's numbers.
  #askShown(name, shown, bySession) {
    const { isAgent, isSupervisor } = this.people.get(name)
    if (isAgent && isSupervisor) return
    const [bit, key] = isAgent ? [2, 'agent_index'] : [4, 'supervisor_index']
    for (const [session, entries] of shown) {
      const rows = new Map((bySession.get(session) ?? []).filter(row => row.audience & bit).map(row => [row[key], row]))
      for (const [index, entry] of entries) {
        const row = rows.get(index)
        this.holds(row && row.type === entry.type && row.nickname === entry.from.nickname &&
          (entry.text === undefined || row.text === entry.text), 'what a client was shown is there',
        () => ({ name, session, entry, row }))
      }
    }
  }
}

function add(map, key, value) {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
