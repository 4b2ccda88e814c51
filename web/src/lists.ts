// lists.ts - whom and where one may ask: colleagues with presence, queues with who waits there.
import { get, type Json } from './api'

export interface Colleague { id: string, userName: string, name: string, state: string, reason: string }
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

// All of a list, page by page; null: it could not be read.
export async function wholeList(path: string, key: string, fields = '*'): Promise<Json[] | null> {
  const all: Json[] = []
  for (let cursor = ''; ;) {
    const answer = await get(`${path}?fields=${fields}&limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    if (!answer.ok) return null
    all.push(...answer.body[key])
    cursor = answer.body.cursor ?? ''
    if (!cursor) return all
  }
}
