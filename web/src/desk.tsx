// desk.tsx - the page of somebody who is signed in: bar, list, conversation, what stands beside it.
import { lazy } from './lazy'
import { useEffect } from 'preact/hooks'
import { Bar } from './bar'
import { ring, notify, showWaiting } from './bell'
import { ask, sessionCommands } from './deeds'
import { Conversation } from './conversation'
import { provide } from './keys'
import { isWanted } from './floor'
import { act, desk, happenings, inOrder, is, look, sessionOf, toFirstMissed, tryNow } from './model'
import { Confirm, Lasting, Toasts } from './parts'
import { SessionList } from './sessions'
import { Contact } from './contact'
import { heardHands, nameOfUser } from './supervision'
import { changed, useSeconds, useTopic } from './topics'
import { go, openOverlay, place, toast } from './views'
import { spanWords } from './time'
import { t } from './words'

const Supervise = lazy(async () => (await import('./supervise')).Supervise)
const Ledger = lazy(async () => (await import('./ledger')).Ledger)
const Admin = lazy(async () => (await import('./admin')).Admin)
// Dialogs: after all that is needed at once, before somebody asks for one.
const Panels = lazy(async () => (await import('./panels')).Panels, true)
const Asked = lazy(async () => (await import('./asks')).Asked, true)

happenings.invited = session => {
  // What a supervisor asked for is entered as soon as it comes; nobody else is told.
  if (isWanted(session)) { void act(session, 'Accept'); return }
  ring(2)
  notify(t('title-invited'), session.title, session.id, () => go('session', session.id))
  changed('sessions')
}
happenings.wrote = (session, entry) => {
  if (entry.from.type === 'Customer') {
    ring(1)
    notify(session.title, entry.text, session.id, () => go('session', session.id))
  }
}
happenings.ended = (session, mode) => {
  // To who watches it is over, and that is seen.
  if (session.state === 'Revoked' && session.isRead && mode === 'agent') toast(t('session-revoked', { name: session.title }))
}

heardHands.raised = hand => {
  const said = t(hand.rule ? 'rule-raised' : 'hand-raised', { name: nameOfUser(hand.agent), rule: hand.rule }), words = [hand.reason, hand.comment].filter(Boolean).join(': ')
  ring(1)
  notify(said, words, hand.id, () => go('hands'))
  toast(words ? `${said} ${words}` : said)
}

const home = () => is('AGENT') ? 'sessions' : is('SUPERVISOR') ? 'wall' : is('AUDITOR') ? 'ledger' : is('ADMIN') ? 'admin' : 'sessions'

function step(by: number) {
  const all = inOrder()
  const at = all.findIndex(one => one.id === desk.selected)
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))]
  if (next) go('session', next.id)
}

function deskCommands() {
  return [
    ...sessionCommands(sessionOf(desk.selected)),
    { id: 'palette', key: 'mod+k', word: 'all-commands' as const, run: () => openOverlay('palette') },
    { id: 'help', key: '?', word: 'help' as const, run: () => openOverlay('help') },
    { id: 'settings', key: 'g ,', word: 'settings' as const, run: () => openOverlay('settings') },
    { id: 'next', key: 'j', word: 'next-session' as const, run: () => step(1) },
    { id: 'previous', key: 'k', word: 'previous-session' as const, run: () => step(-1) },
    { id: 'sessions', key: 'g s', word: 'go-sessions' as const, run: () => go('sessions') },
    { id: 'wall', key: 'g w', word: 'go-wall' as const, can: () => is('SUPERVISOR'), run: () => go('wall') },
    { id: 'ledger', key: 'g l', word: is('AUDITOR') ? 'go-ledger' as const : 'my-ledger' as const, can: () => is('AUDITOR') || is('AGENT'), run: () => go('ledger') },
    { id: 'admin', key: 'g a', word: 'go-admin' as const, can: () => is('ADMIN'), run: () => go('admin') },
    { id: 'hands', key: 'g h', word: 'go-hands' as const, can: () => is('SUPERVISOR'), run: () => go('hands') },
    { id: 'create', key: 'w', word: 'Create' as const, can: () => is('AGENT'), run: () => ask({ what: 'Create' }) },
    { id: 'queues', key: 'g q', word: 'go-queues' as const, can: () => is('SUPERVISOR'), run: () => go('queues') },
  ]
}

export function Desk() {
  useTopic('place', 'sessions')
  const { view, id } = place()
  const isWide = ['wall', 'queues', 'panes', 'hands', 'ledger', 'admin'].includes(view)
  useEffect(() => provide('desk', deskCommands), [])
  useEffect(() => { if (!view) go(home()) }, [view])
  // The wall and the panes choose for themselves.
  useEffect(() => { if (!isWide && desk.selected !== (view === 'session' ? id : '')) look(view === 'session' ? id : '') }, [view, id])
  useEffect(() => {
    const shown = () => { if (!document.hidden && desk.selected) look(desk.selected) }
    document.addEventListener('visibilitychange', shown)
    showWaiting()
    return () => document.removeEventListener('visibilitychange', shown)
  }, [])
  const session = view === 'session' ? sessionOf(id) : undefined
  return <div class={`shell ${isWide ? 'wide' : session ? 'has-session' : 'no-session'}`}>
    <Bar />
    <LineState />
    {view === 'ledger' ? <Ledger /> : view === 'admin' && is('ADMIN') ? <Admin id={id} /> : isWide && is('SUPERVISOR') ? <Supervise view={view} id={id} /> : <>
      <SessionList />
      {session ? <Conversation session={session} key={session.id} /> : <Nothing missing={view === 'session' && desk.wasRead} />}
      {session ? <Contact session={session} key={`c${session.id}`} /> : null}
    </>}
    <Panels />
    <Confirm />
    <Toasts />
    <Asked />
  </div>
}

function Nothing({ missing }: { missing: boolean }) {
  useSeconds()
  const all = [...desk.sessions.values()]
  const last = Math.max(0, ...all.map(one => one.received))
  const text = missing ? t('session-missing') : all.some(one => one.isLive) ? t('choose-session')
    : desk.state === 'Ready' || !is('AGENT') ? t('nothing-waits') : t('nothing-while-not-ready')
  return <main class="conversation nothing">
    <div><h1 class="big">{text}</h1>
      {last > 0 && <p class="second">{t('last-came', { span: spanWords(Date.now() - last) })}</p>}
      <p class="second keys"><kbd>J</kbd> <kbd>K</kbd> {t('hint-walk')} · <kbd>?</kbd> {t('help')}</p></div>
  </main>
}

// Down: what it means, and what can be done. Back: what was missed, and the way there.
function LineState() {
  useTopic('line')
  if (!desk.line.isUp) return <LineDown />
  const back = desk.back
  if (!back) return null
  const done = () => { desk.back = null; changed('line') }
  return <div class="linestate back" role="status">
    <span>{t('back-after', { span: spanWords(back.span), lines: t('n-messages', { n: back.lines }), sessions: t('n-conversations', { n: back.sessions }) })}</span>
    <button onClick={() => { go('session', back.first); void toFirstMissed(); done() }}>{t('jump-first')}</button>
    <button onClick={done}>{t('close')}</button>
  </div>
}

function LineDown() {
  useSeconds()
  const left = Math.max(0, Math.ceil((desk.line.retryAt - Date.now()) / 1000))
  return <div class="linestate down" role="alert">
    <span>{t('line-lost')} <Lasting since={desk.line.since} />. {t('line-kept')} <span aria-hidden="true">{t('line-again', { n: left })}</span></span>
    <button onClick={tryNow}>{t('now')}</button>
  </div>
}
