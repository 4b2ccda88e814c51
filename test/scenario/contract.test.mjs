// contract.test.mjs - lib/contract.mjs itself: it must notice what is not as the documents say. That the product's answers are is
// tried in every other file, by each request.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Contract } from '../lib/contract.mjs'
import { promised, verdicts } from '../seen.mjs'

const id = '0000NA9B26EF002X'
const session = { state: 'Chatting', capabilities: ['Leave'], participants: [], userData: { PhoneNumber: '15551000001' },
  receivedDate: '2015-11-09 15:20:04.000+0200', chatType: 'Inbound', id, uri: `http://localhost:8080/api/v2/smssessions/${id}`,
  path: `/smssessions/${id}` }

const read = (json, more = {}) => ({ method: 'GET', path: `/me/smssessions/${id}`, status: 200, json, ...more })
const asked = (sent, json, more = {}) => ({ method: 'POST', path: `/me/smssessions/${id}`, sent, status: 200, json, ...more })
const state = (data, more = {}) => ({ channel: '/v2/me/smssessions',
  data: { messageType: 'SMSsessionStateChangeMessage', notificationType: 'StatusChange', smssession: session, ...data }, ext: { replayId: 1 }, ...more })

const refused = (code, text = 'No') => ({ statusCode: code, statusMessage: text })

test('What is as the documents say passes, and is noted', () => {
  const contract = new Contract()
  contract.answer(read({ statusCode: 0, smssession: session }))
  contract.answer(read(refused(6), { status: 404 }))
  contract.answer(read(refused(6), { status: 200, is200: true }))
  contract.answer(asked({ operationName: 'SendMessage', text: 'Hello', isForceLogin: true }, { statusCode: 0, referenceId: 7 }))
  contract.answer(asked('{"operationName":"Accept","nickname":null}', { statusCode: 0, referenceId: 8 }))
  contract.answer(asked({ operationName: 'RemoveParticipantFromConference', targetUri: null, targetPath: '/users/ben', userUri: 7 }, { statusCode: 0, referenceId: 9 }))
  contract.answer({ method: 'PATCH', path: '/nowhere', status: 404, json: refused(6) })
  contract.message(state({}))
  contract.message({ channel: '/meta/connect', id: '7', successful: true, advice: { reconnect: 'retry', interval: 0, timeout: 30000 } })
  assert.deepEqual([...contract.seen], ['GET /me/smssessions/{id}', 'POST /me/smssessions/{id} SendMessage', 'POST /me/smssessions/{id} Accept', 'POST /me/smssessions/{id} RemoveParticipantFromConference', 'TOLD StatusChange'])
  for (const one of contract.seen) assert.ok(promised().includes(one), one)
})

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))

const wrong = {
  'a field that stands in no schema': read({ statusCode: 0, smssession: { ...session, watchers: 1 } }),
  'one beside the resource': read({ statusCode: 0, smssession: session, supervised: true }),
  'a field that is missing': read({ statusCode: 0, smssession: without(session, 'path') }),
  'a value of another type': read({ statusCode: '0', smssession: session }),
  'a word that is none': read({ statusCode: 0, smssession: { ...session, state: 'Rejected' } }),
  'a capability that is no operation': read({ statusCode: 0, smssession: { ...session, capabilities: ['InFocus'] } }),
  'no resource': read({ statusCode: 0 }),
  'a resource beside a refusal': read({ ...refused(6), smssession: session }, { status: 404 }),
  'a refusal without words': read({ statusCode: 6 }, { status: 404 }),
  'a code with another\'s status': read(refused(6), { status: 400 }),
  'a refusal with 200, where that is not set': read(refused(6)),
  'a status that no document has': read(refused(6), { status: 418 }),
  'a success that is none of 200': read({ statusCode: 0, smssession: session }, { status: 201 }),
  'no JSON': read('<html>'),
  'an answer where there is no resource': { method: 'GET', path: '/nowhere', status: 200, json: { statusCode: 0 } },
  'an operation that is not known': asked({ operationName: 'Whistle' }, { statusCode: 0 }),
  'done without a parameter that is required': asked({ operationName: 'SendMessage' }, { statusCode: 0, referenceId: 7 }),
  'done with one that is too long': asked({ operationName: 'SendMessage', text: 'x'.repeat(4097) }, { statusCode: 0, referenceId: 7 }),
  'done with a target that is null': asked({ operationName: 'RemoveParticipantFromConference', targetUri: null }, { statusCode: 0, referenceId: 7 }),
  'less than was promised of that operation': asked({ operationName: 'Leave' }, { statusCode: 0 }),
  'more than was promised of that operation': asked({ operationName: 'Leave' }, { statusCode: 0, referenceId: 7, results: [] }),
}

for (const [what, answer] of Object.entries(wrong)) {
  test(`An answer is refused by the tests for ${what}`, () => {
    assert.throws(() => new Contract().answer(answer), Error)
  })
}

const wrongMessages = {
  'a field that stands in no schema': state({ smssession: { ...session, watched: true } }),
  'no notificationType': state({ notificationType: undefined }),
  'a type that no document has': state({ notificationType: 'Whistled' }),
  'a topic on which nothing is told': state({}, { channel: '/v2/me/calls' }),
  'a topic of nobody': state({}, { channel: '/v2/me/whistles' }),
  'something beside data': state({}, { lsn: 7 }),
  'a reply with a field of its own': { channel: '/meta/connect', id: '7', successful: true, lsn: 7 },
  'an error without a code': { channel: '/meta/subscribe', id: '7', successful: false, error: 'no' },
}

for (const [what, message] of Object.entries(wrongMessages)) {
  test(`A Bayeux message is refused by the tests for ${what}`, () => {
    assert.throws(() => new Contract().message(message), Error)
  })
}

test('What no test saw is named, and so is a row of the README whose test did not see it', () => {
  const row = { name: 'Whistle', isThere: true, test: 'scenario/a.test.mjs', seen: ['POST /me Whistle'] }
  const told = byFile => verdicts(new Map(Object.entries(byFile).map(([name, one]) => [name, new Set(one)])), ['POST /me Whistle'], [row]).map(([ok]) => ok)
  assert.deepEqual(told({ 'a.test.mjs': ['POST /me Whistle'] }), [true, true])
  assert.deepEqual(told({ 'b.test.mjs': ['POST /me Whistle'], 'a.test.mjs': [] }), [true, false])
  assert.deepEqual(told({}), [false, false])
  assert.deepEqual(verdicts(new Map(), [], [{ ...row, isThere: false }]), [])
})
