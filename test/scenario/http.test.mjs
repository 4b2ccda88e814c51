// http.test.mjs - raw sockets: what is not HTTP, what is too large, too slow, too much, and how the server ends.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { Bare } from '../lib/bayeux.mjs'
import { passwordOf } from '../lib/config.mjs'
import { basic } from '../lib/rest.mjs'
import { until, world } from '../lib/world.mjs'

// One TCP connection; answers are parsed as they come.
class Raw {
  constructor(server) {
    this.bytes = Buffer.alloc(0)
    this.answers = []
    this.closed = false
    this.socket = net.connect(server.port, '127.0.0.1')
    server.canary.listens(this.socket, 'ana', 'a raw socket')
    this.socket.on('data', part => { this.bytes = Buffer.concat([this.bytes, part]); this.#parse() })
    this.socket.on('error', () => {})
    this.socket.on('close', () => { this.closed = true })
  }

  #parse() {
    for (;;) {
      const end = this.bytes.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = this.bytes.subarray(0, end).toString('latin1')
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      if (this.bytes.length < end + 4 + length) return
      const raw = this.bytes.subarray(end + 4, end + 4 + length).toString()
      this.bytes = this.bytes.subarray(end + 4 + length)
      this.answers.push({ status: Number(head.split(' ')[1]), head, raw, code: raw ? JSON.parse(raw).statusCode : undefined })
    }
  }

  send(text) { this.socket.write(text); return this }

  async got(count = 1) {
    await until(() => this.answers.length >= count || this.closed, `${count} answers`)
    return this.answers
  }

  // Sends and gives status and code of the first answer; 'closed' if the server just closed.
  async asks(text) {
    this.send(text)
    const [answer] = await this.got()
    return answer ? [answer.status, answer.code] : 'closed'
  }

  async isClosed() { await until(() => this.closed, 'the server to close the connection') }

  end() { this.socket.destroy() }
}

const version = 'GET /api/v2/diagnostics/version HTTP/1.1\r\nHost: x\r\n\r\n'

function post(path, body, { length = Buffer.byteLength(body), headers = '' } = {}) {
  return `POST /api/v2${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic('ana', passwordOf('ana'))}\r\n` +
    `Content-Length: ${length}\r\n${headers}\r\n${body}`
}

const people = { agents: ['ana'], ready: [] }

const malformed = [
  ['no HTTP at all', 'what is this\r\n\r\n'], ['TLS', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 1, 2, 3, 4, 5])],
  ['zeros', Buffer.alloc(64)], ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], ['an unknown method', 'DANCE / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a version of its own', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'], ['a header without colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n'],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'], ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\n  y\r\n\r\n'],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n'], ['a negative length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
  ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 7x\r\n\r\n1234567'],
  ['a length beyond 64 bits', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n'],
  ['two different lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} '],
  ['length and chunked together', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['an unknown transfer encoding', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ['a broken chunk size', 'POST /api/v2/me HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'],
  ['a broken percent escape', 'GET /api/v2/%zz HTTP/1.1\r\nHost: x\r\n\r\n'], ['a NUL in the path', 'GET /api/v2/me%00 HTTP/1.1\r\nHost: x\r\n\r\n'],
]
test('HTTP that does not parse: 400 with 10 or the connection closes, and everybody else goes on', async t => {
  const { server } = await world(t, people)
  for (const [what, bytes] of malformed) {
    const raw = new Raw(server)
    const answer = await raw.asks(bytes)
    assert.ok(answer === 'closed' || (answer[0] === 400 && answer[1] === 10) || (answer[0] === 404 && answer[1] === 6),
      `${what}: ${answer}`)
    if (answer[0] === 400) await raw.isClosed()
    raw.end()
    assert.equal((await server.request('GET', '/diagnostics/version')).code, 0, what)
  }
})

test('HTTP that does not parse is answered with code 10 before the connection closes', async t => {
  const { server } = await world(t, people)
  for (const bytes of ['what is this\r\n\r\n', 'GET / HTTP/1.1\r\nHost\r\n\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n']) {
    const raw = new Raw(server)
    assert.deepEqual(await raw.asks(bytes), [400, 10], bytes)
    await raw.isClosed()
  }
})

const misread = [
  ['RTSP', 'GET /api/v2/diagnostics/version RTSP/1.0\r\nHost: x\r\n\r\n'],
  ['ICE', 'SOURCE /api/v2/diagnostics/version ICE/1.0\r\nHost: x\r\n\r\n'],
  ['RTSP with a body', 'POST /api/v2/me RTSP/1.0\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'],
  ['two logins', `GET /api/v2/me HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic('ana', passwordOf('ana'))}\r\n` +
    'Authorization: Basic eDp5\r\n\r\n'],
  ['the same login twice', 'GET /api/v2/me HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\nauthorization: Basic eDp5\r\n\r\n'],
  ['two origins', 'POST /api/v2/me HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nOrigin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}'],
]
test('What another server on the way may read otherwise (RTSP, ICE, two logins, two origins): 400 with 10, then close', async t => {
  const { server } = await world(t, people)
  for (const [what, bytes] of misread) {
    const raw = new Raw(server)
    assert.deepEqual(await raw.asks(bytes), [400, 10], what)
    await raw.isClosed()
    assert.equal(raw.answers.length, 1, what)
  }
})

test('HEAD is GET without the body: the same status and headers, with login, without and for what is not there', async t => {
  const { ana, server } = await world(t, people)
  const { cookie } = await ana.rest.get('/me')
  const still = ({ status, headers }) => ({ status, headers: { ...headers, date: '' } })
  for (const [path, status, options] of [['/diagnostics/version', 200, {}], ['/me', 401, {}], ['/me', 200, { cookie }],
    ['/me/channels', 200, { cookie }], ['/nowhere', 404, { cookie }], ['/users/ana', 200, { cookie }], ['/notifications', 404, { cookie }]]) {
    const get = await server.request('GET', path, options), head = await server.request('HEAD', path, options)
    assert.equal(head.status, status, path)
    assert.equal(head.raw, '')
    assert.equal(head.headers['content-length'], String(Buffer.byteLength(get.raw)))
    assert.deepEqual(still(head), still(get), path)
  }
})

test('URL: 8 KiB - 1 and 8 KiB pass, one more is 400 with 10, then close', async t => {
  const { server } = await world(t, people)
  const url = length => '/api/v2/diagnostics/version?' + 'x'.repeat(length - '/api/v2/diagnostics/version?'.length)
  for (const [length, expected] of [[8191, [200, 0]], [8192, [200, 0]], [8193, [400, 10]]]) {
    const raw = new Raw(server)
    assert.deepEqual(await raw.asks(`GET ${url(length)} HTTP/1.1\r\nHost: x\r\n\r\n`), expected, `${length}`)
    if (expected[0] === 400) await raw.isClosed()
    raw.end()
  }
})

test('Headers: 16 KiB - 1 and 16 KiB pass, one byte more is 400 with 10, then close', async t => {
  const { server } = await world(t, people)
  const headers = size => {
    const lines = []
    for (let left = size - 'Host: x\r\n'.length; left > 0;) {
      const take = left > 2000 ? 1000 : left
      lines.push('X: ' + 'y'.repeat(take - 'X: \r\n'.length))
      left -= take
    }
    return lines.join('\r\n')
  }
  for (const [size, expected] of [[16383, [200, 0]], [16384, [200, 0]], [16385, [400, 10]]]) {
    const raw = new Raw(server)
    assert.deepEqual(await raw.asks(`GET /api/v2/diagnostics/version HTTP/1.1\r\nHost: x\r\n${headers(size)}\r\n\r\n`), expected, `${size}`)
    if (expected[0] === 400) await raw.isClosed()
    raw.end()
  }
})

test('Header fields: 100 pass, 101 are 400 with 10', async t => {
  const { server } = await world(t, people)
  for (const [count, expected] of [[99, [200, 0]], [100, [200, 0]], [101, [400, 10]]]) {
    const raw = new Raw(server)
    const lines = ['Host: x', ...Array.from({ length: count - 1 }, (_, i) => `X-${i}: y`)].join('\r\n')
    assert.deepEqual(await raw.asks(`GET /api/v2/diagnostics/version HTTP/1.1\r\n${lines}\r\n\r\n`), expected, `${count}`)
    raw.end()
  }
})

test('Body: 64 KiB - 1 and 64 KiB pass, one more is 400 with 10, then close', async t => {
  const { server } = await world(t, people)
  const body = length => `{"operationName":"Dance","x":"${'y'.repeat(length - '{"operationName":"Dance","x":""}'.length)}"}`
  for (const [length, expected] of [[65535, [400, 2]], [65536, [400, 2]], [65537, [400, 10]]]) {
    const raw = new Raw(server)
    assert.deepEqual(await raw.asks(post('/me', body(length))), expected, `${length}`)
    if (length > 65536) await raw.isClosed()
    raw.end()
  }
})

test('Body: too large in chunks is refused as well; chunks in general are fine', async t => {
  const { server } = await world(t, people)
  const head = `POST /api/v2/me HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic('ana', passwordOf('ana'))}\r\nTransfer-Encoding: chunked\r\n\r\n`
  const good = new Raw(server)
  const text = '{"operationName":"Dance"}'
  assert.deepEqual(await good.asks(head + [...text].map(c => `1\r\n${c}\r\n`).join('') + '0\r\n\r\n'), [400, 2])
  good.end()
  const bad = new Raw(server)
  bad.send(head)
  for (let i = 0; i < 17; i++) bad.send('1000\r\n' + 'x'.repeat(4096) + '\r\n')
  assert.deepEqual(await bad.asks('0\r\n\r\n'), [400, 10])
  await bad.isClosed()
})

test('A declared length beyond the limit is refused before the body comes', async t => {
  const { server } = await world(t, people)
  const raw = new Raw(server)
  assert.deepEqual(await raw.asks(post('/me', '', { length: 1e9 })), [400, 10])
  await raw.isClosed()
})

test('Keep-alive: many requests on one connection; Connection: close and HTTP/1.0 end it', async t => {
  const { server } = await world(t, people)
  const raw = new Raw(server)
  for (let i = 1; i <= 50; i++) {
    raw.send(version)
    assert.equal((await raw.got(i))[i - 1].status, 200)
  }
  raw.send('GET /api/v2/diagnostics/version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  assert.match((await raw.got(51))[50].head, /connection: close/i)
  await raw.isClosed()
  const old = new Raw(server)
  assert.deepEqual(await old.asks('GET /api/v2/diagnostics/version HTTP/1.0\r\n\r\n'), [200, 0])
  await old.isClosed()
})

test('Pipelining: answers keep the order of the requests', async t => {
  const { server } = await world(t, people)
  const raw = new Raw(server)
  const requests = [version, 'GET /api/v2/nowhere HTTP/1.1\r\nHost: x\r\n\r\n', post('/me', '{"operationName":"Dance"}'), version,
    post('/me', '{'), post('/nowhere', '{}'), version]
  raw.send(requests.join(''))
  const answers = await raw.got(requests.length)
  assert.deepEqual(answers.map(one => one.code), [0, 20, 2, 0, 10, 6, 0])
  raw.end()
})

test('Pipelining: two hundred requests at once, byte by byte and in one write', async t => {
  const { server } = await world(t, people)
  const raw = new Raw(server)
  raw.send(version.repeat(200))
  assert.ok((await raw.got(200)).every(one => one.code === 0))
  for (const byte of version) raw.socket.write(byte)
  assert.equal((await raw.got(201))[200].code, 0)
  raw.end()
})

test('A client that goes away while its answer is waited for harms nothing', async t => {
  const { ana, server } = await world(t, people)
  for (let i = 0; i < 50; i++) {
    const raw = new Raw(server)
    raw.socket.write(post('/me/channels/smssession', '{"operationName":"Ready"}'), () => raw.end())
  }
  await ana.notReady()
  assert.equal((await server.request('GET', '/diagnostics/version')).code, 0)
})

test('A client that does not read its answers is held back, and nobody else notices', async t => {
  const { server } = await world(t, people)
  const raw = new Raw(server)
  raw.socket.pause()
  let blocked = false
  for (let i = 0; i < 400 && !blocked; i++) blocked = !raw.socket.write(version.repeat(200))
  assert.equal((await server.request('GET', '/diagnostics/version')).code, 0)
  raw.end()
})

test('Slow requests from many sockets keep nobody waiting', async t => {
  const { ana, server } = await world(t, people)
  const slow = Array.from({ length: 100 }, () => new Raw(server).send('POST /api/v2/me HTTP/1.1\r\nHost: x\r\nContent-Le'))
  assert.equal((await ana.rest.get('/me')).code, 0)
  for (const raw of slow) raw.end()
})

test('Every answer carries Date, Content-Length, no-store and nosniff', async t => {
  const { server } = await world(t, people)
  const { headers } = await server.request('GET', '/diagnostics/version')
  assert.ok(headers.date)
  assert.ok(headers['content-length'])
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('SIGTERM: held polls are answered, what was accepted is finished, the exit code is 0', async t => {
  const { ana, server } = await world(t, people)
  const bare = new Bare(server, { user: 'ana', password: passwordOf('ana') })
  await bare.handshake()
  await bare.subscribe('/v2/me/channels')
  await bare.poll()
  const held = bare.heldPoll()
  await bare.subscribe('/v2/me/smssessions') // the poll is there by now
  await ana.losesClient()
  const stopped = server.stop()
  const [reply] = (await held).filter(one => one.channel === '/meta/connect')
  assert.equal(reply.successful, true)
  await stopped
})

test('SIGTERM during traffic: whoever got an answer finds it done after the restart', async t => {
  const w = await world(t, { agents: ['ana'] })
  const { ana, customer, server } = w
  await customer.writes('Hello')
  await ana.accepts()
  const answered = []
  const senders = Array.from({ length: 8 }, async (_, n) => {
    for (let i = 0; i < 1000; i++) {
      const text = `text ${n}/${i}`
      const answer = await ana.asks('SendMessage', { text }).catch(() => null)
      if (!answer || answer.code !== 0) return
      answered.push(text)
    }
  })
  await until(() => answered.length > 50, 'some traffic')
  await ana.losesClient()
  await server.stop()
  await Promise.all(senders)
  await server.startAgain()
  const there = new Set((await ana.readsMessages()).map(one => one.text))
  assert.deepEqual(answered.filter(text => !there.has(text)), [])
})

test('While it stops, new connections are refused and idle ones are closed', async t => {
  const { server, ana } = await world(t, people)
  const idle = new Raw(server)
  await idle.asks(version)
  await ana.losesClient()
  await server.stop()
  await idle.isClosed()
  const late = new Raw(server)
  await late.isClosed()
  assert.deepEqual(late.answers, [])
})
