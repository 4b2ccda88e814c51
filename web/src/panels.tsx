// panels.tsx - what opens over the page: all commands, the keys, a person's choices.
import { useState } from 'preact/hooks'
import { commands, keyName } from './keys'
import { choices, choose, type Choices } from './kept'
import { BellTest } from './signin'
import { Dialog } from './parts'
import { changed, useTopic } from './topics'
import { inOrder } from './model'
import { go, openOverlay, overlay } from './views'
import { languageKey, languages, speak } from './words'
import { t } from './words/later'

export function Panels() {
  useTopic('overlay')
  const close = () => openOverlay('')
  switch (overlay.open) {
    case 'palette': return <Palette onClose={close} />
    case 'help': return <Help onClose={close} />
    case 'settings': return <Settings onClose={close} />
    default: return null
  }
}

function Palette({ onClose }: { onClose: () => void }) {
  const [wanted, want] = useState('')
  const [pick, setPick] = useState(0)
  // As they stood when it opened: what happens meanwhile does not move what one is about to press.
  const [all] = useState(() => [
    ...commands().filter(one => one.id !== 'palette').map(one => ({ id: one.id, text: t(one.word, one.values), key: one.key, run: one.run })),
    ...inOrder().map(one => ({ id: `go ${one.id}`, text: t('go-to', { name: one.title }), key: undefined, run: () => go('session', one.id) })),
  ])
  const found = all.filter(one => wanted.toLowerCase().split(/\s+/).every(word => one.text.toLowerCase().includes(word)))
  const run = (at: number) => { const one = found[at]; if (one) { onClose(); setTimeout(one.run) } }
  return <Dialog label={t('all-commands')} onClose={onClose}>
    <input class="find" role="combobox" aria-expanded="true" aria-controls="commands" aria-activedescendant={found[pick] ? `command-${pick}` : undefined} aria-label={t('all-commands')} placeholder={t('what-to-do')} value={wanted} autocomplete="off"
      ref={one => { if (one && !one.dataset.seen) { one.dataset.seen = '1'; one.focus() } }}
      onInput={event => { want(event.currentTarget.value); setPick(0) }}
      onKeyDown={event => {
        if (event.key === 'ArrowDown') setPick(Math.min(found.length - 1, pick + 1))
        else if (event.key === 'ArrowUp') setPick(Math.max(0, pick - 1))
        else if (event.key === 'Enter') run(pick)
        else return
        event.preventDefault()
      }} />
    <ul class="options" role="listbox" id="commands" aria-label={t('all-commands')}>{found.map((one, i) => <li key={one.id} id={`command-${i}`} role="option" aria-selected={i === pick}
      ref={li => { if (i === pick) li?.scrollIntoView({ block: 'nearest' }) }} onClick={() => run(i)}><span class="grow">{one.text}</span>{one.key && <kbd>{keyName(one.key)}</kbd>}</li>)}</ul>
    {!found.length && <p class="second">{t('no-command')}</p>}
  </Dialog>
}

const ever: [string, Parameters<typeof t>[0]][] = [
  ['j', 'next-session'], ['k', 'previous-session'], ['a', 'Accept'], ['d', 'Reject'], ['r', 'reply'], ['escape', 'out-of-composer'], ['mod+enter', 'send'], ['/', 'canned'],
  ['e', 'Complete'], ['t', 'Transfer'], ['u', 'Consult'], ['i', 'Invite'], ['h', 'RaiseHand'], ['l', 'Leave'], ['w', 'Create'], ['m', 'watch'], ['n', 'watch-next-short'], ['c', 'coach'], ['b', 'barge'],
  ['s', 'be-silent'], ['x', 'take-over'], ['g w', 'go-wall'], ['g q', 'go-queues'], ['g h', 'go-hands'], ['g s', 'go-sessions'], ['g l', 'go-ledger'], ['g a', 'go-admin'], ['mod+k', 'all-commands'], ['?', 'help'],
]
function Help({ onClose }: { onClose: () => void }) {
  return <Dialog label={t('help')} onClose={onClose} wide>
    <h2>{t('help')}</h2>
    <p class="second">{t('help-hint')}</p>
    <dl class="keylist">{ever.map(([key, word]) => <div key={key}><dt><kbd>{keyName(key)}</kbd></dt><dd>{t(word, { name: '' })}</dd></div>)}</dl>
    <div class="row end"><button class="primary" onClick={onClose} ref={one => one?.focus()}>{t('close')}</button></div>
  </Dialog>
}

function Settings({ onClose }: { onClose: () => void }) {
  const [, draw] = useState(0)
  const set = (change: Partial<Choices>) => { choose(change); draw(n => n + 1) }
  return <Dialog label={t('settings')} onClose={onClose}>
    <h2>{t('settings')}</h2>
    <label class="check"><input type="checkbox" checked={choices.singleKeys} onChange={event => set({ singleKeys: event.currentTarget.checked })} /> {t('single-keys')}</label>
    <label class="check"><input type="checkbox" checked={choices.sound} onChange={event => set({ sound: event.currentTarget.checked })} /> {t('sound')}</label>
    <label class="stack">{t('theme')}<select value={choices.theme} onChange={event => set({ theme: event.currentTarget.value as Choices['theme'] })}>
      <option value="">{t('theme-system')}</option><option value="light">{t('theme-light')}</option><option value="dark">{t('theme-dark')}</option></select></label>
    <label class="stack">{t('language')}<select value={languageKey()} onChange={event => { set({ language: event.currentTarget.value }); void speak().then(() => { changed('language'); changed('me'); changed('sessions'); draw(n => n + 1) }) }}>
      {Object.entries(languages).map(([key, word]) => <option key={key} value={key}>{word}</option>)}</select></label>
    <BellTest />
    <div class="row end"><button class="primary" onClick={onClose}>{t('close')}</button></div>
  </Dialog>
}
