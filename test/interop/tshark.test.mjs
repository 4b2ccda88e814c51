// tshark.test.mjs - Wireshark's dissector of SMPP reads what we say on a link, and has nothing to complain about.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { atEnd } from '../lib/atend.mjs'
import { temporaryFolder } from '../lib/server.mjs'
import { Smsc } from '../lib/smsc.mjs'
import { until, world } from '../lib/world.mjs'
import { Line } from './capture.mjs'
import { found, without } from './found.mjs'

const PORT = 2775 // where the dissector expects SMPP

// A row for each packet; a field that comes several times is several, with commas.
function dissected(file, filter, fields) {
  const out = execFileSync(found('tshark'), ['-n', '-r', file, '-d', `tcp.port==${PORT},smpp`, '-o', 'tcp.check_checksum:FALSE',
    ...filter ? ['-Y', filter] : [], '-T', 'fields', ...fields.flatMap(name => ['-e', name])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return out.split('\n').filter(Boolean).map(line => line.split('\t'))
}

// The carrier at the far end of a line that is listened in on.
async function tapped(t) {
  const smsc = await Smsc.start(), line = await Line.to(smsc.port)
  atEnd(t, () => line.end())
  smsc.line = line
  return Object.defineProperty(smsc, 'port', { value: line.port })
}

test('tshark dissects a link from bind to unbind, and finds nothing malformed', { skip: without('tshark', 'tshark') }, async t => {
  const w = await world(t, { agents: ['ana'], carrier: () => tapped(t), link: { 'source-ton': 1, validity: 3600 } })
  const { ana, customer, smsc } = w
  await customer.writes('Hello')
  await ana.accepts()
  for (const text of ['Good day', 'Привет, 你好 🦉', 'long {€} '.repeat(60), 'ž'.repeat(300)]) {
    await ana.says(text)
    await customer.gets(text)
  }
  await smsc.deliverParts({ from: customer.phone, to: '15550100', texts: ['In two ', 'parts'], reference: 7 })
  await ana.sees({ text: 'In two parts' })
  for (const submit of smsc.submits) await smsc.receipt(submit)
  await smsc.deliver({ from: customer.phone, to: '15559999', text: 'To nobody' })
  await w.server.stop()
  await until(() => smsc.unbinds, 'the unbind')

  const folder = await temporaryFolder(), file = join(folder, 'link.pcap')
  atEnd(t, () => rm(folder, { recursive: true, force: true }))
  await writeFile(file, smsc.line.pcap(PORT))
  const seen = dissected(file, 'smpp', ['smpp.command_id']).flatMap(([ids]) => ids.split(',')).map(Number)
  for (const [name, id] of Object.entries({ bind_transceiver: 9, submit_sm: 4, deliver_sm_resp: 0x80000005, unbind: 6 }))
    assert.ok(seen.includes(id), `no ${name} among ${seen.map(one => one.toString(16))}`)
  assert.equal(seen.filter(id => id === 4).length, smsc.submits.length)
  assert.deepEqual(dissected(file, '_ws.malformed || _ws.unreassembled', ['frame.number', '_ws.expert.message']), [])
  assert.deepEqual(dissected(file, 'smpp && _ws.expert.severity >= 0x600000', ['frame.number', '_ws.expert.message']), [])
})
