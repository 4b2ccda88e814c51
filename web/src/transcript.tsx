// transcript.tsx - the lines, of which only a window is drawn: a conversation of ten thousand costs what a short one does.
import { memo } from './memo'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { nameOf } from './conversation'
import { desk, readBack, type Entry, type Session } from './model'
import { clock, day, exact, sameDay } from './time'
import { useTopic } from './topics'
import { t, type Word } from './words'

const drawn = 100      // lines in the window
const ahead = 600      // px beyond what is seen that are drawn
const guess = 46       // px of a line that was not drawn yet
const near = 60        // px from the end that still count as at the end

export function Transcript({ session }: { session: Session }) {
  useTopic('session ' + session.id)
  const box = useRef<HTMLDivElement>(null)
  // from: index of the first drawn line, while somebody reads elsewhere than at the end.
  const state = useRef({ isPinned: true, from: 0, anchor: null as null | { index: number, top: number } })
  const [, draw] = useState(0)
  const setFrom = (from: number) => { state.current.from = from; draw(n => n + 1) }
  if (session.jumpTo) {
    state.current.isPinned = session.isPinned = false
    state.current.from = session.jumpTo - 20
    state.current.anchor = null
  }
  const start = Math.max(session.first, Math.min(state.current.isPinned ? session.last : state.current.from, session.last - drawn + 1))
  const lines = session.lines.slice(start - session.first, start - session.first + drawn)
  const above = start - session.first, below = session.last - (start + lines.length - 1)

  // Whatever was seen stays where it is: lines above it may come, go, or turn out higher than guessed.
  useLayoutEffect(() => {
    const view = box.current!
    if (session.jumpTo) {
      view.querySelector(`[data-index="${session.jumpTo}"]`)?.scrollIntoView({ block: 'start' })
      session.jumpTo = 0
      scrolled()
      return
    }
    if (state.current.isPinned) { view.scrollTop = view.scrollHeight; return }
    const anchor = state.current.anchor
    const line = anchor && view.querySelector<HTMLElement>(`[data-index="${anchor.index}"]`)
    if (line) view.scrollTop += line.getBoundingClientRect().top - anchor!.top
  })
  useLayoutEffect(() => {
    const again = new ResizeObserver(() => { if (state.current.isPinned) box.current!.scrollTop = box.current!.scrollHeight })
    again.observe(box.current!)
    return () => { again.disconnect(); session.isPinned = true }
  }, [])

  function scrolled() {
    const view = box.current!
    const wasPinned = state.current.isPinned
    state.current.isPinned = view.scrollHeight - view.scrollTop - view.clientHeight < near && below === 0
    session.isPinned = state.current.isPinned
    const rect = view.getBoundingClientRect()
    const rows = view.querySelectorAll<HTMLElement>('[data-index]')
    let anchor: HTMLElement | undefined
    for (const row of rows) if (row.getBoundingClientRect().bottom > rect.top) { anchor = row; break }
    if (anchor) state.current.anchor = { index: Number(anchor.dataset.index), top: anchor.getBoundingClientRect().top }
    if (!rows.length) return
    const top = rows[0]!.getBoundingClientRect().top, bottom = rows[rows.length - 1]!.getBoundingClientRect().bottom
    if (bottom < rect.top || top > rect.bottom) {
      // Somewhere else altogether: the bar was dragged.
      state.current.anchor = null
      setFrom(session.first + Math.max(0, Math.floor(view.scrollTop / guess) - drawn / 2))
    } else if (top > rect.top - ahead && above > 0) setFrom(Math.max(session.first, start - drawn / 2))
    else if (bottom < rect.bottom + ahead && below > 0) setFrom(start + drawn / 2)
    else if (wasPinned !== state.current.isPinned) setFrom(start)
    if (top > rect.top - ahead && above === 0 && session.first > 1) void readBack(session)
  }

  return <div class="transcript" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={t('transcript')}>
    <div style={{ blockSize: `${above * guess}px` }} />
    {session.first > 1 && above === 0 && <p class="second earlier">{t('earlier-lines')}</p>}
    {lines.map((one, i) => <Line key={one.index} one={one} before={lines[i - 1] ?? session.lines[one.index - session.first - 1]} session={session} isNew={one.index === session.newFrom} />)}
    <div style={{ blockSize: `${below * guess}px` }} />
    {!state.current.isPinned && <button class="toend" onClick={() => { state.current.isPinned = session.isPinned = true; setFrom(session.last) }}>{t('to-end')}{session.unread > 0 ? ` (${session.unread})` : ''}</button>}
  </div>
}

const isSaid = (one: Entry) => one.type === 'Text' || one.type === 'PushUrl' || one.type === 'CustomNotice'
const runLasts = 5 * 60_000

const Line = memo(function Line({ one, before, session, isNew }: { one: Entry, before?: Entry, session: Session, isNew: boolean }) {
  const isNewDay = !before || !sameDay(one.at, before.at)
  const joins = !isNewDay && !isNew && before && isSaid(before) && before.from.participantId === one.from.participantId &&
    before.visibility === one.visibility && one.at - before.at < runLasts
  return <div data-index={one.index} class="lineof">
    {isNew && <p class="day new"><span>{t('missed-from')}</span></p>}
    {isNewDay && <p class="day"><span>{day(one.at)}</span></p>}
    {isSaid(one) ? <Said one={one} joins={!!joins} session={session} /> : <Happened one={one} session={session} />}
  </div>
}, (a, b) => a.one === b.one && a.before === b.before && a.isNew === b.isNew)

function Said({ one, joins, session }: { one: Entry, joins: boolean, session: Session }) {
  const isOwn = one.from.path === `/users/${desk.me!.id}`
  const kind = one.visibility === 'Agents' ? 'whisper' : one.from.type === 'Customer' ? 'customer' : isOwn ? 'own' : 'agent'
  return <article class={`said ${kind} ${joins ? 'joins' : ''}`}>
    {!joins && <header><b>{nameOf(one, session)}</b>{one.visibility === 'Agents' && <em>{t('only-agents')}</em>} <time title={exact(one.at)}>{clock(one.at)}</time></header>}
    {/* A text is a text, whatever it looks like; its direction is its own. */}
    <p dir="auto">{one.erased ? <i class="second">{t('erased')}</i> : one.text}</p>
    {one.delivery && <Delivery state={one.delivery} />}
  </article>
}

const deliveries: Record<string, [Word, string]> = {
  queued: ['delivery-queued', ''], sent: ['delivery-sent', ''], delivered: ['delivery-delivered', 'good'],
  failed: ['delivery-failed', 'bad'], expired: ['delivery-expired', 'bad'], uncertain: ['delivery-uncertain', 'warn'],
}
function Delivery({ state }: { state: string }) {
  const [word, kind] = deliveries[state] ?? ['delivery-queued', '']
  return <small class={`delivery ${kind}`}>{t(word)}</small>
}

const events: Record<string, Word> = { ParticipantJoined: 'joined', ParticipantLeft: 'left' }
// A switch, by what it was to; of oneself in another grammar.
const rejoined: Record<string, [Word, Word]> = { Supervisors: ['now-silent', 'now-silent-you'], Agents: ['now-coach', 'now-coach-you'], All: ['now-here', 'now-here-you'] }
function wordFor(one: Entry): Word | undefined {
  if (one.type !== 'ParticipantRejoined') return events[one.type]
  return rejoined[one.from.visibility ?? 'All']?.[one.from.path === `/users/${desk.me!.id}` ? 1 : 0]
}
function Happened({ one, session }: { one: Entry, session: Session }) {
  const word = wordFor(one)
  if (one.type === 'TypingStarted' || one.type === 'TypingStopped') return null
  if (one.type === 'Notice' || one.type === 'CustomNotice') return <p class="happened" dir="auto">{notice(one)} <time title={exact(one.at)}>{clock(one.at)}</time></p>
  if (!word) return null
  return <p class={`happened ${one.visibility === 'All' ? '' : 'unseen'}`}>{t(word, { name: nameOf(one, session) })}
    {one.visibility === 'Agents' ? ` – ${t('only-agents')}` : one.visibility === 'Supervisors' ? ` – ${t('only-supervisors')}` : ''} <time title={exact(one.at)}>{clock(one.at)}</time></p>
}
const notice = (one: Entry) => one.text.startsWith('REMOVE_PARTICIPANT_FROM_CONFERENCE') ? t('removed') : one.text
