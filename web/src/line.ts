// line.ts - the line to the server (Bayeux, long-polling): kept up, or said to be down; what was missed is read by the
// caller, by index, whenever the line comes up anew.
import { bayeux, type Json } from './api'

export type Status = 'up' | 'down'
interface Ears {
  up(wasDownFor: number): void          // subscribed: from now on nothing is missed
  heard(channel: string, data: Json): void
  down(retryAt: number): void
  signedOut(): void
}

const pollGuard = 45_000      // the server answers a poll after 30 s
const firstPause = 500, longestPause = 5_000
const heartbeat = 5_000, asleep = 15_000

export class Line {
  #ears: Ears
  #clientId = ''
  #running = false
  #pause = firstPause
  #downSince = 0
  #abort = new AbortController()
  #wake = () => {}
  #beat = 0

  constructor(ears: Ears) { this.#ears = ears }

  start() {
    if (this.#running) return
    this.#running = true
    addEventListener('online', this.now)
    document.addEventListener('visibilitychange', this.#shown)
    // A machine that slept has a connection that only looks alive: timers tell by standing still.
    let last = Date.now()
    this.#beat = window.setInterval(() => {
      const gap = Date.now() - last
      last = Date.now()
      if (gap > asleep) this.#abort.abort()
    }, heartbeat)
    void this.#run()
  }

  stop() {
    this.#running = false
    clearInterval(this.#beat)
    removeEventListener('online', this.now)
    document.removeEventListener('visibilitychange', this.#shown)
    this.#clientId = ''
    this.#abort.abort()
    this.#wake()
  }

  // Try again at once.
  now = () => { this.#pause = firstPause; this.#wake() }
  #shown = () => { if (!document.hidden && this.#downSince) this.now() }

  async #send(messages: Json[], guard: number): Promise<Json[]> {
    this.#abort = new AbortController()
    const timer = setTimeout(() => this.#abort.abort(), guard)
    try {
      const reply = await bayeux(messages, this.#abort.signal)
      if (reply.status === 401) throw new SignedOut()
      if (reply.status >= 500) throw new Error()
      return await reply.json()
    } finally {
      clearTimeout(timer)
    }
  }

  async #handshake() {
    const [shake] = await this.#send([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }], 20_000)
    if (!shake?.successful) throw shake?.error?.startsWith('401') ? new SignedOut() : new Error()
    this.#clientId = shake.clientId
    const answers = await this.#send([{ channel: '/meta/subscribe', clientId: this.#clientId, subscription: '/v2/me/*' }], 20_000)
    if (!answers.some(one => one.channel === '/meta/subscribe' && one.successful)) throw new Error()
    const wasDownFor = this.#downSince ? Date.now() - this.#downSince : 0
    this.#downSince = 0
    this.#pause = firstPause
    this.#ears.up(wasDownFor)
  }

  async #poll() {
    const messages = await this.#send([{ channel: '/meta/connect', clientId: this.#clientId, connectionType: 'long-polling' }], pollGuard)
    for (const one of messages) {
      if (one.channel === '/meta/connect' && !one.successful) this.#clientId = ''
      else if (one.data) this.#ears.heard(one.channel, one.data)
    }
  }

  async #run() {
    while (this.#running) {
      try {
        if (this.#clientId) await this.#poll()
        else await this.#handshake()
      } catch (error) {
        if (!this.#running) return
        this.#clientId = ''
        if (error instanceof SignedOut) {
          this.stop()
          this.#ears.signedOut()
          return
        }
        this.#downSince ||= Date.now()
        this.#ears.down(Date.now() + this.#pause)
        await new Promise<void>(done => { this.#wake = done; setTimeout(done, this.#pause) })
        this.#pause = Math.min(longestPause, this.#pause * 2)
      }
    }
  }
}

class SignedOut extends Error {}
