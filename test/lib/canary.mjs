// canary.mjs - words that must reach supervisors only, and all that everybody else got, searched for them.
//
// Who only supervises carries a token of its own in user name, first and last name and nicknames; beside it, its user
// id and every participantId of a silent party count. Kept is what came to users without the role supervisor, to
// requests without a login and to the carrier: each byte of each HTTP answer (Bayeux travels in them) of this process,
// each byte from a socket that a test opened by itself, each byte of each PDU. Server.end() and demo()'s end search it.
// Not searched: the log, the journal and the terminals of `sotto serve`, `demo` and `watch`. An operator reads the
// first ones and a supervisor the last; operators may know who supervises. No agent can read them.
import { randomBytes } from 'node:crypto'
import diagnostics from 'node:diagnostics_channel'

// What a user without the role supervisor may be told of one all the same. Here and nowhere else, by request.
export const exceptions = [
  // The directory: whoever is signed in may look up a user, and is told of that one who it is; of no other.
  { request: /^GET \/api\/v2\/(?:users|contacts)\/([^/? ]+)[? ]/, allows: (word, [, asked]) =>
    word.kind !== 'participantId' && [word.owner.name, word.owner.id].includes(decodeURIComponent(asked)) },
  // Its lists name everybody whose the centre is, whatever they do; the twins compare their bytes.
  { request: /^GET \/api\/v2\/(?:users|contacts|groups\/[^/? ]+\/(?:users|supervisors))[? ]/, allows: word => word.kind !== 'participantId' },
  // Who is in which group, as members and as supervisors: administrators' alone, which authorization.test.mjs asks.
  { request: /^(?:GET|POST) \/api\/v2\/assignments[? ]/, allows: word => word.kind !== 'participantId' },
  // The ledger: an auditor is told who watched others. That nobody else reads it, and no auditor of own work, is ledger.test.mjs's.
  { request: /^GET \/api\/v2\/ledger[? ]/, allows: word => word.kind !== 'participantId' },
]

// Kept until the end; what came before is searched then and there for the words known by then.
const KEPT_MAX = 64 * 1024 * 1024
const HITS_MAX = 20
const NICKNAME_CHARS_MAX = 64

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

// Twelve letters and digits that nothing else says: they need no escape in JSON, URLs, GSM 03.38 and UCS-2.
function newToken() { return 'zq' + [...randomBytes(10)].map(byte => letters[byte % letters.length]).join('') }

// Which canary hears what comes from this port of 127.0.0.1.
const byPort = new Map()

export class Canary {
  // users: as in a Server's settings, {name: {roles}}; joins: may be invited into sessions, as agents are, and is then seen. disguised: false where names cannot be chosen (the demo).
  constructor(users = {}, { disguised = true } = {}) {
    this.people = new Map()   // by the name by which they sign in: {name, id, roles, token, plain}
    this.words = new Map()    // lower case: {word, kind, owner}
    this.cookies = new Map()  // JSESSIONID: name
    this.kept = []            // {who, where, parts}
    this.size = 0
    this.lost = []            // hits in what is kept no more
    this.exceptions = exceptions
    this.keptMax = KEPT_MAX
    this.disguises = new Map()
    for (const [plain, { roles, joins = false }] of Object.entries(users)) {
      const token = disguised && !joins && roles.includes('supervisor') && !roles.includes('agent') ? newToken() : null
      const person = { plain, name: token ? `${plain}-${token}` : plain, roles, joins, token }
      this.people.set(person.name, person)
      this.disguises.set(plain, person)
      if (token) this.words.set(token, { word: token, kind: 'name', owner: person })
    }
  }

  // The name by which a user of the settings signs in, and any other name this user shall go by: `sam` is `sam-TOKEN`,
  // and as many characters long as before where more are not allowed.
  nameOf(plain) { return this.disguises.get(plain)?.name ?? plain }

  called(plain, name = plain) {
    const token = this.disguises.get(plain)?.token
    if (!token || !name) return name
    const chars = [...name], suffix = `-${token}`
    const room = chars.length + suffix.length > NICKNAME_CHARS_MAX ? chars.length - suffix.length : chars.length
    return chars.slice(0, Math.max(0, room)).join('') + suffix
  }

  at(...ports) {
    for (const port of ports) if (port) byPort.set(port, this)
  }

  // --- what came
  // A stream's bytes as they come, without taking them from whoever reads it.
  listens(stream, who, where) {
    const conversation = { who, where, parts: [] }
    tap(stream, part => this.hears(conversation, part))
    return conversation
  }

  whoIs(headers) { return whoIs(this, headers) }

  hears(conversation, part) {
    if (!conversation.parts.length) this.kept.push(conversation)
    conversation.parts.push(Buffer.from(part))
    this.size += part.length
    if (this.size > this.keptMax) this.#searchesNow()
  }

  // A conversation that goes on is kept again from here.
  forgets() {
    for (const one of this.kept) one.parts = []
    this.kept = []
    this.lost = []
    this.size = 0
  }

  #searchesNow() {
    const hits = this.hits().slice(0, HITS_MAX)
    this.forgets()
    this.lost = hits
  }

  // --- the words
  // Supervisors are told who watches: what they read teaches the ids that nobody else may read.
  learns(text) {
    let value
    try { value = JSON.parse(text) } catch { return }
    this.#walk(value)
  }

  #walk(value) {
    if (!value || typeof value !== 'object') return
    if (value.visibility === 'Supervisors' && value.participantId) {
      this.#adds(value.participantId, 'participantId', {})
    }
    if (value.userName && value.roles?.includes('ROLE_SUPERVISOR') && !value.roles.includes('ROLE_AGENT')) {
      const person = this.#meets(value)
      if (!person.joins) this.#adds(value.id, 'user id', person)
    }
    for (const one of Object.values(value)) this.#walk(one)
  }

  #meets({ userName, id, roles }) {
    let person = this.people.get(userName)
    if (!person) this.people.set(userName, person = { plain: userName, name: userName, token: null })
    person.roles ??= roles.map(role => role.slice('ROLE_'.length).toLowerCase())
    person.id = id
    return person
  }

  #adds(word, kind, owner) { this.words.set(word.toLowerCase(), { word, kind, owner }) }

  mayKnow(who) { return this.people.get(who)?.roles?.includes('supervisor') ?? false }

  // --- the search
  hits({ exceptions = this.exceptions } = {}) {
    const found = [...this.lost]
    for (const { who, where, parts } of this.kept) {
      if (this.mayKnow(who)) continue
      const text = Buffer.concat(parts).toString('latin1').toLowerCase()
      // UCS-2 and UTF-16 say each of our letters with a zero byte.
      for (const one of text.includes('\0') ? [text, text.replaceAll('\0', '')] : [text]) {
        for (const { at, word } of this.#wordsIn(one)) {
          if (isAllowed(exceptions, where, word)) continue
          found.push({ who: who ?? 'nobody in particular', where, word: word.word,
            what: `${word.kind} of ${word.owner.plain ?? 'a silent party'}`,
            excerpt: one.slice(Math.max(0, at - 80), at + 80) })
        }
      }
    }
    return found
  }

  // Tokens are few and looked for one by one; ids are many, so each run of hexadecimal digits is looked up.
  *#wordsIn(text) {
    for (const [key, word] of this.words) {
      if (word.kind !== 'name') continue
      const at = text.indexOf(key)
      if (at >= 0) yield { at, word }
    }
    for (const { 0: run, index } of text.matchAll(/[0-9a-f]{16,}/g)) {
      for (let i = 0; i + 16 <= run.length; i++) {
        const word = this.words.get(run.slice(i, i + 16)) ?? this.words.get(run.slice(i, i + 32))
        if (word) yield { at: index + i, word }
      }
    }
  }

  // Throws if anybody got what was not for them.
  check() {
    const hits = this.hits()
    if (!hits.length) return
    throw new Error(`what only supervisors may know reached others (${hits.length}):\n` + hits.slice(0, HITS_MAX)
      .map(({ who, what, word, where, excerpt }) => `  ${who} got the ${what}, ${word}, in ${where}:\n` +
        `    ${JSON.stringify(excerpt)}`).join('\n'))
  }

  // Checks and forgets: the end of a test, or of a round of a long one.
  end() {
    try {
      this.check()
    } finally {
      this.forgets()
    }
  }
}

function isAllowed(exceptions, where, word) {
  return exceptions.some(({ request, allows }) => {
    const match = request.exec(where)
    return match && allows(word, match)
  })
}

// Each part that arrives at a readable stream, before its reader has it.
function tap(stream, take, ended = () => {}) {
  const push = stream.push
  stream.push = function (part, ...rest) {
    if (part === null) ended()
    else if (part?.length) take(typeof part === 'string' ? Buffer.from(part) : part)
    return push.call(this, part, ...rest)
  }
}

export const canaryAt = port => byPort.get(port)

// Bytes from a port at which some server or some SMSC of a test listens.
export function listensAt(port, stream, who, where) { byPort.get(port)?.listens(stream, who, where) }

// --- HTTP: every answer that this process gets, whichever client asked
const answers = diagnostics.channel('http.client.response.finish')
answers.subscribe(({ request, response }) => {
  const canary = byPort.get(Number(/:(\d+)$/.exec(request.getHeader('host'))?.[1]))
  if (!canary) return
  const who = response.statusCode === 401 ? undefined : askedBy(canary, request)
  for (const line of response.headers['set-cookie'] ?? []) {
    const cookie = /^JSESSIONID=([^;]+)/.exec(line)?.[1]
    if (cookie && who) canary.cookies.set(cookie, who)
  }
  const body = []
  const isKept = !canary.mayKnow(who)
  const conversation = { who, where: `${request.method} ${request.path} (${response.statusCode})`, parts: [] }
  const head = [response.statusMessage, ...response.rawHeaders, '', ''].join('\r\n')
  if (isKept) canary.hears(conversation, Buffer.from(head))
  tap(response, part => isKept ? canary.hears(conversation, part) : body.push(part),
    () => { if (!isKept) canary.learns(Buffer.concat(body).toString()) })
})

const askedBy = (canary, request) =>
  whoIs(canary, { Authorization: request.getHeader('authorization'), Cookie: request.getHeader('cookie') })

// Who is behind a request: Basic decides, then the cookie. undefined: nobody in particular.
function whoIs(canary, { Authorization, Cookie }) {
  const basic = /^Basic (.*)$/.exec(Authorization ?? '')?.[1]
  if (basic) {
    const bytes = Buffer.from(basic, 'base64')
    for (const encoding of ['utf8', 'latin1']) {
      const name = bytes.toString(encoding).split(':')[0]
      if (canary.people.has(name)) return name
    }
    return bytes.toString('utf8').split(':')[0]
  }
  const cookie = /JSESSIONID=([^;]+)/.exec(Cookie ?? '')?.[1]
  return canary.cookies.get(cookie)
}
