// deeds.tsx - what can be done with a session: the server says what is possible now (`capabilities`), this table says how
// it is called, by which key, and whether it is asked about first.
import { useEffect, useState } from 'preact/hooks'
import { composers } from './conversation'
import type { Command } from './keys'
import { colleagues, queues, readLists, type Colleague } from './lists'
import { act, desk, type Session } from './model'
import { Dialog } from './parts'
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
  { operation: 'Transfer', word: 'Transfer', key: 't', place: 'more', run: session => chooseWith.open(session, 'Transfer') },
  { operation: 'Consult', word: 'Consult', key: 'u', place: 'more', run: session => chooseWith.open(session, 'Consult') },
  { operation: 'CancelConsult', word: 'CancelConsult', place: 'more' },
  { operation: 'Invite', word: 'Invite', key: 'i', place: 'more', run: session => chooseWith.open(session, 'Invite') },
  { operation: 'RaiseHand', word: 'RaiseHand', key: 'h', place: 'more' },
  { operation: 'WithdrawHand', word: 'WithdrawHand', key: 'h', place: 'more' },
  { operation: 'Leave', word: 'stop-watching', key: 'l', place: 'head', only: isSupervising },
  { operation: 'Leave', word: 'Leave', key: 'l', place: 'more', ask: 'ask-leave', only: session => !isSupervising(session) },
]

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

export function buttonsOf(session: Session) {
  return possible(session).filter(one => one.place !== 'mode').map(deed => <button key={deed.operation + deed.word} class={deed.operation === 'Accept' ? 'primary' : deed.place === 'more' ? 'quiet' : ''}
    onClick={() => start(session, deed)}>{t(deed.word)}{deed.key && <kbd>{deed.key.toUpperCase()}</kbd>}</button>)
}

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
  })}</div>
}

// --- with whom: colleagues and queues, to be walked with the arrows
type With = 'Transfer' | 'Consult' | 'Invite'
export const chooseWith = {
  state: null as null | { session: Session, operation: With },
  open(session: Session, operation: With) { readLists(); this.state = { session, operation }; changed('choose'); changed('place') },
  close() { this.state = null; changed('place') },
  view() { return this.state ? <Choose {...this.state} onClose={() => this.close()} /> : null },
}

function Choose({ session, operation, onClose }: { session: Session, operation: With, onClose: () => void }) {
  const [all, setAll] = useState<Colleague[] | null>(null)
  const [wanted, want] = useState('')
  const [pick, setPick] = useState(0)
  useEffect(() => { void colleagues().then(list => setAll(list.filter(one => one.id !== desk.me!.id && one.state !== 'LoggedOut'))) }, [])
  const like = (name: string) => name.toLowerCase().includes(wanted.toLowerCase())
  const options = [
    ...(all ?? []).filter(one => like(one.name) || like(one.userName)).sort((a, b) => Number(b.state === 'Ready') - Number(a.state === 'Ready') || a.name.localeCompare(b.name))
      .map(one => ({ key: one.id, name: one.name, note: one.state === 'Ready' ? t('ready') : t('not-ready'), kind: one.state, parameters: { targetPath: `/users/${one.id}` } as Json })),
    ...(operation === 'Transfer' ? queues() : []).filter(like).map(name => ({ key: `q ${name}`, name, note: t('queue'), kind: 'queue', parameters: { queueName: name } as Json })),
  ]
  async function choose(at: number) {
    const one = options[at]
    if (!one) return
    onClose()
    const answer = await act(session, operation, one.parameters)
    toast(answer.ok ? t('asked', { name: one.name }) : answer.lost ? t('no-server') : t('not-done', { what: t(operation), why: answer.message }), answer.ok ? 'good' : 'bad')
  }
  return <Dialog label={t(operation)} onClose={onClose}>
    <h2>{t(operation)}</h2>
    <p class="second">{t(`${operation}-means` as Word)}</p>
    <input class="find" role="combobox" aria-expanded="true" aria-controls="choices" aria-activedescendant={options[pick] ? `choice-${pick}` : undefined} aria-label={t('find-colleague')} placeholder={t('find-colleague')} value={wanted} ref={one => { if (document.activeElement?.closest('.dialog') === null) one?.focus() }}
      onInput={event => { want(event.currentTarget.value); setPick(0) }}
      onKeyDown={event => {
        if (event.key === 'ArrowDown') setPick(Math.min(options.length - 1, pick + 1))
        else if (event.key === 'ArrowUp') setPick(Math.max(0, pick - 1))
        else if (event.key === 'Enter') void choose(pick)
        else return
        event.preventDefault()
      }} />
    <ul class="options" role="listbox" id="choices" aria-label={t('find-colleague')}>{options.map((one, i) => <li key={one.key} id={`choice-${i}`} role="option" aria-selected={i === pick} onClick={() => void choose(i)}>
      <i class={`dot ${one.kind}`} aria-hidden="true" /><span class="grow">{one.name}</span><span class="second">{one.note}</span></li>)}</ul>
    {all && !options.length && <p class="second">{t('nobody-there')}</p>}
  </Dialog>
}

