// day.mjs - an agent's working day, as any client lives it: it is lent a way to hear notifications, and does the rest over REST. What came, and in
// which order, must be the same whatever client heard it.
import assert from 'node:assert/strict'
import { passwordOf } from '../lib/config.mjs'
import { checksMessage } from '../lib/contract.mjs'
import { until, world } from '../lib/world.mjs'

// A centre with ana, whom nobody has signed in yet.
export async function centre(t, settings = {}) {
  const w = await world(t, { agents: ['ana'], absent: ['ana'], ready: [], ...settings })
  w.url = `${w.server.api}/notifications`
  w.who = { user: 'ana', password: passwordOf('ana') }
  return w
}

// What a client heard, in order; each message is held against the documents.
export class Heard {
  data = []

  takes(message) {
    checksMessage(message)
    this.data.push(message.data)
  }

  // The first that fits, from the place up to which was looked before.
  async next(fits, what) {
    this.place ??= 0
    const find = () => this.data.findIndex((one, i) => i >= this.place && fits(one))
    await until(() => find() >= 0, () => `${what}; heard:\n${this.data.slice(this.place).map(one => JSON.stringify(one)).join('\n')}`)
    const at = find()
    this.place = at + 1
    return this.data[at]
  }

  state(state) {
    return this.next(one => one.notificationType === 'StatusChange' && one.smssession?.state === state, `to hear of ${state}`)
  }

  text(text) {
    return this.next(one => one.messages?.some(message => message.text === text), `to hear ${JSON.stringify(text)}`)
  }
}

export const kindsOf = heard => heard.data.map(one => one.notificationType || one.messageType)

// The client listens already. ask(path, operationName, parameters): its own way to POST.
export async function agentsDay(w, heard, ask) {
  const ok = async (...what) => { const { code, raw } = await ask(...what); assert.equal(code, 0, `${what[1]}: ${raw}`) }
  await ok('/me', 'StartContactCenterSession', { channels: ['smssession'] })
  await ok('/me/channels/smssession', 'Ready')
  await heard.next(one => one.channels?.[0].userState.state === 'Ready', 'to hear that ana is Ready')
  await w.customer.writes('My order?')
  const { smssession } = await heard.state('Invited')
  const at = `/me/smssessions/${smssession.id}`
  await ok(at, 'Accept', { nickname: 'Ana' })
  assert.deepEqual((await heard.state('Chatting')).smssession.participants, [])
  const { smssession: joined } = await heard.next(one => one.notificationType === 'ParticipantsUpdated', 'to hear who is there')
  assert.deepEqual(joined.participants.map(one => one.type), ['Agent', 'Customer'])
  const { messages } = await heard.next(one => one.notificationType === 'NewMessages', 'to hear the history')
  assert.deepEqual(messages.map(one => one.type), ['ParticipantJoined', 'Text', 'ParticipantJoined'])
  await ok(at, 'SendMessage', { text: 'On its way.' })
  await heard.text('On its way.')
  await w.customer.gets('On its way.')
  await w.customer.writes('Thanks!')
  await heard.text('Thanks!')
  await ok(at, 'Complete')
  await heard.state('Completed')
}
