// readme.test.mjs - what the README tells somebody to type, typed, one block after the other.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { CometD } from 'cometd'
import { parse } from 'yaml'
import '../lib/bayeux.mjs' // makes a window for it
import { atEnd } from '../lib/atend.mjs'
import { demo, Running } from '../lib/demo.mjs'
import { Rest } from '../lib/rest.mjs'
import { repository } from '../lib/server.mjs'
import { until } from '../lib/wait.mjs'

const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const blocksOf = language => [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, block]) => block)

// As one shell: what a block sets the next ones use. Between them a line that nothing else says.
const mark = '== end of block'

test('Each block of the README\'s evening works as it stands there: each answer is JSON with statusCode 0', async t => {
  const running = await demo(t)
  const blocks = blocksOf('sh').filter(block => /\bcurl\b|\bask\b/.test(block)).map(block => block.replaceAll('http://127.0.0.1:8080', running.url))
  assert.ok(blocks.length >= 4)
  const shell = new Running('bash', ['-euc', blocks.map(block => `${block}\necho; echo "${mark}"\n`).join('')])
  const { code } = await shell.ended
  assert.equal(code, 0, shell.out + shell.err)
  const parts = shell.out.split(mark).slice(0, -1)
  assert.equal(parts.length, blocks.length, shell.out)
  for (const [i, part] of parts.entries()) {
    const answers = part.split('\n').filter(Boolean)
    assert.ok(answers.length > 0, `something is answered to\n${blocks[i]}`)
    for (const answer of answers) {
      running.canary.learns(answer)
      const json = JSON.parse(answer)
      assert.equal(json.statusCode, 0, `${answer}\n${blocks[i]}`)
      if (blocks[i].includes('/ledger')) assert.deepEqual(new Set(json.ledger.map(one => one.mode)), new Set(['Monitor', 'Coach', 'BargeIn']))
      if (blocks[i].includes('-u ana:')) assert.doesNotMatch(answer, /sam|Samira|Supervisors/, 'what ana sees of it')
    }
  }
})

test('Each operation that the README asks for is in the documents', () => {
  const asked = blocksOf('sh').flatMap(block => [...block.matchAll(/'(\{"operationName".*?\})'/g)].map(([, json]) => JSON.parse(json).operationName))
  const { paths } = parse(readFileSync(join(repository, 'api/openapi.yaml'), 'utf8'))
  const described = Object.values(paths).flatMap(item => Object.keys(item.post?.['x-replies'] ?? {}))
  assert.ok(asked.includes('Monitor'))
  for (const name of asked) assert.ok(described.includes(name), name)
})

test('The README\'s CometD client hears notifications', async t => {
  const running = await demo(t)
  const sam = new Rest(running, { user: 'sam', password: 'demo' })
  const [block] = blocksOf('js').map(one => one.replaceAll('http://127.0.0.1:8080', running.url))
  const heard = []
  let client
  class Client extends CometD {
    constructor() { super(); client = this; this._debug = this._info = this._warn = () => {} }
  }
  Function('CometD', 'btoa', 'console', block)(Client, btoa, { log: one => heard.push(one) })
  atEnd(t, () => new Promise(done => client.disconnect(done)))
  await until(() => client.getStatus() === 'connected', 'the client to connect')
  // Whether its subscription has come by then shows in that it hears something.
  await until(async () => {
    await sam.ask('/me', 'EndContactCenterSession')
    await sam.ask('/me', 'StartContactCenterSession', { channels: ['smssession'] })
    return heard.length > 0
  }, 'the client to hear something')
  assert.equal(heard[0].messageType, 'ChannelStateChangeMessageV2')
})
