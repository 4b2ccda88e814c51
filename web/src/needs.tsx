// needs.tsx - what asks for a supervisor, on one list: raised hands, then customers who wait too long for a word.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answer } from './api'
import { floor, select, type Agent } from './floor'
import { Icon } from './icons'
import { provide } from './keys'
import { desk, sessionOf } from './model'
import { Lasting } from './parts'
import { dismissHand, hands, lookAtHand, nameOfUser, openHands, takeUp, type Hand, type HandMode } from './supervision'
import { useSeconds, useTopic } from './topics'
import { confirmed, go, toast } from './views'
import { waitsFor, waitsLong } from './wall'
import { t, type Word } from './words/later'

const rank: Record<Hand['state'], number> = { Open: 0, LookedAt: 1, Taken: 2, Dismissed: 3 }
const inOrder = () => [...hands.values()].sort((a, b) => rank[a.state] - rank[b.state] || a.since - b.since)

export function Needs() {
  useTopic('hands', 'floor-shape', 'sessions')
  useSeconds()
  const [picked, pick] = useState('')
  const all = inOrder()
  const hand = all.find(one => one.id === picked) ?? all[0]
  const now = useRef(hand)
  now.current = hand
  useEffect(() => provide('needs', () => commands(now.current)), [])
  const late = floor.order.filter(one => waitsFor(one) > waitsLong).sort((a, b) => a.unansweredSince - b.unansweredSince)
  return <main class="page">
    <h1>{t('go-hands')}</h1>
    {!all.length && !late.length && <p class="big quietly">{t('nothing-needs')}</p>}
    <ul class="needs" aria-label={t('go-hands')}>
      {all.map(one => <HandRow key={one.id} hand={one} isPicked={one === hand} onPick={() => pick(one.id)} />)}
      {late.map(one => <LateRow key={one.id} agent={one} />)}
    </ul>
    {openHands() > 0 && <p class="second"><kbd>M</kbd> {t('take-silently')} · <kbd>C</kbd> {t('coach')} · <kbd>B</kbd> {t('barge')} · <kbd>V</kbd> {t('hand-seen')}</p>}
  </main>
}

function commands(hand: Hand | undefined) {
  if (!hand) return []
  const values = { name: nameOfUser(hand.agent) }
  return [
    { id: 'hand-take', key: 'm', word: 'watch' as Word, values, run: () => void enter(hand, 'Monitor') },
    { id: 'hand-coach', key: 'c', word: 'coach' as Word, values, run: () => askFirst(hand, 'Coach') },
    { id: 'hand-barge', key: 'b', word: 'barge' as Word, values, run: () => askFirst(hand, 'BargeIn') },
    { id: 'hand-seen', key: 'v', word: 'hand-seen' as Word, values, run: () => void tell(hand, lookAtHand(hand)) },
    { id: 'hand-dismiss', word: 'hand-dismiss' as Word, values, run: () => void tell(hand, dismissHand(hand)) },
  ]
}

async function tell(hand: Hand, answer: Promise<Answer>): Promise<boolean> {
  const one = await answer
  if (!one.ok) toast(one.lost ? t('no-server') : one.code === 2 ? t('hand-taken') : one.code === 6 ? t('hand-gone', { name: nameOfUser(hand.agent) }) : one.message, 'bad')
  return one.ok
}

async function enter(hand: Hand, mode: HandMode) {
  if (await tell(hand, takeUp(hand, mode))) go('session', hand.session)
}

// A louder mode is asked about, as everywhere.
function askFirst(hand: Hand, mode: 'Coach' | 'BargeIn') {
  confirmed({ text: t(mode === 'Coach' ? 'ask-coach' : 'ask-barge', { agent: nameOfUser(hand.agent) }), yes: t(mode === 'Coach' ? 'coach' : 'barge'),
    isLoud: mode === 'BargeIn', run: () => void enter(hand, mode) })
}

function HandRow({ hand, isPicked, onPick }: { hand: Hand, isPicked: boolean, onPick: () => void }) {
  const name = nameOfUser(hand.agent), isMine = hand.by === desk.me!.id
  const isIn = !!sessionOf(hand.session)?.isLive
  return <li class={`need hand-${hand.state} ${isPicked ? 'picked' : ''}`} onFocusCapture={onPick} onMouseDown={onPick}>
    <Icon name={hand.rule ? 'flag' : 'hand'} />
    <div class="grow"><p><b>{name}</b> {hand.rule && <span class="second">{t('by-rule', { rule: hand.rule })}</span>} {hand.reason && <span class="reason">{hand.reason}</span>} <span class="second"><Lasting since={hand.since + desk.skew} /></span></p>
      {hand.comment && <p dir="auto">{hand.comment}</p>}
      <p class="second">{isMine && hand.state !== 'Open' ? t(`hand-mine-${hand.state}`) : t(`hand-is-${hand.state}`, { name: nameOfUser(hand.by) || t('somebody') })}</p></div>
    <div class="row wrap deeds">
      {isIn ? <a class="button" href={`#/session/${hand.session}`}>{t('show')}</a> : <>
        <button class={hand.state === 'Open' ? 'primary' : ''} onClick={() => void enter(hand, 'Monitor')}>{t('take-silently')}</button>
        <button onClick={() => askFirst(hand, 'Coach')}>{t('coach')}</button>
        <button onClick={() => askFirst(hand, 'BargeIn')}>{t('barge')}</button></>}
      {hand.state === 'Open' && <button class="quiet" onClick={() => void tell(hand, lookAtHand(hand))}>{t('hand-seen')}</button>}
      {hand.state !== 'Dismissed' && <button class="quiet" onClick={() => void tell(hand, dismissHand(hand))}>{t('hand-dismiss')}</button>}
    </div>
  </li>
}

function LateRow({ agent }: { agent: Agent }) {
  return <li class="need late"><Icon name="flag" />
    <div class="grow"><p><b>{agent.name}</b> <span class="trouble"><Lasting since={agent.unansweredSince} /></span></p><p class="second">{t('late-means')}</p></div>
    <div class="row deeds"><button onClick={() => { select(agent.id); go('wall') }}>{t('go-wall')}</button></div>
  </li>
}
