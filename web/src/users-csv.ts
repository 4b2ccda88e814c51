// users-csv.ts - users as CSV: what a file says, held against what there is, before anything is done.
import type { Json } from './api'
import type { AdminWord } from './words/admin'

export const columns = ['userName', 'firstName', 'lastName', 'roles', 'enabled', 'sms', 'password']
const roleWords = ['agent', 'supervisor', 'admin', 'auditor', 'integrator']
const roleOf = (word: string) => `ROLE_${word.toUpperCase()}`

// --- CSV (RFC 4180; a semicolon where spreadsheets of the country write one). Each row with the line on which it begins.
// A number: the line of a quotation that does not end where its cell does, behind which nobody knows where rows begin.
export function parse(text: string): { line: number, cells: string[] }[] | number {
  const rows: { line: number, cells: string[] }[] = []
  const all = text.replace(/^\uFEFF/, ''), head = /^[^\r\n]*/.exec(all)![0]
  const mark = head.split(';').length > head.split(',').length ? ';' : ','
  let cells: string[] = [], cell = '', isQuoted = false, line = 1, begun = 1, opened = 0
  const endCell = () => { cells.push(cell); cell = '' }
  const endRow = () => { endCell(); if (cells.some(one => one.trim())) rows.push({ line: begun, cells }); cells = []; begun = line }
  for (let i = 0; i < all.length; i++) {
    const c = all[i]!
    if (c === '\n') line++
    if (isQuoted) {
      if (c === '"' && all[i + 1] === '"') { cell += '"'; i++ }
      else if (c === '"') {
        isQuoted = false
        if (!(all[i + 1] === undefined || [mark, '\r', '\n'].includes(all[i + 1]!))) return opened
      } else cell += c
    } else if (c === '"' && !cell) { isQuoted = true; opened = line }
    else if (c === mark) endCell()
    else if (c === '\n') endRow()
    else if (c !== '\r') cell += c
  }
  if (isQuoted) return opened
  if (cell || cells.length) endRow()
  return rows
}

// A spreadsheet takes a cell that begins so for a formula; with an apostrophe before it, it does not.
// One that begins with apostrophes of its own gets one more, so that each comes back.
const isFormula = /^'*[=+\-@\t\r]/
const written = (cell: string) => {
  const safe = isFormula.test(cell) ? `'${cell}` : cell
  return /[",;\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
const read = (cell: string) => { const plain = cell.trim(); return plain[0] === "'" && isFormula.test(plain.slice(1)) ? plain.slice(1) : plain }

export const asCsv = (users: Json[]) => [columns, ...users.map(one => [one.userName, one.firstName, one.lastName,
  roleWords.filter(word => one.roles.includes(roleOf(word))).join(' '), one.enabled ? 'yes' : 'no', one.sms ? 'yes' : 'no', ''])]
  .map(row => row.map(cell => written(String(cell))).join(',')).join('\r\n') + '\r\n'

// --- what would be done
export interface Planned {
  line: number, name: string
  kind: 'add' | 'change' | 'same' | 'wrong'
  why?: [AdminWord, Record<string, string>?]
  what: string[]          // the columns that differ
  requests: { method: 'POST' | 'PUT', path: string, body: Json }[]
}

const flag = (cell: string): boolean | null => /^(yes|true|1|ja)$/i.test(cell) ? true : /^(no|false|0|nein)$/i.test(cell) ? false : null

export function plan(text: string, users: Json[], own: string): Planned[] | 'noColumn' | number {
  const parsed = parse(text)
  if (typeof parsed === 'number') return parsed
  const [head, ...rows] = parsed
  const at = new Map((head?.cells ?? []).map((name, i) => [name.trim(), i]))
  if (!at.has('userName')) return 'noColumn'
  const known = new Map(users.map(one => [one.userName, one])), small = new Set(users.map(one => one.userName.toLowerCase()))
  const seen = new Set<string>()
  return rows.map(({ line, cells }) => {
    // A column that is not there, and a cell that is empty, say nothing; names alone can be emptied by their column.
    const said = (name: string) => at.has(name) ? read(cells[at.get(name)!] ?? '') : undefined
    const name = said('userName')!, before = known.get(name)
    const wrong = (...why: NonNullable<Planned['why']>): Planned => ({ line, name, kind: 'wrong', why, what: [], requests: [] })
    if (!name) return wrong('noName')
    if ([...name].length > 64 || /[:/?#]/.test(name)) return wrong('badName')
    if (seen.has(name.toLowerCase())) return wrong('twice')
    seen.add(name.toLowerCase())
    if (!before && small.has(name.toLowerCase())) return wrong('otherCase')
    const body: Json = {}
    for (const key of ['firstName', 'lastName']) if (said(key) !== undefined) body[key] = said(key) || null
    if (said('roles')) {
      const words = said('roles')!.toLowerCase().split(/[\s,|]+/).filter(Boolean), unknown = words.find(one => !roleWords.includes(one))
      if (unknown) return wrong('badRole', { role: unknown })
      body.roles = roleWords.filter(one => words.includes(one)).map(roleOf)
    }
    for (const key of ['enabled', 'sms']) {
      if (!said(key)) continue
      body[key] = flag(said(key)!)
      if (body[key] === null) return wrong('badFlag', { what: key })
    }
    const password = (at.has('password') && cells[at.get('password')!]) || '' // as it stands: blanks and apostrophes are of it
    if (password && [...password].length < 8) return wrong('shortPassword')
    if (!before) return password ? { line, name, kind: 'add', what: [], requests: [{ method: 'POST', path: '/users', body: { ...body, userName: name, password } }] } : wrong('noPassword')
    const what = Object.keys(body).filter(key => JSON.stringify(body[key] ?? '') !== JSON.stringify(before[key]))
    if (name === own && (password || what.some(key => key === 'roles' || key === 'enabled'))) return wrong('ownUser')
    const path = `/users/${before.id}`, changes = Object.fromEntries(what.map(key => [key, body[key]]))
    const requests: Planned['requests'] = [...(what.length ? [{ method: 'PUT' as const, path, body: changes }] : []), ...(password ? [{ method: 'PUT' as const, path, body: { password } }] : [])]
    return { line, name, kind: requests.length ? 'change' : 'same', what: [...what, ...(password ? ['password'] : [])], requests }
  })
}
