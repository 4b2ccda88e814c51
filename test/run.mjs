// run.mjs - runs the scenario tests and others in JavaScript, some files at a time, and writes what came of it as TAP.
// node test/run.mjs [--tap FILE] [--at-once N] [--only PATTERN] FOLDER-OR-FILE...
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspect, parseArgs } from 'node:util'
import { parse } from 'yaml'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const { values, positionals } = parseArgs({ allowPositionals: true, options: {
  tap: { type: 'string' }, 'at-once': { type: 'string', default: '3' }, only: { type: 'string' },
} })

// Of a folder the largest file first: what begins last and takes long is waited for alone.
function testsIn(folder) {
  return readdirSync(folder).filter(name => name.endsWith('.test.mjs')).map(name => join(folder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)
}

const files = positionals.flatMap(path => statSync(path).isDirectory() ? testsIn(path) : [path]).map(path => resolve(path))

const results = []
const seen = []

function skip(data) {
  const reason = typeof data.skip === 'string' && data.skip ? ` ${data.skip}` : ''
  results.push({ ok: true, name: data.name, skip: ` # SKIP${reason}` })
  console.log(`skipped ${results.length} - ${data.name}${reason}`)
}

function take(ok, data) {
  const isFile = files.some(file => data.name === file || file.endsWith(`/${data.name}`))
  // A file counts only if it failed with none of its tests: it broke before or after them.
  if (isFile && (ok || seen.includes(data.file ?? data.name) || data.details?.error?.failureType === 'subtestsFailed')) return
  if (!ok && data.file) seen.push(data.file)
  results.push({ ok, name: data.name })
  const took = data.details?.duration_ms > 3000 ? ` (${Math.round(data.details.duration_ms / 1000)} s)` : ''
  console.log(`${ok ? 'ok' : 'not ok'} ${results.length} - ${data.name}${took}`)
  if (!ok) console.log(reason(data.details?.error).replace(/^/gm, '    '))
}

function reason(error) {
  const cause = error?.cause ?? error
  return String(cause?.stack ?? (typeof cause === 'string' ? cause : inspect(cause))).slice(0, 12000)
}

// The documents of the API, as test/lib/contract.mjs reads them.
const documents = process.env.SOTTO_DOCUMENTS = mkdtempSync(join(tmpdir(), 'sotto-documents-'))
process.on('exit', () => rmSync(documents, { recursive: true, force: true }))
for (const name of ['openapi.yaml', 'asyncapi.yaml'])
  writeFileSync(join(documents, `${name}.json`), JSON.stringify(parse(readFileSync(join(root, 'api', name), 'utf8'))))

const stream = run({ files, concurrency: Number(values['at-once']), timeout: 600000,
  ...(values.only ? { testNamePatterns: [values.only] } : {}) })
stream.on('test:pass', data => {
  const isSkipped = data.skip !== undefined && data.skip !== false // true, or why
  if (!isSkipped) take(true, data)
  else if (!values.only) skip(data) // with a pattern: all that it leaves out
})
stream.on('test:fail', data => take(false, data))
stream.on('test:stderr', data => process.stderr.write(data.message))
stream.on('test:stdout', data => process.stdout.write(data.message))
stream.resume()
stream.on('end', () => {
  if (values.tap) {
    const lines = results.map(({ ok, name, skip = '' }, i) => `${ok ? 'ok' : 'not ok'} ${i + 1} - ${name.replaceAll('#', '\\#')}${skip}`)
    writeFileSync(values.tap, ['TAP version 13', ...lines, `1..${results.length}`, ''].join('\n'))
  }
  const failed = results.filter(one => !one.ok).length
  const skipped = results.filter(one => one.skip).length
  console.log(`${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = failed || !results.length ? 1 : 0
})
