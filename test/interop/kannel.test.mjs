// kannel.test.mjs - Kannel's bearerbox as the ESME of our simulated SMSC, with its smsbox behind: what others' software
// makes of our side of SMPP.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd, keep } from '../lib/atend.mjs'
import { binary, temporaryFolder } from '../lib/server.mjs'
import { until } from '../lib/wait.mjs'
import { found, without } from './found.mjs'

// A child whose output is kept.
function starts(t, program, args, options = {}) {
  const child = keep(spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options }))
  child.said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', part => { child.said += part })
  const ended = new Promise(done => child.once('close', done))
  atEnd(t, async () => { child.kill('SIGKILL'); await ended })
  return child
}

const freePort = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => done(port))
  })
})

const get = url => new Promise((done, fail) => http.get(url, { agent: false }, response => {
  let body = ''
  response.on('data', part => { body += part })
  response.on('end', () => done({ status: response.statusCode, body }))
}).on('error', fail))

async function kannel(t) {
  const folder = await temporaryFolder()
  atEnd(t, () => rm(folder, { recursive: true, force: true }))
  const sim = starts(t, binary, ['smsc-sim', '--port', '0', '--customers', '0', '--system-id', 'kannel', '--password', 'secret'])
  const smsc = await until(() => /^listening 127\.0\.0\.1:(\d+)$/m.exec(sim.said)?.[1], () => `the simulator to listen: ${sim.said}`)
  const [admin, box, send] = [await freePort(), await freePort(), await freePort()]
  const config = join(folder, 'kannel.conf')
  await writeFile(config, `group = core
admin-port = ${admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = ${box}
smsbox-interface = 127.0.0.1
log-level = 0

group = smsc
smsc = smpp
smsc-id = sim
host = 127.0.0.1
port = ${smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = secret
system-type = ""
my-number = 5000
alt-charset = UTF-8

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${send}
sendsms-interface = 127.0.0.1
log-level = 0

group = sms-service
keyword = default
catch-all = true
concatenation = true
max-messages = 10
text = "You wrote: %b"

group = sendsms-user
username = me
password = mine
concatenation = true
max-messages = 10
`)
  const bearerbox = starts(t, found('bearerbox'), [config], { cwd: folder })
  await until(async () => /sim.*\(online/s.test((await get(`http://127.0.0.1:${admin}/status.txt`).catch(() => ({ body: '' }))).body),
    () => `bearerbox to be bound:\n${bearerbox.said.slice(-3000)}`)
  const smsbox = starts(t, found('smsbox'), [config], { cwd: folder })
  await until(async () => (await get(`http://127.0.0.1:${send}/`).catch(() => null)), () => `smsbox to listen:\n${smsbox.said.slice(-3000)}`)
  return { sim, bearerbox, send, writes: (phone, text) => sim.stdin.write(`${phone} ${text}\n`),
    sends: (to, text) => get(`http://127.0.0.1:${send}/cgi-bin/sendsms?${new URLSearchParams({ username: 'me', password: 'mine',
      from: '5000', to, text, charset: 'UTF-8', coding: /[^\x20-\x7e]/.test(text) ? '2' : '0' })}`) }
}

const gets = (sim, phone, text) => until(() => sim.said.includes(`to   ${phone}: ${text}\n`), () => `${phone} to get ${text}:\n${sim.said}`)

test('Kannel binds to the simulated SMSC, takes customers\' texts and answers them', { skip: without('bearerbox', 'kannel') }, async t => {
  const { sim, writes } = await kannel(t)
  writes('+420600112301', 'Hello')
  await gets(sim, '+420600112301', 'You wrote: Hello')
})

test('Kannel\'s texts arrive whole: short, long, and in another alphabet', { skip: without('bearerbox', 'kannel') }, async t => {
  const { sim, sends } = await kannel(t)
  for (const text of ['Short', 'long '.repeat(100).trim(), 'Привет, 你好']) {
    const { status, body } = await sends('+420600112302', text)
    assert.ok(status === 202, `${status} ${body}`)
    await gets(sim, '+420600112302', text)
  }
})
