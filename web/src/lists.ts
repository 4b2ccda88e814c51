// lists.ts - what the centre lends to all: colleagues with presence, canned responses, dispositions, reasons. What the
// server has not is not shown.
import { get, type Json } from './api'
import { desk, type Session } from './model'
import { changed } from './topics'

export interface Colleague { id: string, userName: string, name: string, state: string, reason: string }
interface Response { id: string, name: string, text: string }
export interface Canned extends Response { filled: string }

const lists = { canned: [] as Response[], dispositions: [] as string[], reasons: [] as string[] }
let isAsked = false

export function readLists() {
  if (isAsked) return
  isAsked = true
  changed('lists')
}

export const notReadyReasons = () => lists.reasons
export const dispositions = () => lists.dispositions

// {customer}, {agent}, {number}, and each key of the user data.
function fill(text: string, session: Session): string {
  const values: Record<string, unknown> = { customer: session.userData.FirstName ?? '', agent: desk.me!.firstName, number: session.userData.ServiceNumber ?? '', ...session.userData }
  return text.replace(/\{(\w+)\}/g, (whole, name) => name in values ? String(values[name]) : whole)
}

const most = 8
export function cannedFor(session: Session, word: string): Canned[] {
  const wanted = word.toLowerCase()
  const by = (test: (one: Response) => boolean) => lists.canned.filter(test)
  const first = by(one => one.name.toLowerCase().startsWith(wanted))
  const rest = by(one => !first.includes(one) && (one.name.toLowerCase().includes(wanted) || one.text.toLowerCase().includes(wanted)))
  return [...first, ...rest].slice(0, most).map(one => ({ ...one, filled: fill(one.text, session) }))
}

// Whom one may ask, as it is now: colleagues with presence, and queues.
export interface Directory { colleagues: Colleague[], queues: { name: string, waiting: number }[] }
export async function directory(): Promise<Directory> {
  const all: Directory = { colleagues: [], queues: [] }
  for (let since = ''; ;) {
    const answer = await get(`/floor?since=${since}`)
    if (!answer.ok) return all
    all.colleagues.push(...answer.body.users.map((one: Json) => ({ id: one.id, userName: one.userName, state: one.state ?? '', reason: one.reason ?? '',
      name: [one.firstName, one.lastName].filter(Boolean).join(' ') || one.userName })))
    all.queues = answer.body.queues.map((one: Json) => ({ name: one.name, waiting: one.waiting }))
    if (!answer.body.more) return all
    since = answer.body.revision
  }
}
