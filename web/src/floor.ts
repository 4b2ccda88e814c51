// floor.ts - who works on what, for the wall: pulled a few times a second while somebody looks, by what changed.
import { get, operate, type Json } from './api'
import { desk, is, type Session } from './model'
import { changed } from './topics'

export interface Agent {
  id: string, userName: string, name: string, state: string, reason: string, stateSince: number
  chatting: number, invited: number, capacity: number, unansweredSince: number
  teams: string[], skills: string[], team: string    // by name; of several together: where the wall by teams has the agent
}
export interface Queue { name: string, number: string, waiting: number, oldestSince: number, offeredToday: number, acceptedToday: number, withinToday: number }
export type Minute = [minute: number, textsIn: number, textsOut: number, accepted: number, waited: number]

export const floor = {
  agents: new Map<string, Agent>(), order: [] as Agent[],  // by name; the same objects as long as nothing changed
  teams: [] as string[], skills: [] as string[],           // that any of them has, by name
  queues: [] as Queue[], minutes: [] as Minute[], serviceLevel: 60_000,
  selected: '', isRead: false, at: 0,
  changedIds: new Set<string>(),                          // since whoever draws them took them
}

const pause = 300          // ms between two looks: what is shown is half a second old at most
const collator = new Intl.Collator()
let revision = ''
let lookers = 0, timer = 0, isAsking = false

const named = (of: (agent: Agent) => string[]) => [...new Set(floor.order.flatMap(of))].sort(collator.compare)

let isNew = false
function take(body: Json) {
  for (const one of body.users) {
    const before = floor.agents.get(one.id)
    const agent: Agent = { id: one.id, userName: one.userName, name: [one.firstName, one.lastName].filter(Boolean).join(' ') || one.userName,
      state: one.state, reason: one.reason ?? '', stateSince: one.stateSince ?? 0, chatting: one.chatting ?? 0, invited: one.invited ?? 0,
      capacity: one.capacity ?? 0, unansweredSince: one.unansweredSince ?? 0,
      teams: one.groups ?? [], skills: one.skills ?? [], team: (one.groups ?? []).join(', ') }
    isNew ||= !before || before.name !== agent.name || before.team !== agent.team || before.skills.join() !== agent.skills.join()
    if (before) Object.assign(before, agent)
    else floor.agents.set(agent.id, agent)
    floor.changedIds.add(agent.id)
  }
  if (isNew && !body.more) {
    isNew = false
    floor.order = [...floor.agents.values()].sort((a, b) => collator.compare(a.name, b.name))
    floor.teams = named(one => one.teams)
    floor.skills = named(one => one.skills)
    changed('floor-shape')
  }
  floor.queues = body.queues.map((one: Json) => ({ ...one, oldestSince: one.oldestSince ?? 0 }))
  floor.minutes = body.minutes ?? []
  floor.serviceLevel = body.serviceLevel ?? 60_000
  revision = body.revision
}

async function look() {
  if (isAsking || !lookers) return
  isAsking = true
  for (;;) {
    const answer = await get(`/floor?since=${revision}`)
    if (!answer.ok) break
    // Of another start of the server: nothing that was known counts.
    if (revision && answer.body.revision.split('.')[0] !== revision.split('.')[0]) { floor.agents.clear(); floor.order = [] }
    take(answer.body)
    if (!answer.body.more) {
      if (!floor.isRead) changed('floor-shape')
      floor.isRead = true
      floor.at = Date.now()
      break
    }
  }
  isAsking = false
  changed('floor')
  clearTimeout(timer)
  if (lookers) timer = window.setTimeout(() => void look(), document.hidden ? 5_000 : pause)
}

// As long as somebody looks. What nobody looks at is not asked for.
export function lookOn(): () => void {
  lookers++
  void look()
  return () => { if (!--lookers) clearTimeout(timer) }
}

export function select(id: string) {
  floor.selected = id
  changed('floor-selected')
}

// --- orders
export const orders = new Map<string, 'all' | 'next'>()   // by agent, as this supervisor has given them
const wanted = new Set<string>()                          // sessions that were asked for: to be entered as soon as they come
export function want(session: string, isWanted = true) { if (isWanted) wanted.add(session); else wanted.delete(session) }
export function noteOrder(agent: string, which: 'all' | 'next' | null) {
  if (which) orders.set(agent, which)
  else orders.delete(agent)
  changed('floor-selected')
}

export const isWanted = (session: Session) => wanted.has(session.id) || (is('SUPERVISOR') && !is('AGENT'))

export async function runningOf(agent: string): Promise<Json[]> {
  const answer = await get(`/users/${agent}?subresources=smssessions`)
  return answer.ok ? answer.body.user.smssessions ?? [] : []
}

// Into a conversation that runs. False: the server has no such way in, or it is over.
let hasWayIn = true
export async function enterSession(agent: string, session: string, mode = 'Monitor'): Promise<boolean> {
  if (desk.sessions.get(session)?.isLive) return true
  if (!hasWayIn) return false
  want(session)
  const answer = await operate(`/users/${agent}/smssessions/${session}`, 'Intrude', { supervisorVisibilityMode: mode })
  if (!answer.ok) want(session, false)
  if (answer.code === 6 && (await runningOf(agent)).some(one => one.id === session)) hasWayIn = false
  return answer.ok
}

export async function order(agent: Agent, which: 'all' | 'next'): Promise<string> {
  const answer = await operate(`/users/${agent.id}/channels/smssession`, 'Monitor', { supervisorMonitoringMode: which === 'all' ? 'AllChats' : 'NextChat' })
  if (!answer.ok) return answer.message || '?'
  noteOrder(agent.id, which)
  return ''
}

export async function cancelOrder(agent: Agent): Promise<boolean> {
  const answer = await operate(`/users/${agent.id}/channels/smssession`, 'CancelSupervisorMonitoring')
  noteOrder(agent.id, null)
  return answer.ok
}
