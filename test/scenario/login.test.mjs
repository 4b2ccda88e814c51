// login.test.mjs - Basic, cookie, foreign origins, and what they do not tell.
import assert from 'node:assert/strict'
import test from 'node:test'
import { passwordOf } from '../lib/config.mjs'
import { basic, request, Rest } from '../lib/rest.mjs'
import { Bare } from '../lib/bayeux.mjs'
import { world } from '../lib/world.mjs'

const people = { agents: ['ana', 'ben'], ready: [] }
const ready = { operationName: 'Ready' }

test('Basic: each request carries it; GET /me gives a cookie that works alone', async t => {
  const { ana, server } = await world(t, people)
  const first = await ana.rest.get('/me')
  assert.ok(first.cookie, 'Set-Cookie: JSESSIONID')
  const line = first.headers['set-cookie'].find(one => one.startsWith('JSESSIONID='))
  assert.match(line, /;\s*HttpOnly/i)
  assert.match(line, /;\s*SameSite=Lax/i)
  const cookied = new Rest(server, { cookie: first.cookie })
  const second = await cookied.get('/me')
  assert.equal(second.status, 200)
  assert.deepEqual(second.body, first.body)
  assert.equal((await cookied.post('/me/channels/smssession', ready)).code, 0)
})

test('Without credentials, and with useless ones: 401 with 20, always the same bytes', async t => {
  const { server } = await world(t, people)
  const none = await server.request('GET', '/me')
  assert.deepEqual([none.status, none.code], [401, 20])
  const tries = [
    { user: 'ana', password: 'wrong' }, { user: 'ana', password: '' }, { user: 'nobody', password: 'wrong' },
    { user: '', password: '' }, { cookie: '0123456789ABCDEF0123456789ABCDEF' }, { cookie: 'x' }, { cookie: '' },
    { headers: { Authorization: 'Basic' } }, { headers: { Authorization: 'Basic !!!' } },
    { headers: { Authorization: 'Basic ' + Buffer.from('ana').toString('base64') } },
    { headers: { Authorization: 'Digest x' } }, { user: 'ana', password: passwordOf('ben') },
    { user: 'ANA', password: passwordOf('ana') }, { user: 'ana', password: passwordOf('ana') + ' ' },
    { user: 'ana', password: 'x'.repeat(5000) },
  ]
  for (const credentials of tries) {
    const answer = await server.request('GET', '/me', credentials)
    assert.deepEqual([answer.status, answer.raw], [401, none.raw], JSON.stringify(credentials).slice(0, 100))
    assert.equal(answer.cookie, undefined)
  }
})

test('A wrong password and an unknown user get the same answer, header by header', async t => {
  const { server } = await world(t, people)
  const wrong = await server.request('GET', '/me', { user: 'ana', password: 'wrong' })
  const unknown = await server.request('GET', '/me', { user: 'zoe', password: 'wrong' })
  const still = ({ status, raw, headers }) => ({ status, raw, headers: { ...headers, date: '' } })
  assert.deepEqual(still(wrong), still(unknown))
})

test('Basic in ISO-8859-1 works as well as in UTF-8', async t => {
  const { server } = await world(t, { users: { zoë: { roles: ['agent'], password: 'grün' } }, absent: ['zoë'] })
  for (const encoding of ['utf8', 'latin1']) {
    const Authorization = 'Basic ' + Buffer.from('zoë:grün', encoding).toString('base64')
    const answer = await server.request('GET', '/me', { headers: { Authorization } })
    assert.equal(answer.code, 0, encoding)
    assert.equal(answer.body.user.userName, 'zoë')
  }
})

test('Basic decides, whatever cookie comes along: an own one is fine, another user\'s is 20', async t => {
  const { ana, ben, server } = await world(t, people)
  const { cookie } = await ben.rest.get('/me')
  const own = (await ana.rest.get('/me')).cookie
  const both = (user, cookie) => server.request('GET', '/me', { user, password: passwordOf(user), cookie })
  assert.equal((await both('ana', own)).body.user.userName, 'ana')
  assert.deepEqual([(await both('ana', cookie)).status, (await both('ana', cookie)).code], [401, 20])
  assert.equal((await both('ana', 'stale')).code, 0)
})

test('EndContactCenterSession invalidates the cookie', async t => {
  const { ana, server } = await world(t, people)
  const { cookie } = await ana.rest.get('/me')
  const cookied = new Rest(server, { cookie })
  assert.equal((await cookied.ask('/me', 'EndContactCenterSession')).code, 0)
  assert.deepEqual([(await cookied.get('/me')).status, (await cookied.get('/me')).code], [401, 20])
  assert.equal((await ana.rest.get('/me')).code, 0, 'the password is as good as before')
})

test('A cookie does not outlive its user\'s wrong use: another cookie of the same user stays', async t => {
  const { ana, server } = await world(t, people)
  const first = (await ana.rest.get('/me')).cookie
  const second = (await ana.rest.get('/me')).cookie
  assert.notEqual(first, second)
  await new Rest(server, { cookie: first }).ask('/me', 'EndContactCenterSession')
  assert.equal((await new Rest(server, { cookie: second }).get('/me')).code, 0)
})

const foreign = [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' }, { Origin: 'http://127.0.0.1:1' }, { Origin: 'https://127.0.0.1' }]

test('security.csrf origin: unsafe requests from a foreign origin are refused (403, 3), with Basic and with cookie', async t => {
  const { ana, server } = await world(t, people)
  const { cookie } = await ana.rest.get('/me')
  for (const headers of foreign) {
    for (const rest of [ana.rest, new Rest(server, { cookie })]) {
      const answer = await rest.post('/me/channels/smssession', ready, headers)
      assert.deepEqual([answer.status, answer.code], [403, 3], JSON.stringify(headers))
      assert.match(answer.body.statusMessage, /Missing or invalid Csrf token/)
      assert.equal((await rest.get('/me', headers)).code, 0, 'reading is safe')
    }
  }
  assert.equal((await ana.state()).state, 'NotReady')
})

test('security.csrf origin: own origin and no origin pass; Bayeux messages are judged alike', async t => {
  const { ana, server } = await world(t, people)
  assert.equal((await ana.rest.post('/me/channels/smssession', ready, { Origin: server.url })).code, 0)
  assert.equal((await ana.rest.post('/me/channels/smssession', { operationName: 'NotReady' },
    { Origin: server.url, 'Sec-Fetch-Site': 'same-origin' })).code, 0)
  assert.equal((await ana.rest.post('/me/channels/smssession', ready, { 'Sec-Fetch-Site': 'none' })).code, 0)
  const bare = new Bare(server, { user: 'ana', password: passwordOf('ana') })
  const message = bare.message('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] })
  const answer = await bare.post([message], { headers: foreign[0] })
  assert.deepEqual([answer.status, answer.code], [403, 3])
})

test('security.csrf off: origins do not matter', async t => {
  const { ana } = await world(t, { ...people, config: { 'security.csrf': 'off' } })
  assert.equal((await ana.rest.post('/me/channels/smssession', ready, foreign[0])).code, 0)
})

test('GETs return X-CSRF-HEADER and X-CSRF-TOKEN, so that clients which demand them work', async t => {
  const { ana } = await world(t, people)
  const { headers } = await ana.rest.get('/me')
  assert.ok(headers['x-csrf-header'])
  assert.ok(headers['x-csrf-token'])
})

test('Too many failed logins are answered 429 with 4 and Retry-After; who is signed in is never blocked', async t => {
  const { ana, server } = await world(t, people)
  const { cookie } = await ana.rest.get('/me')
  let last
  for (let i = 0; i < 21; i++) {
    last = await server.request('GET', '/me', { user: 'ana', password: `wrong ${i}` })
    assert.equal(last.status, i < 20 ? 401 : 429, `${i}`)
  }
  assert.equal(last.code, 4)
  assert.match(last.headers['retry-after'], /^\d+$/)
  assert.equal((await new Rest(server, { cookie }).get('/me')).code, 0)
  assert.equal((await ana.rest.get('/me')).code, 0, 'nor its password, which is known already')
})

// Behind a proxy on the same machine: `from` is the client's address as the proxy tells it.
// Cleo has not signed in yet: nobody knows her password to be right.
const proxied = { users: { cleo: { roles: ['agent'] } }, absent: ['cleo'], config: { 'http.trusted-proxies': ['127.0.0.1', '10.0.0.0/8'] } }
const signIn = (server, from, user, password = passwordOf(user), headers = {}) =>
  server.request('GET', '/me', { user, password, headers: { 'X-Forwarded-For': from, ...headers } })
async function failOften(server, from, user, times = 20) {
  for (let i = 0; i < times; i++) assert.equal((await signIn(server, from, user, `wrong ${i}`)).status, 401, `${i}`)
}
const told = ({ status, raw, headers }) => ({ status, raw, headers: { ...headers, date: '' } })

test('Behind a proxy: twenty wrong logins of one client lock nobody else out', async t => {
  const { server } = await world(t, { ...people, ...proxied })
  await failOften(server, '203.0.113.66', 'zoe')
  assert.equal((await signIn(server, '203.0.113.66', 'cleo')).status, 429)
  assert.equal((await signIn(server, '203.0.113.67', 'cleo')).code, 0)
  assert.equal((await signIn(server, '203.0.113.66, 10.1.2.3', 'ana', 'wrong')).status, 429, 'a second proxy')
})

test('Behind a proxy: who writes X-Forwarded-For oneself is counted all the same', async t => {
  const { server } = await world(t, { ...people, ...proxied })
  for (let i = 0; i < 20; i++) assert.equal((await signIn(server, `198.51.100.${i}, 203.0.113.66`, `u${i}`, 'x')).status, 401)
  assert.equal((await signIn(server, '198.51.100.99, 203.0.113.66', 'cleo')).status, 429)
})

test('Not behind a proxy that is trusted: X-Forwarded-For counts nothing', async t => {
  const { server } = await world(t, people)
  for (let i = 0; i < 20; i++) assert.equal((await signIn(server, `203.0.113.${i}`, `u${i}`, 'x')).status, 401)
  assert.equal((await signIn(server, '203.0.113.99', 'zoe', 'x')).status, 429)
})

test('An account under attack: its user gets in from where the user signed in before, also after a restart', async t => {
  const { server } = await world(t, { ...people, ...proxied })
  assert.equal((await signIn(server, '198.51.100.7', 'cleo')).code, 0)
  assert.equal((await signIn(server, '2001:db8:1:2::1', 'cleo')).code, 0)
  await server.restart()
  for (let i = 0; i < 20; i++) assert.equal((await signIn(server, `203.0.113.${i}`, 'cleo', 'x')).status, 401)
  // (From where nothing failed yet one attempt in five seconds goes through. Nobody else signs in as her meanwhile.)
  assert.equal((await signIn(server, '203.0.113.19', 'cleo')).status, 429, 'even the right password, from elsewhere')
  assert.equal((await signIn(server, '198.51.100.7', 'cleo', 'wrong')).status, 429)
  assert.equal((await signIn(server, '198.51.100.7', 'cleo')).code, 0)
  await server.restart() // the password is not known to be right any more
  await failOften(server, '203.0.113.66', 'cleo')
  assert.equal((await signIn(server, '2001:db8:1:2:ffff::9', 'cleo')).code, 0, 'the same IPv6 network')
  await server.stop()
  assert.equal((await server.verify()).code, 0)
  await server.startAgain()
})

test('Too many failed logins: the same bytes after the same time for known and unknown users, and for who was here before', async t => {
  const { server } = await world(t, { ...people, ...proxied })
  assert.equal((await signIn(server, '198.51.100.7', 'ben')).code, 0)
  await server.restart()
  await failOften(server, '198.51.100.7', 'zoe')
  const expected = told(await signIn(server, '198.51.100.7', 'nobody', 'x'))
  assert.equal(expected.status, 429)
  assert.equal(JSON.parse(expected.raw).statusCode, 4)
  assert.match(expected.headers['retry-after'], /^[1-9]\d*$/)
  for (const [user, password] of [['ana', 'x'], ['ben', 'x'], ['cleo', passwordOf('cleo')], ['zoe', 'x']]) {
    const asked = performance.now()
    assert.deepEqual(told(await signIn(server, '198.51.100.7', user, password)), expected, user)
    assert.ok(performance.now() - asked > 900, `${user} was answered sooner than others`)
  }
  const bare = new Bare(server, { user: 'ana', password: 'x' })
  const message = bare.message('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] })
  const answer = await bare.post([message], { headers: { 'X-Forwarded-For': '198.51.100.7' } })
  assert.deepEqual([answer.status, answer.code, answer.headers['retry-after']], [429, 4, expected.headers['retry-after']])
  assert.equal((await signIn(server, '198.51.100.7', 'ben')).code, 0)
})

test('A password that was changed ends logins and Bayeux clients made with the old one', async t => {
  const { ana, server } = await world(t, people)
  const { cookie } = await ana.rest.get('/me')
  const bare = new Bare(server, { cookie })
  assert.ok((await bare.handshake()).successful)
  const { sotto } = await import('../lib/server.mjs')
  const done = await sotto(['user', 'passwd', 'ana', '--config', server.config], { input: 'newer\n' })
  assert.equal(done.code, 0, done.stderr)
  assert.equal((await new Rest(server, { cookie }).get('/me')).code, 20)
  assert.equal((await ana.rest.get('/me')).code, 20)
  const answer = await bare.post([bare.connectMessage({ advice: { timeout: 0 } })])
  assert.ok(answer.status === 401 || answer.body[0].successful === false)
  assert.equal((await request('GET', `${server.api}/me`, { headers: { Authorization: basic('ana', 'newer') } })).code, 0)
})

const put = (rest, body) => rest.send('PUT', '/me', { body })

test('One\'s own password is changed with the old one; other logins end, and the one that changed it stays', async t => {
  const { ana, server } = await world(t, people)
  const page = new Rest(server, { cookie: (await ana.rest.get('/me')).cookie })
  const other = new Rest(server, { cookie: (await ana.rest.get('/me')).cookie })
  const bare = new Bare(server, { cookie: other.cookie })
  await bare.handshake()
  const change = { oldPassword: passwordOf('ana'), password: 'fresh pepper' }
  for (const [wrong, status, code] of [[{}, 400, 1], [{ oldPassword: 'x' }, 400, 1], [{ ...change, password: 'x'.repeat(7) }, 400, 10],
    [{ ...change, password: 'x'.repeat(257) }, 400, 10], [{ ...change, password: 7 }, 400, 10], [{ ...change, oldPassword: 'wrong' }, 403, 3],
    [{ ...change, userName: 'boss' }, 400, 11]]) {
    const answer = await put(page, wrong)
    assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(wrong))
  }
  assert.equal((await put(page, change)).raw, '{"statusCode":0}\n')
  assert.equal((await page.get('/me')).code, 0)
  assert.equal((await other.get('/me')).code, 20)
  assert.equal((await ana.rest.get('/me')).code, 20)
  const answer = await bare.post([bare.connectMessage({ advice: { timeout: 0 } })])
  assert.ok(answer.status === 401 || answer.body[0].successful === false)
  await server.restart()
  assert.equal((await server.request('GET', '/me', { user: 'ana', password: 'fresh pepper' })).code, 0)
  await server.stop()
  assert.equal((await server.verify()).code, 0)
  await server.startAgain()
})

test('changePasswordOnFirstLogin: all but GET /me and the change itself is 403 with 8 until it is changed', async t => {
  const { ana, server } = await world(t, { ...people, absent: ['ana'] })
  const { sotto } = await import('../lib/server.mjs')
  const done = await sotto(['user', 'passwd', 'ana', '--change-password', '--config', server.config], { input: 'first\n' })
  assert.equal(done.code, 0, done.stderr)
  const rest = new Rest(server, { user: 'ana', password: 'first' })
  assert.equal((await rest.get('/me')).body.user.changePasswordOnFirstLogin, true)
  for (const [method, path, body] of [['GET', '/me/channels'], ['GET', '/nowhere'], ['POST', '/me', ready], ['POST', '/notifications',
    [{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }]]]) {
    const answer = await rest.send(method, path, { body })
    assert.deepEqual([answer.status, answer.code], [403, 8], `${method} ${path}`)
  }
  assert.equal((await put(rest, { oldPassword: 'first', password: 'first' })).code, 10, 'too short')
  assert.equal((await put(rest, { oldPassword: 'first', password: 'fresh pepper' })).code, 0)
  const after = new Rest(server, { user: 'ana', password: 'fresh pepper' })
  assert.equal((await after.get('/me')).body.user.changePasswordOnFirstLogin, false)
  assert.equal((await after.get('/me/channels')).code, 0)
})

// --- tokens of programs

async function token(server, ...args) {
  const { sotto } = await import('../lib/server.mjs')
  return sotto(['token', ...args, '--config', server.config])
}

const bearer = (server, text, method = 'GET', path = '/me', body = undefined, headers = {}) =>
  server.request(method, path, { body, headers: { Authorization: `Bearer ${text}`, ...headers } })

test('A token signs a program in as its user, from everywhere, without a cookie; only its digest is kept', async t => {
  const { ana, server } = await world(t, { ...people, config: { 'security.csrf': 'token' }, absent: ['ana', 'ben'] })
  const made = await token(server, 'add', 'ana', '--label', 'Wall board')
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stdout, /^sotto_[A-Za-z0-9_-]{43}\n$/)
  const text = made.stdout.trim()
  const me = await bearer(server, text)
  assert.deepEqual([me.code, me.body.user.userName, me.cookie], [0, ana.user, undefined])
  const start = { operationName: 'StartContactCenterSession', channels: ['smssession'] }
  assert.equal((await bearer(server, text, 'POST', '/me', start, { Origin: 'https://evil.example' })).code, 0, 'no browser sends it by itself')
  const listed = await token(server, 'list')
  assert.match(listed.stdout, new RegExp(`^[0-9a-f]{16}  ${ana.user} +.* Wall board\n$`))
  await server.stop()
  const { readFileSync, readdirSync } = await import('node:fs')
  for (const file of readdirSync(server.data).filter(one => one.includes('.db'))) {
    assert.ok(!readFileSync(`${server.data}/${file}`).includes(text), file)
  }
  await server.startAgain()
  assert.equal((await bearer(server, text)).code, 0, 'after a restart')
  for (const wrong of [text.slice(0, -1), text.toUpperCase(), '', 'sotto_', ana.user]) {
    assert.deepEqual([(await bearer(server, wrong)).status, (await bearer(server, wrong)).code], [401, 20], wrong)
  }
})

test('A token that is revoked ends at once: its requests are 20, its Bayeux clients unknown; other logins stay', async t => {
  const { ana, server } = await world(t, people)
  const text = (await token(server, 'add', 'ana')).stdout.trim()
  const other = (await token(server, 'add', 'ana', '--label', 'other')).stdout.trim()
  const credentials = { headers: { Authorization: `Bearer ${text}` } }
  const bare = new Bare(server, {})
  const say = message => bare.post([message], credentials)
  bare.clientId = (await say(bare.message('/meta/handshake', { version: '1.0', supportedConnectionTypes: ['long-polling'] }))).body[0].clientId
  await say(bare.message('/meta/subscribe', { subscription: '/v2/me/channels' }))
  await say(bare.connectMessage({ advice: { timeout: 0 } }))
  const stolen = new Bare(server, { user: 'ana', password: passwordOf('ana') })
  stolen.clientId = bare.clientId
  assert.equal((await stolen.poll())[0].error, '402::Unknown client', 'it belongs to the token')
  const held = say(bare.connectMessage())
  await say(bare.message('/meta/subscribe', { subscription: '/v2/me/smssessions' })) // the poll is there by now
  const [line] = (await token(server, 'list')).stdout.split('\n').filter(one => !one.includes('other'))
  const revoked = await token(server, 'revoke', line.slice(0, 16))
  assert.equal(revoked.code, 0, revoked.stderr)
  const [reply] = (await held).body
  assert.deepEqual([reply.channel, reply.successful, reply.error], ['/meta/connect', false, '402::Unknown client'])
  assert.deepEqual([(await bearer(server, text)).status, (await bearer(server, text)).code], [401, 20])
  assert.equal((await bearer(server, other)).code, 0)
  assert.equal((await ana.rest.get('/me')).code, 0)
  assert.notEqual((await token(server, 'revoke', line.slice(0, 16))).code, 0)
})

test('token add: an unknown user and a bad label are refused; without a server it works on the store', async t => {
  const { server } = await world(t, people)
  assert.match((await token(server, 'add', 'nobody')).stderr, /no such user/)
  assert.match((await token(server, 'add', 'ana', '--label', 'x'.repeat(65))).stderr, /label/)
  await server.stop()
  const made = await token(server, 'add', 'ana')
  assert.equal(made.code, 0, made.stderr)
  await server.startAgain()
  assert.equal((await bearer(server, made.stdout.trim())).code, 0)
})
