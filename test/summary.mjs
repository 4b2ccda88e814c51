// summary.mjs - adds up the results of every kind: TAP files, and meson's log of the unit tests.
// node test/summary.mjs FOLDER [MESON-BUILD-FOLDER...]; the last line is `N passed, N failed, N skipped`. A test is skipped where
// what it needs is not there, which is no failure.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...builds] = process.argv.slice(2)
let passed = 0
const failures = [], skips = []

function add(ok, name, isSkipped = false) {
  if (!ok) failures.push(name)
  else if (isSkipped) skips.push(name)
  else passed++
}

// Test lines of TAP text, also nested ones, as {ok, name, isSkipped}.
function* lines(text) {
  for (const line of text.split('\n')) {
    const match = /^\s*(ok|not ok)\b\s*\d*\s*-?\s*(.*)$/.exec(line)
    if (match) yield { ok: match[1] === 'ok', name: match[2], isSkipped: /(^|[^\\])# *SKIP\b/i.test(match[2]) }
  }
}

for (const file of readdirSync(folder).filter(name => name.endsWith('.tap')).sort()) {
  const text = readFileSync(join(folder, file), 'utf8')
  const tests = [...lines(text)]
  for (const { ok, name, isSkipped } of tests) add(ok, `${file}: ${name}`, isSkipped)
  const plan = /^1\.\.(\d+)/m.exec(text)
  if (!plan || Number(plan[1]) !== tests.length) add(false, `${file}: broke off after ${tests.length} tests`)
}

for (const build of builds) {
  const log = join(build, 'meson-logs/testlog.json')
  if (!existsSync(log)) {
    add(false, `${log} is missing: the unit tests did not run`)
    continue
  }
  for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) {
    const { name, result, stdout = '' } = JSON.parse(line)
    const tests = [...lines(stdout)]
    for (const test of tests) add(test.ok, `${name}: ${test.name}`, test.isSkipped)
    // A program that crashed behind its last good test, or was told by a sanitizer at its end.
    if (!['OK', 'EXPECTEDFAIL', 'SKIP'].includes(result) && tests.every(test => test.ok)) add(false, `${name}: ${result}`)
    if (['OK', 'SKIP'].includes(result) && !tests.length) add(true, name, result === 'SKIP')
  }
}

for (const name of skips) console.log(`skipped: ${name}`)
for (const name of failures) console.log(`failed: ${name}`)
console.log(`${passed} passed, ${failures.length} failed, ${skips.length} skipped`)
process.exitCode = failures.length || !passed ? 1 : 0
