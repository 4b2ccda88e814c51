// prove.mjs - one campaign: runs the trials of a promise from where the last campaign ended, and keeps what came of it.
//
// node reliability/prove.mjs silence|clock|durability [--seconds N] [--seeds A..B] [--only TRIAL]
//   --only   this one, or those whose names begin so
//   --seeds  those seeds again, of the seeded trials alone, and nothing is ever recorded: a digest that is not the one recorded
//            for these sources is a failure
//
// With RECORD=1 it appends a line per trial to runs.jsonl and writes RELIABILITY.md's tables anew; else the tree stays as it is.
import { execFileSync, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { append, compare, exact, lines, ofSameSources, recorded, root, sourcesNow } from './record.mjs'
import { writeTables } from './tables.mjs'
import { build, trials } from './trials.mjs'

const seedsForEver = Number.MAX_SAFE_INTEGER

const { values, positionals: [promise] } = parseArgs({ allowPositionals: true, options: {
  seconds: { type: 'string', default: '600' }, seeds: { type: 'string', default: '' }, only: { type: 'string', default: '' },
} })

const isKept = process.env.RECORD === '1' && !values.seeds

function nextSeed(trial) {
  const used = lines().filter(line => line.trial === trial.name)
    .map(line => line.seeds ? Number(line.seeds.split('..')[1]) : Number(line.seed ?? 0))
  return 1 + Math.max(0, ...used)
}

// Runs the command to its end. Its last line is the result; where there is none, it broke off, which is a failure.
function run(command, environment) {
  return new Promise((done, fail) => {
    const child = spawn(command[0], command.slice(1).map(String),
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
    let text = ''
    child.stdout.on('data', part => { text += part })
    child.on('error', fail)
    child.on('close', (code, signal) => {
      const all = text.trimEnd().split('\n')
      const last = all.pop()
      if (code !== 0) console.log(all.join('\n'))
      let result
      try { result = JSON.parse(last) } catch {
        console.log(`no result; the end of what it said:\n${text.slice(-4000)}`)
        result = { ended: `with ${code ?? signal} and no result` }
      }
      if (code !== 0) result.failures ||= 1
      done(result)
    })
  })
}

// The seeds that were reached say enough; without seeds the time decides.
function asRun(command, result) {
  return result.seeds ? exact(command.join(' ')).replace(/\d+\.\.\d+/, result.seeds) : command.join(' ')
}

// What a trial does one after the other: its worlds; or, once for each state of the sources, a few seeds that anybody
// can run again in seconds, and then as many as there is time for.
function parts(trial) {
  if (trial.worlds) return trial.worlds.map(world => ({ world }))
  const hasFew = ofSameSources(lines(), { trial: trial.name, tree: tried.tree }).some(line => line.runs <= trial.few)
  return values.seeds || !trial.few || hasFew ? [{}] : [{ few: trial.few }, {}]
}

// Each part may take half of what is left, the last one all: one alone must not take it from all that come after it.
async function tryOut(trial, until) {
  let fine = true
  const all = parts(trial)
  for (const part of all) {
    const left = until - Date.now()
    fine = await tryOne(trial, part, part === all.at(-1) ? left : left / 2) && fine
  }
  return fine
}

async function tryOne(trial, { world, few }, ms) {
  const seconds = values.seeds || trial.notTimed ? 0 : Math.max(1, ms / 1000)
  const seed = nextSeed(trial)
  const seeds = values.seeds || `${seed}..${few ? seed + few - 1 : seedsForEver}`
  const before = recorded(lines(), { trial: trial.name, tree: tried.tree, seeds }).at(-1)
  const began = Date.now()
  const command = trial.command({ seconds, jobs: availableParallelism(), seed, world, seeds,
    every: / --every (\d+)/.exec(before?.command)?.[1] })
  console.log(`\n== ${trial.title}\n${command.join(' ')}`)
  const result = await run(command, trial.environment)
  const figures = Object.fromEntries(Object.entries(result).filter(([, value]) => typeof value !== 'object'))
  const line = { date: new Date().toISOString().slice(0, 10), ...tried, trial: trial.name, command: asRun(command, result),
    ...figures }
  line.seconds ??= Math.round((Date.now() - began) / 1000)
  console.log(JSON.stringify(figures))
  if (isKept) append(line)
  return (!values.seeds || trial.isDigestless || isAsRecorded(line)) && !line.failures
}

const digests = { compared: 0, all: 0 }

function isAsRecorded(line) {
  const { verdict, words } = compare(lines(), line)
  console.log(`${line.digest}: ${words}`)
  digests.all++
  digests.compared += verdict !== 'unknown'
  return verdict !== 'different'
}

function lastWords(fine) {
  if (!fine) return 'SOMETHING FAILED: see above'
  if (!values.seeds) return isKept ? 'nothing failed; recorded' : 'nothing failed; not recorded (RECORD=1 does)'
  return digests.compared ? `nothing failed; ${digests.compared} of ${digests.all} digests compared, as recorded`
    : 'nothing failed; no digest was compared'
}

const isNamed = trial => trials.some(one => one.name === values.only) ? trial.name === values.only
  : trial.name.startsWith(values.only)
const chosen = trials.filter(trial => trial.promise === promise && isNamed(trial) && (!values.seeds || trial.seeded))
const [first, last] = values.seeds.split('..').map(Number)
if (!chosen.length || (values.seeds && !(first <= last))) {
  console.error('usage: node reliability/prove.mjs silence|clock|durability [--seconds N] [--seeds A..B] [--only TRIAL]')
  process.exit(2)
}
// What is tried is what lies here now, whatever is edited meanwhile.
const tried = sourcesNow()
execFileSync('ninja', ['-C', build, '--quiet'], { cwd: root, stdio: 'inherit' })
let began = Date.now()
const shares = chosen.reduce((sum, trial) => sum + trial.share, 0)
let fine = true, used = 0
for (const trial of chosen) {
  const start = Date.now()
  used += trial.share
  fine = await tryOut(trial, began + 1000 * Number(values.seconds) * used / shares) && fine
  if (trial.notTimed) began += Date.now() - start
}
if (isKept) writeTables()
console.log(`\n${lastWords(fine)}`)
process.exitCode = fine ? 0 : 1
