// line.js - the line to the server (Bayeux, long-polling), of the desk too: kept up, or said to be down. Whenever it comes up anew it goes
// on behind the last notification that was heard (durable replay), also after a reload, a sleep, a restart of the server.
// What the server does not keep any more the caller finds by reading how things stand. Of a page, and of Node.

const answers = 30_000         // the server answers a poll by then
const dead = answers + 5_000   // a poll without an answer for so long, by the clock on the wall: a machine that slept has
                               // a connection that only looks alive, and its timers stood still with it
const firstPause = 500, longestPause = 5_000
const heartbeat = 500, asleep = 15_000
const quiet = 1_500            // ms without a word in which a replay is over whose last numbers are missing

const isPage = typeof document !== 'undefined'

export class Line {
  #post
  #ears
  #keeper
  #topic
  #place = null
  #upTo = -1                   // missed are the numbers up to this one; -1: all that was missed is there
  #quiet = undefined
  #away = 0                    // since when; 0: not away
  #clientId = ''
  #running = false
  #pause = firstPause
  #isDown = false
  #asked = 0                   // when the request was sent that is on its way; 0: none is
  #abort = new AbortController()
  #wake = () => {}
  #beat = undefined
  #beatAt = 0

  // As line.d.ts says.
  constructor({ post, ears, keeper, topic = '/v2/me/*' }) {
    this.#post = post
    this.#ears = ears
    this.#keeper = keeper
    this.#topic = topic
  }

  start() {
    if (this.#running) return
    this.#running = true
    if (!this.#place) {
      this.#place = this.#keeper.load()
      this.#away = this.#place?.at ?? 0
    }
    if (isPage) {
      addEventListener('online', this.now)
      addEventListener('pagehide', this.#hide)
      document.addEventListener('visibilitychange', this.#shown)
    }
    this.#beatAt = Date.now()
    this.#beat = setInterval(this.#look, heartbeat)
    void this.#run()
  }

  stop() {
    this.#running = false
    clearInterval(this.#beat)
    clearTimeout(this.#quiet)
    if (isPage) {
      removeEventListener('online', this.now)
      removeEventListener('pagehide', this.#hide)
      document.removeEventListener('visibilitychange', this.#shown)
    }
    this.#leaves(Date.now())
    this.#clientId = ''
    this.#abort.abort()
    this.#wake()
  }

  // Try again at once.
  now = () => { this.#pause = firstPause; this.#wake() }
  #shown = () => { if (!document.hidden) { this.#look(); if (this.#isDown) this.now() } }
  #hide = () => { if (this.#place) this.#keeper.save({ id: this.#place.id, at: this.#away || Date.now() }) }

  // Timers of pages that nobody sees come once a minute: only a poll that should have been answered tells of a sleep.
  #look = () => {
    const now = Date.now(), before = this.#beatAt
    this.#beatAt = now
    if (this.#asked && now - this.#asked > dead) {
      this.#leaves(before)
      this.#pause = 0
      this.#abort.abort()
    } else if (this.#isDown && now - before > asleep) this.now()
  }

  #leaves(at) { this.#away ||= at }

  async #send(messages) {
    this.#abort = new AbortController()
    this.#asked = Date.now()
    try {
      const reply = await this.#post(messages, this.#abort.signal)
      if (reply.status === 401) throw new SignedOut()
      if (reply.status >= 500) throw new Error()
      return await reply.json()
    } finally {
      this.#asked = 0
    }
  }

  async #subscribe(after) {
    const replies = await this.#send([{ channel: '/meta/subscribe', clientId: this.#clientId, subscription: this.#topic,
      ext: { replay: { [this.#topic]: after } } }])
    const reply = replies.find(one => one.channel === '/meta/subscribe')
    if (!reply) throw new Error()
    return reply
  }

  async #handshake() {
    const [shake] = await this.#send([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }])
    if (!shake?.successful) throw shake?.error?.startsWith('401') ? new SignedOut() : new Error()
    this.#clientId = shake.clientId
    const before = this.#place
    let reply = await this.#subscribe(before?.id ?? -1)
    const isKept = !reply.error?.startsWith('410')
    if (!isKept) {
      reply = await this.#subscribe(reply.ext?.replay?.last ?? -1)
      if (reply.successful) await this.#ears.missed?.()
    }
    if (!reply.successful) throw new Error()
    const last = Number(reply.ext?.replay?.last ?? 0)
    this.#place = { id: before && isKept ? before.id : last, at: Date.now() }
    this.#upTo = last
    this.#pause = firstPause
    this.#isDown = false
    this.#ears.up?.()
    this.#hasCome()
  }

  // Is all there that was missed?
  #hasCome() {
    clearTimeout(this.#quiet)
    if (this.#place.id < this.#upTo) { this.#quiet = setTimeout(() => this.#isThere(), quiet); return }
    this.#isThere()
  }

  #isThere() {
    const awayFor = this.#away ? Date.now() - this.#away : 0
    this.#upTo = -1
    this.#away = 0
    this.#ears.caughtUp?.(awayFor)
  }

  async #poll() {
    const messages = await this.#send([{ channel: '/meta/connect', clientId: this.#clientId, connectionType: 'long-polling' }])
    for (const one of messages) {
      if (one.channel === '/meta/connect') { if (!one.successful) this.#clientId = '' }
      else if (one.data) this.#hear(one)
    }
    this.#place = { id: this.#place.id, at: Date.now() }
    this.#keeper.save(this.#place)
    if (this.#upTo >= 0) this.#hasCome()
  }

  #hear(one) {
    const id = Number(one.ext?.replayId ?? 0)
    if (id && id <= this.#place.id) return
    if (id) this.#place.id = id // whatever becomes of it: it is not told again and again
    this.#ears.heard(one.channel, one.data, id > 0 && id <= this.#upTo)
  }

  async #run() {
    while (this.#running) {
      try {
        if (this.#clientId) await this.#poll()
        else await this.#handshake()
      } catch (error) {
        if (!this.#running) return
        this.#clientId = ''
        clearTimeout(this.#quiet)
        if (error instanceof SignedOut) {
          this.stop()
          this.#ears.signedOut?.()
          return
        }
        this.#leaves(Date.now())
        // Awake again: at once, and without a word unless that fails.
        if (this.#pause) {
          this.#isDown = true
          this.#ears.down?.(Date.now() + this.#pause)
          await new Promise(done => { this.#wake = done; setTimeout(done, this.#pause) })
        }
        this.#pause = Math.min(longestPause, Math.max(firstPause, this.#pause * 2))
      }
    }
  }
}

class SignedOut extends Error {}
