// composer.tsx - where one writes: to whom, in words; what it costs; kept as a draft with every key.
import { useEffect, useRef, useState } from 'preact/hooks'
import { composers } from './conversation'
import { act, desk, say, type Session } from './model'
import { choices, draftOf, keepDraft, type Audience } from './kept'
import { isMac, keyName } from './keys'
import { cannedFor, gapIn, readChoicesAgain, type Canned } from './canned'
import { cost, plainly } from './sms'
import { useTopic } from './topics'
import { t } from './words'

const growsItself = CSS.supports('field-sizing', 'content')
const draftAfter = 250        // ms behind the last key; a second is promised
const typingLasts = 5_000
const longest = 4096          // characters of one text

// The last thing that a colleague whispered and that was not answered by a text since: Tab takes it over.
function suggestion(session: Session): string {
  for (let i = session.lines.length - 1; i >= Math.max(0, session.lines.length - 30); i--) {
    const one = session.lines[i]!
    if (one.type !== 'Text') continue
    if (one.visibility === 'Agents' && one.from.path !== `/users/${desk.me!.id}`) return one.text
    if (one.from.path === `/users/${desk.me!.id}` && one.visibility === 'All') return ''
  }
  return ''
}

export function Composer({ session }: { session: Session }) {
  useTopic('lists')
  const isCoach = session.mode === 'coach' || session.mode === 'consult'
  const canBoth = session.can('SendMessage') && session.can('SendToAgents') && !isCoach
  const [audience, setAudience] = useState<Audience>(isCoach || !session.can('SendMessage') ? 'Agents' : 'All')
  return <Writing session={session} audience={audience} key={audience} other={canBoth ? () => setAudience(audience === 'All' ? 'Agents' : 'All') : undefined} />
}

function Writing({ session, audience, other }: { session: Session, audience: Audience, other?: () => void }) {
  const me = desk.me!.id
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => draftOf(me, session.id, audience))
  const [pick, setPick] = useState(0)
  const [caret, setCaret] = useState(-1)    // -1: not in the field
  const [closed, close] = useState('')      // the text whose list was closed with Esc
  const timer = useRef(0), typed = useRef(0)
  const latest = useRef(text)
  latest.current = text

  // What was written stays, whatever ends this: another session, a reload, a closed window.
  useEffect(() => {
    const now = () => keepDraft(me, session.id, audience, latest.current)
    addEventListener('pagehide', now)
    composers.set(session.id, back => {
      write(latest.current ? `${back}\n${latest.current}` : back)
      requestAnimationFrame(() => { if (document.activeElement === field.current) move() })
    })
    // Another tab of the same user wrote here, and this one did not.
    const elsewhere = (event: StorageEvent) => {
      if (event.key === `draft ${me} ${session.id} ${audience}` && document.activeElement !== field.current) setText(draftOf(me, session.id, audience))
    }
    addEventListener('storage', elsewhere)
    return () => {
      now()
      clearTimeout(timer.current)
      removeEventListener('pagehide', now)
      removeEventListener('storage', elsewhere)
      composers.delete(session.id)
      stopTyping()
    }
  }, [])
  useEffect(() => {
    if (growsItself) return
    const area = field.current!
    area.style.blockSize = 'auto'
    area.style.blockSize = `${Math.min(area.scrollHeight + 2, 220)}px`
  }, [text])

  const typing = audience === 'Agents' ? 'ToAgents' : ''
  function startTyping() {
    const operation = `SendStartTyping${typing}Notification`
    if (!session.can(operation) || !desk.isSignedIn) return
    if (!typed.current) void act(session, operation)
    clearTimeout(typed.current)
    typed.current = window.setTimeout(stopTyping, typingLasts)
  }
  function stopTyping() {
    if (!typed.current) return
    clearTimeout(typed.current)
    typed.current = 0
    if (session.can(`SendStopTyping${typing}Notification`)) void act(session, `SendStopTyping${typing}Notification`)
  }

  function write(next: string) {
    setText(next)
    latest.current = next
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => keepDraft(me, session.id, audience, latest.current), draftAfter)
  }

  function send() {
    const body = text.trim()
    if (!body || [...body].length > longest || gapIn(body)) return
    clearTimeout(timer.current)
    keepDraft(me, session.id, audience, '')
    setText('')
    latest.current = ''
    stopTyping()
    say(session, body, audience)
    field.current?.focus()
  }

  // The word before the caret, where it begins with a slash.
  const word = caret < 0 ? undefined : /(?:^|\s)\/(\S*)$/.exec(text.slice(0, caret))?.[1]
  const isAsked = word !== undefined && closed !== text
  useEffect(() => { if (isAsked) readChoicesAgain() }, [isAsked])
  const found = isAsked ? cannedFor(session, word) : []
  const picked = Math.min(pick, found.length - 1)
  const gap = gapIn(text)
  const move = () => setCaret(field.current!.selectionStart)
  function take(one: Canned) {
    const area = field.current!, from = caret - word!.length - 1
    const missing = gapIn(one.filled), at = missing ? from + one.filled.indexOf(missing) : from + one.filled.length
    // At once, so that the next key comes behind it; or on the first thing that is left to say.
    area.value = text.slice(0, from) + one.filled + text.slice(caret)
    area.focus()
    area.setSelectionRange(at, at + (missing?.length ?? 0))
    write(area.value)
    setPick(0)
    move()
  }
  const whisper = audience === 'All' && !text ? suggestion(session) : ''

  function key(event: KeyboardEvent) {
    if (event.isComposing) return
    const mod = isMac ? event.metaKey : event.ctrlKey
    if (event.key === 'Enter' && mod) send()
    else if (event.key === 'Escape') { if (found.length) close(text); else field.current!.blur() }
    else if (found.length && event.key === 'ArrowDown') setPick((picked + 1) % found.length)
    else if (found.length && event.key === 'ArrowUp') setPick((picked + found.length - 1) % found.length)
    else if (found.length && (event.key === 'Enter' || event.key === 'Tab')) take(found[picked]!)
    else if (event.key === 'Tab' && !event.shiftKey && whisper && choices.singleKeys) write(whisper)
    else return
    event.preventDefault()
  }

  const to = audience === 'Agents'
    ? (session.mode === 'coach' ? t('whisper-to', { name: session.agent || t('the-agent') }) : t('to-agents'))
    : t('to-customer', { name: session.title })
  return <form class={`composer ${audience === 'Agents' ? 'toagents' : ''}`} onSubmit={event => { event.preventDefault(); send() }}>
    {whisper && <p class="suggestion"><b>{t('suggested')}</b> <span class="clip">{whisper}</span> <button type="button" onClick={() => { write(whisper); field.current!.focus() }}><kbd>Tab</kbd> {t('use-it')}</button></p>}
    {found.length > 0 && <ul class="canned" role="listbox" id="canned" aria-label={t('canned')}>{found.map((one, i) =>
      <li key={one.name} id={`canned-${i}`} role="option" aria-selected={i === picked} ref={li => { if (i === picked) li?.scrollIntoView({ block: 'nearest' }) }} onMouseDown={event => { event.preventDefault(); take(one) }}><b>/{one.name}</b> <span class="clip">{one.filled}</span></li>)}</ul>}
    <div class="row to"><span class="second grow">{to}</span>
      {other && <button type="button" class="quiet" onClick={other}>{audience === 'All' ? t('to-agents-instead') : t('to-customer-instead')}</button>}</div>
    <textarea ref={field} rows={2} value={text} aria-label={to} dir="auto" placeholder={audience === 'All' ? t('write-here') : t('whisper-here')}
      aria-autocomplete="list" aria-controls={found.length ? 'canned' : undefined} aria-activedescendant={found.length ? `canned-${picked}` : undefined}
      onInput={event => { write(event.currentTarget.value); setPick(0); move(); startTyping() }} onKeyUp={move} onClick={move} onKeyDown={key} onBlur={() => { stopTyping(); setCaret(-1) }} data-composer />
    <div class="row"><span class="grow">{audience === 'All' && <Cost text={text} replace={() => write(plainly(text))} />}{gap && <span class="trouble" role="alert">{t('fill-in', { gap })}</span>}</span>
      <button class="send" disabled={!text.trim() || [...text].length > longest || !!gap} title={keyName('mod+enter')}>
        {audience === 'Agents' ? (session.mode === 'coach' ? t('whisper-to', { name: session.agent || t('the-agent') }) : t('send-agents')) : session.mode === 'barge' ? t('send-to-customer') : t('send')} <kbd>{keyName('mod+enter')}</kbd></button></div>
  </form>
}

export function Cost({ text, replace }: { text: string, replace?: () => void }) {
  const characters = [...text].length
  if (!text) return <span class="second cost" />
  if (characters > longest) return <span class="cost trouble" role="alert">{t('too-long', { n: characters - longest })}</span>
  const c = cost(text)
  return <span class="second cost"><span class="num">{t('n-parts', { n: c.parts })} · {t('n-left', { n: c.left })}</span>
    {c.offender && <> · <b class="offender">{shown(c.offender)}</b> {t('makes-unicode')}
      {c.instead !== null && replace && <button type="button" class="quiet" onClick={replace}>{c.instead === '' || c.instead === ' ' ? t('leave-out') : t('use-instead', { c: c.instead })}</button>}</>}
  </span>
}
const shown = (c: string) => /\s|\p{Cf}/u.test(c) ? `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}` : c
