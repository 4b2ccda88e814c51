// allow.test.mjs - who may connect: http.allow and admin.allow, on IPv4, IPv6 and both at once.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { Server } from '../lib/server.mjs'

// What a connection from there gets: a status, or 'closed'.
const asks = (port, host, path = '/api/v2/diagnostics/version') => new Promise((done, fail) => {
  const socket = net.connect(port, host)
  let text = ''
  socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
  socket.on('data', part => { text += part })
  socket.on('error', error => error.code === 'ECONNRESET' || error.code === 'EPIPE' ? done('closed') : fail(error))
  socket.on('close', () => done(text ? Number(text.split(' ')[1]) : 'closed'))
})

const hasSix = await new Promise(done => {
  const server = net.createServer()
  server.on('error', () => done(false))
  server.listen(0, '::1', () => server.close(() => done(true)))
})

const start = async (t, config) => {
  const server = await Server.start({ users: {}, config })
  atEnd(t, () => server.end())
  const admin = Number(/health and metrics: on \S+, port (\d+)/.exec(server.stderr)?.[1])
  return { server, port: server.port, admin }
}

test('http.allow and admin.allow: others are closed without an answer, whatever their headers say', async t => {
  const { port, admin } = await start(t, { 'http.allow': ['127.0.0.2/31', '10.0.0.0/8'], 'admin.listen': '127.0.0.1:0', 'admin.allow': ['127.0.0.1'] })
  const from = (localAddress, to, path) => new Promise((done, fail) => {
    const socket = net.connect({ port: to, host: '127.0.0.1', localAddress })
    let text = ''
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\nConnection: close\r\n\r\n`))
    socket.on('data', part => { text += part })
    socket.on('error', error => ['ECONNRESET', 'EPIPE'].includes(error.code) ? done('closed') : fail(error))
    socket.on('close', () => done(text ? Number(text.split(' ')[1]) : 'closed'))
  })
  const version = '/api/v2/diagnostics/version'
  assert.deepEqual([await from('127.0.0.1', port, version), await from('127.0.0.2', port, version), await from('127.0.0.3', port, version),
    await from('127.0.0.4', port, version)], ['closed', 200, 200, 'closed'])
  assert.deepEqual([await from('127.0.0.1', admin, '/healthz'), await from('127.0.0.2', admin, '/healthz')], [200, 'closed'])
})

test('[::] is both stacks at once, and a block means its clients on either', { skip: hasSix ? false : 'there is no IPv6 here' }, async t => {
  const { admin } = await start(t, { 'admin.listen': '[::]:0', 'admin.allow': ['127.0.0.0/8'] })
  assert.equal(await asks(admin, '127.0.0.1', '/healthz'), 200)
  assert.equal(await asks(admin, '::1', '/healthz'), 'closed')
})
