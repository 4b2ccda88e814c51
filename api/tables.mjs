// tables.mjs - the product's tables as values, read by the compiler's own preprocessor (tables.c).
import { execFileSync } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

// Constants come as the expressions of their headers: (64 * 1024). Nothing else than numbers is computed.
const expression = /(?<=: )\([\d\s()*+-]+\)|(?<=, )\([\d\s()*+-]+\)/g
const numbers = line => line.replace(expression, text => String(Function(`return ${text}`)()))

function row(line) {
  try {
    return JSON.parse(numbers(line))
  } catch {
    const [, name = line] = /^\["operation", "\w+", "(\w+)"/.exec(line) ?? []
    throw new Error(`api/tables.c does not know what stands in the row of ${name}:\n  ${line}`)
  }
}

// Of what the preprocessor leaves: the arrays behind an @, several in a line where a macro makes more than one.
export function rows(text) {
  return text.split('\n').flatMap(line => [...line.matchAll(/@(\[.*?\])(?=\s*(@\[|$))/g)].map(([, json]) => row(json)))
}

function preprocessed() {
  return execFileSync(process.env.CC?.split(' ').at(-1) ?? 'cc', ['-E', '-P', '-Isrc', '-DSOTTO_VERSION=""', 'api/tables.c'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

// {resources, operations, aliases, commands, errors, words, topics, events, notifications, limits}
export function tables() {
  const all = { resources: [], operations: [], aliases: [], commands: {}, errors: [], words: {}, members: {}, topics: [], events: {}, notifications: [], limits: {} }
  let words
  const take = {
    resource: (name, path, feature, role, find, read) =>
      all.resources.push({ name, path, feature, role, find, read: read === 'api_not_read' ? null : read, operations: [] }),
    operation: (resource, name, command, act, ...parameters) =>
      all.operations.push({ resource, name, command, act, parameters: parameters.slice(0, -1) }),
    update: (resource, update) => { all.resources.find(one => one.name === resource).update = update },
    create: (resource, create) => { all.resources.find(one => one.name === resource).create = create },
    remove: (resource, remove) => { all.resources.find(one => one.name === resource).remove = remove },
    alias: (resource, name, operation) => all.aliases.push({ resource, name, operation }),
    command: (name, word, where) => { all.commands[name] = { word, where: where.split(' | ').filter(Boolean) } },
    err: (name, code, http, text) => all.errors.push({ name, code, http, text }),
    words: name => { words = all.words[name] = [] },
    word: (member, word) => { words.push(word); all.members[member] = word },
    topic: (name, path, by) => all.topics.push({ name, path, by }),
    event: (name, audience) => { all.events[name] = { audience } },
    notification: (event, who, topic, write, type, extent) => all.notifications.push({ event, who, topic, write, type, extent }),
    limit: (name, value) => { all.limits[name] = value },
  }
  for (const [kind, ...cells] of rows(preprocessed())) take[kind](...cells)
  for (const operation of all.operations) all.resources.find(one => one.name === operation.resource).operations.push(operation)
  if (!all.operations.length || !all.errors.length || !all.notifications.length) throw new Error('the tables are empty: see api/tables.c')
  return all
}
