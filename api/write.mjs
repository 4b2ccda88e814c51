// write.mjs - writes the documents, and the README's table of features; with --check says as TAP whether they are what the tables give, and whose words are missing.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { asyncapi } from './asyncapi.mjs'
import { docs } from './docs.mjs'
import { withTable } from './features.mjs'
import { openapi } from './openapi.mjs'
import { sources } from './sources.mjs'
import { root } from './tables.mjs'

const head = `# Written by api/write.mjs from the product's tables: change those, or api/prose.yaml and api/schemas.yaml, then \`make api\`.\n`
const yaml = document => head + stringify(document, { lineWidth: 120, aliasDuplicateObjects: false })

function made() {
  const all = sources()
  all.version = /version: '([^']+)'/.exec(readFileSync(join(root, 'meson.build'), 'utf8'))[1]
  const rest = openapi(all), push = asyncapi(all)
  const readme = withTable(readFileSync(join(root, 'README.md'), 'utf8'), all)
  return {
    missing: [...new Set(all.missing)],
    files: { 'api/openapi.yaml': yaml(rest), 'api/asyncapi.yaml': yaml(push), 'api/docs.html': docs(rest, push, all), 'README.md': readme },
  }
}

const readOr = (path, otherwise) => { try { return readFileSync(path, 'utf8') } catch { return otherwise } }

function check({ files, missing }) {
  const results = [
    ...Object.entries(files).map(([name, text]) =>
      [readOr(join(root, name), '') === text, `${name} is what the tables give`, 'run `make api` and look at what changed']),
    ...(missing.length ? missing.map(one => [false, one, 'and run `make api`']) : [[true, 'each row of the tables has its words']]),
  ]
  for (const [i, [ok, name, hint]] of results.entries()) console.log(`${ok ? 'ok' : 'not ok'} ${i + 1} - ${name}${ok ? '' : `\n# ${hint}`}`)
  console.log(`1..${results.length}`)
  process.exitCode = results.every(([ok]) => ok) ? 0 : 1
}

const result = made()
if (process.argv.includes('--check')) {
  check(result)
} else {
  for (const [name, text] of Object.entries(result.files)) writeFileSync(join(root, name), text)
  for (const one of result.missing) console.error(one)
  process.exitCode = result.missing.length ? 1 : 0
}
