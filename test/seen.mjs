// seen.mjs - has the test suite seen each operation and each read succeed, and each notification come? Of what lib/contract.mjs noted in a
// folder (SOTTO_SEEN): prints TAP. What was never seen was never held against the documents, and fails by name.
// node test/seen.mjs FOLDER
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const load = name => parse(readFileSync(fileURLToPath(new URL(`../api/${name}`, import.meta.url)), 'utf8'))

// All that the documents have, in the words of contract.mjs.
export function promised(rest = load('openapi.yaml'), push = load('asyncapi.yaml')) {
  const all = []
  for (const [path, item] of Object.entries(rest.paths)) {
    if (item.get) all.push(`GET ${path}`)
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

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const seen = new Set([...seenIn(process.argv[2]).values()].flatMap(one => [...one]))
  const all = promised()
  for (const [i, one] of all.entries()) {
    console.log(`${seen.has(one) ? 'ok' : 'not ok'} ${i + 1} - ${one} was seen by some test`)
  }
  console.log(`1..${all.length}`)
  process.exitCode = all.every(one => seen.has(one)) ? 0 : 1
}
