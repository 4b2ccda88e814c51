// model.ts - what the page knows: who works here, the sessions, their lines. It changes by what the server tells, and
// says which part changed (topics.ts): 'me', 'line', 'sessions', and 'session ID' for one.
import { bayeux, get, operate, setWindowUser, signIn, whenSignedOut, type Answer, type Json } from './api'
import { keep, kept, type Audience } from './kept'
import { Line as ServerLine } from '../../packaging/npm/line.js'
import { readTime } from './time'
import { changed } from './topics'
import { place } from './views'

export interface Participant { type: 'Agent' | 'Customer', nickname: string, participantId: string, visibility?: string, path?: string }
export interface Entry {
  index: number, type: string, from: Participant, visibility: string, at: number
  text: string, delivery: string, erased: boolean
}
// A text on its way: shown at once, kept until the server has it or has refused it.
export interface Pending { key: string, text: string, audience: Audience, at: number, after: number, state: 'waiting' | 'sending' | 'sent' | 'refused', why: string }
export interface Hand { reason: string, comment: string, since: number }
export interface Me { id: string, userName: string, firstName: string, lastName: string, roles: string[] }
export type Mode = 'agent' | 'consult' | 'monitor' | 'coach' | 'barge'

const page = 200           // lines asked for at once
const textsAtOnce = 100    // of a session when it is first read
const most = 3_000, keepLines = 2_000  // lines that a page keeps of a session whose end is looked at; earlier ones are read again

export class Session {
  state = 'Invited'
  capabilities: string[] = []
  participants: Participant[] = []
  userData: Record<string, any> = {}
  received = 0
  answerBefore = 0
  supervised = false
  hand: Hand | null = null  // the own one, while it is raised
  lines: Entry[] = []       // contiguous
  first = 1                 // index of lines[0]
  isRead = false            // were lines read at all?
  waitingSince = 0          // the customer's oldest text without an answer
  unread = 0
  newFrom = 0               // the first line that was missed while the page was away
  jumpTo = 0                // the line to be shown first
  isPinned = true           // its end is looked at, or nothing: earlier lines may go
  lastAt = 0
  endedAt = 0
  typing = new Map<string, { nickname: string, until: number }>()
  pending: Pending[] = []
  constructor(readonly id: string) {
    this.pending = kept<Pending[]>(outboxKey(id), []).filter(one => one.state !== 'sent')
      .map(one => one.state === 'sending' ? { ...one, state: 'waiting' } : one)
  }

  get last() { return this.first + this.lines.length - 1 }
  get isLive() { return this.state === 'Invited' || this.state === 'Chatting' || this.state === 'LeftChat' }
  can(operation: string) { return this.capabilities.includes(operation) }

  // How this user is in the session: told by the own participation and by what may be switched to.
  get mode(): Mode {
    const own = this.participants.find(one => one.path === `/users/${desk.me?.id}`)
    if (own?.visibility === 'Supervisors' || (this.can('SwitchToCoach') && this.can('SwitchToBargeIn'))) return 'monitor'
    if (this.can('SwitchToMonitor')) return this.can('SwitchToCoach') ? 'barge' : 'coach'
    return own?.visibility === 'Agents' ? 'consult' : 'agent'
  }

  get phone() { return String(this.userData.PhoneNumber ?? '') }
  get title() {
    const name = [this.userData.FirstName, this.userData.LastName].filter(Boolean).join(' ')
    return name || phoneOf(this.phone) || this.id
  }
  // Agents and supervisors who are seen here, but for oneself.
  get others() { return this.participants.filter(one => one.type === 'Agent' && one.path !== `/users/${desk.me?.id}`) }
  get agent() { return this.participants.find(one => one.type === 'Agent' && one.visibility === 'All')?.nickname ?? '' }
}

// Numbers are shown in their international form; a sender that is a name stays one.
// Among words from right to left a number is still read from the left: a mark says so.
const fromLeft = () => document.documentElement.dir === 'rtl' ? '\u200E' : ''
export const phoneOf = (phone: string) => /^\+?\d{7,}$/.test(phone) ? `${fromLeft()}+${phone.replace('+', '')}` : phone

const outboxKey = (session: string) => `outbox ${desk.me?.id} ${session}`

export const desk = {
  me: null as Me | null,
  isSignedIn: false,         // false with a `me`: the login ended under the page, which waits for the password
  state: '', reason: '', stateSince: 0,
  sessions: new Map<string, Session>(),
  selected: '',
  line: { isUp: true, since: Date.now(), retryAt: 0 },
  back: null as null | { span: number, lines: number, sessions: number, first: string, line: number },
  skew: 0,
  wasRead: false,            // the sessions were read once
}

export const is = (role: 'AGENT' | 'SUPERVISOR' | 'ADMIN' | 'AUDITOR') => !!desk.me?.roles.includes('ROLE_' + role)
export const sessionOf = (id: string) => desk.sessions.get(id)

// What happened, for the bell and for whoever else wants to know; set by the page.
export const happenings = { invited: (_: Session) => {}, wrote: (_: Session, __: Entry) => {}, ended: (_: Session, __: Mode) => {} }

// --- the order in which a person should look at them: who waits longest first
export function inOrder(): Session[] {
  const rank = (s: Session) => s.state === 'Invited' ? 0 : s.isLive ? 1 : 2
  const place = (s: Session) => s.waitingSince || Number.MAX_SAFE_INTEGER - s.lastAt / 1e6
  return [...desk.sessions.values()].sort((a, b) => rank(a) - rank(b) || place(a) - place(b) || a.received - b.received)
}

// --- what the server tells
function entryOf(one: Json): Entry {
  return {
    index: one.index, type: one.type, from: one.from, visibility: one.visibility, erased: one.erased === true,
    at: Number(one.timestampSeconds), delivery: one.deliveryState ?? '', text: String(one.text ?? one.url ?? one.noticeText ?? ''),
  }
}

const isOwn = (one: Entry) => one.from.path === `/users/${desk.me?.id}`
const isSaid = (one: Entry) => one.type === 'Text' || one.type === 'PushUrl'

function follow(session: Session, one: Entry) {
  session.lastAt = Math.max(session.lastAt, one.at)
  if (!isSaid(one)) return
  if (one.from.type === 'Customer') session.waitingSince ||= one.at
  else if (one.visibility === 'All') session.waitingSince = 0
}

function typed(session: Session, one: Entry) {
  if (one.type === 'TypingStarted' && !isOwn(one) && one.from.type === 'Agent')
    session.typing.set(one.from.participantId, { nickname: one.from.nickname, until: Date.now() + 30_000 })
  else session.typing.delete(one.from.participantId)
}

function tellNews(session: Session, one: Entry) {
  if (!isSaid(one) || isOwn(one)) return
  if (!isLookedAt(session)) session.unread++
  happenings.wrote(session, one)
}

// What was missed, by session, in the order in which it was told: it is counted, and said once, when all of it is there.
const missed = new Map<string, { lines: number, first: number }>()

// isTold: by a replay, which tells what this window has not heard; else what stands behind the last line is news.
function miss(session: Session, entries: Entry[], isTold: boolean) {
  const news = entries.filter(one => (isTold || one.index > session.last) && isSaid(one) && !isOwn(one))
  if (!news.length) return
  const before = missed.get(session.id)
  missed.set(session.id, { lines: (before?.lines ?? 0) + news.length, first: before?.first ?? news[0]!.index })
  session.newFrom = before ? session.newFrom : news[0]!.index
  if (!isLookedAt(session)) session.unread += news.length
}

// Puts what is new behind what is there; false: something between is missing.
function append(session: Session, entries: Entry[], isNews: boolean): boolean {
  for (const one of entries) {
    if (!session.lines.length) session.first = one.index
    if (one.index > session.last + 1 && session.lines.length) return false
    if (one.index <= session.last) {
      const at = one.index - session.first
      if (at >= 0) session.lines[at] = one
      continue
    }
    session.lines.push(one)
    session.isRead = true
    follow(session, one)
    if (isNews) typed(session, one)
    settle(session, one)
    if (isNews) tellNews(session, one)
  }
  if (session.isPinned && session.lines.length > most) {
    session.first += session.lines.length - keepLines
    session.lines = session.lines.slice(-keepLines)
  }
  return true
}

export const isLookedAt = (session: Session) => desk.selected === session.id && !document.hidden

export function look(id: string) {
  const session = sessionOf(id), before = sessionOf(desk.selected)
  if (before && before !== session) before.newFrom = 0
  desk.selected = id
  if (session && !session.isRead && session.state !== 'Invited' && reads.get(session)?.isOver !== false) void readOn(session)
  if (session?.unread) {
    session.unread = 0
    changed('session ' + id)
  }
  changed('sessions')
}

function merge(id: string, told: Json): Session {
  let session = desk.sessions.get(id)
  if (!session) desk.sessions.set(id, session = new Session(id))
  const before = session.state, wasLive = session.isLive, mode = session.mode
  if (told.state) session.state = told.state
  if (told.capabilities) session.capabilities = told.capabilities
  else if (!session.isLive) session.capabilities = []
  if (told.capabilities || !session.isLive)
    session.hand = told.hand ? { reason: told.hand.reason ?? '', comment: told.hand.comment ?? '', since: readTime(told.hand.raisedDate) + desk.skew } : null
  if (told.participants?.length || session.state === 'Invited') session.participants = told.participants ?? []
  if (told.userData) session.userData = told.userData
  if (told.receivedDate) session.received = readTime(told.receivedDate)
  if (told.answerBefore) session.answerBefore = readTime(told.answerBefore) + desk.skew
  session.supervised = told.supervised === true || (told.supervised === undefined && session.supervised)
  if (wasLive && !session.isLive) {
    session.endedAt = Date.now()
    session.waitingSince = 0
    session.typing.clear()
    if (!isPast) happenings.ended(session, mode)
  }
  if (session.state === 'Invited' && before === 'Invited' && !session.lastAt) session.lastAt = Date.now()
  return session
}

function tellOf(session: Session) {
  changed('session ' + session.id)
  changed('sessions')
}

// Offered and withdrawn before it was answered: nothing of it is worth keeping.
function dropUnseen(session: Session) {
  if (!session.isLive && !session.isRead && session.id !== desk.selected) desk.sessions.delete(session.id)
  const done = [...desk.sessions.values()].filter(one => !one.isLive && one.id !== desk.selected).sort((a, b) => b.endedAt - a.endedAt)
  for (const old of done.slice(12)) desk.sessions.delete(old.id)
}

const touched = new Set<string>()  // told of while everything was being read
let isPast = false                 // what is heard was missed: nobody is called for it one by one

function heardState(told: Json) {
  // Of the past only that it is over; how things stand is read when all of it was heard.
  if (isPast && (!sessionOf(told.id)?.isLive || told.state === 'Invited' || told.state === 'Chatting')) return
  const isNew = !desk.sessions.has(told.id)
  const wasInvited = desk.sessions.get(told.id)?.state === 'Invited'
  const session = merge(told.id, told)
  touched.add(told.id)
  if (session.state === 'Invited' && (isNew || !wasInvited)) happenings.invited(session)
  dropUnseen(session)
  tellOf(session)
}

function heardLines(told: Json) {
  const id = String(told.smssessionPath).split('/').at(-1)!
  const session = desk.sessions.get(id)
  if (!session) return
  const entries: Entry[] = told.messages.map(entryOf)
  if (isPast) miss(session, entries, true)
  // Of a session of which nothing was read yet the end is read, not what stands alone in its middle.
  if (!session.lines.length && entries[0]!.index > 1) {
    if (isPast) return
    for (const one of entries) tellNews(session, one)
    void readOn(session)
  } else if (!append(session, entries, !isPast)) void readOn(session)
  tellOf(session)
}

function heardDelivery(told: Json) {
  const id = String(told.smssessionPath).split('/').at(-1)!
  const session = desk.sessions.get(id)
  for (const one of told.messages) {
    const line = session?.lines[one.index - session.first]
    if (line) session!.lines[one.index - session!.first] = { ...line, delivery: one.deliveryState }
  }
  if (session) changed('session ' + id)
}

function takeChannels(channels: Json[]) {
  const state = channels.find(one => one.channel === 'smssession')?.userState
  if (!state) return
  if (state.state !== desk.state || (state.reason ?? '') !== desk.reason) desk.stateSince = Date.now()
  desk.state = state.state
  desk.reason = state.reason ?? ''
  changed('me')
}

// Topics of other parts of the page (supervisor's, lists), and what these read whenever the line comes up.
export const ears = new Map<string, (data: Json, isMissed: boolean) => void>()
export const readers: (() => Promise<void>)[] = []

function heard(channel: string, data: Json, isMissed: boolean) {
  isPast = isMissed
  if (data.messageType === 'SMSsessionStateChangeMessage' && data.smssession) heardState(data.smssession)
  else if (data.messageType === 'MessageLogUpdated') heardLines(data)
  else if (data.messageType === 'MessageDeliveryUpdated') heardDelivery(data)
  else if (data.channels) takeChannels(data.channels)
  ears.get(channel)?.(data, isMissed)
  isPast = false
}

// --- reading
const path = (id: string) => `/me/smssessions/${id}`

// What came after the last line that is there; of a session not read yet, its end.
interface Read { began: number, done: Promise<void>, isOver: boolean }
const reads = new WeakMap<Session, Read>()
function readOn(session: Session, wasAway = false) {
  const read: Read = { began: performance.now(), isOver: false, done: readToEnd(session, wasAway).finally(() => { read.isOver = true }) }
  reads.set(session, read)
  return read.done
}

async function readToEnd(session: Session, wasAway: boolean) {
  for (;;) {
    const query = session.lines.length ? `startIndex=${session.last + 1}&count=${page}` : `last=${textsAtOnce}`
    const answer = await get(`${path(session.id)}/messages?${query}`)
    if (!answer.ok) return
    const entries: Entry[] = answer.body.messages.map(entryOf)
    const isFirst = !session.lines.length
    if (!isFirst && wasAway) miss(session, entries, false)
    append(session, entries, !isFirst && !wasAway)
    session.isRead = true
    tellOf(session)
    if (isFirst || entries.length < page) break
  }
}

// Earlier lines, when somebody scrolls up to them.
const reading = new Set<Session>()
export async function readBack(session: Session) {
  if (session.first <= 1 || reading.has(session)) return
  reading.add(session)
  const start = Math.max(1, session.first - page)
  const answer = await get(`${path(session.id)}/messages?startIndex=${start}&count=${session.first - start}`)
  reading.delete(session)
  if (!answer.ok || !answer.body.messages.length) return
  const entries: Entry[] = answer.body.messages.map(entryOf)
  if (entries.at(-1)!.index !== session.first - 1) return
  session.lines = [...entries, ...session.lines]
  session.first = entries[0]!.index
  changed('session ' + session.id)
}

function takeSessions(list: Json[]) {
  const there = new Set(list.map(one => one.id))
  for (const one of list) {
    const before = sessionOf(one.id)?.state
    const session = merge(one.id, one)
    if (session.state === 'Invited' && before !== 'Invited') happenings.invited(session)
    changed('session ' + one.id)
  }
  for (const session of desk.sessions.values()) {
    if (there.has(session.id) || !session.isLive) continue
    merge(session.id, { state: 'Completed' })
    dropUnseen(session)
    changed('session ' + session.id)
  }
  changed('sessions')
}

// All as it is now. After a replay little of it is new: what nobody keeps, or nobody is told any more.
async function sync(awayFor: number) {
  const began = performance.now()
  for (const read of readers) void read()
  touched.clear()
  const answer = await get('/me?subresources=*')
  if (!answer.ok) return
  takeChannels(answer.body.user.channels ?? [])
  takeSessions(answer.body.user.smssessions ?? [])
  desk.wasRead = true
  changed('me')
  // What was told of while this was on its way may be newer than it.
  for (const id of touched) {
    const one = await get(path(id))
    if (one.ok) { merge(id, one.body.smssession); tellOf(sessionOf(id)!) }
  }
  const live = inOrder().filter(one => one.isLive && one.state !== 'Invited')
  const chosen = live.findIndex(one => one.id === desk.selected)
  if (chosen > 0) live.unshift(...live.splice(chosen, 1))
  // One that somebody looked at meanwhile is being read, or was: the line was up by then. Where the first answer is on its
  // way, what came behind it is asked for.
  for (const session of live) {
    const read = reads.get(session), isEnough = read && read.began >= began
    if (isEnough || !session.isRead) await read?.done
    if (!isEnough) await readOn(session, true)
  }
  tellMissed(awayFor)
  for (const session of desk.sessions.values()) void flush(session)
}

const shortest = 3_000   // ms: nobody was away
function tellMissed(awayFor: number) {
  const there = [...missed].filter(([id]) => sessionOf(id)?.isLive)
  if (awayFor > shortest && there.length) {
    const [id, one] = there[0]!
    desk.back = { span: awayFor, lines: there.reduce((sum, [, each]) => sum + each.lines, 0), sessions: there.length, first: id, line: one.first }
    changed('line')
  }
  missed.clear()
}

// To the first line that was missed.
export async function toFirstMissed() {
  const back = desk.back, session = back && sessionOf(back.first)
  if (!session) return
  for (let first = 0; session.first > back.line && session.first !== first;) { first = session.first; await readBack(session) }
  session.jumpTo = Math.max(back.line, session.first)
  changed('session ' + session.id)
}

// --- the line
const placeKey = () => `place ${desk.me?.id}`
const server = new ServerLine({
  post: bayeux,
  ears: {
    up() {
      desk.line = { isUp: true, since: Date.now(), retryAt: 0 }
      changed('line')
    },
    heard,
    caughtUp: awayFor => void sync(awayFor),
    down(retryAt) {
      desk.line = { isUp: false, since: desk.line.isUp ? Date.now() : desk.line.since, retryAt }
      changed('line')
    },
    signedOut: () => void signedOut(),
  },
  keeper: {
    // This window's: another one of the same user has heard what it has heard.
    load() { try { return JSON.parse(sessionStorage.getItem(placeKey()) ?? 'null') } catch { return null } },
    save(place) { try { sessionStorage.setItem(placeKey(), JSON.stringify(place)) } catch { /* a reload reads all anew */ } },
  },
})
export const tryNow = () => server.now()

// A server that was started anew knows no logins. A page that lost it just now signs in again by itself, with what its
// user typed here, which no storage ever sees; a login that ended by its idle time asks the person.
let secret = ''
export const rememberWhileOpen = (password: string) => { secret = password }
const justNow = 10 * 60_000

async function signedOut() {
  if (!desk.isSignedIn) return
  desk.isSignedIn = false
  server.stop()
  const wasCut = !desk.line.isUp && Date.now() - desk.line.since < justNow
  if (wasCut && secret) {
    const answer = await signIn(desk.me!.userName, secret)
    if (answer.ok) { await enter(answer.body.user); return }
    if (answer.lost) { desk.isSignedIn = true; server.start(); return }
  }
  desk.line = { ...desk.line, isUp: true }
  changed('line')
  changed('me')
}
whenSignedOut(() => void signedOut())

// That one works here; what needs it waits, as a click on Ready that is quicker than the server.
let started: Promise<unknown> = Promise.resolve()

// Whom the answer to GET /me tells of works here now.
export async function enter(user: Json, date?: string) {
  const isSame = desk.me?.id === user.id
  if (desk.me && !isSame) { location.reload(); return }
  desk.me = user as Me
  desk.isSignedIn = true
  if (date) desk.skew = Math.abs(Date.now() - Date.parse(date)) > 2_000 ? Date.now() - Date.parse(date) : 0
  setWindowUser(user.id)
  try { sessionStorage.setItem('user', user.id) } catch { /* the next reload asks again */ }
  keep('user', user.id)
  takeChannels(user.channels ?? [])
  takeSessions(user.smssessions ?? [])
  changed('me')
  // What will be looked at is read at once; the line finds what comes meanwhile.
  const first = sessionOf(place().id) ?? inOrder().find(one => one.isLive && one.state !== 'Invited')
  if (first && !first.isRead) void readOn(first)
  server.start()
  if (is('AGENT') || is('SUPERVISOR')) started = operate('/me', 'StartContactCenterSession', { channels: ['smssession'] })
  await started
}

export async function leave() {
  server.stop()
  await operate('/me', 'EndContactCenterSession')
  try { for (const key of ['user', placeKey()]) sessionStorage.removeItem(key) } catch { /* it was not kept */ }
  keep('user', null)
  location.hash = ''
  location.reload()
}

// --- deeds
export function act(session: Session, operation: string, parameters: Json = {}): Promise<Answer> {
  return operate(path(session.id), operation, parameters)
}
// A conversation that begins here; the key tells the server of a repetition.
export const create = (phoneNumber: string, queueName: string, text: string, key: string) =>
  operate('/me/smssessions', 'Create', { phoneNumber, queueName, text }, key)
export async function changeState(operation: string, parameters: Json = {}): Promise<Answer> {
  await started
  return operate('/me/channels/smssession', operation, parameters)
}

function keepOutbox(session: Session) {
  keep(outboxKey(session.id), session.pending.length ? session.pending : null)
  changed('session ' + session.id)
}

// A text that came back as an entry is on its way no more.
function settle(session: Session, one: Entry) {
  if (!isSaid(one) || !isOwn(one)) return
  const at = session.pending.findIndex(p => p.text === one.text && p.state !== 'refused' && one.index > p.after)
  if (at < 0) return
  session.pending.splice(at, 1)
  keepOutbox(session)
}

export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`

export function say(session: Session, text: string, audience: Audience) {
  const key = newKey()
  session.pending.push({ key, text, audience, at: Date.now(), after: session.last, state: 'waiting', why: '' })
  keepOutbox(session)
  if (!desk.isSignedIn) changed('said-signed-out')
  void flush(session)
}

const isUnsent = (one: Pending) => one.state === 'waiting' || one.state === 'sending'

export const isSomethingUnsent = () => [...desk.sessions.values()].some(session => session.pending.some(isUnsent))

// One after the other, so that they arrive in order; once each: the key tells the server of a repetition, and whoever
// does not know keys has shown the entry by the time that the line is up again.
async function flush(session: Session) {
  for (;;) {
    const one = session.pending.find(isUnsent)
    if (one?.state !== 'waiting' || !desk.line.isUp || !desk.isSignedIn || !session.isLive) return
    one.state = 'sending'
    changed('session ' + session.id)
    const operation = one.audience === 'Agents' ? 'SendToAgents' : 'SendMessage'
    const answer = await operate(path(session.id), operation, { text: one.text }, one.key)
    if (answer.ok) one.state = 'sent'
    else if (answer.lost || answer.code === 4 || answer.code === 20) one.state = 'waiting'
    else { one.state = 'refused'; one.why = answer.message }
    keepOutbox(session)
    if (one.state === 'waiting') await new Promise(done => setTimeout(done, 1_500))
    // It goes when it comes as an entry; should that never be, it is not sent again.
    if (one.state === 'sent') setTimeout(() => takeBack(session, one), 5_000)
  }
}

export function takeBack(session: Session, one: Pending) {
  if (!session.pending.includes(one)) return
  session.pending = session.pending.filter(p => p !== one)
  keepOutbox(session)
}

export function forget(session: Session) {
  desk.sessions.delete(session.id)
  changed('sessions')
}
