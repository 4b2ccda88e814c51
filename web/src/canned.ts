// canned.ts - what the centre lends its agents: canned responses, dispositions, reasons for being not ready.
import { get, type Json } from './api'
import { desk, phoneOf, type Session } from './model'
import { changed } from './topics'

interface Response { name: string, text: string, queueName?: string }
export interface Canned { name: string, filled: string }

const lists = { of: '', at: 0, responses: [] as Response[], dispositions: [] as string[], reasons: [] as string[], numbers: new Map<string, string>() }
const fresh = 30_000  // ms: an administrator's change is seen by whoever opens the list after that

export const notReadyReasons = () => lists.reasons
export const dispositions = () => lists.dispositions

// Once for who is signed in.
export const readChoices = () => lists.of === desk.me!.id ? undefined : void read()
// Again, where it may be another one by now.
export function readChoicesAgain() { if (Date.now() - lists.at > fresh) void read() }

async function read() {
  const me = desk.me!.id
  if (lists.of !== me) Object.assign(lists, { responses: [], dispositions: [], reasons: [] })
  Object.assign(lists, { of: me, at: Date.now() })
  const one = async (path: string, key: string, take: (all: Json[]) => void) => {
    const answer = await get(path)
    if (answer.ok && lists.of === me) take(answer.body[key])
    else lists.at = 0
  }
  const names = (all: Json[]) => all.map(one => String(one.name))
  await Promise.all([
    one('/canned-responses?fields=name,text,queueName', 'cannedResponses', all => { lists.responses = all as Response[] }),
    one('/dispositions?fields=name', 'dispositions', all => { lists.dispositions = names(all) }),
    one('/not-ready-reasons?fields=name', 'notReadyReasons', all => { lists.reasons = names(all) }),
    one('/queues?fields=name,phoneNumber', 'queues', all => { lists.numbers = new Map(all.map(one => [one.name, one.phoneNumber])) }),
  ])
  changed('lists')
}

// --- variables: {{customer.firstName}}. What is not known stays as it is, and must be written by hand.
const variable = /\{\{\s*([^{}]+?)\s*\}\}/

function valueOf(name: string, session: Session): unknown {
  const data = session.userData, me = desk.me!
  switch (name) {
    case 'customer.firstName': return data.FirstName
    case 'customer.lastName': return data.LastName
    case 'customer.phone': return session.phone && phoneOf(session.phone)
    case 'agent.nickname': return session.participants.find(one => one.path === `/users/${me.id}`)?.nickname || me.userName
    case 'agent.firstName': return me.firstName
    case 'agent.lastName': return me.lastName
    case 'centre.number': return data.ServiceNumber
  }
  return name.startsWith('data.') ? data[name.slice(5)] : undefined
}

export function filled(text: string, session: Session): string {
  return text.replace(new RegExp(variable, 'g'), (whole, name) => {
    const value = valueOf(name, session)
    return value === undefined || value === null || value === '' ? whole : String(value)
  })
}

// The first one in a text; null: none.
export const gapIn = (text: string) => variable.exec(text)?.[0] ?? null

const most = 50
export function cannedFor(session: Session, word: string): Canned[] {
  const wanted = word.toLowerCase(), number = session.userData.ServiceNumber
  const own = lists.responses.filter(one => !one.queueName || lists.numbers.get(one.queueName) === number)
  const starts = (one: Response) => one.name.toLowerCase().startsWith(wanted)
  const has = (one: Response) => one.name.toLowerCase().includes(wanted) || one.text.toLowerCase().includes(wanted)
  return [...own.filter(starts), ...own.filter(one => !starts(one) && has(one))].slice(0, most)
    .map(one => ({ name: one.name, filled: filled(one.text, session) }))
}
