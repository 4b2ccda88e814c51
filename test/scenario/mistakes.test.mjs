// mistakes.test.mjs - what a person gets wrong on the command line or in the file, and what is answered: a table.
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { Server, sotto, temporaryFolder } from '../lib/server.mjs'

// What is typed, the exit code, and what stands on stderr.
const typed = [
  ['demo --port abc', 2, /^sotto demo: not a port: abc; `sotto demo --help` tells more\n$/],
  ['demo --port 65536', 2, /not a port: 65536;/],
  ['smsc-sim --number abc', 2, /^sotto smsc-sim: not a service number: abc; /],
  ['smsc-sim --number +', 2, /not a service number: \+;/],
  ['demo --seed x', 2, /not a number: x;/],
  ['demo --customers 10001', 2, /not a number of customers up to 10000: 10001;/],
  ['user del bob', 2, /^sotto user: add, passwd, roles, set, remove or list, not del; `sotto user --help` tells more\n$/],
  ['user del bob --dir /nowhere', 2, /not del;/],
  ['user', 2, /something is missing: usage is sotto user/],
  ['token ad', 2, /^sotto token: add, .*, not ad;/],
  ['user list', 2, /--dir or --config is missing/],
  ['serve', 2, /--config is missing/],
  ['reload --dir /nowhere', 1, /^sotto reload: no server is running on \/nowhere\n$/],
  ['user list --dir /nowhere', 1, /^sotto user: \/nowhere: there is no store yet\n$/],
  ['erase', 2, /something is missing: usage is sotto erase CONTACT/],
  ['erase 5000 --dir /nowhere', 1, /^sotto erase: \/nowhere: there is no store yet\n$/],
  ['backup /tmp/never --dir /nowhere', 1, /^sotto backup: \/nowhere: there is no store yet\n$/],
  ['export users --dir /nowhere', 1, /^sotto export: \/nowhere: there is no store yet\n$/],
  ['import opt-outs /dev/null --dir /nowhere', 1, /^sotto import: \/nowhere: there is no store yet\n$/],
  ['verify --dir /nowhere', 1, /there is no such folder, or it cannot be read/],
  ['verify --dir FOLDER', 1, /the store cannot be read\n$/],
  ['watch ana --url http://127.0.0.1:1', 1, /^http:\/\/127\.0\.0\.1:1: /],
  ['watch ana --url ftp://x', 2, /^not an address like http:\/\/127\.0\.0\.1:8080 or https:\/\/sms\.example\.org: ftp:\/\/x\n$/],
  ['watch ana --url https://127.0.0.1:1', 1, /^https:\/\/127\.0\.0\.1:1: /],
  ['check-config /nowhere/sotto.yaml', 1, /^\/nowhere\/sotto\.yaml: No such file or directory\n$/],
]

for (const [command, code, answer] of typed) {
  test(`sotto ${command}`, async t => {
    const folder = await temporaryFolder()
    atEnd(t, () => rm(folder, { recursive: true, force: true }))
    const said = await sotto(command.replace('FOLDER', folder).split(' '))
    assert.match(said.stderr, answer)
    assert.equal(said.code, code)
  })
}

// What stands in the file, and the answer of check-config behind its name.
const written = [
  ['listen: [::1]:8098\n', /^:1: one value is expected here, not a list \(a value that begins with \[ stands in quotes\)\n$/],
  ['listen: nonsense\n', /^:1: listen: 'nonsense' is not HOST:PORT\n$/],
  ['http:\n  allow: [10.0.0.0/33]\n', /^:2: http\.allow: '10\.0\.0\.0\/33' is no address and no block of them/],
  ['admin:\n  listen: 127.0.0.1:0\n  allow: [everybody]\n', /^:3: admin\.allow: 'everybody' is no address and no block of them/],
  ['log:\n  format: xml\n', /^:2: log\.format: 'xml' is not text, logfmt or json\n$/],
  ['bootstrap:\n  users:\n    - {name: ana, password: x}\n    - {name: Ana, password: x}\n', /^:4: user 'Ana': another one is called so but for capital letters\n$/],
]

for (const [text, answer] of written) {
  test(`a file with ${JSON.stringify(text)}`, async t => {
    const folder = await temporaryFolder()
    atEnd(t, () => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'sotto.yaml')
    await writeFile(file, text)
    const said = await sotto(['check-config', file])
    assert.ok(said.stderr.startsWith(file), said.stderr)
    assert.match(said.stderr.slice(file.length), answer)
    assert.equal(said.code, 1)
  })
}

// A whole file in which one line is another, or left out (null): [which, of those with that text], [what it becomes],
// [on which line it is told], [what].
const whole = `listen: 127.0.0.1:0
log:
  level: info
http:
  trusted-proxies:
    - 127.0.0.1
    - ::1
bootstrap:
  agents:
    capacity: 4
  sms:
    stop-words:
      - STOPPEN
      - HALT
  users:
    - name: sam
      roles: [supervisor]
      password: change-me-1
    - name: ana
      roles:
        - agent
        - admin
      password: change-me-2
      queues:
        - service
        - sales
      skills: [Czech=3]
  links:
    - name: carrier
      host: smsc.example.org
      port: 2775
    - name: second
      host: 192.0.2.1
      port: 2776
      throughput: 5
  queues:
    - name: service
      number: "5000"
      link: carrier
    - name: sales
      number: "5001"
      link: second
`
const lines = [
  ['listen: 127.0.0.1:0', 'listen: abc:80', null, "listen: 'abc' is no address"],
  ['    - 127.0.0.1', '    - 300.0.0.1', null, "http.trusted-proxies: '300.0.0.1' is no address"],
  ['    capacity: 4', '    capacity:4', null, 'keys are expected below this one'],
  ['      roles: [supervisor]', '      roles: [boss]', null, "user 'sam': 'boss' is no role"],
  ['        - agent', '        - agnt', null, "user 'ana': 'agnt' is no role"],
  ['        - admin', '        - adm', null, "user 'ana': 'adm' is no role"],
  ['    - name: ana', '    - name: sam', null, "user 'sam' is there already"],
  ['      password: change-me-2', null, '    - name: ana', "user 'ana' has neither password nor password-hash"],
  ['        - sales', '        - sles', null, "user 'ana': queues: there is no queue 'sles'"],
  ['      skills: [Czech=3]', '      skills: [Czech=101]', null, "user 'ana': skills: 'Czech=101' is not NAME"],
  ['      host: smsc.example.org', '      host: ""', null, "link 'carrier': the host is empty"],
  ['      port: 2776', null, '    - name: second', "link 'second' has no port"],
  ['      port: 2776', '      port: 65536', null, "link 'second': port: 65536 is not between"],
  ['    - name: second', '    - name: carrier', null, "link 'carrier' is there already"],
  ['      number: "5001"', '      number: "5000"', null, "queue 'sales': another queue has the number '5000'"],
  ['      link: carrier', '      link: carier', null, "queue 'service': there is no link 'carier'"],
  ['      link: second', null, '    - name: sales', "queue 'sales' has no link"],
  ['      throughput: 5', '      throughput: x', null, "link 'second': throughput: x is not between"],
]

test('check-config names the line on which a person has to look', async t => {
  const folder = await temporaryFolder()
  atEnd(t, () => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'sotto.yaml')
  const check = async text => {
    await writeFile(file, text)
    return sotto(['check-config', file])
  }
  assert.equal((await check(whole)).code, 0)
  for (const [line, is, told, what] of lines) {
    const all = whole.split('\n'), at = all.indexOf(line)
    const said = await check(all.flatMap((one, i) => i !== at ? [one] : is === null ? [] : [is]).join('\n'))
    assert.ok(said.stderr.startsWith(`${file}:${(told ? all.indexOf(told) : at) + 1}: ${what}`), `${line} -> ${is}: ${said.stderr}`)
  }
})

test('-h and -V are everywhere', async () => {
  for (const command of ['demo', 'serve', 'watch', 'user', 'user add', 'token', 'verify', 'check-config', 'reload', 'smsc-sim', 'optout', 'export', 'import users', 'assign']) {
    const help = await sotto([...command.split(' '), '-h']), version = await sotto([...command.split(' '), '-V'])
    assert.match(help.stdout, new RegExp(`^usage: sotto ${command}`))
    assert.match(version.stdout, /^sotto \d/)
    assert.equal(help.code + version.code, 0)
  }
  assert.match((await sotto(['-V'])).stdout, /^sotto \d/)
})

test('With a server: nobody waits for the sessions of one who is no agent; names differ by more than capitals', async t => {
  const server = await Server.start({ users: { ada: { roles: ['admin'] }, sam: { roles: ['supervisor'] } } })
  atEnd(t, () => server.end())
  const sam = server.canary.called('sam', 'sam')
  const said = await sotto(['watch', 'ada', '--user', sam, '--password', 'pw-sam', '--url', server.url])
  assert.match(said.stderr, /^ada is no agent: no session would ever come\n/)
  assert.equal(said.code, 1)
  const added = await sotto(['user', 'add', 'ADA', '--password-stdin', ...server.where()], { input: 'a long password\n' })
  assert.equal(added.stderr, "sotto user: the name is another user's but for capital letters\n")
})

test('Two SIGTERMs at once are one: the stop is orderly', async t => {
  const server = await Server.start({ users: {} })
  atEnd(t, () => server.end())
  server.child.kill('SIGTERM')
  await server.stop()
  assert.match(server.stderr, /info server: stopped/)
  assert.doesNotMatch(server.stderr, /second signal/)
})
