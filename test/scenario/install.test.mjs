// install.test.mjs - what `make install` puts where, what the service manager is told, and that the pages say what the program says.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { atEnd, keep } from '../lib/atend.mjs'
import { binary, repository, Server, sotto } from '../lib/server.mjs'
import { until } from '../lib/wait.mjs'

const build = dirname(dirname(binary))
const has = program => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

// All that is installed, below a folder of its own.
function installed(t) {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-install-'))
  atEnd(t, () => rmSync(folder, { recursive: true }))
  const { status, stderr, stdout } = spawnSync('meson', ['install', '-C', build, '--no-rebuild', '--destdir', folder], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
  return join(folder, 'usr/local')
}

test('the program, its pages, the unit, its user and the sample are installed, and nothing else', t => {
  const prefix = installed(t)
  assert.equal(spawnSync(join(prefix, 'bin/sotto'), ['version']).status, 0)
  assert.deepEqual(readdirSync(prefix).sort(), ['bin', 'lib', 'share'])
  assert.deepEqual(readdirSync(join(prefix, 'bin')), ['sotto'])
  const unit = readFileSync(join(prefix, 'lib/systemd/system/sotto.service'), 'utf8')
  assert.match(unit, /^ExecStart=\/usr\/local\/bin\/sotto serve --config \/etc\/sotto\/sotto\.yaml$/m)
  assert.match(readFileSync(join(prefix, 'lib/sysusers.d/sotto.conf'), 'utf8'), /^u +sotto /m)
  assert.equal(readFileSync(join(prefix, 'share/doc/sotto/sotto.yaml'), 'utf8'), readFileSync(join(repository, 'doc/sotto.yaml'), 'utf8'))
})

// As a reader sees it: what man makes of a page, on one line.
const shown = page => spawnSync('man', ['-l', page], { encoding: 'utf8', env: { ...process.env, MANWIDTH: '500', MAN_KEEP_FORMATTING: '' } })
  .stdout.replace(/\u2010|\u2212/g, '-').replace(/\u2018|\u2019/g, "'").replace(/\s+/g, ' ')

test('each command has a page, with every word of its --help', { skip: has('man') ? false : 'man is not installed' }, async t => {
  const prefix = installed(t)
  const { stdout } = await sotto(['help'])
  const commands = [...stdout.matchAll(/^ {2}(\S+) +(\S.*)$/gm)].map(([, name, summary]) => ({ name, summary }))
  assert.deepEqual(readdirSync(join(prefix, 'share/man/man1')).sort(), ['sotto.1', ...commands.map(({ name }) => `sotto-${name}.1`)].sort())
  const words = text => text.replaceAll('`', '').replace(/^usage: /, '').split('\n').map(line => line.trim().replace(/\s+/g, ' ')).filter(line => line)
  const overview = shown(join(prefix, 'share/man/man1/sotto.1'))
  assert.match(overview, /FILES.*\/etc\/sotto\/sotto\.yaml.*\/usr\/share\/doc\/sotto\/operating\.md/)
  for (const { name, summary } of commands) {
    assert.ok(overview.includes(`sotto-${name}(1) ${summary}`), name)
    const page = shown(join(prefix, `share/man/man1/sotto-${name}.1`))
    const { stdout: help } = await sotto([name, '--help'])
    const kinds = /^usage: sotto \S+ ((?:[a-z-]+\|)+[a-z-]+)/.exec(help)?.[1].split('|') ?? []
    const all = name === 'help' ? [] : [help, ...await Promise.all(kinds.map(async kind => (await sotto([name, kind, '--help'])).stdout))]
    for (const text of all) for (const line of words(text)) assert.ok(page.includes(line), `${name}: ${line}\n${page}`)
  }
  const sample = shown(join(prefix, 'share/man/man5/sotto.yaml.5'))
  for (const line of readFileSync(join(repository, 'doc/sotto.yaml'), 'utf8').split('\n'))
    assert.ok(sample.includes(line.trim().replace(/\s+/g, ' ')), line)
})

test('the pages are without a fault for who formats them', { skip: has('groff') ? false : 'groff is not installed' }, t => {
  const folder = join(installed(t), 'share/man')
  for (const section of ['man1', 'man5']) for (const page of readdirSync(join(folder, section))) {
    const { stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', join(folder, section, page)], { encoding: 'utf8' })
    assert.equal(stderr, '', page)
  }
})

test('the unit is exposed to 1.2 at most', { skip: has('systemd-analyze') ? false : 'systemd-analyze is not installed' }, t => {
  const unit = join(installed(t), 'lib/systemd/system/sotto.service')
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=12', unit], { encoding: 'utf8' })
  assert.equal(status, 0, stdout.split('\n').at(-2) + stderr)
})

// A service manager's end of $NOTIFY_SOCKET: a line for each datagram.
const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
path = sys.argv[1]
s.bind('\\0' + path[1:] if path[0] == '@' else path)
print('listening', flush=True)
while True: print(s.recv(4096).decode(), flush=True)
`

for (const kind of ['in a folder', 'abstract']) {
  test(`the service manager is told that the server is ready, and that it stops: a socket ${kind}`, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-notify-'))
    const path = kind === 'abstract' ? `@sotto-test-${process.pid}` : join(folder, 'notify')
    const manager = keep(spawn('python3', ['-c', listener, path]))
    atEnd(t, () => { manager.kill(); rmSync(folder, { recursive: true }) })
    const lines = []
    const heard = want => new Promise(done => {
      const look = () => lines.includes(want) ? done() : setTimeout(look, 20)
      look()
    })
    manager.stdout.on('data', part => { lines.push(...String(part).split('\n').filter(line => line)) })
    await heard('listening')
    const server = await Server.start({ users: { ana: { roles: ['agent'] } }, env: { NOTIFY_SOCKET: path } })
    atEnd(t, () => server.end())
    await heard('READY=1')
    assert.deepEqual(lines, ['listening', 'READY=1'])
    await server.stop()
    await heard('STOPPING=1')
  })
}

test('a notify socket that is none, or where nobody listens, keeps nobody from serving', async t => {
  for (const path of ['nowhere', '/nonexistent/notify', `/${'x'.repeat(200)}`]) {
    const server = await Server.start({ users: { ana: { roles: ['agent'] } }, env: { NOTIFY_SOCKET: path } })
    atEnd(t, () => server.end())
    await until(() => /the service manager (cannot be|is) told/.test(server.stderr), 'a warning')
    await server.stop()
  }
})
