// seen.mjs - has the test suite seen each operation and each read succeed, and each notification come? And what the README's table says is there, in
// the test that the table names? Of what lib/contract.mjs noted in a
// folder (SOTTO_SEEN): prints TAP. What was never seen was never held against the documents, and fails by name.
// node test/seen.mjs FOLDER
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { features } from '../api/features.mjs'
import { sources } from '../api/sources.mjs'

const load = name => parse(readFileSync(fileURLToPath(new URL(`../api/${name}`, import.meta.url)), 'utf8'))

// All that the documents have, in the words of contract.mjs.
export function promised(rest = load('openapi.yaml'), push = load('asyncapi.yaml')) {
  const all = []
  for (const [path, item] of Object.entries(rest.paths)) {
    for (const verb of ['get', 'put', 'delete']) if (item[verb]) all.push(`${verb.toUpperCase()} ${path}`)
    if (item.post && !item.post['x-replies']) all.push(`POST ${path}`)
    for (const name of Object.keys(item.post?.requestBody.content['application/json'].examples ?? {})) all.push(`POST ${path} ${name}`)
  }
  for (const name of new Set(Object.values(push.channels).flatMap(one => Object.keys(one.messages ?? {})))) {
    if (push.components.messages[name].payload.properties) all.push(`TOLD ${name}`)
  }
  return all
}

// By test file, what it saw.
export function seenIn(folder) {
  return new Map(readdirSync(folder).map(file => [file, new Set(readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean))]))
}

// Each as [was it seen, what].
export function verdicts(byFile, all = promised(), rows = features(sources())) {
  const seen = new Set([...byFile.values()].flatMap(one => [...one]))
  return [
    ...all.map(one => [seen.has(one), `${one} was seen by some test`]),
    ...rows.filter(row => row.isThere).map(row => {
      const inTest = byFile.get(basename(row.test ?? '')) ?? new Set()
      return [row.seen.some(one => inTest.has(one)), `${row.name} succeeds in test/${row.test}, as the README says`]
    }),
  ]
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const results = verdicts(seenIn(process.argv[2]))
  for (const [i, [ok, what]] of results.entries()) console.log(`${ok ? 'ok' : 'not ok'} ${i + 1} - ${what}`)
  console.log(`1..${results.length}`)
  process.exitCode = results.every(([ok]) => ok) ? 0 : 1
}
