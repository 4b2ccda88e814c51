// feed.test.mjs - the centre's feed: a program is told the life and the texts of every session, and nothing of who watches, whispers or raises hands.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { Bare, Listener } from '../lib/bayeux.mjs'
import { queueName, serviceNumber } from '../lib/config.mjs'
import { repository, sotto } from '../lib/server.mjs'
import { request } from '../lib/rest.mjs'
import { until, world } from '../lib/world.mjs'

const feed = '/v2/contact-center/smssessions'
const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const numbers = told => told.map(one => one.ext.replayId)
const from = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
const denied = '403::Subscription denied'

// vic coaches and barges in, so agents see her.
const centre = (t, settings = {}) => world(t, { agents: ['ana'], supervisors: ['sam'],
  users: { vic: { roles: ['supervisor'], joins: true }, crm: { roles: ['integrator'] } }, absent: ['crm'], ...settings })

// What a program is told, by polls that are answered at once.
class Program extends Bare {
  static async of(w, replay, credentials = w.crm.rest) {
    const one = new Program(w.server, credentials)
    await one.handshake()
    one.begun = await one.subscribe(feed, { ext: { replay: { [feed]: replay } } })
    return one
  }

  // Until it has come to that number.
  async upTo(last) {
    const told = []
    await until(async () => {
      const came = await this.poll()
      assert.ok(came.every(one => one.successful !== false), JSON.stringify(came))
      told.push(...came.filter(one => !one.channel.startsWith('/meta/')))
      return told.at(-1)?.ext.replayId >= last
    }, () => `number ${last}; so far ${numbers(told)}`)
    return told
  }
}

// All that was told by now.
async function toldTo(w, after = 0) {
  const { begun: { ext } } = await Program.of(w, -1)
  return (await Program.of(w, after)).upTo(ext.replay.last)
}

// In a few words: what became of whom, who said what.
function inShort({ data }) {
  const { messageType, notificationType, smssession, messages } = data
  if (messageType === 'MessageDeliveryUpdated') return ['delivery', messages[0].index, messages[0].deliveryState]
  if (messages) return messages.map(one => [one.index, one.from.type, one.from.nickname, one.text])[0]
  return [notificationType, smssession.state, smssession.participants.map(one => one.nickname).join(' ')]
}

test('A program is told the life and the texts of every session; nothing of supervisors, whispers, hands', async t => {
  const w = await centre(t)
  const phone = '15551000001'
  await w.sam.monitors(w.ana)
  await w.customer.writes('Hello')
  const { participants } = await w.ana.accepts()
  const customer = participants.smssession.participants.at(-1).nickname
  await w.sam.accepts()
  await w.ana.ok(w.vic.rest.ask(`/users/${w.ana.id}/smssessions/${w.ana.session}`, 'Intrude', { supervisorVisibilityMode: 'Coach' }))
  await w.vic.accepts()
  await w.vic.ok(w.vic.asks('SendMessage', { text: 'ask for the number' })) // a whisper
  await w.ana.ok(w.ana.asks('SendToAgents', { text: 'I will' }))
  await w.ana.ok(w.ana.asks('SendCustomNotice', { noticeText: 'in house' }))
  await w.ana.ok(w.ana.asks('RaiseHand', { reason: 'help' }))
  await w.ana.says('Which number?')
  await w.vic.ok(w.vic.asks('SwitchToBargeIn'))
  await w.vic.ok(w.vic.asks('SendMessage', { text: 'I am here as well' })) // which the customer gets, and so do programs
  await w.customer.gets('I am here as well')
  await w.ana.ok(w.ana.asks('AttachUserData', { userData: { Ticket: '7' } }))
  await w.sam.ok(w.sam.asks('Leave'))
  await w.ana.completes()
  const told = await toldTo(w)
  assert.deepEqual(numbers(told), from(1, told.length))
  const barged = told.find(one => inShort(one)[3] === 'I am here as well').data.messages[0]
  const life = told.map(inShort).filter(([what]) => what !== 'delivery')
  assert.deepEqual(life, [
    ['StatusChange', 'Queued', customer], [1, 'Customer', customer, 'Hello'],
    ['StatusChange', 'Chatting', `ana ${customer}`], ['ParticipantsUpdated', 'Chatting', `ana ${customer}`],
    [2, 'Agent', 'ana', 'Which number?'],
    [3, 'Agent', barged.from.nickname, 'I am here as well'],
    ['PropertiesUpdated', 'Chatting', `ana ${customer}`],
    ['ParticipantsUpdated', 'Completed', ''], ['StatusChange', 'Completed', ''],
  ])
  const said = JSON.stringify(told)
  for (const word of ['sam', '"vic', 'upervisor', 'whisper', 'ask for', 'I will', 'in house', 'hand', 'help', 'capabilities']) {
    assert.ok(!said.includes(word), `${word} in ${said}`)
  }
  assert.deepEqual([barged.from.participantId, barged.from.uri], ['0000000000000000', undefined])
  const { userData, queueName: queue } = told.at(-1).data.smssession
  assert.deepEqual([userData.PhoneNumber.endsWith(phone), userData.ServiceNumber, userData.Ticket, queue], [true, serviceNumber, '7', queueName])
})

test('It reads the same by REST: sessions that run, one that is over, its texts; and may do nothing', async t => {
  const w = await centre(t)
  const { crm, ana, customer } = w
  await customer.writes('Hello')
  await ana.accepts()
  await ana.ok(ana.asks('SendCustomNotice', { noticeText: 'in house' }))
  await ana.says('Good morning')
  const texts = ['Hello', 'Good morning']
  const read = async () => (await crm.ok(crm.rest.get(`/me/smssessions/${ana.session}/messages`))).messages.map(one => [one.index, one.text])
  const own = await crm.ok(crm.rest.get('/me/smssessions?fields=*'))
  assert.deepEqual(own.smssessions.map(one => [one.id, one.state]), [[ana.session, 'Chatting']])
  assert.deepEqual(await read(), texts.map((one, i) => [i + 1, one]))
  assert.deepEqual((await crm.rest.get(`/me/smssessions/${ana.session}/messages?last=1`)).body.messages.map(one => one.text), ['Good morning'])
  await ana.completes()
  assert.deepEqual((await crm.ok(crm.rest.get('/me/smssessions'))).uris, [])
  assert.equal((await crm.ok(crm.rest.get(`/me/smssessions/${ana.session}`))).smssession.state, 'Completed')
  assert.deepEqual(await read(), texts.map((one, i) => [i + 1, one]))
  await w.restart({ kill: true }) // the tables have it by then, the core does not
  const over = (await crm.ok(crm.rest.get(`/me/smssessions/${ana.session}`))).smssession
  assert.deepEqual([over.state, typeof over.endedDate], ['Completed', 'string'])
  assert.deepEqual(await read(), texts.map((one, i) => [i + 1, one]))
  assert.deepEqual((await crm.ok(crm.rest.get('/me'))).user.roles, ['ROLE_INTEGRATOR'])
  for (const path of ['/users', '/queues', `/users/${ana.id}`]) assert.equal((await crm.rest.get(path)).code, 0, path)
  assert.equal((await crm.rest.get(`/users/${ana.id}?subresources=*`)).body.user.skills, undefined)
  for (const path of ['/contacts', '/floor', '/ledger', '/me/supervision', '/settings']) assert.equal((await crm.rest.get(path)).code, 5, path)
  assert.equal((await crm.rest.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })).code, 5)
  assert.equal((await crm.rest.ask(`/me/smssessions/${ana.session}`, 'Complete')).code, 5)
})

test('Only who has that role alone subscribes to it; a token does as well; rights lost end the subscription', async t => {
  const w = await centre(t)
  for (const who of [w.ana, w.sam]) {
    const { begun } = await Program.of(w, -2, who.rest)
    assert.deepEqual([begun.successful, begun.error], [false, denied], who.name)
  }
  const config = ['--config', w.server.config]
  const { stdout } = await sotto(['token', 'add', 'crm', ...config])
  const token = /\S{20,}/.exec(stdout)[0]
  const bearer = { headers: { Authorization: `Bearer ${token}` } }
  assert.equal((await request('GET', `${w.server.api}/me`, bearer)).body.user.userName, 'crm')
  const before = await Program.of(w, -1)
  assert.equal(before.begun.successful, true)
  const both = await sotto(['user', 'roles', 'crm', '--roles', 'integrator,agent', ...config])
  assert.deepEqual([both.code !== 0, /integrator goes with no other role/.test(both.stderr)], [true, true], both.stderr)
  await w.customer.writes('Hello')
  await w.ana.isInvited() // so it waits for the program, too
  assert.equal((await sotto(['user', 'roles', 'crm', '--roles', 'agent', ...config])).code, 0)
  assert.deepEqual((await before.poll()).map(one => [one.channel, one.error]), [['/meta/connect', '402::Unknown client']])
  assert.equal((await Program.of(w, -2)).begun.error, denied)
  assert.equal((await sotto(['user', 'roles', 'crm', '--roles', 'integrator', ...config])).code, 0)
  assert.deepEqual((await before.poll()).filter(one => one.data), [], 'a subscription that ended stays so')
})

test('Over kill -9 and on both transports the same lines under the same numbers', async t => {
  const w = await centre(t)
  const socket = new Listener(w.server, w.crm.rest, { transport: 'websocket' })
  atEnd(t, () => socket.close())
  await socket.open([feed])
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.ana.says('Good morning')
  const live = await socket.when(inbox => inbox.some(one => inShort(one)[3] === 'Good morning') && [...inbox], 'what was said')
  assert.deepEqual((await toldTo(w)).slice(0, live.length), live)
  await w.restart({ kill: true })
  const again = await toldTo(w)
  assert.deepEqual(again.slice(0, live.length), live)
  await w.customer.writes('And now?')
  await w.ana.sees({ text: 'And now?' })
  const later = await toldTo(w, again.length)
  assert.equal(later[0].ext.replayId, again.length + 1)
  assert.ok(later.some(one => inShort(one)[3] === 'And now?'))
})

const memoryOf = server => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1])

test('A program that does not read costs a bounded memory, and is told later what it missed', async t => {
  const w = await centre(t)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  const deaf = await Program.of(w, -1)
  const { last } = deaf.begun.ext.replay
  const before = memoryOf(w.server), text = 'x'.repeat(1000), changes = 300 // more bytes than a client may leave waiting
  for (let i = 0; i < changes / 20; i++) await Promise.all(from(1, 20).map(n => w.ana.ok(w.ana.asks('AttachUserData', { userData: { [`k${(i + n) % 9}`]: text } }))))
  // Sanitizers keep a multiple of what is used.
  assert.ok(memoryOf(w.server) - before < 128 * 1024, `${before} kB before, ${memoryOf(w.server)} kB after`)
  const [reply] = await deaf.poll()
  assert.deepEqual([reply.error, reply.advice.reconnect], ['402::Unknown client', 'handshake'])
  const told = await toldTo(w, last)
  assert.deepEqual(numbers(told), from(last + 1, last + told.length))
  assert.ok(told.length >= changes)
})

test('The README\'s integrator goes on behind the last line that it has kept, over a restart', async t => {
  const w = await centre(t)
  const block = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, one]) => one).find(one => one.includes(feed))
  const kept = []
  const listener = new Listener(w.server, w.crm.rest)
  atEnd(t, () => listener.close())
  Function('cometd', 'keep', 'lastKept', block)(listener.cometd, (number, data) => kept.push([number, data]), () => kept.length)
  await listener.handshake()
  await w.customer.writes('Hello')
  await w.ana.isInvited()
  await until(() => kept.length >= 2, 'the first lines')
  await w.restart({ kill: true })
  await w.customer.writes('Are you there?')
  await until(() => kept.some(([, data]) => data.messages?.[0]?.text === 'Are you there?'), () => JSON.stringify(kept))
  assert.deepEqual(kept.map(([number]) => number), from(1, kept.length))
})
