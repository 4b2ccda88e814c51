// watchers.mjs - the supervisors of watched.mjs, in a process of their own, so that what they do is never in the way of
// the client whose time is taken. Lines on stdin: order, accept, command, pause; each is answered by a
// line when it is done.
//
//   order    AllChats on u1, and long polls that go on to the end
//   accept   each takes the session that it was delivered, and from then on reads it each 100 ms
//   command  orders on u2 are given and cancelled without pause: a commit follows the other
//   pause    no commands any more; answered by how many there were
import readline from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { cookieOf, operate, rest, sessionsOf } from './lib.mjs'

const firstUser = 3
const supervisors = Array.from({ length: Number(process.argv[2]) }, (_, i) => ({ user: firstUser + i }))
const readEveryMs = 100
let commanding, isCommanding = false


async function say(one, message) {
  const { body } = await rest('POST', '/notifications', one.cookie, [{ ...message, clientId: one.clientId }])
  const reply = body.find(it => it.channel === message.channel)
  if (!reply?.successful) throw new Error(`${message.channel}: ${JSON.stringify(body)}`)
  return reply
}

async function poll(one) {
  const handshake = await say(one, { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] })
  one.clientId = handshake.clientId
  await say(one, { channel: '/meta/subscribe', subscription: '/v2/me/*' })
  for (;;) await say(one, { channel: '/meta/connect', connectionType: 'long-polling' })
}

async function order(one) {
  one.cookie = cookieOf(await rest('GET', '/me', one.user))
  await operate('/me', one.cookie, 'StartContactCenterSession', { channels: ['smssession'] })
  await operate('/users/u1/channels/smssession', one.cookie, 'Monitor')
  poll(one)
}

async function read(one, id) {
  for (;;) {
    const { status } = await rest('GET', `/me/smssessions/${id}`, one.cookie)
    if (status !== 200) throw new Error(`u${one.user} may not read: ${status}`)
    await sleep(readEveryMs)
  }
}

async function accept(one) {
  const [session] = await sessionsOf(one.cookie)
  await operate(`/me/smssessions/${session.id}`, one.cookie, 'Accept')
  read(one, session.id)
}

async function command() {
  const { cookie } = supervisors[0]
  let count = 0
  for (; isCommanding; count += 2) {
    await operate('/users/u2/channels/smssession', cookie, 'Monitor')
    await operate('/users/u2/channels/smssession', cookie, 'CancelSupervisorMonitoring')
  }
  return count
}

const acts = {
  order: async () => { await Promise.all(supervisors.map(order)) },
  accept: async () => { await Promise.all(supervisors.map(accept)) },
  command: () => { isCommanding = true; commanding = command() },
  pause: () => { isCommanding = false; return commanding },
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(await acts[line]() ?? 'done')
}
process.exit(0)
