// sites.mjs - the places of src/ where what leaves is made to wait for its commit: FILE FUNCTION. Each must be the `Site:`
// of a patch that lets it out early; so nobody can add one whose loss no test would notice.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// What is handed to the gate, looks at it, or says up to where a reader or the carrier must wait.
const waits = /\b(?:(?:gate|port|reply|marks)_|port->)wait\(|\bgate_is_through\(|\bseen_lsn\b|\bcore_user_seen\(|\boutcome_lsn\(|->lsn <= \w+->durable\b|\*(?:\w+->)?lsn = .*\bcore->lsn\b/
// Not the gate, which its own test looks at; nor checks and what tests are made of.
const others = /(^src\/centre\/gate|^src\/core\/check|_(test|bench|fake|fuzz))\.c$/

// Whatever is called wait passes on what it was given: its callers are the places.
const passesOn = name => /(^|_)wait$/.test(name)

export function sitesOf(file, text) {
  const sites = new Set()
  let name
  for (const line of text.split('\n')) {
    name = /^[a-z][\w *]*?(\w+)\(/.exec(line)?.[1] ?? name
    const isCode = line.startsWith('\t') && !/^\t+(\/\*| \*)/.test(line)
    if (isCode && waits.test(line) && !passesOn(name)) sites.add(`${file} ${name}`)
  }
  return [...sites]
}

export const sites = root => readdirSync(join(root, 'src'), { recursive: true })
  .map(name => `src/${name}`).filter(file => file.endsWith('.c') && !others.test(file)).sort()
  .flatMap(file => sitesOf(file, readFileSync(join(root, file), 'utf8')))
