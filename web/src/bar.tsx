// bar.tsx - who I am, my state, what there is to reach from everywhere.
import { useEffect } from 'preact/hooks'
import { changeState, desk, is, leave } from './model'
import { Icon } from './icons'
import { keyName } from './keys'
import { Lasting, Menu } from './parts'
import { openHands } from './supervision'
import { useTopic } from './topics'
import { confirmed, go, openOverlay, place, toast } from './views'
import { choices, choose } from './kept'
import { notReadyReasons, readChoices } from './canned'
import { t } from './words'

export function Bar() {
  useTopic('me', 'place', 'lists', 'hands')
  const { view } = place()
  const tab = (name: string, word: 'go-sessions' | 'go-wall' | 'go-queues' | 'go-panes' | 'go-hands' | 'go-ledger' | 'go-admin') =>
    <a href={`#/${name}`} aria-current={view === name || (name === 'sessions' && view === 'session') ? 'page' : undefined}>{t(word)}</a>
  return <header class="bar">
    <b class="mark"><svg viewBox="0 0 32 32" aria-hidden="true"><use href="/icon.svg" /><rect width="32" height="32" rx="7" /><path d="M7 10a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-7l-5 4v-4a3 3 0 0 1-3-3z" /></svg>Sotto</b>
    {(is('SUPERVISOR') || is('AUDITOR') || is('ADMIN')) && <nav aria-label={t('views')}>
      {is('SUPERVISOR') && <>
      {tab('wall', 'go-wall')}{tab('queues', 'go-queues')}{tab('panes', 'go-panes')}
      <a href="#/hands" aria-current={view === 'hands' ? 'page' : undefined}>{t('go-hands')}{openHands() > 0 && <span class="count" aria-label={t('n-hands', { n: openHands() })}>{openHands()}</span>}</a>
      {tab('sessions', 'go-sessions')}</>}
      {is('ADMIN') && <>{is('AGENT') && !is('SUPERVISOR') && tab('sessions', 'go-sessions')}{tab('admin', 'go-admin')}</>}
      {is('AUDITOR') && tab('ledger', 'go-ledger')}
    </nav>}
    {is('AGENT') && <StateMenu />}
    <span class="space" />
    <button class="quiet search" onClick={() => openOverlay('palette')}><Icon name="search" /> <span>{t('all-commands')}</span> <kbd>{keyName('mod+k')}</kbd></button>
    <button class="quiet" aria-pressed={choices.sound} title={t('sound')} onClick={() => { choose({ sound: !choices.sound }); toast(t(choices.sound ? 'sound-on' : 'sound-off')) }}>
      <Icon name="bell" /><span class="hide">{t('sound')}</span></button>
    <Menu label={<><Icon name="person" /> {desk.me!.firstName || desk.me!.userName}</>} name={t('me-menu')}>{close => <>
      <p class="second">{desk.me!.firstName} {desk.me!.lastName} · {desk.me!.userName}</p>
      {is('AGENT') && !is('AUDITOR') && <button role="menuitem" onClick={() => { close(); go('ledger') }}>{t('my-ledger')}</button>}
      <button role="menuitem" onClick={() => { close(); openOverlay('settings') }}>{t('settings')}</button>
      <button role="menuitem" onClick={() => { close(); openOverlay('help') }}>{t('help')} <kbd>?</kbd></button>
      <button role="menuitem" onClick={() => { close(); signOut() }}>{t('sign-out')}</button>
    </>}</Menu>
  </header>
}

function signOut() {
  const open = [...desk.sessions.values()].filter(one => one.isLive && one.mode === 'agent' && one.state !== 'Invited').length
  if (!open) { void leave(); return }
  confirmed({ text: t('sign-out-open', { n: open }), yes: t('sign-out'), isLoud: true, run: () => void leave() })
}

function stateWord() {
  if (desk.state === 'Ready') return t('ready')
  if (desk.state !== 'NotReady') return t('logged-out')
  if (desk.reason === 'NoAnswer') return t('reason-NoAnswer')
  if (desk.reason === 'ConnectionLost') return t('reason-ConnectionLost')
  return desk.reason || t('not-ready')
}

async function toState(operation: string, reason = '') {
  const answer = await changeState(operation, reason ? { reason } : {})
  if (!answer.ok) toast(answer.lost ? t('no-server') : answer.message, 'bad')
}

function StateMenu() {
  useTopic('me', 'lists')
  useEffect(readChoices, [])
  const isReady = desk.state === 'Ready'
  return <div class="state">
    <button class={isReady ? 'ready' : 'notready'} aria-pressed={isReady} onClick={() => void toState(isReady ? 'NotReady' : 'Ready')}
      title={isReady ? t('go-not-ready') : t('go-ready')}>
      <i aria-hidden="true" />{stateWord()} {desk.stateSince > 0 && <Lasting since={desk.stateSince} />}
    </button>
    <Menu label={<span aria-hidden="true">▾</span>} name={t('my-state')}>{close => <>
      <button role="menuitem" onClick={() => { close(); void toState('Ready') }}>{t('ready')}</button>
      <button role="menuitem" onClick={() => { close(); void toState('NotReady') }}>{t('not-ready')}</button>
      {notReadyReasons().map(reason => <button role="menuitem" key={reason} onClick={() => { close(); void toState('NotReady', reason) }}>{reason}</button>)}
    </>}</Menu>
  </div>
}
