// wire.test.mjs - what real clients do on the wire: other sites' pages, tokens against forged requests, null, Expect.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Bare } from '../lib/bayeux.mjs'
import { passwordOf } from '../lib/config.mjs'
import { Rest } from '../lib/rest.mjs'
import { until, world } from '../lib/world.mjs'

const people = { agents: ['ana'], ready: [] }
const desk = 'https://desk.example.org'
const guests = { ...people, config: { 'security.cors-origins': [desk, 'http://localhost:3000'] } }
const ready = { operationName: 'Ready' }
const list = text => text.split(',').map(one => one.trim().toLowerCase())

test('CORS answers the exact origin with credentials; its preflight allows Authorization and the CSRF header and needs no login',
  async t => {
    const { server } = await world(t, guests)
    for (const path of ['/me', '/me/smssessions/nothing', '/nowhere', '/notifications', '/notifications/connect']) {
      for (const origin of guests.config['security.cors-origins']) {
        const { status, raw, headers } = await server.request('OPTIONS', path, { headers: { Origin: origin,
          'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,x-csrf-token,content-type' } })
        assert.deepEqual([status, raw], [200, '{"statusCode":0}\n'], path)
        assert.equal(headers['access-control-allow-origin'], origin)
        assert.equal(headers['access-control-allow-credentials'], 'true')
        assert.equal(headers.vary, 'Origin')
        for (const name of ['authorization', 'x-csrf-token', 'content-type', 'idempotency-key', 'if-none-match']) {
          assert.ok(list(headers['access-control-allow-headers']).includes(name), name)
        }
        for (const method of ['get', 'post', 'put', 'delete']) assert.ok(list(headers['access-control-allow-methods']).includes(method))
      }
    }
  })

test('CORS: each answer to a listed page can be read by it, refusals and held polls as well', async t => {
  const { ana, server } = await world(t, guests)
  const Origin = desk
  const fine = answer => answer.headers['access-control-allow-origin'] === desk
  assert.ok(fine(await ana.rest.get('/me', { Origin })))
  assert.ok(fine(await server.request('GET', '/me', { headers: { Origin } })), '401')
  assert.ok(fine(await ana.rest.get('/nowhere', { Origin })), '404')
  assert.ok(fine(await ana.rest.post('/me', '{', { Origin })), '400')
  const exposed = (await ana.rest.get('/me', { Origin })).headers['access-control-expose-headers']
  for (const name of ['etag', 'retry-after', 'x-csrf-header', 'x-csrf-token']) assert.ok(list(exposed).includes(name), name)
  const bare = new Bare(server, { user: 'ana', password: passwordOf('ana') })
  await bare.handshake()
  await bare.subscribe('/v2/me/channels')
  await bare.poll()
  const held = bare.post([bare.connectMessage()], { headers: { Origin } })
  await ana.ready()
  const answer = await held
  assert.ok(fine(answer))
  assert.equal(answer.body.some(one => one.channel === '/v2/me/channels'), true)
})

test('CORS: other pages are told nothing, and change nothing', async t => {
  const { ana, server } = await world(t, guests)
  for (const Origin of ['https://evil.example', 'http://desk.example.org', `${desk}:443`, `${desk}.evil.example`, 'null']) {
    const preflight = await server.request('OPTIONS', '/me', { headers: { Origin, 'Access-Control-Request-Method': 'POST' } })
    assert.deepEqual([preflight.status, preflight.code], [401, 20], Origin)
    const change = await ana.rest.post('/me', ready, { Origin })
    assert.deepEqual([change.status, change.code], [403, 3], Origin)
    for (const { headers } of [preflight, change, await ana.rest.get('/me', { Origin })]) {
      assert.equal(headers['access-control-allow-origin'], undefined, Origin)
    }
  }
  assert.equal((await ana.state()).state, 'NotReady')
})

test('The cookie is SameSite=None; Secure when foreign CORS origins are configured, and a listed page acts by it alone', async t => {
  const { ana, server } = await world(t, guests)
  const first = await ana.rest.get('/me', { Origin: desk })
  assert.match(first.headers['set-cookie'].join(), /; HttpOnly; SameSite=None; Secure$/)
  const page = new Rest(server, { cookie: first.cookie })
  assert.equal((await page.post('/me', ready, { Origin: desk, 'Sec-Fetch-Site': 'cross-site' })).code, 0)
  assert.equal((await page.post('/me', ready, { 'Sec-Fetch-Site': 'cross-site' })).code, 3, 'no origin, and yet a foreign page')
})

test('security.csrf token: what changes something needs the token that GETs return, with cookie and with Basic', async t => {
  const { ana, server } = await world(t, { ...people, absent: ['ana'], config: { 'security.csrf': 'token' } })
  const first = await ana.rest.get('/me')
  const name = first.headers['x-csrf-header'], token = first.headers['x-csrf-token']
  assert.equal(name, 'X-CSRF-TOKEN')
  assert.match(token, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const page = new Rest(server, { cookie: first.cookie })
  const start = { operationName: 'StartContactCenterSession', channels: ['smssession'] }
  for (const headers of [{}, { [name]: '' }, { [name]: 'x' }, { [name]: token.replace(/./, c => c === '0' ? '1' : '0') }]) {
    const refused = await page.post('/me', start, headers)
    assert.deepEqual([refused.status, refused.code], [403, 3])
    assert.match(refused.body.statusMessage, /Missing or invalid Csrf token/)
  }
  assert.equal((await page.post('/me', start, { [name]: token })).code, 0)
  assert.equal((await page.get('/me')).headers['x-csrf-token'], token, 'it lives as long as the login')
  assert.equal((await page.post('/me', start, { [name]: token, Origin: 'https://evil.example' })).code, 3, 'in addition to the origin')
  const shared = (await ana.rest.get('/me/channels')).headers['x-csrf-token']
  assert.equal((await ana.rest.post('/me', ready, { [name]: shared })).code, 0, 'Basic without a cookie has a token as well')
  assert.equal((await ana.rest.post('/me', ready)).code, 3)
  const bare = new Bare(server, { cookie: first.cookie })
  const handshake = bare.message('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] })
  assert.deepEqual([(await bare.post([handshake])).code], [3])
  assert.equal((await bare.post([handshake], { headers: { [name]: token } })).body[0].successful, true)
})

test('security.csrf off: GETs return no token', async t => {
  const { ana } = await world(t, { ...people, config: { 'security.csrf': 'off' } })
  assert.equal((await ana.rest.get('/me')).headers['x-csrf-token'], undefined)
})

test('JSON null for an optional parameter is absent; it is never a wrong type. Unknown parameters are ignored', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], absent: ['ana'], ready: [] })
  const { ana, sam, customer } = w
  await ana.rest.get('/me')
  const start = { operationName: 'StartContactCenterSession', channels: ['smssession'], loginCode: null, queue: null,
    devicePath: null, place: 'x', isForceLogin: '1' }
  assert.equal((await ana.rest.post('/me', start)).code, 0)
  assert.equal((await ana.rest.post('/me', { operationName: null })).code, 1)
  assert.equal((await ana.rest.post('/me', { ...start, channels: null })).code, 1)
  assert.equal((await sam.order(ana, 'Monitor', { supervisorMonitoringMode: null, nickname: null })).code, 0)
  await ana.opensClient()
  await ana.ready()
  await customer.writes('Hello')
  await ana.isInvited()
  assert.equal((await ana.asks('Accept', { nickname: null, saveLAR: null })).code, 0)
  assert.equal((await ana.asks('SendMessage', { text: null })).code, 1)
  assert.equal((await ana.asks('Invite', { targetUri: null, targetPath: '/users/nobody' })).code, 6, 'the next name counts')
  assert.equal((await ana.asks('Complete', { queueName: null })).code, 0)
})

test('Expect: 100-continue on a Bayeux POST is answered at once, and the POST as any other', async t => {
  const { server } = await world(t, people)
  const http = await import('node:http')
  const body = JSON.stringify([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'], id: '1' }])
  const answer = await new Promise((done, fail) => {
    let continued = false
    const req = http.request(`${server.api}/notifications`, { method: 'POST', auth: `ana:${passwordOf('ana')}`,
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' } })
    req.on('continue', () => { continued = true; req.end(body) })
    req.on('response', res => { res.resume(); res.on('end', () => done({ continued, status: res.statusCode })) })
    req.on('error', fail)
    req.flushHeaders()
  })
  assert.deepEqual(answer, { continued: true, status: 200 })
})

test('Media type is application/json; mixed Accept headers are fine', async t => {
  const { ana } = await world(t, people)
  const answer = await ana.rest.get('/me', { Accept: 'application/xml, text/json, text/x-json;q=0.1' })
  assert.deepEqual([answer.code, answer.headers['content-type']], [0, 'application/json'])
  assert.equal((await ana.rest.post('/me', ready, { 'Content-Type': 'application/json; charset=utf-8' })).code, 0)
  assert.equal((await ana.rest.post('/me', ready, { 'Content-Type': 'text/plain' })).code, 0)
})

test('notificationType is in every notification, ChannelStateChangeMessageV2 too', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: ['ana'] })
  const { ana, ben, sam, customer } = w
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await ana.says('Good morning')
  await ana.invites(ben)
  await ben.accepts()
  await ana.completes()
  for (const person of [ana, ben, sam]) {
    await person.mark()
    assert.ok(person.all.length > 2)
    for (const { data } of person.all) assert.ok(data.messageType && data.notificationType, JSON.stringify(data))
  }
})

test('A poll or /meta/disconnect that arrives after, before or together with EndContactCenterSession is answered in the ordinary way',
  async t => {
    const { ana, server } = await world(t, people)
    const end = { operationName: 'EndContactCenterSession' }
    const basic = { user: 'ana', password: passwordOf('ana') }
    for (const order of ['before', 'after', 'together']) {
      const bare = new Bare(server, basic)
      assert.ok((await bare.handshake()).successful)
      await bare.poll()
      const held = bare.heldPoll()
      if (order === 'before') assert.equal((await bare.ask('/meta/disconnect')).successful, true)
      const both = [ana.rest.post('/me', end)]
      if (order === 'together') both.push(bare.ask('/meta/disconnect'))
      const [ended, gone] = await Promise.all(both)
      assert.equal(ended.code, 0, order)
      if (gone) assert.equal(typeof gone.successful, 'boolean')
      if (order === 'after') assert.equal((await bare.ask('/meta/disconnect')).channel, '/meta/disconnect')
      assert.equal((await held).at(-1).channel, '/meta/connect', order)
    }
  })

test('CometD\'s reload extension goes on with an old clientId', async t => {
  const { ana, server } = await world(t, people)
  const page = new Bare(server, { user: 'ana', password: passwordOf('ana') })
  await page.handshake()
  await page.subscribe('/v2/me/channels')
  await page.poll()
  const reloaded = new Bare(server, { user: 'ana', password: passwordOf('ana') })
  reloaded.clientId = page.clientId
  await ana.ready()
  const came = await reloaded.poll()
  assert.ok(came.some(one => one.channel === '/v2/me/channels'), JSON.stringify(came))
})

test('503 and 429 carry Retry-After', async t => {
  const { server } = await world(t, people)
  let last
  await until(async () => {
    last = await server.request('GET', '/me', { user: 'zoe', password: `wrong ${Math.random()}` })
    return last.status === 429
  }, 'too many failed logins')
  assert.equal(last.headers['retry-after'], '60')
})

test('uri is absolute from the setting api.external-url, path beside it', async t => {
  const { ana } = await world(t, { ...people, config: { 'api.external-url': 'https://sms.example.org/x/api/v2' } })
  const { user } = (await ana.rest.get('/me')).body
  assert.deepEqual([user.uri, user.path], [`https://sms.example.org/x/api/v2/users/${user.id}`, `/users/${user.id}`])
  assert.equal((await ana.rest.post('/me', ready, { Origin: 'https://sms.example.org' })).code, 0)
})

test('GET /me?subresources=*: settings an object of objects, and each medium\'s list present, empty where there is nothing', async t => {
  const { ana } = await world(t, people)
  const { user } = (await ana.rest.get('/me?subresources=*')).body
  for (const name of ['devices', 'skills', 'groups', 'interactions', 'calls', 'chats', 'smssessions']) assert.deepEqual(user[name], [], name)
  assert.equal(user.channels[0].channel, 'smssession')
  assert.deepEqual(user.channelStates, user.channels)
  assert.ok(user.features.some(one => one.id === 'api-multimedia'))
  for (const section of Object.values(user.settings)) {
    for (const value of Object.values(section)) assert.equal(typeof value, 'string')
  }
})

test('GET /contacts takes type, roles, includeUsersInBusinessUnits, limit, offset, filterName, filterParameters, sortBy, order', async t => {
  const { ana } = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: [] })
  const { body } = await ana.rest.get('/contacts?type=User&includeUsersInBusinessUnits=&roles=ROLE_AGENT&limit=100' +
    '&filterName=NamesOrPhoneNumberMatches&filterParameters=*&sortBy=name&order=Ascending')
  assert.deepEqual(body.contacts.map(one => [one.type, one.userName]), [['User', 'ana'], ['User', 'ben']])
  const first = (await ana.rest.get('/contacts?type=User&roles=ROLE_AGENT&sortBy=name&order=Descending&limit=1')).body
  assert.deepEqual(first.contacts.map(one => one.userName), ['ben'])
  const next = (await ana.rest.get(`/contacts?type=User&roles=ROLE_AGENT&sortBy=name&order=Descending&limit=1&cursor=${first.cursor}`)).body
  assert.deepEqual([next.contacts.map(one => one.userName), next.cursor], [['ana'], undefined])
  const queue = (await ana.rest.get('/contacts?type=Queue')).body.contacts[0]
  assert.deepEqual([queue.name, queue.phoneNumber], ['support', '15550100'])
})

test('ETag on GET is a hash of the bytes sent to this viewer; what the client has is 304', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], ready: [] })
  const { ana, ben, sam } = w
  const first = await ana.rest.get('/me')
  assert.match(first.headers.etag, /^"[0-9a-f]{32}"$/)
  for (const known of [first.headers.etag, `W/${first.headers.etag}`, `"x", ${first.headers.etag}`, '*']) {
    const again = await ana.rest.get('/me', { 'If-None-Match': known })
    assert.deepEqual([again.status, again.raw, again.headers.etag], [304, '', first.headers.etag])
  }
  assert.equal((await ana.rest.get('/me', { 'If-None-Match': '"x"' })).status, 200)
  assert.notEqual((await ben.rest.get('/me')).headers.etag, first.headers.etag)
  const state = (await ana.rest.get('/me/channels?fields=*')).headers.etag
  await sam.monitors(ana)
  assert.equal((await ana.rest.get('/me/channels?fields=*')).headers.etag, state, 'nothing of who watches is in it')
  await ana.ready()
  assert.notEqual((await ana.rest.get('/me/channels?fields=*')).headers.etag, state)
  assert.equal((await ana.rest.get('/nowhere')).headers.etag, undefined)
})

test('Lists carry uris without fields; a uri leads to what it names', async t => {
  const { ana, server } = await world(t, { ...people, queues: { 'Tickets & more': '15550200' } })
  for (const list of ['/users', '/queues', '/contacts', '/features']) {
    const { uris } = (await ana.rest.get(list)).body
    assert.ok(uris.length, list)
    for (const uri of uris) {
      assert.ok(uri.startsWith(server.api + list + '/'), uri)
      const { body } = await ana.rest.get(uri.slice(server.api.length))
      assert.equal(body.statusCode, 0, uri)
      assert.equal(Object.values(body)[1].uri, uri)
    }
  }
  const { settings } = (await ana.rest.get('/settings')).body
  for (const { uri } of settings) assert.equal((await ana.rest.get(uri.slice(server.api.length))).code, 0)
})
