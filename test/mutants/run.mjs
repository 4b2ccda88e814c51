// run.mjs - mutation testing of the two promises: each mutant is the product without one rule, and a test must notice.
//
// node test/mutants/run.mjs BUILD [--share I/N] [--only WORD] [--all] [--passed TESTLOG] [--tap FILE]
//   BUILD    a meson folder in which the tests are built
//   --share  every Nth mutant only, from the Ith on
//   --all    every program that should notice is asked, not the first alone; prints who did
//   --passed meson's testlog.json of this build: what has passed there has nothing to say, and is not run again
//
// Mutants: the patches of this folder; the product without one row of the audience table (rules[] of core/rules/visibility.c);
// with one of its rows widened to those who must not know, which everybody who is asked has to notice; without one
// audience of core/model/event.def. A new row or event is a new mutant by itself. The changed file is compiled as the build
// compiles it, and linked before the library, whose own copy then stays out. Each command that should notice is run
// without a mutant, too, and must have nothing to say: of seeds, up to the last at which a mutant was noticed. Whatever the
// share, every patch must apply to the sources, and every place where an output waits for the disk must have a patch
// (sites.mjs).
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sites } from './sites.mjs'
import { verdict } from './verdict.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const { values, positionals } = parseArgs({ allowPositionals: true, options: {
  share: { type: 'string', default: '1/1' }, only: { type: 'string', default: '' }, all: { type: 'boolean' },
  passed: { type: 'string' }, tap: { type: 'string' },
} })
const build = resolve(positionals[0] ?? 'build-check')
const room = mkdtempSync(join(tmpdir(), 'sotto-mutants-'))
process.on('exit', () => rmSync(room, { recursive: true, force: true }))

// Long enough for a program that goes wrong slowly. A mutant that hangs is not noticed: no test said anything.
const patience = 120000

// Of all people together; a run has some two hundred.
const stepsMax = 30

// --- the mutants: {name, what, noticedBy, write(folder)}; write gives {source: the changed .c, in: where it lay,
// include: a folder to look in first}

// What patches may call by one word. Each is longer than any mutant needs, and short enough to be run without one.
const shortly = {
  twins: 'test/twin_test --seeds 1..128',
  cut: 'test/cut --store mem --seeds 1..60',
  walk: 'test/walk --world texts',
}
const unwalked = ['BODY_ERASED'] // events that nothing in the walk leads to
const modes = 'test/walk --world modes'
const hands = 'test/walk --world hands'
const walkedIn = { PARTY_SWITCHED: modes, PARTY_SWITCHED_AWAY: modes, DATUM_DELETED: 'test/walk --world data',
  PARTY_REQUEST_FAILED: 'test/walk --world colleagues', SUPERVISION_SHOWN: 'test/walk --world icon', SUPERVISION_HIDDEN: 'test/walk --world icon',
  PARTY_REQUEST_FAILED: 'test/walk --world colleagues',
  HAND_RAISED: hands, HAND_WITHDRAWN: hands, HAND_LOWERED: hands, HAND_TAKEN: hands, HAND_SEEN: hands, HAND_DISMISSED: hands,
  HAND_RAISED_BY_RULE: 'test/walk --world words',
  PARTY_CAME_INTO_FOCUS: 'test/walk --world focus', PARTY_WENT_OUT_OF_FOCUS: 'src/core_focus_test',
  CONTACT_OPTED_OUT: 'src/core_access_test', CONTACT_OPTED_IN: 'test/walk --world settings+keywords' } // events that the world `texts` does not lead to
const tableTest = 'src/core_visibility_test'

function patches() {
  return readdirSync(here).filter(name => name.endsWith('.patch')).sort().map(name => {
    const text = readFileSync(join(here, name), 'utf8')
    const file = /^\+\+\+ b\/(.*)$/m.exec(text)[1]
    return { name: name.replace('.patch', ''), what: /^What: (.*)\.$/m.exec(text)[1],
      sites: [...text.matchAll(/^Site: (.*)$/gm)].map(match => match[1]),
      noticedBy: [...text.matchAll(/^Noticed by: (.*)$/gm)].map(match => shortly[match[1]] ?? match[1]), write: folder => {
        mkdirSync(join(folder, dirname(file)), { recursive: true })
        cpSync(join(root, file), join(folder, file))
        // Outside of any repository, so that git looks at this folder alone.
        execFileSync('git', ['apply', join(here, name)], { cwd: folder, stdio: 'pipe',
          env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) } })
        return { source: join(folder, file), in: file }
      } }
  })
}

const visibility = 'src/core/rules/visibility.c'

// The audience table, a line per row, and where it begins in the file.
function table() {
  const lines = readFileSync(join(root, visibility), 'utf8').split('\n')
  const first = lines.findIndex(line => line.includes('struct rule rules[] = {')) + 1
  return { lines, first, rows: lines.slice(first, lines.indexOf('};', first)) }
}

const nameOf = row => /\{(\w+)/.exec(row)[1].toLowerCase()

// The table with another row in this one's place, or none.
function writeTable(folder, { lines, first }, i, ...instead) {
  const source = join(folder, 'visibility.c')
  writeFileSync(source, lines.flatMap((line, n) => n === first + i ? instead : [line]).join('\n'))
  return { source, in: visibility }
}

function withoutRows() {
  const { rows, ...rest } = table()
  return rows.map((row, i) => ({ name: `without-${nameOf(row)}`, what: `the audience table has no row ${row.trim()}`,
    noticedBy: [tableTest, shortly.walk], write: folder => writeTable(folder, rest, i) }))
}

// What only supervisors may know, known to all: to agents alone would be no other leak, but that an id would be drawn
// from a generator that none of theirs comes from.
function widenedRows() {
  const { rows, ...rest } = table()
  return rows.map((row, i) => ({ name: `widened-${nameOf(row)}`, what: `in ${row.trim()} it is everybody`,
    noticedBy: [shortly.twins, shortly.walk, tableTest], byEach: true, isClosed: row.includes(', CLASS_SUPERVISOR}'),
    write: folder => writeTable(folder, rest, i, row.replace('CLASS_SUPERVISOR}', 'EVERYBODY}')) }))
    .filter(({ isClosed }) => isClosed)
}

function audiences() {
  const file = 'src/core/model/event.def'
  const text = readFileSync(join(root, file), 'utf8')
  const events = [...text.matchAll(/^EVENT\(\d+, (\w+), \w+, (\w+)\)/gm)].filter(event => event[2] !== 'NOBODY')
  return events.map(([row, name]) => ({ name: `untold-${name.toLowerCase()}`, what: `nobody may know of ${name}`,
    noticedBy: [unwalked.includes(name) ? 'src/core_erase_test' : walkedIn[name] ?? shortly.walk], write: folder => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text.replace(row, row.replace(/, \w+\)$/, ', NOBODY)')))
      return { source: join(root, visibility), in: visibility, include: join(folder, 'src') }
    } }))
}

// --- building one

const commands = new Map()

function commandsOf(target) {
  if (!commands.has(target)) commands.set(target, execFileSync('ninja', ['-C', build, '-t', 'commands', target],
    { encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n'))
  return commands.get(target)
}

function shell(command) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: build, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${command}\n${stdout}${stderr}`)
}

// As the build does, but for this source and into this object.
function compile({ source, in: file, include }, object) {
  const usual = commandsOf('src/libsotto.a').find(line => line.endsWith(` -c ../${file}`))
  if (!usual) throw new Error(`no command compiles ${file}`)
  const [flags] = usual.split(/ -MD -MQ /)
  const first = include ? flags.replace(' -I', ` -I${include} -I`) : flags // the compiler may be two words: ccache cc
  shell([first, '-Wno-error', `-I${join(root, dirname(file))}`,
    '-o', object, '-c', source].join(' '))
}

function link(program, object, out) {
  const usual = commandsOf(program).at(-1)
  const start = ` -o ${program} `
  if (!usual.includes(start)) throw new Error(`no command links ${program}`)
  shell(usual.replace(start, ` -o ${out} ${object} `))
}

// --- asking

// What differs is told as a conversation of few steps.
function isShort(told) {
  const left = /with \d supervisors, (\d+) steps of people left/.exec(told)?.[1]
  if (!(left <= stepsMax)) throw new Error(`not made short: ${left} steps are left`)
}

function ask(command, executable) {
  const [program, ...args] = command.split(' ')
  const end = spawnSync(executable, args, { cwd: root, timeout: patience, encoding: 'utf8', maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0', CMOCKA_MESSAGE_OUTPUT: 'TAP' } })
  const answer = { ...verdict(program, end), lastSeed: Number(/"seeds":"\d+\.\.(\d+)"/.exec(end.stdout)?.[1]) }
  if (answer.is === 'noticed' && program === 'test/twin_test') isShort(end.stdout)
  return answer
}

const programOf = command => command.split(' ')[0]
const asked = mutant => values.all || mutant.byEach ? mutant.noticedBy : mutant.noticedBy.slice(0, 1)

function tryOne(mutant, n) {
  const folder = join(room, String(n))
  mkdirSync(folder)
  const object = join(folder, 'mutant.o'), executable = join(folder, 'mutant')
  compile(mutant.write(folder), object)
  const answers = asked(mutant).map(command => {
    link(programOf(command), object, executable)
    return { command, ...ask(command, executable) }
  })
  rmSync(folder, { recursive: true })
  return answers
}

// --- what came of it

const lines = []
const count = { noticed: 0, by_crash: 0, failures: 0 }

function say(ok, what) {
  lines.push(`${ok ? 'ok' : 'not ok'} ${lines.length + 1} - ${what.replaceAll('#', '')}`)
  count.failures += !ok
  console.log(lines.at(-1))
}

// Else a patch that does not fit any more would be missed only when its share comes.
function tryPatch({ name, write }) {
  const folder = mkdtempSync(join(room, 'fits-'))
  let trouble = ''
  try { write(folder) } catch (error) { trouble = ` (${error.message.trim().replaceAll('\n', '; ')})` }
  say(!trouble, `${name}.patch fits the sources${trouble}`)
}

// Each place where an output waits has a patch that lets it out early, and each patch names a place that there is.
function trySites(patches) {
  const there = sites(root)
  for (const site of new Set([...there, ...patches.flatMap(patch => patch.sites)])) {
    const names = patches.filter(patch => patch.sites.includes(site)).map(({ name }) => name)
    const isThere = there.includes(site)
    say(isThere && names.length > 0, `${site} has a mutant (${names.join(', ') || 'none'}${isThere ? '' : '; but nothing waits there'})`)
  }
}

// The commands that have passed, as patches call them.
function passed(log) {
  if (!log) return []
  return readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line)).filter(({ result }) => result === 'OK')
    .map(({ command: [program, ...args] }) => [relative(build, program), ...args].join(' '))
}

// A trial of many seeds ends at the first that tells of the mutant: those behind it would say nothing of that.
function asFarAsAsked(command, ends) {
  const lasts = ends.map(({ lastSeed }) => lastSeed)
  return lasts.length && lasts.every(last => last) ? command.replace(/(--seeds \d+)\.\.\d+/, `$1..${Math.max(...lasts)}`) : command
}

// Whatever notices a mutant must have nothing to say of the product.
function tryUnmutated(command) {
  const { is, how } = ask(command, join(build, programOf(command)))
  say(is === 'fine', `without a mutant, ${command} has nothing to say${is === 'fine' ? '' : ` (${how ?? is})`}`)
}

// A test that fails is the best notice. A crash is one too, since the product runs with the same promises. Where each
// has to notice, the worst counts.
function tryMutant(mutant, n) {
  let answers = [], trouble
  try { answers = tryOne(mutant, n) } catch (error) { trouble = error.message }
  const kinds = ['noticed', 'crash', 'fine', 'hang']
  if (mutant.byEach) kinds.reverse()
  const end = kinds.find(kind => answers.some(({ is }) => is === kind))
  const who = trouble ?? answers.map(({ command, is, how }) => `${programOf(command).replace(/^.*\//, '')}: ${how ?? is}`).join(', ')
  count.noticed += end === 'noticed'
  count.by_crash += end === 'crash'
  say(['noticed', 'crash'].includes(end),
    `${mutant.name} ${end === 'crash' ? 'ends the program' : 'is noticed'} (${mutant.what}; ${who})`)
  return answers
}

const [share, shares] = values.share.split('/').map(Number)
const written = patches()
const mutants = [...written, ...withoutRows(), ...widenedRows(), ...audiences()]
const chosen = mutants.filter((mutant, i) => i % shares === share % shares && mutant.name.includes(values.only))
for (const patch of written) tryPatch(patch)
trySites(written)
const answers = [...chosen.entries()].flatMap(([n, mutant]) => tryMutant(mutant, n))
const known = passed(values.passed)
for (const command of new Set(chosen.flatMap(asked)))
  if (!known.includes(command)) tryUnmutated(asFarAsAsked(command, answers.filter(answer => answer.command === command)))
if (values.tap) writeFileSync(values.tap, ['TAP version 13', ...lines, `1..${lines.length}`, ''].join('\n'))
else console.log(`1..${lines.length}`)
console.log(JSON.stringify({ mutants: chosen.length, of: mutants.length, ...count }))
process.exitCode = count.failures || !chosen.length ? 1 : 0
