// missed.test.mjs - a slice of the missed-line machine, some seconds; `make prove-durability` runs it at length.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Machine } from '../missed/machine.mjs'

test('Reset, reloaded, asleep, the server killed: each client is told each notification once, in order', async () => {
  const { notifications } = await new Machine({ seed: 1, least: 40 }).run(4)
  assert.ok(notifications > 40, `${notifications} notifications`)
})
