// sources.mjs - tables, words and schemas in one value; what is missing is noted by name and told by whoever asks.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root, tables } from './tables.mjs'

const yaml = name => parse(readFileSync(join(root, 'api', name), 'utf8'), { merge: true })

export function sources() {
  const all = { ...tables(), prose: yaml('prose.yaml'), missing: [] }
  all.schemas = resolved(yaml('schemas.yaml'), all)
  // A word of prose.yaml, by section and key.
  all.say = (section, key, row) => {
    const found = all.prose[section]?.[key]
    if (found === undefined || found === null) all.missing.push(`prose.yaml has no ${section}: ${key}, which ${row} needs`)
    return found ?? ''
  }
  // Of an operation: by its path where that has words of its own.
  all.sayOperation = (resource, { name }) => all.prose.operations[`${resource.path} ${name}`] ?? all.say('operations', name, `the row of ${name}`)
  return all
}

// `words: NAME` and `capabilities: true` become the table's words.
function resolved(value, all) {
  if (Array.isArray(value)) return value.map(one => resolved(one, all))
  if (!value || typeof value !== 'object') return value
  const { words, capabilities, ...rest } = value
  if (typeof words === 'string') {
    if (!all.words[words]) throw new Error(`schemas.yaml: words.def has no ${words}`)
    return { ...rest, enum: all.words[words].filter(Boolean) }
  }
  if (capabilities === true) return { ...rest, enum: Object.values(all.commands).map(one => one.word).filter(Boolean) }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, all)]))
}

// The schemas that a value refers to, and those that these refer to.
export function reached(value, schemas, found = {}) {
  for (const [, name] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)) {
    if (found[name]) continue
    if (!schemas[name]) throw new Error(`there is no schema ${name}`)
    found[name] = schemas[name]
    reached(schemas[name], schemas, found)
  }
  return found
}

export const ref = name => ({ $ref: `#/components/schemas/${name}` })

// Without the members that say nothing.
export function compact(object) {
  return Object.fromEntries(Object.entries(object).filter(([, one]) => one !== undefined && one !== '' && !(Array.isArray(one) && !one.length)))
}
