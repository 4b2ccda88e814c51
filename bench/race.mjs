// race.mjs - the table of what Sotto must do beside its peers, by all that is here, in order: each row at gate.grid 0, which is what peers have, and
// at the default, which is what users have. What says nothing is said to say nothing: a generator that had no time left, a peer that is not
// installed. The last thing printed is the table, as bench/README.md keeps it.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { fanout, finds, forAll, here, linkPeers, machine, median, nchanPort, operate, scratch, settings, settled, peerPort, sottoPort, startCentreSessions,
  startNchan, startPeer, startSotto, stop } from './lib.mjs'

const { users, rounds, seconds } = settings
const grids = [0, 4]               // ms; 4 is the default
const boundAt = 0.95               // of its CPU: what a generator with less left cannot say
const missed = 500                 // notifications
const otherEvents = Number(process.env.OTHER_EVENTS ?? 20000) // of others, by which a replay must not get slower
const agents = Number((process.env.AGENTS ?? '5000').split(',').at(-1)).toLocaleString('en')
const stored = Number(process.env.MESSAGES ?? 1000000).toLocaleString('en')
const answers = 'channels/smssession'

// --- what takes part -------------------------------------------------------------------------------------------------

const said = (command, args, pattern) => {
  const { stdout = '', stderr = '' } = spawnSync(command, args, { encoding: 'utf8' })
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? null
}
const nginx = said('nginx', ['-v'], /nginx\/(\S+)/)
const nchan = nginx && fs.existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so') &&
  (said('dpkg-query', ['-W', '-f=${Version}', 'libnginx-mod-nchan'], /(\S+)/) ?? 'of unknown version')

const api = '/api/v2'
const message = JSON.stringify({ mark: 1, pad: 'x'.repeat(252) }) // as long as Sotto's notification with all around it
const toPeer = { pubpath: '/pub?id=%d', body: message, mark: '"mark"' }

// How each is subscribed to and told, by transport. null: it is not installed.
const runners = {
  sotto: { version: 'this one', start: dir => startSotto(dir, users), pid: child => child.pid,
    prepare: () => startCentreSessions(users), before: () => forAll(users, i => operate(`/me/${answers}`, i, 'NotReady')),
    sub: { lp: 'bayeux', ws: 'bayeux-ws' }, options: { port: sottoPort, auth: 'u%d:p', path: `${api}/notifications`, topic: '/v2/me/channels',
      mark: '"ChannelStateChangeMessageV2"', pubpath: `${api}/me/${answers}`, body: '{"operationName":"Ready"}', body2: '{"operationName":"NotReady"}' } },
  nchan: nchan && { version: `${nchan}, nginx ${nginx}`, start: startNchan, pid: child => child.worker,
    sub: { lp: 'raw', ws: 'raw-ws' }, options: { port: nchanPort, path: '/sub?id=%d', ...toPeer } },
  faye: finds('faye') && { version: finds('faye'), start: () => startPeer('faye'), pid: child => child.pid,
    sub: { lp: 'bayeux', ws: 'bayeux-ws' }, options: { port: peerPort.faye, path: '/bayeux', topic: '/c/%d', ...toPeer } },
  'cometd-nodejs-server': finds('cometd-nodejs-server') && { version: finds('cometd-nodejs-server'), start: () => startPeer('cometd'), pid: child => child.pid,
    sub: { lp: 'bayeux' }, options: { port: peerPort.cometd, path: '/bayeux', topic: '/c/%d', ...toPeer } },
  // of durable.mjs
  express: finds('express') && finds('better-sqlite3') && { version: `${finds('express')}, better-sqlite3 ${finds('better-sqlite3')}` },
}

// --- push ------------------------------------------------------------------------------------------------------------

async function pushOnce(one, child, transport, pace) {
  await one.before?.()
  await settled(one.pid(child))
  const run = await fanout({ sub: one.sub[transport], n: users, pubs: 64, warm: 1, dur: seconds, pid: one.pid(child), ...pace, ...one.options })
  if (run.errors || run.refused) throw new Error(JSON.stringify(run))
  return { perSecond: run.notified / run.seconds, p99: run.p99_ms, generator: run.generator_cpu }
}

// Rounds over all of them in turn.
async function push(names, transport, pace) {
  const taking = names.filter(name => runners[name] && (name === 'sotto' || settings.grid === grids[0])) // peers have no grid
  const children = {}, runs = Object.fromEntries(taking.map(name => [name, []]))
  try {
    for (const name of taking) {
      const dir = path.join(scratch(), name)
      fs.mkdirSync(dir)
      children[name] = await runners[name].start(dir)
      await runners[name].prepare?.()
    }
    for (let round = 0; round < rounds; round++)
      for (const name of taking) runs[name].push(await pushOnce(runners[name], children[name], transport, pace))
  } finally {
    for (const child of Object.values(children)) await stop(child)
  }
  return runs
}

const figures = (runs, what) => Object.fromEntries(Object.entries(runs).map(([name, all]) => [name,
  { values: all.map(one => one[what]), isBound: median(all.map(one => one.generator)) > boundAt }]))

const closed = (names, transport) => async () => figures(await push(names, transport, { window: 64 }), 'perSecond')
// One under way of each user, or a late one would hide behind the next.
const paced = names => async () => figures(await push(names, 'lp', { rate: Math.min(1000, users) }), 'p99')

// --- what has a program of its own, which prints lines "figure NAME VALUE ..." ------------------------------------------

// names: who of these is in the table; null: all.
function program(name, names, env = {}) {
  return async () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(here, name)],
      { encoding: 'utf8', env: { ...process.env, GRID: String(settings.grid), ...env }, maxBuffer: 1 << 26 })
    process.stdout.write(stdout.split('\n').filter(line => !line.startsWith('figure ')).map(line => `  ${line}\n`).join(''))
    const told = stdout.split('\n').filter(line => line.startsWith('figure ')).map(line => line.split(' '))
    if (!told.length) throw new Error(`${name} ended with ${status}: ${stderr.slice(-500)}`)
    return Object.fromEntries(told.filter(([, who]) => !names || names.includes(who)).map(([, who, ...values]) => [who, { values: values.map(Number), isDoubtful: /^DOUBT/m.test(stdout) }]))
  }
}

// --- what was missed ---------------------------------------------------------------------------------------------------

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

function say(message) {
  return new Promise((done, fail) => {
    const request = http.request({ host: '127.0.0.1', port: sottoPort, path: `${api}/notifications`, method: 'POST', agent,
      headers: { Authorization: 'Basic ' + Buffer.from('u0:p').toString('base64') } }, response => {
      let text = ''
      response.on('data', bytes => { text += bytes })
      response.on('end', () => done(JSON.parse(text)))
    })
    request.on('error', fail)
    request.end(JSON.stringify([message]))
  })
}

// ms from the subscription to the last one of what u0 missed.
async function replays() {
  const [{ clientId }] = await say({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] })
  await say({ channel: '/meta/connect', clientId, connectionType: 'long-polling', advice: { timeout: 0 } })
  const topic = '/v2/me/channels', began = performance.now()
  const [reply] = await say({ channel: '/meta/subscribe', clientId, subscription: topic, ext: { replay: { [topic]: -2 } } })
  for (let last = 0; last < reply.ext.replay.last;)
    last = (await say({ channel: '/meta/connect', clientId, connectionType: 'long-polling' })).filter(one => one.data).at(-1)?.ext.replayId ?? last
  return performance.now() - began
}

async function several(act) {
  const values = []
  for (let round = 0; round < rounds; round++) values.push(await act())
  return values
}

async function replay() {
  const sotto = await startSotto(scratch(), users)
  try {
    await startCentreSessions(users)
    for (let i = 1; i < missed; i++) await operate(`/me/${answers}`, 0, i % 2 ? 'Ready' : 'NotReady') // the first one is of signing in
    const short = await several(replays)
    await fanout({ sub: 'none', pubs: 64, window: 64, n: users - 1, warm: 0, dur: Math.max(1, otherEvents / 10000), ...runners.sotto.options, auth: 'u%d:p' })
    return { sotto: { values: short }, 'sotto, others worked on': { values: await several(replays) } }
  } finally {
    await stop(sotto)
  }
}

// --- the table ---------------------------------------------------------------------------------------------------------

// A mark says nothing of a peer that did not take part.
const over = (whose, least) => found => found[whose] && { is: ratio(found, whose) >= least, text: `${ratio(found, whose).toFixed(2)} × ${whose}, ≥ ${least}` }
const beside = whose => found => found[whose] && { text: `${ratio(found, whose).toFixed(2)} × ${whose}` } // no mark: a figure to know
const under = (whose, most) => found => found[whose] && { is: ratio(found, whose) <= most, text: `${ratio(found, whose).toFixed(2)} × ${whose}, ≤ ${most}` }
const mostOf = (who, bar, unit) => found => ({ is: median(found[who].values) <= bar, text: `≤ ${bar} ${unit}` })
const most = (bar, unit) => mostOf('sotto', bar, unit)
// The most of all that was found, by the first.
const flat = bar => found => {
  const by = Math.max(...Object.values(found).map(one => median(one.values))) / median(found.sotto.values)
  return { is: by <= bar, text: `${by.toFixed(2)} × the first, ≤ ${bar}` }
}
const ratio = (found, whose) => median(found.sotto.values) / median(found[whose].values)

const rows = [
  { what: 'push, own topic, WebSocket, a second', run: closed(['sotto', 'nchan', 'faye'], 'ws'), marks: [over('nchan', 1.3), over('faye', 3)] },
  { what: 'push, own topic, long-polling, a second', run: closed(['sotto', 'nchan', 'cometd-nodejs-server'], 'lp'), marks: [over('nchan', 1), over('cometd-nodejs-server', 4)] },
  { what: 'p99 at 1,000 a second, long-polling, ms', run: paced(['sotto', 'nchan']), marks: [under('nchan', 1.3)] },
  { what: 'idle client, long-polling, cookie login, KiB PSS', run: program('idle.mjs', ['sotto']), marks: [most(1.5, 'KiB')] },
  { what: 'idle client, WebSocket, KiB PSS', run: program('idle.mjs', ['sotto'], { SUB: 'bayeux-ws' }), marks: [most(1.5, 'KiB')] },
  { what: 'durable SendMessage and push, 64 connections, a second', run: program('durable.mjs', ['sotto', 'limit', 'express']), marks: [over('limit', 0.5), over('express', 15)] },
  { what: `${missed} missed notifications, from subscribe to the last, ms`, run: replay, marks: [most(50, 'ms')] },
  { what: `start with ${stored} stored messages, to the first answer, ms`, grids: [4], marks: [most(1000, 'ms')],
    run: program('start.mjs', ['sotto', 'sotto,not-cached', 'sotto,all-in-open-sessions']) },
  { what: 'SMPP in: on disk, pushed and acknowledged, window 100, a second', run: program('smpp.mjs', ['sotto', 'kannel', 'smpp']), marks: [over('kannel', 1), beside('smpp')] },
  { what: 'CPU of a text in, by the number of sessions, us', grids: [0], run: program('sizes.mjs', null, { PART: 'cost' }), marks: [flat(1.33)] },
  { what: 'memory of an open session with one text, and of a contact, bytes', grids: [0], run: program('sizes.mjs', null, { PART: 'memory' }),
    marks: [most(1024, 'bytes'), mostOf('sotto,a-contact', 100, 'bytes of a contact')] },
  { what: `${agents} agents and supervisors, 2,000 texts a second, from deliver_sm to the agent's socket, p99, ms`, grids: [4, 0], run: program('agents.mjs', null), marks: [most(10, 'ms')] },
]

const digits = value => value >= 100 ? 0 : value >= 10 ? 1 : 2
const cell = found => found && `${median(found.values).toFixed(digits(median(found.values)))} [${Math.min(...found.values).toFixed(digits(Math.min(...found.values)))} – ` +
  `${Math.max(...found.values).toFixed(digits(Math.max(...found.values)))}]${found.isBound ? ' generator-bound' : ''}`

// Where the generator had no time left, more may be true: what is met is met.
function verdict(row, found) {
  const all = row.marks.map(mark => mark(found)).filter(Boolean)
  const isBound = Object.values(found).some(one => one.isBound), isDoubtful = Object.values(found).some(one => one.isDoubtful)
  return all.map(({ is, text }) => is === undefined ? text : `${isDoubtful ? 'the machine was not quiet' : is ? 'met' : isBound ? 'generator-bound' : 'MISSED'}: ${text}`).join('; ') || 'no peer to compare with'
}

// What a program told of, as people read it; and of Sotto alone at another grid.
const shown = who => who.startsWith('sotto,') ? who.replaceAll(',', ', ').replaceAll('-', ' ') : who
function told(row, found, grid, who) {
  if (!row.grids.includes(grid) || (grid !== row.grids[0] && !who.startsWith('sotto'))) return ''
  return cell(found[grid]?.[who]) ?? 'failed'
}

// A row holds at the first of its grids: at 0, unless it says otherwise.
async function race({ grids: at = grids, ...rest }, table) {
  const found = {}, row = { grids: at, ...rest }
  for (const grid of row.grids) {
    settings.grid = grid
    console.log(`# ${row.what}, gate.grid ${grid}`)
    try { found[grid] = await row.run() } catch (error) { console.log(`# ${error.message}`); found[grid] = null }
  }
  const holds = found[row.grids[0]]
  if (!holds) return table.push([row.what, 'sotto', 'failed', '', ''])
  for (const who of Object.keys(holds))
    table.push([row.what, shown(who), ...grids.map(grid => told(row, found, grid, who)), who === 'sotto' ? verdict(row, holds) : ''])
}

const only = process.argv[2] // a word of the rows that are wanted
const table = []
for (const row of rows.filter(({ what }) => !only || what.includes(only)))
  await race(row, table)

console.log(`\n${machine()}; ${rounds} rounds of ${seconds} s, ${users} users, ${os.type()} ${os.arch()}, Node ${process.version}`)
for (const [name, one] of Object.entries({ ...runners, ...linkPeers })) console.log(`- ${name}: ${one ? one.version : 'peer not installed'}`)
console.log('\n| what | who | gate.grid 0: median [least – most] | default grid | mark |\n|---|---|---|---|---|')
for (const line of table) console.log(`| ${line.join(' | ')} |`)
if (table.some(line => line[4].includes('MISSED') || line[2] === 'failed')) process.exitCode = 1
