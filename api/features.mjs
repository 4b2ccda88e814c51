// features.mjs - the README's table of what of the public API is there, from features.yaml and operations.def.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from './tables.mjs'

// Each as {group, name, isThere, seen: as lib/contract.mjs notes a success of it, test, differs, lacking}.
export function features(all) {
  const groups = parse(readFileSync(join(root, 'api/features.yaml'), 'utf8'))
  return Object.entries(groups).flatMap(([group, rows]) => rows.map(row => ({ group, test: row.test, differs: row.differs, ours: row.ours, ...found(row, all) })))
}

function found(row, all) {
  if (row.read) {
    const resource = all.resources.find(one => one.path === row.read && one.read)
    return { name: `GET ${row.as ?? row.read}`, isThere: Boolean(resource), seen: [`GET ${row.read}`], lacking: [] }
  }
  const operations = all.operations.filter(one => one.name === row.operation)
  const paths = operations.map(one => all.resources.find(resource => resource.name === one.resource).path)
  const taken = operations.flatMap(one => one.parameters.flatMap(parameter => parameter.names.split('|')))
  return { name: row.operation, isThere: operations.length > 0, seen: paths.map(path => `POST ${path} ${row.operation}`),
    lacking: (row.parameters ?? []).filter(one => !taken.includes(one)) }
}

function state({ isThere, differs, ours, lacking }) {
  if (ours) return `ours: ${ours}`
  if (!isThere) return 'not yet'
  const without = lacking.length ? `not yet: ${lacking.map(one => `\`${one}\``).join(', ')}` : ''
  return without || differs ? `differs: ${[differs, without].filter(Boolean).join('; ')}` : 'as the original'
}

const begin = '<!-- features: written by api/write.mjs -->', end = '<!-- /features -->'

export function table(all) {
  const rows = features(all)
  for (const row of rows) if (row.isThere && !row.test) all.missing.push(`features.yaml names no test of ${row.name}, which operations.def has`)
  const theirs = rows.filter(row => !row.ours)
  const there = theirs.filter(row => row.isThere).length
  const lines = rows.flatMap((row, i) => [
    ...(row.group === rows[i - 1]?.group ? [] : [`| **${row.group}** | | |`]),
    `| ${row.name.startsWith('GET') ? `\`${row.name}\`` : row.name} | ${state(row)} | ${row.isThere && row.test ? `[test](test/${row.test})` : ''} |`,
  ])
  return `${there} of ${theirs.length} are there.\n\n| | | |\n|---|---|---|\n${lines.join('\n')}\n`
}

// The README with the table as it should be.
export function withTable(readme, all) {
  const [before, rest] = readme.split(`${begin}\n`)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`README.md has no ${begin} ... ${end}`)
  return `${before}${begin}\n${table(all)}${end}${after}`
}
