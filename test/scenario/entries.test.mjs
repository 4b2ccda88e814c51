// entries.test.mjs - what agents write into a session beside SendMessage: URLs, typing, notices, and what is for agents only.
import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, watched } from '../lib/world.mjs'

const toAgents = [['SendToAgents', { text: 'Who knows this?' }], ['SendStartTypingToAgentsNotification', {}],
  ['SendStopTypingToAgentsNotification', {}], ['SendCustomNoticeToAgents', { noticeText: 'see the order' }]]

async function conference(t) {
  const w = await watched(t)
  await w.ana.invites(w.ben)
  await w.ben.accepts()
  for (const person of [w.ana, w.sam]) await person.forgets()
  return w
}

const entry = ({ type, visibility, text, url, noticeText, from }) => ({ type, visibility, text, url, noticeText, from: from.nickname })

test('SendUrl: NewMessages of type PushUrl with `url`, and the customer gets it as a text', async t => {
  const { ana, sam, customer } = await watched(t)
  await ana.ok(ana.asks('SendUrl', { url: 'https://example.org/a?b=c' }))
  for (const person of [ana, sam]) {
    const { messages } = await person.sees('NewMessages')
    assert.deepEqual(messages.map(entry),
      [{ type: 'PushUrl', visibility: 'All', text: undefined, url: 'https://example.org/a?b=c', noticeText: undefined, from: 'ana' }])
  }
  await customer.gets('https://example.org/a?b=c')
  const send = parameters => ana.asks('SendUrl', parameters).then(answer)
  for (const none of [{}, { url: null }]) assert.deepEqual(await send(none), [400, 1])
  for (const url of ['', 'example.org', 'javascript:alert(1)', 'https://', 'https://example.org/a b', 7]) {
    assert.deepEqual(await send({ url }), [400, 10], String(url))
  }
  const long = `https://example.org/${'x'.repeat(1980)}`
  assert.deepEqual(await send({ url: long }), [200, 0])
  assert.deepEqual(await send({ url: `${long}x` }), [400, 10])
})

test('Typing and custom notices are entries for all, numbered with the rest, and nothing of them leaves by SMS', async t => {
  const { ana, sam, customer } = await watched(t)
  for (const [operation, parameters, expected] of [
    ['SendStartTypingNotification', {}, { type: 'TypingStarted' }], ['SendStopTypingNotification', {}, { type: 'TypingStopped' }],
    ['SendCustomNotice', { noticeText: 'order 7' }, { type: 'CustomNotice', noticeText: 'order 7' }]]) {
    await ana.ok(ana.asks(operation, parameters))
    for (const person of [ana, sam]) {
      const [message] = (await person.sees('NewMessages')).messages
      assert.deepEqual(entry(message), { visibility: 'All', text: undefined, url: undefined, noticeText: undefined, from: 'ana', ...expected })
    }
  }
  await ana.says('done')
  await customer.gets('done')
  assert.deepEqual(customer.texts, ['done'])
  assert.deepEqual((await ana.readsMessages()).map(one => one.type),
    ['ParticipantJoined', 'Text', 'ParticipantJoined', 'TypingStarted', 'TypingStopped', 'CustomNotice', 'Text'])
})

test('SendToAgents and its kin: while another agent is there; the customer never sees it, a silent supervisor does', async t => {
  const { ana, ben, sam, customer } = await conference(t)
  for (const [operation, parameters] of toAgents) {
    await ana.ok(ana.asks(operation, parameters))
    for (const person of [ana, ben, sam]) {
      const [message] = (await person.sees('NewMessages')).messages
      assert.equal(message.visibility, 'Agents')
      assert.equal(message.text ?? message.noticeText, parameters.text ?? parameters.noticeText)
    }
  }
  await ben.says('over')
  await customer.gets('over')
  assert.deepEqual(customer.texts, ['over'])
})

test('An agent who joins later reads the earlier entries for agents as well', async t => {
  const { ana, ben } = await conference(t)
  await ana.ok(ana.asks('SendToAgents', { text: 'between us' }))
  await ben.leaves()
  await ana.invites(ben)
  const { history } = await ben.accepts()
  assert.ok(history.messages.some(one => one.text === 'between us' && one.visibility === 'Agents'))
})

test('A silent watcher never makes SendToAgents appear, nor succeed', async t => {
  const { ana, ben, sam } = await watched(t)
  const shown = async () => (await ana.readsSession()).capabilities.filter(one => one.includes('ToAgents'))
  assert.deepEqual(await shown(), [])
  for (const [operation, parameters] of toAgents) assert.deepEqual(answer(await ana.asks(operation, parameters)), [400, 2], operation)
  await ana.invites(ben)
  await ben.isInvited()
  assert.deepEqual(await shown(), [], 'who is invited is not there yet')
  await ben.acceptsIt()
  assert.deepEqual(await shown(), toAgents.map(([operation]) => operation))
  for (const [operation, parameters] of toAgents) assert.deepEqual(answer(await sam.asks(operation, parameters)), [403, 3], operation)
})

test('SendStopTypingToAgentNotification, as the documentation prints it, is taken as well', async t => {
  const { ana, ben } = await conference(t)
  await ana.ok(ana.asks('SendStopTypingToAgentNotification'))
  assert.equal((await ben.sees('NewMessages')).messages[0].type, 'TypingStopped')
  assert.ok(!(await ana.readsSession()).capabilities.includes('SendStopTypingToAgentNotification'))
})

test('Notices of 4,096 characters and one more; texts of nothing but white space are texts', async t => {
  const { ana } = await conference(t)
  const notice = noticeText => ana.asks('SendCustomNotice', { noticeText }).then(answer)
  assert.deepEqual(await notice('n'.repeat(4096)), [200, 0])
  assert.deepEqual(await notice('n'.repeat(4097)), [400, 10])
  assert.deepEqual(await notice(''), [400, 10])
  for (const text of [' ', '\n\t', '\u00a0\u2003\u3000', '\u2028\u2029']) {
    await ana.ok(ana.asks('SendToAgents', { text }))
    assert.equal((await ana.sees({ text })).messages[0].text, text)
  }
})

test('An opted-out customer gets no URL (3); typing and notices, which never leave, go on', async t => {
  const { ana, customer } = await watched(t)
  await customer.writes('STOP')
  await ana.sees('LeftChat')
  assert.deepEqual(answer(await ana.asks('SendUrl', { url: 'https://example.org/' })), [400, 2])
  await ana.completes()
  await customer.writes('Hello again')
  await ana.accepts()
  assert.deepEqual(answer(await ana.asks('SendUrl', { url: 'https://example.org/' })), [403, 3])
  assert.deepEqual(answer(await ana.asks('SendMessage', { text: 'x' })), [403, 3])
  assert.deepEqual((await ana.readsSession()).capabilities.filter(one => one.startsWith('Send')),
    ['SendStartTypingNotification', 'SendStopTypingNotification', 'SendCustomNotice'])
  await ana.ok(ana.asks('SendCustomNotice', { noticeText: 'has opted out' }))
})
