// tables.mjs - RELIABILITY.md's tables, from runs.jsonl. node reliability/tables.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exact, lines, root } from './record.mjs'
import { trials } from './trials.mjs'

const page = join(root, 'RELIABILITY.md')

// Counts and seconds whole; of ratios and chances, which are small, what tells them apart.
const number = n => typeof n === 'number' ? n.toLocaleString('en-US', { maximumFractionDigits: Math.abs(n) < 2 ? 4 : 0 }) : String(n)

function row(cells) { return `| ${cells.join(' | ')} |` }

// What lines of a trial differ in otherwise than by their seeds and time, each once.
const shape = line => exact(line.command).replace(/--seeds \S+/, '--seeds A..B').replace(/--seed \S+/, '--seed S')

// Of the same again and again: the last one that came to its end, else the one that came farthest; and each failure.
function told(trial, same) {
  const farthest = same.reduce((best, line) => line[trial.unit] >= (best?.[trial.unit] ?? 0) ? line : best, undefined)
  const best = same.findLast(line => line.complete && !line.failures) ?? farthest
  return same.filter(line => line === best || line.failures)
}

// The lines that count. With seeds each is another run; without, those of the commands of today.
export function counted(trial, all) {
  const own = all.filter(line => line.trial === trial.name)
  if (trial.seeded || trial.target) return own
  const commands = (trial.worlds ?? [undefined]).map(world => trial.command({ world }).join(' '))
  return commands.flatMap(command => told(trial, own.filter(line => exact(line.command) === command)))
}

// Of runs with seeds of their own, the last ones and each failure: what a table shows. All stand in runs.jsonl.
const LAST = 5
export function latest(trial, own) {
  return trial.seeded || trial.target ? own.filter((line, i) => i >= own.length - LAST || line.failures) : own
}

// What they come to.
function sum(trial, own) {
  const total = name => own.reduce((all, line) => all + (typeof line[name] === 'number' ? line[name] : 0), 0)
  const reached = total(trial.unit)
  const target = trial.target ? ` (target ${number(trial.target)}${reached < trial.target ? ', not reached yet' : ''})` : ''
  const seconds = total('seconds')
  const speed = seconds && trial.seeded ? `, ${number(Number((reached / seconds).toPrecision(2)))} a second` : ''
  return `**${number(reached)}** ${trial.unit}${target} in ${number(seconds)} s${speed}; ` +
    `**${number(total('failures'))}** failures.`
}

function table(trial, all) {
  const own = counted(trial, all), rows = latest(trial, own), earlier = own.length - rows.length
  if (!own.length) return 'Nothing has been run yet.'
  const columns = [...new Set(['runs', ...trial.counts])].filter(name => rows.some(line => line[name] !== undefined))
  const commands = [...new Set(rows.map(shape))]
  const which = cells => commands.length > 1 ? cells : []
  const head = ['commit', ...which(['command']), 'seeds', ...columns, 'seconds', 'failures', 'digest']
  return [sum(trial, own) + (earlier ? ` The last runs; before them ${earlier} more in \`runs.jsonl\`.` : ''), '',
    row(head), row(head.map(() => '---')), ...rows.map(line => row([line.commit, ...which([commands.indexOf(shape(line)) + 1]), line.seeds ?? line.seed ?? '',
      ...columns.map(name => number(line[name] ?? '')), number(line.seconds), line.failures,
      trial.isDigestless ? '' : (line.digest ?? '').slice(0, 16)])), '',
    ...commands.map((command, i) => `${i + 1}. \`${command}\``)].join('\n')
}

// Of each promise, the recorded line of the newest sources that is run again soonest.
function again(all) {
  const words = [...new Set(trials.map(trial => trial.promise))].flatMap(promise => {
    const digested = trials.filter(trial => trial.promise === promise && trial.seeded && !trial.isDigestless)
    const own = all.filter(line => digested.some(trial => trial.name === line.trial) && !line.commit.endsWith('+'))
    const [soonest] = own.filter(line => line.commit === own.at(-1).commit && line.digest).sort((a, b) => a.seconds - b.seconds)
    return soonest ? [`make prove-${promise} ONLY=${soonest.trial} SEEDS=${soonest.seeds}   ` +
      `# ${number(soonest.seconds)} s; at ${soonest.commit} the digest begins with ${soonest.digest.slice(0, 8)}`] : []
  })
  return ['```sh', ...words, '```'].join('\n')
}

function written() {
  const all = lines()
  const places = [['again', again(all)], ...trials.map(trial => [trial.name, table(trial, all)])]
  return places.reduce((text, [name, words]) => {
    const start = `<!-- ${name} -->\n`, end = `\n<!-- end of ${name} -->`
    const from = text.indexOf(start), to = text.indexOf(end)
    if (from < 0 || to < 0) throw new Error(`RELIABILITY.md has no place for ${name}`)
    return text.slice(0, from + start.length) + words + text.slice(to)
  }, readFileSync(page, 'utf8'))
}

export function writeTables() { writeFileSync(page, written()) }

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--check')) {
    const same = written() === readFileSync(page, 'utf8')
    console.log(`${same ? 'ok' : 'not ok'} 1 - the tables of RELIABILITY.md say what reliability/runs.jsonl says\n1..1`)
    process.exitCode = same ? 0 : 1
  } else writeTables()
}
