// supervision.ts - what only a supervisor is told: raised hands, and the own standing orders, found again after a reload.
import { get, operate, type Answer, type Json } from './api'
import { floor, noteOrder, orders, want } from './floor'
import { act, ears, is, readers, sessionOf } from './model'
import { readTime } from './time'
import { changed, listen } from './topics'

export type HandState = 'Open' | 'LookedAt' | 'Taken' | 'Dismissed'
// rule: which one raised it; else its agent did.
export interface Hand { id: string, rule: string, reason: string, comment: string, since: number, state: HandState, by: string, agent: string, session: string }
export type HandMode = 'Monitor' | 'Coach' | 'BargeIn'

export const hands = new Map<string, Hand>()   // in the order of raising
export const openHands = () => [...hands.values()].filter(one => one.state === 'Open').length
export const raisedBy = (agent: string) => [...hands.values()].some(one => one.agent === agent && one.state !== 'Dismissed')

// For the bell; set by the page.
export const heardHands = { raised: (_: Hand) => {} }

const idOf = (path = '') => path.split('/').at(-1)!

// The wall knows agents by name; elsewhere each is asked for once.
const names = new Map<string, string>()
export const nameOfUser = (id: string) => floor.agents.get(id)?.name ?? names.get(id) ?? ''
async function readName(id: string) {
  if (!id || nameOfUser(id) || names.has(id)) return
  names.set(id, '')
  const answer = await get(`/users/${id}`)
  const user: Json = answer.body.user ?? {}
  names.set(id, [user.firstName, user.lastName].filter(Boolean).join(' ') || user.userName || '')
  changed('hands')
}

async function takeHand(one: Json, isNews: boolean) {
  const before = hands.get(one.id)
  const hand: Hand = { id: one.id, rule: one.rule ?? '', reason: one.reason ?? '', comment: one.comment ?? '', since: readTime(one.raisedDate), state: one.state,
    by: idOf(one.supervisorPath), agent: idOf(one.targetPath), session: idOf(one.smssessionPath) }
  if (one.raised) hands.set(hand.id, hand)
  else hands.delete(hand.id)
  floor.changedIds.add(hand.agent)
  changed('hands')
  changed('floor')
  await Promise.all([readName(hand.agent), readName(hand.by)])
  const saysNew = !before || before.reason !== hand.reason || before.comment !== hand.comment
  if (isNews && hand.state === 'Open' && saysNew && hands.get(hand.id) === hand) heardHands.raised(hand)
}

export const thingOrders = new Map<string, 'all' | 'next'>()   // on queues, skills, groups, by path

function takeOrder(one: Json) {
  const which = one.active === false ? null : one.supervisorMonitoringMode === 'NextChat' ? 'next' as const : 'all' as const
  const path = decodeURIComponent(one.targetPath ?? '')
  if (path.startsWith('/users/')) noteOrder(idOf(path), which)
  else if (which) thingOrders.set(path, which)
  else thingOrders.delete(path)
  changed('floor-selected')
}

export type Folder = 'queues' | 'groups' | 'skills'
export const orderOn = (folder: Folder, name: string) => thingOrders.get(`/${folder}/${name}`)
export function giveOrder(folder: Folder, name: string, which: 'all' | 'next' | null): Promise<Answer> {
  const targetPath = `/${folder}/${encodeURIComponent(name)}`
  return which ? operate('/me/supervision', 'Monitor', { targetPath, supervisorMonitoringMode: which === 'all' ? 'AllChats' : 'NextChat' })
    : operate('/me/supervision', 'CancelSupervisorMonitoring', { targetPath })
}

export function startSupervision() {
  ears.set('/v2/me/supervision', (data, isMissed) => {
    for (const one of data.hands ?? []) void takeHand(one, !isMissed)
    for (const one of data.orders ?? []) takeOrder(one)
  })
  readers.push(async () => {
    if (!is('SUPERVISOR')) return
    const answer = await get('/me/supervision')
    if (!answer.ok) return
    const told: Json[] = answer.body.supervision.hands ?? []
    for (const id of hands.keys()) if (!told.some(one => one.id === id)) hands.delete(id)
    for (const one of told) void takeHand(one, !hands.has(one.id))
    const given: Json[] = answer.body.supervision.orders ?? []
    for (const id of orders.keys()) if (!given.some(one => idOf(one.targetPath) === id)) noteOrder(id, null)
    thingOrders.clear()
    for (const one of given) takeOrder(one)
    changed('hands')
  })
}

// --- what is done about a hand
const atHand = (hand: Hand, operation: string, parameters: Json = {}) => operate(`/me/supervision/hands/${hand.id}`, operation, parameters)
export const lookAtHand = (hand: Hand) => atHand(hand, 'LookAt')
export const dismissHand = (hand: Hand) => atHand(hand, 'Dismiss')

// Until the session is among those of this page; a moment, as it comes as a notification.
function comes(id: string): Promise<boolean> {
  return new Promise(done => {
    const isThere = () => !!sessionOf(id)?.participants.length
    if (isThere()) { done(true); return }
    const end = listen('sessions', () => { if (isThere()) finish(true) })
    const timer = setTimeout(() => finish(false), 3_000)
    const finish = (how: boolean) => { end(); clearTimeout(timer); done(how) }
  })
}

// Into the session. Who is there already changes the mode at most.
export async function takeUp(hand: Hand, mode: HandMode): Promise<Answer> {
  const own = sessionOf(hand.session)
  if (own?.isLive && own.mode !== 'agent') {
    if (own.can(`SwitchTo${mode}`)) await act(own, `SwitchTo${mode}`)
    return lookAtHand(hand)
  }
  want(hand.session)
  const answer = await atHand(hand, 'Take', { supervisorVisibilityMode: mode })
  want(hand.session, answer.ok)
  if (answer.ok) await comes(hand.session)
  return answer
}
