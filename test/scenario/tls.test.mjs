// tls.test.mjs - clients that come by TLS: what they speak, whom they see, and what a renewed certificate changes.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync, mkdirSync, rmSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { connect } from 'node:tls'
import WebSocket from 'ws'
import { atEnd, keep } from '../lib/atend.mjs'
import { configText, passwordOf } from '../lib/config.mjs'
import { binary, repository, sanitizerEnv, sotto, temporaryFolder } from '../lib/server.mjs'
import { until } from '../lib/wait.mjs'

const pem = name => join(repository, 'test/lib/tls', name)
const authority = readFileSync(pem('authority.pem'))
const agents = { rejectUnauthorized: true, ca: [authority, readFileSync(pem('renewed.pem'))] }

// A server on TLS; certificate and key lie in its folder, to be renewed.
class Secure {
  static async start(t, settings = {}) {
    const s = new Secure()
    s.folder = await temporaryFolder()
    atEnd(t, () => s.end())
    s.shows('host')
    s.config = join(s.folder, 'sotto.yaml')
    writeFileSync(s.config, configText({ data: join(s.folder, 'data'), users: { ana: { roles: ['agent'] } }, ...settings,
      config: { 'tls.certificate': join(s.folder, 'cert.pem'), 'tls.key': join(s.folder, 'key.pem'), ...settings.config } }))
    s.stderr = s.stdout = ''
    s.child = keep(spawn(binary, ['serve', '--config', s.config], { env: { ...process.env, ...sanitizerEnv } }))
    s.ended = new Promise(done => { s.child.on('close', done) })
    s.child.stderr.on('data', part => { s.stderr += part })
    s.child.stdout.on('data', part => { s.stdout += part })
    await until(() => /^ready https:\/\/127\.0\.0\.1:(\d+)$/m.test(s.stdout), `ready: ${s.stderr}`)
    s.port = Number(/:(\d+)$/m.exec(s.stdout)[1])
    return s
  }

  shows(name) {
    cpSync(pem(`${name}.pem`), join(this.folder, 'cert.pem'))
    cpSync(pem(`${name}.key`), join(this.folder, 'key.pem'))
  }

  async renews(says) {
    const place = this.stderr.length
    this.child.kill('SIGHUP')
    await until(() => says.test(this.stderr.slice(place)), `${says} in ${this.stderr}`)
  }

  ask(method, path, { body, headers = {}, ...options } = {}) {
    return new Promise((done, fail) => {
      const request = https.request({ host: '127.0.0.1', port: this.port, path, method, ...agents, ...options,
        headers: { authorization: `Basic ${btoa(`ana:${passwordOf('ana')}`)}`, ...body && { 'content-type': 'application/json' }, ...headers } })
      request.on('error', fail)
      request.on('response', response => {
        const { socket } = response
        let text = ''
        const shown = socket.getPeerCertificate().subject?.CN
        response.setEncoding('utf8').on('data', part => { text += part }).on('error', fail)
          .on('end', () => done({ status: response.statusCode, headers: response.headers, body: JSON.parse(text),
            shown, protocol: socket.getProtocol() }))
      })
      request.end(body && JSON.stringify(body))
    })
  }

  // Whom somebody sees who comes now.
  async shown() { return (await this.ask('GET', '/api/v2/diagnostics/version', { agent: new https.Agent(agents) })).shown }

  async end() {
    this.child?.kill('SIGTERM')
    await this.ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}

test('clients come by TLS 1.2 and 1.3, and see names with https; the cookie is for TLS alone', async t => {
  const s = await Secure.start(t)
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const { status, body, headers, shown, protocol } = await s.ask('GET', '/api/v2/me', { agent: new https.Agent({ ...agents, minVersion: version, maxVersion: version }) })
    assert.deepEqual([status, body.statusCode, shown, protocol], [200, 0, 'provider of the tests', version])
    assert.equal(body.user.uri, `https://127.0.0.1:${s.port}/api/v2/users/${body.user.id}`)
    assert.match(String(headers['set-cookie']), /; Secure/)
  }
})

test('what is older, or no TLS at all, is closed without an answer', async t => {
  const s = await Secure.start(t)
  const old = connect({ host: '127.0.0.1', port: s.port, ...agents, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })
  await assert.rejects(new Promise((done, fail) => { old.on('secureConnect', done).on('error', fail).on('close', () => fail(new Error('closed'))) }))
  const heard = await new Promise(done => {
    let all = Buffer.alloc(0)
    const socket = net.connect(s.port, '127.0.0.1', () => socket.write('GET /api/v2/me HTTP/1.1\r\nHost: x\r\n\r\n'))
    socket.on('data', part => { all = Buffer.concat([all, part]) }).on('error', () => {}).on('close', () => done(all))
  })
  assert.doesNotMatch(heard.toString('latin1'), /HTTP/)
  assert.equal((await s.ask('GET', '/api/v2/me')).status, 200)
})

test('long bodies, pipelines and one byte at a time come through as without TLS', async t => {
  const s = await Secure.start(t)
  const long = await s.ask('POST', '/api/v2/me', { body: { operationName: 'Nothing', text: 'x'.repeat(60000) } })
  assert.equal(long.status, 400)
  const socket = connect({ host: '127.0.0.1', port: s.port, ...agents, ALPNProtocols: ['http/1.1'] })
  let heard = ''
  socket.setEncoding('utf8').on('data', part => { heard += part })
  await new Promise(done => { socket.on('secureConnect', done) })
  assert.equal(socket.alpnProtocol, 'http/1.1')
  const request = 'GET /api/v2/diagnostics/version HTTP/1.1\r\nHost: x\r\n\r\n'
  for (const byte of request) socket.write(byte)
  socket.write(request.repeat(50))
  await until(() => heard.match(/HTTP\/1\.1 200/g)?.length === 51, 'all answers')
  socket.destroy()
})

test('a renewed certificate is shown to who comes then; a held poll goes on, and gets what happens', async t => {
  const s = await Secure.start(t)
  const bayeux = async (messages, options) => (await s.ask('POST', '/api/v2/notifications', { body: messages, ...options })).body
  const [{ clientId }] = await bayeux([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }])
  await bayeux([{ channel: '/meta/subscribe', clientId, subscription: '/v2/me/channels' }])
  const connects = { channel: '/meta/connect', clientId, connectionType: 'long-polling' }
  await bayeux([connects])
  let isOver = false
  const held = bayeux([connects], { agent: new https.Agent(agents) }).finally(() => { isOver = true })
  await until(async () => (await s.shown()) === 'provider of the tests', 'the first certificate')
  s.shows('renewed')
  await s.renews(/who comes from now on is shown /)
  assert.equal(await s.shown(), 'renewed')
  assert.equal(isOver, false, 'the poll is held')
  assert.equal((await s.ask('POST', '/api/v2/me', { body: { operationName: 'StartContactCenterSession', channels: ['smssession'] } })).body.statusCode, 0)
  const told = await held
  assert.ok(told.some(one => one.channel === '/v2/me/channels'), JSON.stringify(told))
  // What is no certificate, or not the key's, changes nothing.
  for (const [file, text] of [['cert.pem', 'nothing'], ['key.pem', readFileSync(pem('host.key'))]]) {
    s.shows('renewed')
    writeFileSync(join(s.folder, file), text)
    await s.renews(/the certificate stays as it was: .*\.pem: no (certificate|key) /)
    assert.equal(await s.shown(), 'renewed')
  }
})

test('sotto reload reads the certificate again, and says so; after SIGHUP also where the file has a mistake', async t => {
  const s = await Secure.start(t)
  const reload = () => sotto(['reload', '--config', s.config])
  assert.equal((await reload()).stdout, 'nothing changed\n')
  s.shows('renewed')
  assert.match((await reload()).stdout, /^who comes from now on is shown the certificate in .*cert\.pem\n$/)
  assert.equal(await s.shown(), 'renewed')
  writeFileSync(join(s.folder, 'cert.pem'), 'nothing')
  assert.match((await reload()).stdout, /^nothing changed\nwarning: the certificate stays as it was: .*cert\.pem: no certificate /)
  s.shows('host')
  writeFileSync(s.config, `${readFileSync(s.config, 'utf8')}\nno-such-word: 1\n`)
  await s.renews(/info server: who comes from now on is shown .*cert\.pem/)
  assert.equal(await s.shown(), 'provider of the tests')
})

test('a socket comes by TLS as well, and outlives a renewal', async t => {
  const s = await Secure.start(t)
  const { headers } = await s.ask('GET', '/api/v2/me')
  const socket = new WebSocket(`wss://127.0.0.1:${s.port}/api/v2/notifications`,
    { ca: agents.ca, headers: { cookie: String(headers['set-cookie']).split(';')[0] } })
  const heard = []
  socket.on('message', data => { heard.push(...JSON.parse(data)) })
  await new Promise((done, fail) => { socket.on('open', done).on('error', fail) })
  const says = message => socket.send(JSON.stringify([message]))
  says({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['websocket'] })
  await until(() => heard.length === 1, 'the handshake')
  assert.equal(heard[0].successful, true)
  s.shows('renewed')
  await s.renews(/who comes from now on is shown /)
  says({ channel: '/meta/connect', clientId: heard[0].clientId, connectionType: 'websocket' })
  await until(() => heard.length === 2, 'the connect')
  assert.equal(heard[1].successful, true)
  socket.close()
})

test('files that are not there, or do not go together, are refused by check-config and by serve', async t => {
  const folder = await temporaryFolder()
  atEnd(t, () => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'certs'))
  const file = join(folder, 'sotto.yaml')
  for (const [certificate, key, reason] of [['nowhere.pem', pem('host.key'), /nowhere\.pem: no certificate .*that can be read/],
    [pem('host.pem'), 'nowhere.key', /nowhere\.key: no key .*that can be read/],
    [pem('host.pem'), pem('renewed.key'), /renewed\.key: no key .*is the certificate's/],
    [pem('host.pem'), undefined, /:\d+: tls\.certificate: tls\.key is not there/],
    [undefined, pem('host.key'), /:\d+: tls\.key: tls\.certificate is not there/]]) {
    const config = { ...certificate && { 'tls.certificate': certificate }, ...key && { 'tls.key': key } }
    writeFileSync(file, configText({ data: join(folder, 'data'), config }))
    for (const args of [['check-config', file], ['serve', '--config', file]]) {
      const { code, stderr } = await sotto(args)
      assert.equal(code, 1, args[0])
      assert.match(stderr, reason)
    }
  }
})

test('the metrics say until when the certificate is good', async t => {
  const s = await Secure.start(t, { config: { 'admin.listen': '127.0.0.1:0' } })
  const [, port] = /health and metrics: on 127\.0\.0\.1, port (\d+)/.exec(s.stderr)
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const [, until_] = /^sotto_tls_not_after_timestamp_seconds\{name="listen"\} (\d+\.\d+)$/m.exec(text)
  const { valid_to: told } = await new Promise(done => {
    const socket = connect({ host: '127.0.0.1', port: s.port, ...agents }, () => { done(socket.getPeerCertificate()); socket.destroy() })
  })
  assert.equal(Number(until_) * 1000, Date.parse(told))
})
