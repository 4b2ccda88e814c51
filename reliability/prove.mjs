// prove.mjs - one campaign: runs the trials of a promise from where the last campaign ended, and keeps what came of it.
//
// node reliability/prove.mjs silence|durability [--seconds N] [--seeds A..B] [--only TRIAL]
//   --only   this one, or those whose names begin so
//   --seeds  those seeds instead, of the seeded trials alone; says whether the digest is the recorded one
//
// Appends a line per trial to runs.jsonl and writes RELIABILITY.md's tables anew.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { lines, root, runs, writeTables } from './tables.mjs'
import { trials } from './trials.mjs'

const seedsForEver = Number.MAX_SAFE_INTEGER

const { values, positionals: [promise] } = parseArgs({ allowPositionals: true, options: {
  seconds: { type: 'string', default: '600' }, seeds: { type: 'string', default: '' }, only: { type: 'string', default: '' },
} })

// The commit that is tried; a tree with changes is not that commit.
function commit() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd()
  try {
    const own = ['reliability/runs.jsonl', 'RELIABILITY.md']
    const changed = git('status', '--porcelain').split('\n').some(line => line && !own.includes(line.slice(3)))
    return git('rev-parse', '--short=10', 'HEAD') + (changed ? '+' : '')
  } catch {
    return 'unknown'
  }
}

function nextSeed(trial) {
  const used = lines().filter(line => line.trial === trial.name)
    .map(line => line.seeds ? Number(line.seeds.split('..')[1]) : Number(line.seed ?? 0))
  return 1 + Math.max(0, ...used)
}

// Runs the command to its end; what it prints is shown but for the last line, which is given back.
function run(command, environment) {
  return new Promise((done, fail) => {
    const child = spawn(command[0], command.slice(1).map(String),
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
    let text = ''
    child.stdout.on('data', part => { text += part })
    child.on('error', fail)
    child.on('close', code => {
      const all = text.trimEnd().split('\n')
      const last = all.pop()
      if (code !== 0) console.log(all.join('\n'))
      try { done({ code, result: JSON.parse(last) }) } catch {
        fail(new Error(`${command.join(' ')} ended with ${code} and no result:\n${text.slice(-4000)}`))
      }
    })
  })
}

function asRun(command, result) {
  const at = command.indexOf('--seconds')
  const exact = result.seeds && at >= 0 ? [...command.slice(0, at), ...command.slice(at + 2)] : command
  return exact.map(word => /^\d+\.\.\d+$/.test(word) && result.seeds ? result.seeds : word).join(' ')
}

async function tryOut(trial) {
  const until = Date.now() + 1000 * Number(values.seconds) * trial.share
  let fine = true
  for (const world of trial.worlds ?? [undefined]) fine = await tryOne(trial, world, until) && fine
  return fine
}

async function tryOne(trial, world, until) {
  const seconds = values.seeds || trial.notTimed ? 0 : Math.max(1, (until - Date.now()) / 1000)
  const seed = nextSeed(trial)
  const began = Date.now()
  const command = trial.command({ seconds, jobs: availableParallelism(), seed, world,
    seeds: values.seeds || `${seed}..${seedsForEver}` })
  console.log(`\n== ${trial.title}\n${command.join(' ')}`)
  const { code, result } = await run(command, trial.environment)
  const line = { date: new Date().toISOString().slice(0, 10), commit: commit(), trial: trial.name,
    command: asRun(command, result),
    ...Object.fromEntries(Object.entries(result).filter(([, value]) => typeof value !== 'object')) }
  line.seconds ??= Math.round((Date.now() - began) / 1000)
  console.log(JSON.stringify(result))
  if (!values.seeds) appendFileSync(runs, JSON.stringify(line) + '\n')
  else if (!trial.isDigestless) compare(trial, line)
  return code === 0 && !line.failures
}

function compare(trial, line) {
  const known = lines().filter(one => one.trial === trial.name && one.seeds === line.seeds && one.commit === line.commit)
  for (const one of known) console.log(one.digest === line.digest ? `the digest recorded on ${one.date}` :
    `NOT the digest recorded on ${one.date}: ${one.digest}`)
  if (!known.length) console.log('no line of runs.jsonl has these seeds at this commit')
}

const isNamed = trial => trials.some(one => one.name === values.only) ? trial.name === values.only
  : trial.name.startsWith(values.only)
const chosen = trials.filter(trial => trial.promise === promise && isNamed(trial) && (!values.seeds || trial.seeded))
if (!chosen.length) {
  console.error('usage: node reliability/prove.mjs silence|durability [--seconds N] [--seeds A..B] [--only TRIAL]')
  process.exit(2)
}
let fine = true
for (const trial of chosen) {
  fine = await tryOut(trial).catch(error => { console.error(error.message) }) && fine
}
if (!values.seeds) writeTables()
console.log(fine ? '\nnothing failed' : '\nSOMETHING FAILED: see above')
process.exitCode = fine ? 0 : 1
