// provider.test.mjs - texts to and from customers over a provider's HTTP API, on a socket, with TLS and its certificates.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { serviceNumber } from '../lib/config.mjs'
import { Provider, providersText } from '../lib/provider.mjs'
import { request } from '../lib/rest.mjs'
import { OK } from '../lib/smsc.mjs'
import { until, world } from '../lib/world.mjs'

const over = (name, { keys, authority, ...options } = {}) =>
  ({ agents: ['ana'], carrier: () => Provider.start(name, { keys }), text: providersText({ keys, authority }), ...options })

async function conversation(t, name, options) {
  const w = await world(t, over(name, options))
  await w.smsc.bound()
  await w.customer.writes('Hello')
  await w.ana.accepts()
  return w
}

const texts = messages => messages.filter(one => one.type === 'Text').map(one => one.text)
const deliveryOf = async (person, text) => (await person.readsMessages()).find(one => one.text === text)?.deliveryState
const becomes = (person, text, state) => until(async () => await deliveryOf(person, text) === state, `${text} to be ${state}`)

for (const name of ['twilio', 'sinch']) {
  test(`${name}: a conversation to and fro, with a receipt`, async t => {
    const { ana, customer, smsc } = await conversation(t, name)
    await customer.writes('Žluťoučký kůň & 50 % "+" 🦉')
    await ana.sees({ text: 'Žluťoučký kůň & 50 % "+" 🦉' })
    await ana.says('Dobrý den & "50 %" + 🦉')
    await customer.gets('Dobrý den & "50 %" + 🦉')
    await becomes(ana, 'Dobrý den & "50 %" + 🦉', 'sent')
    assert.equal((await smsc.receipt(smsc.submits[0])).status, 200)
    await becomes(ana, 'Dobrý den & "50 %" + 🦉', 'delivered')
    await ana.says('And this')
    await customer.gets('And this')
    assert.equal((await smsc.receipt(smsc.submits[1], 'failed')).status, 200)
    await becomes(ana, 'And this', 'failed')
  })

  test(`${name}: what is posted twice is one text, also over kill -9`, async t => {
    const w = await conversation(t, name)
    const { ana, smsc } = w
    const body = smsc.format.text({ id: 'm-1', from: w.customer.phone, to: serviceNumber, text: 'Once' })
    const headers = smsc.format.sign(body, smsc.hook)
    for (let i = 0; i < 3; i++) assert.equal((await smsc.post(body, { headers })).status, 200)
    await w.restart({ kill: true })
    assert.equal((await smsc.post(body, { headers })).status, 200)
    await w.restart()
    assert.equal((await smsc.post(body)).status, 200)
    assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Once'])
    await w.customer.writes('Once') // said again
    assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'Once', 'Once'])
  })

  test(`${name}: what is not signed by the provider is refused, and nobody sees it`, async t => {
    const { ana, customer, smsc, server } = await conversation(t, name)
    await ana.forgets()
    const body = smsc.format.text({ id: randomUUID(), from: customer.phone, to: serviceNumber, text: 'Not mine' })
    const right = smsc.format.sign(body, smsc.hook)
    const broken = Object.fromEntries(Object.entries(right).map(([key, value]) =>
      [key, /signature$/i.test(key) ? value.replace(/^./, c => c === 'A' ? 'B' : 'A') : value]))
    assert.equal((await smsc.post(body, { headers: {} })).status, 403)
    assert.equal((await smsc.post(body, { headers: broken })).status, 403)
    assert.equal((await smsc.post(body.replace('mine', 'mind'), { headers: right })).status, 403)
    assert.equal((await smsc.post(body, { hook: `${server.url}/hooks/nobody` })).status, 403)
    await ana.seesNothing()
    assert.equal((await smsc.post(body, { headers: right })).status, 200)
    await ana.sees({ text: 'Not mine' })
  })

  test(`${name}: STOP is obeyed`, async t => {
    const { ana, customer, smsc } = await conversation(t, name)
    await customer.writes(' stop. ')
    await ana.sees('LeftChat')
    await customer.gets('You will get no more messages from us. Text START to allow them again.')
    await ana.completes()
    await customer.writes('And why so many?')
    await ana.accepts()
    assert.equal((await ana.asks('SendMessage', { text: 'But' })).code, 3)
    await customer.writes('START')
    await customer.gets('You will get our messages again. Text STOP to end them.')
    await ana.says('Welcome')
    await customer.gets('Welcome')
    assert.equal(smsc.submits.length, 3)
  })
}

test('A signature is as good as its time: five minutes', async t => {
  const { ana, customer, smsc } = await conversation(t, 'sinch')
  const text = said => smsc.format.text({ id: randomUUID(), from: customer.phone, to: serviceNumber, text: said })
  const posted = async (said, at) => {
    const body = text(said)
    return (await smsc.post(body, { headers: smsc.format.sign(body, smsc.hook, at) })).status
  }
  assert.equal(await posted('late', Date.now() - 310_000), 403)
  assert.equal(await posted('early', Date.now() + 310_000), 403)
  assert.equal(await posted('in time', Date.now() - 280_000), 200)
  await ana.sees({ text: 'in time' })
  assert.deepEqual(texts(await ana.readsMessages()), ['Hello', 'in time'])
})

test('What is no text to a number of ours is refused for good; nobody signs in to a hook', async t => {
  const { customer, smsc, server } = await conversation(t, 'sinch')
  assert.equal((await smsc.deliver({ from: customer.phone, to: '15559999', text: 'Wrong number' })).status, 422)
  assert.equal((await smsc.post('{"type":"something_else"}')).status, 422)
  assert.equal((await smsc.post('no JSON')).status, 422)
  assert.equal((await request('GET', smsc.hook)).status, 401)
  assert.match(server.stderr, /refused with 422: its destination is no service number of ours/)
  assert.doesNotMatch(server.stderr, /Wrong number|15551000001/)
})

test('A text of the longest kind arrives whole, in texts of 1,600 characters', async t => {
  const { ana, customer, smsc } = await conversation(t, 'sinch')
  const long = 'ž'.repeat(1600) + 'y'.repeat(1600) + 'x'.repeat(896)
  await ana.says(long)
  await until(() => smsc.submits.length === 3, 'three texts')
  assert.equal(smsc.textsTo(customer.phone).sort().reverse().join(''), long)
})

test('A server in trouble is posted the text again with the same key: it stays one text', async t => {
  const { ana, customer, smsc } = await conversation(t, 'sinch', { keys: true })
  const answers = [500, 'break', 502]
  smsc.answer = () => answers.shift() ?? 201
  await ana.says('Once')
  await becomes(ana, 'Once', 'sent')
  assert.equal(smsc.posts.length, 4)
  assert.equal(new Set(smsc.posts.map(one => one.key)).size, 1)
  assert.deepEqual(smsc.textsTo(customer.phone), ['Once'])
  assert.equal((await smsc.receipt(smsc.submits[0])).status, 200)
  await becomes(ana, 'Once', 'delivered')
})

test('A provider that knows no keys is posted a text whose answer was lost once more, and no more', async t => {
  const { ana, customer, smsc } = await conversation(t, 'twilio')
  smsc.answer = post => post.text === 'Perhaps' ? 'break' : 201
  await ana.says('Perhaps')
  await until(() => smsc.submits.length === 2, 'the repeat')
  await ana.says('For sure')
  await becomes(ana, 'For sure', 'sent')
  await becomes(ana, 'Perhaps', 'uncertain')
  assert.deepEqual(smsc.textsTo(customer.phone).sort(), ['For sure', 'Perhaps', 'Perhaps'])
  assert.equal(smsc.posts[0].key, undefined)
})

test('STOP between two posts of a text: it is not posted again', async t => {
  const { ana, customer, smsc } = await conversation(t, 'sinch', { keys: true })
  smsc.answer = post => post.text === 'Perhaps' ? 500 : 201
  await ana.says('Perhaps')
  await until(() => smsc.posts.length === 1, 'the first post')
  await customer.writes('STOP')
  await customer.gets('You will get no more messages from us. Text START to allow them again.')
  smsc.answer = () => 201
  await becomes(ana, 'Perhaps', 'uncertain')
  await customer.writes('START')
  await customer.gets('You will get our messages again. Text STOP to end them.')
  assert.equal(smsc.posts.filter(one => one.text === 'Perhaps').length, 1)
})

test('"Too many" holds a text up, "no" ends it, and a wrong token ends none', async t => {
  const { ana, customer, smsc } = await conversation(t, 'sinch')
  const answers = [429, 503, 401]
  smsc.answer = () => answers.shift() ?? 201
  await ana.says('Patience')
  await customer.gets('Patience')
  smsc.answer = post => post.text === 'Bad' ? 400 : 201
  await ana.says('Bad')
  await becomes(ana, 'Bad', 'failed')
  await ana.says('Good')
  await customer.gets('Good')
})

test('While the provider is away its texts wait; what customers write is taken', async t => {
  const { ana, customer, smsc } = await conversation(t, 'sinch')
  const { port } = smsc
  await smsc.goes()
  await ana.says('Are you there?')
  await ana.says('Hello?')
  await customer.writes('Still here')
  await ana.sees({ text: 'Still here' })
  await smsc.listen(port)
  await customer.gets('Are you there?')
  await customer.gets('Hello?')
})

const unreached = async () => Object.assign(await Provider.start('sinch'), { bound: async () => {} })

test('A host that does not prove its name, or by nobody who is trusted, is sent nothing', async t => {
  for (const options of [{ link: { host: 'localhost' } }, { authority: 'host.pem' }]) {
    const { smsc, server } = await world(t, over('sinch', { carrier: unreached, ...options }))
    await until(() => /warn tls: (localhost|127\.0\.0\.1): /.test(server.stderr), 'the reason in the log')
    await until(() => /no connection to/.test(server.stderr), 'the link to be down')
    assert.equal(smsc.binds.length, 0)
  }
})

test('In plain, where the configuration says so', async t => {
  const { server, smsc } = await world(t, over('sinch', { carrier: unreached, link: { tls: 'no' } }))
  await until(() => /the provider is there/.test(server.stderr), 'the link to be up')
  assert.equal(smsc.binds.length, 0) // no TLS was spoken
})

// The provider has the text, and the server dies before it hears so. Posted again it would be the same text: but the
// provider's API is away, and its receipt comes first. Nobody can tell yet whose it is.
test('kill -9 before the answer to a text: a receipt that is there before the text is posted again is not forgotten', async t => {
  const w = await conversation(t, 'sinch', { keys: true })
  const { ana, customer, smsc, server } = w
  const { port } = smsc
  smsc.answer = () => 'swallow'
  await ana.says('Once')
  await customer.gets('Once')
  await ana.losesClient()
  await server.kill()
  await smsc.goes()
  await server.startAgain()
  const [submit] = smsc.submits
  const refused = await smsc.receipt(submit) // waits for its text, as long as a provider may wait for an answer
  assert.equal(refused.status, 503)
  assert.ok(refused.headers['retry-after'])
  assert.match(server.stderr, /refused with 503: its text may be one that is still to be posted again/)
  const again = smsc.receipt(submit)
  smsc.answer = () => 201
  await smsc.listen(port)
  assert.equal((await again).status, 200)
  await becomes(ana, 'Once', 'delivered')
  assert.deepEqual(smsc.textsTo(customer.phone), ['Once'])
  assert.equal((await smsc.receipt({ id: 'of another system', to: customer.phone })).status, 200, 'whose text surely is none of ours')
})

// The server dies at any moment of both directions. The provider posts again what was not answered, as providers do; an
// agent asks again with the same key. In the end all is there, and once.
test('kill -9 in the middle of both directions: nothing is lost, nothing is twice', async t => {
  const w = await conversation(t, 'sinch', { keys: true })
  const { ana, customer, smsc } = w
  const lives = 6, each = 8
  const written = [], said = []
  const writes = async (id, text) => {
    while ((await smsc.deliver({ from: customer.phone, to: serviceNumber, text, id })).status !== 200)
      await new Promise(done => { setTimeout(done, 20) })
    written.push(text)
  }
  const says = async (key, text) => {
    for (;;) {
      const answer = await ana.rest.send('POST', ana.at(),
        { body: { operationName: 'SendMessage', text }, headers: { 'Idempotency-Key': key } }).catch(() => null)
      if (answer?.status === 200) return said.push(text)
      await new Promise(done => { setTimeout(done, 20) })
    }
  }
  for (let life = 0; life < lives; life++) {
    const answers = ['break', 500, 'withhold']
    smsc.answer = () => answers[Math.floor(Math.random() * 6)] ?? 201
    const all = []
    for (let i = 0; i < each; i++) all.push(writes(randomUUID(), `customer ${life}.${i}`), says(randomUUID(), `agent ${life}.${i}`))
    const reached = smsc.posts.length + 1 + Math.floor(Math.random() * each)
    await until(() => smsc.posts.length >= reached || written.length >= (life + 1) * each, 'some of it to be under way')
    smsc.answer = () => 201
    await w.restart({ kill: true })
    await Promise.all(all)
    const count = (life + 1) * each
    await until(() => smsc.submits.length >= count, () => `${count} texts; ${smsc.submits.length} came`)
  }
  const count = lives * each
  assert.equal(smsc.submits.length, count, 'each text left once')
  const transcript = texts(await ana.readsMessages())
  assert.equal(transcript.length, 1 + 2 * count)
  assert.deepEqual(transcript.filter(one => one.startsWith('customer')).sort(), written.sort())
  assert.deepEqual(transcript.filter(one => one.startsWith('agent')).sort(), said.sort())
})
