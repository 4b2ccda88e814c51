// page.mjs - the page under load, in Chromium with software rendering: first load, sign-in to a readable conversation, keys
// beside a transcript of 10,000 lines and the wall, the wall with 5,000 agents and 2,000 changes a second, a long shift,
// waking after an hour with 500 lines missed.
// The server here is a stand-in that answers at once, so that what is measured is the page. Prints a table.
import { readFile, readdir, stat } from 'node:fs/promises'
import http from 'node:http'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadavg } from 'node:os'
import { chromium } from 'playwright-core'

const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../web/dist')
const agents = 5_000, teams = 100, changesPerSecond = 2_000, lines = 10_000, shift = 20_000
const me = { id: '0'.repeat(32), userName: 'sam', firstName: 'Sam', lastName: 'Novak', roles: ['ROLE_SUPERVISOR'], enabled: true }
const sessionId = '0000BENCH000S001'
const session = {
  state: 'Chatting', id: sessionId, path: `/smssessions/${sessionId}`, receivedDate: '2026-11-29 08:00:00.000+0000', chatType: 'Inbound',
  capabilities: ['Leave', 'SendMessage', 'SendToAgents', 'SwitchToMonitor', 'SwitchToCoach'], userData: { PhoneNumber: '420700000001', ServiceNumber: '5000' },
  participants: [{ type: 'Agent', nickname: 'Ana', participantId: '0000000000000001', visibility: 'All', path: `/users/${'a'.repeat(32)}` },
    { type: 'Customer', nickname: '420700000001', participantId: '0000000000000002', visibility: 'All' },
    { type: 'Agent', nickname: 'Sam', participantId: '0000000000000003', visibility: 'All', path: `/users/${me.id}` }],
}
const begin = Date.now() - lines * 30_000
const entry = index => ({
  index, type: 'Text', text: `Line ${index}: ${'some words that a person may have written '.repeat(1 + index % 4)}`, visibility: 'All',
  from: index % 2 ? session.participants[1] : session.participants[0], timestamp: '', timestampSeconds: begin + index * 30_000,
  ...(index % 2 ? {} : { deliveryState: 'delivered' }),
})
let last = lines

// --- the floor: rows in the order of their last change, as the server has them
const rows = Array.from({ length: agents }, (_, i) => ({
  id: i.toString(16).padStart(32, '0'), userName: `agent${i}`, firstName: 'Agent', lastName: String(i).padStart(4, '0'),
  state: ['Ready', 'Ready', 'NotReady', 'LoggedOut'][i % 4], stateSince: Date.now(), chatting: i % 5, invited: 0, capacity: 4,
  groups: [`team ${String(i % teams).padStart(2, '0')}`],
}))
const order = new Map(rows.map((row, i) => [row, i + 1]))
let revision = agents, isBusy = false
setInterval(() => {
  for (let i = 0; isBusy && i < changesPerSecond / 50; i++) {
    const row = rows[Math.floor(Math.random() * agents)]
    row.chatting = Math.floor(Math.random() * 5)
    row.unansweredSince = Math.random() < .3 ? Date.now() - Math.random() * 300_000 : undefined
    order.delete(row)
    order.set(row, ++revision)
  }
}, 20).unref()

function floor(since) {
  const found = []
  let upto = since, more = false
  for (const [row, at] of order) {
    if (at <= since) continue
    if (found.length === 100) { more = true; break }
    found.push(row)
    upto = at
  }
  return { statusCode: 0, users: found, more, revision: `1.${upto}`, serviceLevel: 60000, minutes: [],
    queues: [{ name: 'service', number: '5000', waiting: 9, oldestSince: Date.now() - 30_000, offeredToday: 100, acceptedToday: 90, withinToday: 80 }] }
}

// --- notifications: numbered, and told again from any number on, a page at a time, as the server does
let waiting = null, isDeaf = false, heard = 0
const notes = []
function tell(data) {
  notes.push({ channel: '/v2/me/smssessions', data, ext: { replayId: notes.length + 1 } })
  release()
}
function release() {
  if (!waiting || isDeaf || heard === notes.length) return
  const { reply, id } = waiting, page = notes.slice(heard, heard + 100)
  waiting = null
  heard += page.length
  send(reply, [...page, { channel: '/meta/connect', successful: true, id }])
}
function bayeux(messages, reply) {
  const answers = []
  for (const one of messages) {
    if (one.channel === '/meta/handshake') answers.push({ channel: one.channel, successful: true, clientId: 'c1', version: '1.0', supportedConnectionTypes: ['long-polling'] })
    else if (one.channel === '/meta/connect') { waiting = { reply, id: one.id }; release(); return }
    else {
      const after = one.ext?.replay?.['/v2/me/*'] ?? -1
      heard = after < 0 ? notes.length : after
      answers.push({ channel: one.channel, successful: true, subscription: one.subscription, ext: { replay: { last: notes.length } } })
    }
  }
  send(reply, answers)
}

function send(reply, value) {
  reply.writeHead(200, { 'Content-Type': 'application/json' })
  reply.end(JSON.stringify(value))
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
async function answer(request, reply) {
  const url = new URL(request.url, 'http://x')
  const path = url.pathname.replace('/api/v2', '')
  if (!url.pathname.startsWith('/api/')) {
    const file = join(dist, url.pathname === '/' ? 'index.html' : url.pathname)
    reply.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'text/plain', 'Content-Encoding': 'gzip' })
    reply.end(await readFile(file + '.gz').catch(() => ''))
    return
  }
  let body = ''
  for await (const part of request) body += part
  if (path === '/notifications') bayeux(JSON.parse(body), reply)
  else if (path === '/floor') send(reply, floor(Number(url.searchParams.get('since')?.split('.')[1] ?? 0)))
  else if (path === '/me/supervision') send(reply, { statusCode: 0, supervision: { orders: [], participations: [], hands: [] } })
  else if (path.endsWith('/messages')) {
    const from = url.searchParams.has('last') ? last - Number(url.searchParams.get('last')) + 1 : Number(url.searchParams.get('startIndex') ?? 1)
    const count = Math.min(Number(url.searchParams.get('count') ?? 1e9), last - from + 1)
    send(reply, { statusCode: 0, messages: Array.from({ length: Math.max(0, count) }, (_, i) => entry(from + i)) })
  } else send(reply, { statusCode: 0, user: { ...me, channels: [{ channel: 'smssession', userState: { state: 'NotReady' } }], smssessions: [session] } })
}
const server = http.createServer((request, reply) => void answer(request, reply)).listen(0, '127.0.0.1')
await new Promise(done => server.once('listening', done))
const base = `http://127.0.0.1:${server.address().port}`

// --- measuring
const at = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))]
const quantiles = values => { const s = [...values].sort((a, b) => a - b); return { p50: at(s, .5), p95: at(s, .95), p99: at(s, .99), most: s.at(-1) } }
const results = []
const note = (what, value, bar, ok) => { results.push({ what, value, bar, ok: ok ? '' : 'missed' }); console.error(`${what}: ${value}`) }
const ms = n => `${n.toFixed(1)} ms`
const pause = time => new Promise(done => setTimeout(done, time))

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--js-flags=--expose-gc', '--enable-precise-memory-info'] })
const context = await browser.newContext({ viewport: { width: 1440, height: 860 } })
// Sleep, to a page, is a clock that has gone on.
await context.addInitScript(() => {
  const clock = Date.now
  globalThis.slept = 0
  Date.now = () => clock() + globalThis.slept
})
// The moment at which a first line of a conversation has been painted: a frame later than it is there.
await context.addInitScript(() => {
  globalThis.readable = new Promise(done => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('.said')) return
      seen.disconnect()
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
    })
    seen.observe(document, { childList: true, subtree: true })
  })
})
await context.addInitScript(() => { try { sessionStorage.setItem('user', '0'.repeat(32)) } catch { /* about:blank */ } })

async function size() {
  const html = await readFile(join(dist, 'index.html'), 'utf8')
  const first = [...html.matchAll(/"(\/desk\/[^"]+)"/g)].map(one => one[1])
  const bytes = async path => (await stat(join(dist, path + '.gz'))).size
  const sizes = await Promise.all(first.map(bytes))
  return sizes.reduce((a, b) => a + b, 0) + await bytes('/index.html').catch(() => 400)
}
const firstLoad = await size()
const all = await Promise.all((await readdir(join(dist, 'desk'))).filter(name => name.endsWith('.gz')).map(name => stat(join(dist, 'desk', name))))
const whole = all.reduce((sum, one) => sum + one.size, 0) + (await stat(join(dist, 'index.html.gz'))).size
note('all roles, both languages, gzip', `${(whole / 1024).toFixed(1)} KiB`, '≤ 80 KiB', whole <= 80 * 1024)
note('first load, gzip', `${(firstLoad / 1024).toFixed(1)} KiB`, '≤ 45 KiB', firstLoad <= 45 * 1024)

const readable = []
for (let i = 0; i < 40; i++) {
  const page = await context.newPage()
  await page.goto(`${base}/#/session/${sessionId}`, { waitUntil: 'commit' })
  readable.push(await page.evaluate(() => globalThis.readable))
  await page.close()
}
const toRead = quantiles(readable)
note('signed in to a readable conversation', `p50 ${ms(toRead.p50)}, p95 ${ms(toRead.p95)}`, 'p95 ≤ 400 ms', toRead.p95 <= 400)

const page = await context.newPage()
const cdp = await context.newCDPSession(page)
// CPU of the main thread: what others do on the machine does not show.
await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
const metrics = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(one => [one.name, one.value]))
await page.goto(`${base}/#/wall`)
await page.locator('[data-composer]').waitFor()
// The whole transcript is there: scrolled up to its first line, and back.
await page.evaluate(async () => {
  const view = document.querySelector('.transcript')
  for (let i = 0; i < 400 && !document.querySelector('[data-index="1"]'); i++) { view.scrollTop = 0; await new Promise(done => setTimeout(done, 30)) }
  document.querySelector('.toend')?.click()
})
isBusy = true
await pause(2_000)

await page.evaluate(() => {
  globalThis.longTasks = []
  new PerformanceObserver(list => { for (const one of list.getEntries()) longTasks.push(one.duration) }).observe({ entryTypes: ['longtask'] })
  globalThis.looks = []
  const ask = fetch
  globalThis.fetch = async (...all) => { const reply = await ask(...all); if (String(all[0]).includes('/floor')) looks.push(performance.now()); return reply }
})
const before = await metrics(), from = performance.now()
await pause(10_000)
const after = await metrics(), took = (performance.now() - from) / 1000
const share = (after.TaskDuration - before.TaskDuration) / took * 100
const long = await page.evaluate(() => longTasks)
const gaps = await page.evaluate(() => looks.slice(1).map((one, i) => one - looks[i]))
note('wall, 5,000 agents, 2,000 changes/s: main thread', `${share.toFixed(1)} %`, '≤ 20 %', share <= 20)
note('… longest task', long.length ? ms(Math.max(...long)) : 'none over 50 ms', '≤ 50 ms', !long.length)
note('… between two looks', `p95 ${ms(quantiles(gaps).p95)}`, '≤ 500 ms', quantiles(gaps).p95 <= 500)

await page.evaluate(() => {
  globalThis.keys = []
  addEventListener('keydown', event => {
    const pressed = event.timeStamp
    requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => keys.push(performance.now() - pressed); port2.postMessage(0) })
  }, { capture: true })
})
await page.locator('[data-composer]').focus()
const beforeKeys = await metrics(), keysFrom = performance.now()
for (let i = 0; i < 200; i++) { await page.keyboard.press('abcdefghij'[i % 10]); await pause(25) }
const keys = quantiles(await page.evaluate(() => keys))
const perKey = ((await metrics()).TaskDuration - beforeKeys.TaskDuration - share / 100 * (performance.now() - keysFrom) / 1000) / 200 * 1000
note('… CPU of a key', ms(perKey), '≤ 8 ms', perKey <= 8)
note('key to next frame, 10,000 lines and the wall', `p50 ${ms(keys.p50)}, p95 ${ms(keys.p95)}, p99 ${ms(keys.p99)}`, 'p50 ≤ 8, p95 ≤ 20 ms', keys.p50 <= 8 && keys.p95 <= 20)

isBusy = false
const heap = async () => { await cdp.send('HeapProfiler.collectGarbage'); return (await metrics()).JSHeapUsedSize }
const nodes = async () => (await metrics()).Nodes
const heapBefore = await heap(), nodesBefore = await nodes()
for (let sent = 0; sent < shift; sent += 50) {
  tell({ messageType: 'MessageLogUpdated', notificationType: 'NewMessages', smssessionPath: session.path, messages: Array.from({ length: 50 }, () => entry(++last)) })
  await pause(8)
}
await page.waitForFunction(want => document.querySelector(`[data-index="${want}"]`), last)
const grown = (await heap() - heapBefore) / 1024 / 1024
note(`${shift.toLocaleString('en')} messages: heap growth`, `${grown.toFixed(1)} MiB (nodes ${nodesBefore} → ${await nodes()})`, '≤ 5 MiB', grown <= 5)

// A machine that sleeps for an hour: its poll is never answered. Awake, all is there.
const missed = 500, awake = []
for (let i = 0; i < 9; i++) {
  isDeaf = true
  for (let n = 0; n < missed; n++) tell({ messageType: 'MessageLogUpdated', notificationType: 'NewMessages', smssessionPath: session.path, messages: [entry(++last)] })
  isDeaf = false
  waiting = null // nobody hears it
  awake.push(await page.evaluate(async want => {
    globalThis.slept += 3_600_000
    const from = performance.now()
    while (!document.querySelector(`[data-index="${want}"]`)) await new Promise(requestAnimationFrame)
    return performance.now() - from
  }, last))
  await pause(300)
}
const wakes = quantiles(awake)
note(`awake after an hour, ${missed} lines missed: all there`, `p50 ${ms(wakes.p50)}, most ${ms(wakes.most)}`, '≤ 1,000 ms', wakes.most <= 1000)

await browser.close()
server.closeAllConnections()
server.close()
console.table(results)
// Time by the clock says something on a quiet machine only.
if (loadavg()[0] > 1.5) console.log('DOUBT: others use this machine; only CPU, bytes and counts can be told')
console.log(`load average ${loadavg().map(n => n.toFixed(1)).join(' ')} on ${(await import('node:os')).cpus().length} cores`)
process.exitCode = results.some(one => one.ok) ? 1 : 0
