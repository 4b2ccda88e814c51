// sessions.tsx - my sessions: invitations on top, then whoever waits longest.
import { ask } from './deeds'
import { Icon } from './icons'
import { act, desk, inOrder, is, type Session } from './model'
import { draftOf } from './kept'
import { useSeconds, useTopic } from './topics'
import { go, toast } from './views'
import { span } from './time'
import { t } from './words'

const waitsLong = 60_000, waitsTooLong = 180_000

export function SessionList() {
  useTopic('sessions')
  const all = inOrder()
  const live = all.filter(one => one.isLive), done = all.filter(one => !one.isLive)
  return <nav class="sessions" aria-label={t('sessions')}>
    {is('AGENT') && <button class="quiet new" onClick={() => ask({ what: 'Create' })}>{t('Create')} <kbd>W</kbd></button>}
    {live.length === 0 && <p class="second empty">{is('AGENT') ? t('no-sessions') : t('no-watched')}</p>}
    <ul>{live.map((one, i) => one.state === 'Invited' ? <Invitation key={one.id} session={one} isFirst={i === 0} /> : <Item key={one.id} session={one} />)}</ul>
    {done.length > 0 && <><h2>{t('done')}</h2><ul>{done.map(one => <Item key={one.id} session={one} />)}</ul></>}
  </nav>
}

export async function accept(session: Session) {
  const answer = await act(session, 'Accept')
  if (answer.ok) go('session', session.id)
  else toast(answer.lost ? t('no-server') : t('invitation-gone'), 'bad')
}

function Ring({ session }: { session: Session }) {
  useSeconds()
  const whole = 60_000
  const left = session.answerBefore ? session.answerBefore - Date.now() : 0
  if (!session.answerBefore) return null
  const part = Math.max(0, Math.min(1, left / whole))
  return <span class="ring" title={t('answer-within', { span: span(left) })}>
    <svg viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="15" /><circle cx="18" cy="18" r="15" class="left" stroke-dasharray={`${part * 94.2} 94.2`} /></svg>
    <b class="num">{Math.max(0, Math.ceil(left / 1000))}</b>
  </span>
}

// The keys answer the first.
function Invitation({ session, isFirst }: { session: Session, isFirst: boolean }) {
  useTopic('session ' + session.id)
  return <li class="invitation" aria-current={desk.selected === session.id ? 'true' : undefined}>
    <div class="row"><Ring session={session} /><div class="grow"><b>{t('invitation')}</b>
      <a href={`#/session/${session.id}`} class="name">{session.title}</a>
      <span class="second">{t('to-number', { number: session.userData.ServiceNumber ?? '' })}</span></div></div>
    <div class="row"><button class="primary grow" onClick={() => void accept(session)}>{t('Accept')} {isFirst && <kbd>A</kbd>}</button>
      <button onClick={() => void act(session, 'Reject')}>{t('Reject')} {isFirst && <kbd>D</kbd>}</button></div>
  </li>
}

function Waiting({ session }: { session: Session }) {
  useSeconds()
  if (!session.waitingSince || !session.isLive) return null
  const waits = Date.now() - session.waitingSince
  const how = waits > waitsTooLong ? 'bad' : waits > waitsLong ? 'warn' : ''
  return <span class={`waits num ${how}`} title={t('customer-waits')}>{span(waits)}</span>
}

function Item({ session }: { session: Session }) {
  useTopic('session ' + session.id)
  const said = session.lines.findLast(one => one.type === 'Text' || one.type === 'PushUrl')
  const draft = draftOf(desk.me!.id, session.id, 'All')
  const isMine = said && said.from.type !== 'Customer'
  return <li class={`item mode-${session.mode}`}>
    <a href={`#/session/${session.id}`} aria-current={desk.selected === session.id ? 'true' : undefined}>
      <span class="row"><span class="name grow">{session.title}</span>
        {session.hand && <span class="handup" title={t('hand-up')}><Icon name="hand" /><span class="hide">{t('hand-up')}</span></span>}
        {session.unread > 0 && session.isLive && <span class="count" aria-label={t('n-unread', { n: session.unread })}>{session.unread}</span>}
        <Waiting session={session} /></span>
      <span class="second clip">{draft ? <><i class="draft">{t('draft')}</i> {draft}</>
        : session.state === 'LeftChat' ? t('wrap-up') : <>{isMine ? `${said!.from.path === `/users/${desk.me!.id}` ? t('you') : said!.from.nickname}: ` : ''}{said?.text ?? ''}</>}</span>
      {session.mode === 'monitor' && <span class="second">{t('watching-agent', { name: session.agent })}</span>}
    </a>
  </li>
}

