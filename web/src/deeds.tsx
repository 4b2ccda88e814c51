// deeds.tsx - what can be done with a session: the server says what is possible now (`capabilities`), this table says how
// it is called, by which key, and whether it is asked about first.
import { composers } from './conversation'
import type { Command } from './keys'
import { act, desk, type Session } from './model'
import { Menu } from './parts'
import { changed } from './topics'
import { accept } from './sessions'
import { confirmed, toast } from './views'
import { t, type Word } from './words'
import type { Json } from './api'

interface Deed {
  operation: string
  word: Word
  key?: string
  place: 'head' | 'more' | 'mode'
  ask?: Word             // a question before it is done: what a customer sees, or what ends
  isLoud?: boolean
  only?: (session: Session) => boolean
  run?: (session: Session) => void
}

const isSupervising = (session: Session) => session.mode !== 'agent' && session.mode !== 'consult'

const deeds: Deed[] = [
  { operation: 'Accept', word: 'Accept', key: 'a', place: 'head', run: session => void accept(session) },
  { operation: 'Reject', word: 'Reject', key: 'd', place: 'head' },
  { operation: 'SwitchToMonitor', word: 'be-silent', key: 's', place: 'mode' },
  { operation: 'SwitchToCoach', word: 'coach', key: 'c', place: 'mode', ask: 'ask-coach', only: session => session.mode === 'monitor' },
  { operation: 'SwitchToCoach', word: 'coach', key: 'c', place: 'mode', only: session => session.mode === 'barge' },
  { operation: 'SwitchToBargeIn', word: 'barge', key: 'b', place: 'mode', ask: 'ask-barge', isLoud: true },
  { operation: 'TakeOver', word: 'take-over', key: 'x', place: 'mode', ask: 'ask-take-over', isLoud: true },
  { operation: 'Complete', word: 'Complete', key: 'e', place: 'head', ask: 'ask-complete' },
  { operation: 'Transfer', word: 'Transfer', key: 't', place: 'head', run: session => ask({ what: 'Transfer', session }) },
  { operation: 'RaiseHand', word: 'RaiseHand', key: 'h', place: 'head', only: session => !session.hand, run: session => ask({ what: 'RaiseHand', session }) },
  { operation: 'WithdrawHand', word: 'WithdrawHand', key: 'h', place: 'head', only: session => !!session.hand },
  { operation: 'Consult', word: 'Consult', key: 'u', place: 'more', run: session => ask({ what: 'Consult', session }) },
  { operation: 'CancelConsult', word: 'CancelConsult', place: 'more' },
  { operation: 'Invite', word: 'Invite', key: 'i', place: 'more', run: session => ask({ what: 'Invite', session }) },
  { operation: 'RaiseHand', word: 'change-hand', place: 'more', only: session => !!session.hand, run: session => ask({ what: 'RaiseHand', session }) },
  { operation: 'Leave', word: 'stop-watching', key: 'l', place: 'head', only: isSupervising },
  { operation: 'Leave', word: 'Leave', key: 'l', place: 'more', only: session => !isSupervising(session), run: session => ask({ what: 'Leave', session }) },
]

// --- deeds that are asked about in a dialog of their own (asks.tsx)
export type With = 'Transfer' | 'Consult' | 'Invite'
export type Ask = { what: With | 'RaiseHand' | 'Leave', session: Session } | { what: 'Create' }
export const asked = { now: null as Ask | null }
export function ask(what: Ask | null) {
  asked.now = what
  changed('ask')
}


const possible = (session: Session) => deeds.filter(one => session.can(one.operation) && (one.only?.(session) ?? true))

async function done(session: Session, deed: Deed, parameters: Json = {}) {
  const answer = await act(session, deed.operation, parameters)
  if (!answer.ok) toast(answer.lost ? t('no-server') : t('not-done', { what: t(deed.word), why: answer.message }), 'bad')
}

function start(session: Session, deed: Deed) {
  const run = deed.run ?? (() => void done(session, deed))
  if (!deed.ask) { run(session); return }
  confirmed({ text: t(deed.ask, { name: session.title, agent: session.agent || t('the-agent') }), yes: t(deed.word), isLoud: deed.isLoud, run: () => run(session) })
}

// For keys and the command list.
export function sessionCommands(session: Session | undefined): Command[] {
  if (!session) {
    const offered = [...desk.sessions.values()].find(one => one.state === 'Invited')
    return offered ? possible(offered).map(deed => command(offered, deed)) : []
  }
  const own = possible(session)
  const list = own.map(deed => command(session, deed))
  // An invitation can be answered from wherever one is.
  const offered = [...desk.sessions.values()].find(one => one.state === 'Invited' && one !== session)
  if (offered && !own.some(one => one.key === 'a')) list.push(...possible(offered).map(deed => command(offered, deed)))
  if (composers.has(session.id)) list.push({ id: 'reply', key: 'r', word: 'reply', run: toComposer }, { id: 'canned', key: '/', word: 'canned', run: () => { toComposer(); composers.get(session.id)?.('/') } })
  return list
}
const command = (session: Session, deed: Deed): Command => ({ id: `${deed.operation} ${session.id}`, key: deed.key, word: deed.word, values: { name: session.title }, run: () => start(session, deed) })
const toComposer = () => document.querySelector<HTMLElement>('[data-composer]')?.focus()

const Key = ({ deed }: { deed: Deed }) => deed.key ? <kbd>{deed.key.toUpperCase()}</kbd> : null

export function buttonsOf(session: Session) {
  const all = possible(session).filter(one => one !== stopWatching), more = all.filter(one => one.place === 'more')
  return <>
    {all.filter(one => one.place === 'head').map(deed => <button key={deed.operation + deed.word} class={deed.operation === 'Accept' ? 'primary' : ''}
      onClick={() => start(session, deed)}>{t(deed.word)} <Key deed={deed} /></button>)}
    {more.length > 0 && <Menu label={<>{t('more')} <span aria-hidden="true">▾</span></>} name={t('more')}>{close => more.map(deed =>
      <button role="menuitem" key={deed.operation + deed.word} onClick={() => { close(); start(session, deed) }}>{t(deed.word)} <Key deed={deed} /></button>)}</Menu>}
  </>
}

// How one is here, and away from it.
const stopWatching = deeds.find(one => one.word === 'stop-watching')!
const now: Partial<Record<string, string>> = { monitor: 'SwitchToMonitor', coach: 'SwitchToCoach', barge: 'SwitchToBargeIn' }
export function modeChanges(session: Session) {
  const all = possible(session).filter(one => one.place === 'mode')
  if (!all.length) return null
  const words: [string, Word, string][] = [['SwitchToMonitor', 'be-silent', 'S'], ['SwitchToCoach', 'coach', 'C'], ['SwitchToBargeIn', 'barge', 'B'], ['TakeOver', 'take-over', 'X']]
  return <div class="modes" role="group" aria-label={t('modes')}>{words.map(([operation, word, key]) => {
    const deed = all.find(one => one.operation === operation)
    const isNow = now[session.mode] === operation
    if (!deed && !isNow) return null
    return <button key={operation} aria-pressed={isNow} class={operation} disabled={!deed} onClick={() => deed && start(session, deed)}>{t(word)} <kbd>{key}</kbd></button>
  })}{possible(session).includes(stopWatching) && <button class="stop" onClick={() => start(session, stopWatching)}>{t('stop-watching')} <kbd>L</kbd></button>}</div>
}
