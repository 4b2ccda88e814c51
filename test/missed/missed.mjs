// missed.mjs - the missed-line machine for some time, or for each of some seeds: node test/missed/missed.mjs [--seconds N] [--seed S]
// Its last line is the result.
import { parseArgs } from 'node:util'
import { Machine } from './machine.mjs'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } } })
const round = 120 // seconds of one server's folder
const total = { seed: Number(values.seed), runs: 0, seconds: 0, failures: 0, notifications: 0, interruptions: 0 }
const end = Date.now() + Number(values.seconds) * 1000
for (let seed = total.seed; Date.now() < end && !total.failures; seed++) {
  const began = Date.now()
  const length = Math.max(5, Math.min(round, (end - began) / 1000 - 10))
  try {
    const result = await new Machine({ seed, usesDisk: true, sleepsLong: length > 30 }).run(length)
    for (const [what, n] of Object.entries(result)) total[what.replaceAll(' ', '_')] = (total[what.replaceAll(' ', '_')] ?? 0) + n
  } catch (error) {
    console.log(`# seed ${seed}: ${error.stack}`)
    total.failures++
  }
  total.runs++
  total.seed = seed
  total.seconds += (Date.now() - began) / 1000
}
console.log(JSON.stringify({ ...total, seconds: Math.round(total.seconds) }))
process.exit(total.failures ? 1 : 0)
