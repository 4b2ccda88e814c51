// bar.tsx - who I am, my state, what there is to reach from everywhere.
import { useEffect, useRef, useState } from 'preact/hooks'
import { changeState, desk, is, leave } from './model'
import { openOverlay } from './desk'
import { Icon } from './icons'
import { keyName } from './keys'
import { Lasting } from './parts'
import { useTopic } from './topics'
import { confirmed, place, toast } from './views'
import { choices, choose } from './kept'
import { notReadyReasons } from './lists'
import { t } from './words'

export function Bar() {
  useTopic('me', 'place', 'lists')
  const { view } = place()
  const tab = (name: string, word: 'go-sessions' | 'go-wall' | 'go-queues' | 'go-panes' | 'go-hands' | 'go-ledger' | 'go-admin') =>
    <a href={`#/${name}`} aria-current={view === name || (name === 'sessions' && view === 'session') ? 'page' : undefined}>{t(word)}</a>
  return <header class="bar">
    <b class="mark"><svg viewBox="0 0 32 32" aria-hidden="true"><use href="/icon.svg" /><rect width="32" height="32" rx="7" /><path d="M7 10a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-7l-5 4v-4a3 3 0 0 1-3-3z" /></svg>Sotto</b>
    {is('SUPERVISOR') && <nav aria-label={t('views')}>
      {tab('wall', 'go-wall')}{tab('queues', 'go-queues')}{tab('panes', 'go-panes')}{tab('sessions', 'go-sessions')}
    </nav>}
    {is('AGENT') && <StateMenu />}
    <span class="space" />
    <button class="quiet search" onClick={() => openOverlay('palette')}><Icon name="search" /> <span>{t('all-commands')}</span> <kbd>{keyName('mod+k')}</kbd></button>
    <button class="quiet" aria-pressed={choices.sound} title={t('sound')} onClick={() => { choose({ sound: !choices.sound }); toast(t(choices.sound ? 'sound-on' : 'sound-off')) }}>
      <Icon name="bell" /><span class="hide">{t('sound')}</span></button>
    <Menu label={<><Icon name="person" /> {desk.me!.firstName || desk.me!.userName}</>} name={t('me-menu')}>{close => <>
      <p class="second">{desk.me!.firstName} {desk.me!.lastName} · {desk.me!.userName}</p>
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
  useTopic('me')
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

export function Menu({ label, name, children }: { label: preact.ComponentChildren, name: string, children: (close: () => void) => preact.ComponentChildren }) {
  const [isOpen, open] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const outside = (event: Event) => { if (!box.current?.contains(event.target as Node)) open(false) }
    addEventListener('pointerdown', outside)
    box.current!.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    return () => removeEventListener('pointerdown', outside)
  }, [isOpen])
  const walk = (event: KeyboardEvent) => {
    const items = [...box.current!.querySelectorAll<HTMLElement>('[role=menuitem]')]
    const at = items.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Escape') { open(false); box.current!.querySelector('button')!.focus() }
    else if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus()
    else if (event.key === 'ArrowUp') items.at(at - 1)?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return <div class="menu" ref={box} onKeyDown={isOpen ? walk : undefined}>
    <button class="quiet" aria-haspopup="menu" aria-expanded={isOpen} aria-label={name} onClick={() => open(!isOpen)}>{label}</button>
    {isOpen && <div class="menulist" role="menu" aria-label={name}>{children(() => open(false))}</div>}
  </div>
}

