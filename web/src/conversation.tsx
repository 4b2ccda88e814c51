// conversation.tsx - one session: who it is with, what was said, where to write.
import { useEffect, useRef, useState } from 'preact/hooks'
import { Composer } from './composer'
import { buttonsOf, modeChanges } from './deeds'
import { Icon } from './icons'
import { draftOf } from './kept'
import { desk, phoneOf, takeBack, type Entry, type Mode, type Session } from './model'
import { Lasting, Skeleton } from './parts'
import { clock, exact } from './time'
import { useTopic } from './topics'
import { Transcript } from './transcript'
import { go } from './views'
import { t, type Word } from './words'

export const badges: Record<Mode, Word> = {
  agent: 'mode-agent', consult: 'mode-consult', monitor: 'mode-monitor', coach: 'mode-coach', barge: 'mode-barge',
}

export function Badge({ session }: { session: Session }) {
  if (session.mode === 'agent' || !session.isLive) return null
  return <strong class={`badge ${session.mode}`}>{session.mode === 'monitor' && <Icon name="eye" />}{t(badges[session.mode], { name: session.agent || t('the-agent') })}</strong>
}

export function Conversation({ session, pane = 0 }: { session: Session, pane?: number }) {
  useTopic('session ' + session.id)
  const Frame = pane ? 'section' : 'main'
  return <Frame class={`conversation mode-${session.mode} ${session.isLive ? '' : 'over'}`} aria-label={t('conversation-with', { name: session.title })}>
    <header class="talk">
      {!pane && <button class="quiet narrow" aria-label={t('back')} onClick={() => go('sessions')}><Icon name="back" /></button>}
      <div class="grow"><h1>{session.title}</h1>
        <p class="second">{session.phone && session.title !== phoneOf(session.phone) ? `${phoneOf(session.phone)} · ` : ''}
          {session.userData.ServiceNumber ? t('to-number', { number: session.userData.ServiceNumber }) : ''}
          {session.received > 0 && <> · {t('since')} <time title={exact(session.received)}>{clock(session.received)}</time></>}
          {session.others.length > 0 && <> · {t('with', { names: session.others.map(one => one.nickname).join(', ') })}</>}
        </p></div>
      <Badge session={session} />
      {session.hand && session.isLive && <strong class="badge hand" title={[session.hand.reason, session.hand.comment].filter(Boolean).join(': ')}><Icon name="hand" />{t('hand-up')} <Lasting since={session.hand.since} /></strong>}
      {session.supervised && <strong class="badge monitor">{t('supervised')}</strong>}
      <div class="deeds">{buttonsOf(session)}</div>
    </header>
    {modeChanges(session)}
    {session.state === 'Invited' ? <Offered session={session} />
      : session.isRead ? <Transcript session={session} /> : !session.isLive ? <div class="transcript" /> : <div class="transcript"><Skeleton lines={7} /></div>}
    <Latest session={session} />
    <Unsent session={session} />
    <Foot session={session} />
  </Frame>
}

function Offered({ session }: { session: Session }) {
  return <div class="transcript nothing"><p class="second">{t('offered', { name: session.title })}</p></div>
}

// What comes is read out, once; the transcript itself is drawn in a window and would be read again and again.
function Latest({ session }: { session: Session }) {
  const seen = useRef(-1)
  if (seen.current < 0 && session.isRead) seen.current = session.last // what was there is the transcript's
  const fresh = seen.current < 0 ? [] : session.lines.slice(Math.max(0, seen.current + 1 - session.first))
    .filter(one => one.type === 'Text' && one.from.path !== `/users/${desk.me!.id}`)
  return <div class="hide" aria-live="polite">{fresh.slice(-3).map(one => <p key={one.index}>{t('says', { name: nameOf(one, session), text: one.text })}</p>)}</div>
}

export function nameOf(one: Entry, session: Session): string {
  if (one.from.type === 'Customer') return session.title
  return one.from.path === `/users/${desk.me!.id}` ? t('you') : one.from.nickname
}

function Unsent({ session }: { session: Session }) {
  if (!session.pending.length) return null
  return <ul class="unsent">{session.pending.map(one => <li key={one.key} class={one.state}>
    <p>{one.text}</p>
    {one.state === 'refused' ? <p class="trouble" role="alert">{refusal(one.why, session)}
      <button onClick={() => { takeBack(session, one); putBack(session, one.text) }}>{t('put-back')}</button>
      <button onClick={() => takeBack(session, one)}>{t('discard')}</button></p>
      : <p class="second">{one.state === 'sent' ? t('delivery-sent') : desk.line.isUp ? t('sending') : t('sent-when-back')}
        {one.state === 'waiting' && !desk.line.isUp && <button onClick={() => { takeBack(session, one); putBack(session, one.text) }}>{t('put-back')}</button>}</p>}
  </li>)}</ul>
}

function refusal(why: string, session: Session): string {
  if (/does not wish/.test(why)) return t('refused-optout', { name: session.title })
  if (/not a phone number/.test(why)) return t('refused-name')
  return t('refused', { why })
}

// Into the composer of this session, before what is there.
export const composers = new Map<string, (text: string) => void>()
function putBack(session: Session, text: string) { composers.get(session.id)?.(text) }

// What was being written when it ended is not lost: it can be taken elsewhere.
function Over({ session }: { session: Session }) {
  const [draft, show] = useState('')
  useEffect(() => show(draftOf(desk.me!.id, session.id, 'All')), []) // the field is gone by now, and has kept what was in it
  return <div class="foot"><p class="second">{session.state === 'Revoked' ? t('over-revoked') : t('over')}</p>
    {draft && <><p class="second">{t('not-sent-any-more')}</p><p class="leftover" dir="auto">{draft}</p></>}</div>
}

function Foot({ session }: { session: Session }) {
  if (session.state === 'Invited') return null
  if (!session.isLive) return <Over session={session} />
  if (session.state === 'LeftChat') return <p class="foot second">{t('wrap-up-hint')}</p>
  const typing = [...session.typing.values()].filter(one => one.until > Date.now()).map(one => one.nickname)
  const canSay = session.can('SendMessage') || session.can('SendToAgents')
  return <div class="foot">
    {typing.length > 0 && <p class="second typing">{t('types', { names: typing.join(', ') })}</p>}
    {canSay ? <Composer session={session} key={`${session.id} ${session.mode}`} />
      : session.mode === 'monitor' ? <p class="silent">{t('you-are-silent')} {session.can('SwitchToCoach') && <><kbd>C</kbd> {t('to-coach')} </>}{session.can('SwitchToBargeIn') && <><kbd>B</kbd> {t('to-join')}</>}</p>
        : <p class="second">{t('cannot-write')}</p>}
  </div>
}

