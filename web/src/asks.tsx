// asks.tsx - dialogs of deeds that need more than a yes: with whom, what to say in going, what a hand is raised for, to
// whom one writes first. What was typed stays in the dialog until the server has it.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answer, Json } from './api'
import { Cost } from './composer'
import { ask, asked, type Ask, type With } from './deeds'
import { draftOf, keepDraft, kept, keep } from './kept'
import { directory, type Directory } from './lists'
import { act, create, desk, newKey, type Session } from './model'
import { Dialog } from './parts'
import { useTopic } from './topics'
import { go, toast } from './views'
import { t, type Word } from './words/later'

export function Asked() {
  useTopic('ask')
  const one = asked.now
  return one && <Question one={one} key={one.what} />
}

function Question({ one }: { one: Ask }) {
  const close = () => ask(null)
  switch (one.what) {
    case 'Create': return <Create onClose={close} />
    case 'RaiseHand': return <Raise session={one.session} onClose={close} />
    case 'Leave': return <Going session={one.session} operation="Leave" onClose={close} />
    default: return <Choose session={one.session} operation={one.what} onClose={close} />
  }
}

const why = (what: Word, answer: Answer) => answer.lost ? t('no-server') : t('not-done', { what: t(what), why: answer.message })

// A form whose words stay where the server refuses them.
function useAnswer(what: Word, onDone: () => void) {
  const [trouble, setTrouble] = useState('')
  const [isBusy, setBusy] = useState(false)
  const isOpen = useRef(true)
  useEffect(() => () => { isOpen.current = false }, [])
  async function send(answer: Promise<Answer>, told: (answer: Answer) => string = one => why(what, one)) {
    setBusy(true)
    const one = await answer
    if (isOpen.current) { setBusy(false); setTrouble(one.ok ? '' : told(one)) }
    if (one.ok) onDone()
    return one
  }
  return { trouble: trouble && <p class="trouble" role="alert">{trouble}</p>, isBusy, send }
}

const focus = (one: HTMLElement | null) => { if (one && !one.dataset.seen) { one.dataset.seen = '1'; one.focus() } }

// --- with whom: colleagues and queues, to be walked with the arrows
interface Option { key: string, name: string, note: string, kind: string, parameters: Json }

function optionsOf(all: Directory, wanted: string): Option[] {
  const like = (name: string) => name.toLowerCase().includes(wanted.toLowerCase())
  const there = all.colleagues.filter(one => one.id !== desk.me!.id && one.state !== 'LoggedOut' && (like(one.name) || like(one.userName)))
  return [
    ...there.sort((a, b) => Number(b.state === 'Ready') - Number(a.state === 'Ready') || a.name.localeCompare(b.name)).map(one => ({
      key: one.id, name: one.name, kind: one.state, note: one.state === 'Ready' ? t('ready') : one.reason ? `${t('not-ready')} · ${one.reason}` : t('not-ready'),
      parameters: { targetPath: `/users/${one.id}` } })),
    ...all.queues.filter(one => like(one.name)).map(one => ({
      key: `q ${one.name}`, name: one.name, kind: 'queue', note: `${t('queue')} · ${t('n-waiting', { n: one.waiting })}`, parameters: { queueName: one.name } })),
  ]
}

function Choose({ session, operation, onClose }: { session: Session, operation: With, onClose: () => void }) {
  const [all, setAll] = useState<Directory | null>(null)
  const [wanted, want] = useState('')
  const [pick, setPick] = useState(0)
  const [chosen, setChosen] = useState<Option | null>(null)
  const { trouble, send } = useAnswer(operation, onClose)
  // As they are now, as long as somebody looks.
  useEffect(() => {
    const look = () => void directory().then(setAll)
    look()
    const again = setInterval(look, 2_000)
    return () => clearInterval(again)
  }, [])
  if (chosen) return <Going session={session} operation={operation} to={chosen} onClose={onClose} />
  const options = all ? optionsOf(all, wanted) : []
  async function choose(at: number) {
    const one = options[at]
    if (!one) return
    // Who hands over may say something in going.
    if (operation === 'Transfer') { setChosen(one); return }
    const answer = await send(act(session, operation, one.parameters), one => one.code === 2 ? t('nobody-free') : why(operation, one))
    if (answer.ok) toast(t('asked', { name: one.name }))
  }
  return <Dialog label={t(operation)} onClose={onClose}>
    <h2>{t(operation)}</h2>
    <p class="second">{t(`${operation}-means`)}</p>
    <input class="find" role="combobox" aria-expanded="true" aria-controls="choices" aria-activedescendant={options[pick] ? `choice-${pick}` : undefined}
      aria-label={t('find-colleague')} placeholder={t('find-colleague')} value={wanted} ref={focus} autocomplete="off"
      onInput={event => { want(event.currentTarget.value); setPick(0) }}
      onKeyDown={event => {
        if (event.key === 'ArrowDown') setPick(Math.min(options.length - 1, pick + 1))
        else if (event.key === 'ArrowUp') setPick(Math.max(0, pick - 1))
        else if (event.key === 'Enter') void choose(pick)
        else return
        event.preventDefault()
      }} />
    <ul class="options" role="listbox" id="choices" aria-label={t('find-colleague')}>{options.map((one, i) => <li key={one.key} id={`choice-${i}`} role="option" aria-selected={i === pick} onClick={() => void choose(i)}>
      <i class={`dot is-${one.kind}`} aria-hidden="true" /><span class="grow">{one.name}</span><span class="second">{one.note}</span></li>)}</ul>
    {all && !options.length && <p class="second">{t('nobody-there')}</p>}
    {trouble}
  </Dialog>
}

// --- in going: one may say something; Enter goes without.
function Going({ session, operation, to, onClose }: { session: Session, operation: With | 'Leave', to?: Option, onClose: () => void }) {
  const [text, setText] = useState('')
  const { trouble, isBusy, send } = useAnswer(operation, onClose)
  const goes = async () => {
    const answer = await send(act(session, operation, { ...to?.parameters, ...(text.trim() ? { text: text.trim() } : {}) }))
    if (answer.ok && to) toast(t('handed-over', { name: to.name }))
  }
  const isConsultant = session.mode === 'consult'
  return <Dialog label={t(operation)} onClose={onClose}>
    <form onSubmit={event => { event.preventDefault(); void goes() }}>
      <p class="question">{to ? t('ask-transfer', { name: session.title, to: to.name }) : t('ask-leave', { name: session.title })}</p>
      {(session.can('SendMessage') || session.can('SendToAgents')) && <label class="stack">{isConsultant ? t('in-going-agents') : t('in-going', { name: session.title })}
        <textarea rows={2} dir="auto" maxLength={4096} value={text} onInput={event => setText(event.currentTarget.value)} />
        {!isConsultant && <Cost text={text} />}</label>}
      {trouble}
      <div class="row end"><button type="button" onClick={onClose}>{t('no')}</button>
        <button class="primary" disabled={isBusy} ref={focus}>{t(operation)}</button></div>
    </form>
  </Dialog>
}

// --- a hand: a reason, a comment, neither; Enter raises it.
const reasonsKept = 8
function Raise({ session, onClose }: { session: Session, onClose: () => void }) {
  const before = kept<string[]>(`hand-reasons ${desk.me!.id}`, [])
  const [reason, setReason] = useState(session.hand?.reason ?? '')
  const [comment, setComment] = useState(session.hand?.comment ?? '')
  const { trouble, isBusy, send } = useAnswer('RaiseHand', onClose)
  const raise = async () => {
    const words: Json = {}
    if (reason.trim()) words.reason = reason.trim()
    if (comment.trim()) words.comment = comment.trim()
    const answer = await send(act(session, 'RaiseHand', words))
    if (!answer.ok) return
    if (words.reason) keep(`hand-reasons ${desk.me!.id}`, [words.reason, ...before.filter(one => one !== words.reason)].slice(0, reasonsKept))
    toast(t('hand-is-up'))
  }
  return <Dialog label={t('RaiseHand')} onClose={onClose}>
    <form onSubmit={event => { event.preventDefault(); void raise() }}>
      <h2>{t('RaiseHand')}</h2>
      <p class="second">{t('RaiseHand-means')}</p>
      <label class="stack">{t('hand-reason')}<input value={reason} maxLength={255} list="hand-reasons" ref={focus} autocomplete="off" onInput={event => setReason(event.currentTarget.value)} /></label>
      <datalist id="hand-reasons">{before.map(one => <option key={one} value={one} />)}</datalist>
      <label class="stack">{t('hand-comment')}<input value={comment} maxLength={255} dir="auto" autocomplete="off" onInput={event => setComment(event.currentTarget.value)} /></label>
      {trouble}
      <div class="row end"><button type="button" onClick={onClose}>{t('no')}</button><button class="primary" disabled={isBusy}>{t('RaiseHand')}</button></div>
    </form>
  </Dialog>
}

// --- writing to somebody first. The words are a draft, as everywhere.
const newDraft = 'new'
function Create({ onClose }: { onClose: () => void }) {
  const me = desk.me!.id
  const [all, setAll] = useState<Directory['queues']>([])
  const [phone, setPhone] = useState('')
  const [queue, setQueue] = useState(kept(`queue ${me}`, ''))
  const [text, setText] = useState(() => draftOf(me, newDraft, 'All'))
  const { trouble, isBusy, send } = useAnswer('Create', onClose)
  // The same key as long as the same is asked for: whoever got no answer may ask again.
  const key = useRef({ of: '', key: '' })
  useEffect(() => { void directory().then(one => setAll(one.queues)) }, [])
  const from = all.some(one => one.name === queue) ? queue : all[0]?.name ?? ''
  function told(answer: Answer): string {
    if (answer.lost) return t('no-server')
    const words: Record<number, Word> = { 2: 'create-full', 3: 'create-optout', 6: 'create-queue', 10: 'create-phone', 18: 'create-open' }
    return words[answer.code] ? t(words[answer.code]!) : why('Create', answer)
  }
  const begin = async () => {
    const of = `${phone.trim()} ${from} ${text.trim()}`
    if (key.current.of !== of) key.current = { of, key: newKey() }
    const answer = await send(create(phone.trim(), from, text.trim(), key.current.key), told)
    if (!answer.ok) return
    keepDraft(me, newDraft, 'All', '')
    keep(`queue ${me}`, from)
    go('session', String(answer.body.id))
  }
  return <Dialog label={t('Create')} onClose={onClose}>
    <form onSubmit={event => { event.preventDefault(); void begin() }}>
      <h2>{t('Create')}</h2>
      <label class="stack">{t('phone')}<input type="tel" required value={phone} placeholder="+420 …" autocomplete="off" ref={focus} onInput={event => setPhone(event.currentTarget.value)} /></label>
      {all.length > 1 && <label class="stack">{t('from-queue')}<select value={from} onChange={event => setQueue(event.currentTarget.value)}>{all.map(one => <option key={one.name} value={one.name}>{one.name}</option>)}</select></label>}
      <label class="stack">{t('first-text')}<textarea rows={3} required dir="auto" maxLength={4096} value={text} onInput={event => { setText(event.currentTarget.value); keepDraft(me, newDraft, 'All', event.currentTarget.value) }} /></label>
      <Cost text={text} />
      {trouble}
      <div class="row end"><button type="button" onClick={onClose}>{t('no')}</button><button class="primary" disabled={isBusy || !from}>{t('send')}</button></div>
    </form>
  </Dialog>
}
