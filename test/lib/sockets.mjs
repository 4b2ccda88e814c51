// sockets.mjs - WebSockets for the clients of many users in one process, and frames by hand.
//
// A browser sends its user's cookie along by itself. Here the address says whose socket it is: ws://NAME:PASSWORD@...
// sends Basic, ws://cookie:VALUE@... that JSESSIONID. What comes is heard by the canary, as every answer is.
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { checksMessage } from './contract.mjs'
import { WebSocket } from 'ws'
import { canaryAt } from './canary.mjs'
import { basic } from './rest.mjs'
import { patience } from './wait.mjs'

// What stands for a browser's WebSocket: see above.
export class Socket extends WebSocket {
  constructor(address, protocols, options = {}) {
    const url = new URL(address)
    const [name, password] = [url.username, url.password].map(decodeURIComponent)
    const headers = { ...options.headers }
    if (name === 'cookie') headers.Cookie = `JSESSIONID=${password}`
    else if (name) headers.Authorization = basic(name, password)
    url.username = url.password = ''
    super(url, protocols, { perMessageDeflate: true, ...options, headers })
    this.on('upgrade', response => heard(response.socket, Number(url.port), headers))
    const canary = canaryAt(Number(url.port))
    const who = canary?.whoIs(headers)
    if (canary?.mayKnow(who)) this.on('message', data => canary.learns(data.toString()))
  }
}

function heard(socket, port, headers) {
  const canary = canaryAt(port), who = canary?.whoIs(headers)
  if (canary && !canary.mayKnow(who)) canary.listens(socket, who, 'a socket')
}

export const addressOf = (api, { user, password, cookie }) => {
  const url = new URL(`${api}/notifications`)
  url.username = cookie ? 'cookie' : user
  url.password = cookie ?? password
  return url.href
}

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10, more: 0 }

// A frame as a client sends it, or as no client may: {opcode, fin, rsv, masked, length: how it is said}.
export function frame(payload = '', { opcode = opcodes.text, fin = true, rsv = 0, masked = true, form, mask = randomBytes(4) } = {}) {
  const bytes = Buffer.from(payload)
  const size = form ?? (bytes.length < 126 ? 7 : bytes.length < 65536 ? 16 : 64)
  const head = Buffer.alloc(size === 7 ? 2 : size === 16 ? 4 : 10)
  head[0] = (fin ? 0x80 : 0) | rsv << 4 | opcode
  head[1] = (masked ? 0x80 : 0) | (size === 7 ? bytes.length : size === 16 ? 126 : 127)
  if (size === 16) head.writeUInt16BE(bytes.length, 2)
  if (size === 64) head.writeBigUInt64BE(BigInt(bytes.length), 2)
  if (!masked) return Buffer.concat([head, bytes])
  return Buffer.concat([head, mask, bytes.map((byte, i) => byte ^ mask[i % 4])])
}

// A socket without any help: what is sent goes out as it is, what comes is taken apart strictly.
export class RawSocket {
  // Gives a RawSocket, or the HTTP answer where the upgrade is refused.
  static open(server, { user, password, cookie, headers = {}, path = '' } = {}) {
    const all = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers }
    if (user) all.Authorization = basic(user, password)
    if (cookie) all.Cookie = `JSESSIONID=${cookie}`
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name]
    return new Promise((done, fail) => {
      const request = http.get(`${server.api}/notifications${path}`, { headers: all, agent: false })
      request.on('upgrade', (response, socket, head) => done(new RawSocket(response, socket, head)))
      request.on('response', response => {
        const parts = []
        response.on('data', part => parts.push(part))
        response.on('end', () => done({ status: response.statusCode, headers: response.headers,
          raw: Buffer.concat(parts).toString() }))
      })
      request.on('error', fail)
    })
  }

  constructor(response, socket, head) {
    Object.assign(this, { response, socket, bytes: head, frames: [], ended: false, waiting: new Set() })
    socket.on('data', part => { this.bytes = Buffer.concat([this.bytes, part]); this.#look() })
    socket.on('error', () => {})
    socket.on('close', () => { this.ended = true; this.#look() })
    this.#take()
  }

  #take() {
    for (;;) {
      if (this.bytes.length < 2) return
      const form = this.bytes[1]
      if (form & 0x80) throw new Error('the server masks')
      const at = form === 127 ? 10 : form === 126 ? 4 : 2
      if (this.bytes.length < at) return
      const length = form === 127 ? Number(this.bytes.readBigUInt64BE(2)) : form === 126 ? this.bytes.readUInt16BE(2) : form
      if (this.bytes.length < at + length) return
      if ((this.bytes[0] & 0xF0) !== 0x80) throw new Error(`first byte ${this.bytes[0]}: in fragments, or a reserved bit`)
      this.frames.push({ opcode: this.bytes[0] & 15, payload: this.bytes.subarray(at, at + length) })
      this.bytes = this.bytes.subarray(at + length)
    }
  }

  #look() {
    this.#take()
    for (const look of [...this.waiting]) look()
  }

  send(...parts) {
    for (const part of parts) this.socket.write(part)
  }

  // Messages of Bayeux.
  say(...messages) { this.send(frame(JSON.stringify(messages))) }

  // The next frame; undefined where the connection has ended.
  next(what = 'a frame') {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => { this.waiting.delete(look); fail(new Error(`waited ${patience} ms for ${what}`)) }, patience)
      const look = () => {
        if (!this.frames.length && !this.ended) return
        clearTimeout(timer)
        this.waiting.delete(look)
        done(this.frames.shift())
      }
      this.waiting.add(look)
      look()
    })
  }

  // The next text, as JSON.
  async hears(what) {
    const { opcode, payload } = await this.next(what) ?? {}
    if (opcode !== opcodes.text) throw new Error(`${what}: opcode ${opcode}, ${payload?.toString('hex')}`)
    const messages = JSON.parse(payload.toString())
    messages.forEach(checksMessage)
    return messages
  }

  // Waits for the end; gives the code of the close frame, undefined if none came.
  async closes() {
    let code
    for (let one; (one = await this.next('the end'));) {
      if (one.opcode === opcodes.close) code = one.payload.length ? one.payload.readUInt16BE(0) : 1005
    }
    return code
  }

  destroy() { this.socket.destroy() }
}
