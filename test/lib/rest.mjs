// rest.mjs - one user's REST requests: who asks is said once, answers come as {code, status, body, raw, headers}.
import http from 'node:http'
import { checksAnswer } from './contract.mjs'

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })

// Sends one HTTP request and gives back the whole answer. `body`: a value (sent as JSON), a string or
// Buffer (sent as it is), or undefined.
export function request(method, url, { headers = {}, body, user, password, cookie, timeout = 20000 } = {}) {
  const all = { ...headers }
  if (user !== undefined) all.Authorization = basic(user, password)
  if (cookie) all.Cookie = `JSESSIONID=${cookie}`
  let bytes
  if (body !== undefined) {
    bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body))
    all['Content-Type'] ??= 'application/json'
    all['Content-Length'] = bytes.length
  }
  return new Promise((resolve, reject) => {
    const req = http.request(url, { method, headers: all, agent, timeout }, res => {
      const parts = []
      res.on('data', part => parts.push(part))
      res.on('error', reject)
      res.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8')
        let json
        try { json = JSON.parse(raw) } catch { json = undefined }
        try {
          checksAnswer({ method, url: String(url), sent: body, status: res.statusCode, raw, json })
        } catch (error) {
          return reject(error)
        }
        resolve({ status: res.statusCode, code: json?.statusCode, body: json, raw, headers: res.headers,
          cookie: cookieOf(res.headers) })
      })
    })
    req.on('timeout', () => req.destroy(new Error(`${method} ${url}: no answer within ${timeout} ms`)))
    req.on('error', reject)
    req.end(bytes)
  })
}

export function basic(user, password) {
  return 'Basic ' + Buffer.from(`${user}:${password}`).toString('base64')
}

function cookieOf(headers) {
  for (const line of headers['set-cookie'] ?? []) {
    const match = /^JSESSIONID=([^;]*)/.exec(line)
    if (match) return match[1]
  }
}

// The REST side of one user. Paths are relative to /api/v2.
export class Rest {
  constructor(server, { user, password, cookie } = {}) {
    Object.assign(this, { server, user, password, cookie })
  }

  send(method, path, { body, headers } = {}) {
    return request(method, this.server.api + path,
      { body, headers, user: this.user, password: this.password, cookie: this.cookie })
  }

  get(path, headers) { return this.send('GET', path, { headers }) }

  post(path, body, headers) { return this.send('POST', path, { body, headers }) }

  // POST of an operation: post('/me', 'StartContactCenterSession', {channels: ['smssession']}).
  ask(path, operationName, parameters = {}) { return this.post(path, { operationName, ...parameters }) }
}
