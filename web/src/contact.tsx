// contact.tsx - beside the conversation: who writes, what is known, what was before.
import { useEffect, useState } from 'preact/hooks'
import type { Json } from './api'
import { act, phoneOf, type Session } from './model'
import { dispositions, readChoices } from './canned'
import { Earlier } from './earlier'
import { useTopic } from './topics'
import { toast } from './views'
import { t } from './words'

const shownElsewhere = ['PhoneNumber', 'ServiceNumber', 'FirstName', 'LastName', 'DISP_KEY']

export function Contact({ session }: { session: Session }) {
  useTopic('session ' + session.id, 'lists')
  useEffect(readChoices, [])
  const pairs = Object.entries(session.userData).filter(([key]) => !shownElsewhere.includes(key))
  return <aside class="contact" aria-label={t('contact')}>
    <h2>{t('contact')}</h2>
    <dl>
      {session.phone && <><dt>{t('phone')}</dt><dd class="num">{phoneOf(session.phone)}</dd></>}
      {session.userData.ServiceNumber && <><dt>{t('wrote-to')}</dt><dd class="num">{session.userData.ServiceNumber}</dd></>}
    </dl>
    {session.can('SetDisposition') && <Disposition session={session} />}
    {(pairs.length > 0 || session.can('AttachUserData')) && <>
      <h2>{t('data')}</h2>
      <dl>{pairs.map(([key, value]) => <><dt key={key}>{key}</dt><dd dir="auto">{value === null ? '–' : String(value)}</dd></>)}</dl>
      {session.can('AttachUserData') && <Attach session={session} />}
    </>}
    <Earlier session={session} />
    <h2>{t('who-is-here')}</h2>
    <ul class="plain">{session.participants.map(one => <li key={one.participantId}>{one.type === 'Customer' ? session.title : one.nickname}
      <span class="second"> {one.type === 'Customer' ? t('customer') : one.visibility === 'All' ? t('agent') : one.visibility === 'Agents' ? t('only-agents') : t('only-supervisors')}</span></li>)}</ul>
  </aside>
}

async function tell(session: Session, operation: string, parameters: Json) {
  const answer = await act(session, operation, parameters)
  if (!answer.ok) toast(answer.lost ? t('no-server') : answer.message, 'bad')
  return answer.ok
}

function Disposition({ session }: { session: Session }) {
  const now = String(session.userData.DISP_KEY ?? '')
  const all = dispositions()
  const set = (disposition: string) => void tell(session, 'SetDisposition', { disposition })
  return <label class="stack">{t('disposition')}
    {all.length ? <select value={now} onChange={event => set(event.currentTarget.value)}>
      {!all.includes(now) && <option value={now}>{now || t('none-yet')}</option>}
      {all.map(one => <option key={one} value={one}>{one}</option>)}</select>
      : <input value={now} onChange={event => { if (event.currentTarget.value) set(event.currentTarget.value) }} />}
  </label>
}

function Attach({ session }: { session: Session }) {
  const [isOpen, open] = useState(false)
  if (!isOpen) return <button class="quiet" onClick={() => open(true)}>{t('add-data')}</button>
  return <form class="stack" onSubmit={async event => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (await tell(session, 'AttachUserData', { userData: { [String(form.get('key'))]: String(form.get('value')) } })) open(false)
  }}>
    <input name="key" required aria-label={t('data-key')} placeholder={t('data-key')} ref={one => one?.focus()} />
    <input name="value" required aria-label={t('data-value')} placeholder={t('data-value')} />
    <div class="row end"><button type="button" onClick={() => open(false)}>{t('no')}</button><button class="primary">{t('add')}</button></div>
  </form>
}
