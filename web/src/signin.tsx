// signin.tsx - who are you, and can you hear the bell? Also over the page, when a login ended under it.
import { useEffect, useRef, useState } from 'preact/hooks'
import { get, signIn } from './api'
import { testBell, wakeBell, type BellState } from './bell'
import { choices, choose } from './kept'
import { desk, enter, isSomethingUnsent, rememberWhileOpen } from './model'
import { changed, listen } from './topics'
import { Dialog } from './parts'
import { languageKey, languages, speak, t } from './words'

// Users of the demonstration; their passwords are no secret (sotto demo).
const demoUsers = [
  { name: 'sam', word: 'demo-supervisor' }, { name: 'ana', word: 'demo-agent' }, { name: 'ada', word: 'demo-admin' }, { name: 'olga', word: 'demo-auditor' },
] as const

function useDemo(isAsked: boolean): boolean {
  const [isDemo, set] = useState(false)
  useEffect(() => { if (isAsked) void get('/diagnostics/version').then(answer => set(answer.body.demo === true)) }, [])
  return isDemo
}

// The login ended under the page. Whoever is writing goes on writing: the password is asked for when they send, or look up.
export function SignInAgain() {
  const [isOpen, open] = useState(!document.activeElement?.matches('[data-composer]'))
  useEffect(() => {
    if (isSomethingUnsent()) open(true) // the text whose refusal told that the login is gone
    return listen('said-signed-out', () => open(true))
  }, [])
  if (isOpen) return <SignIn again />
  return <div class="linestate down over" role="alert"><span>{t('signed-out-why', { name: desk.me!.firstName || desk.me!.userName })}</span><button onClick={() => open(true)}>{t('sign-in')}</button></div>
}

export function SignIn({ again = false }: { again?: boolean }) {
  const name = useRef<HTMLInputElement>(null), password = useRef<HTMLInputElement>(null)
  const [why, setWhy] = useState('')
  const [isBusy, setBusy] = useState(false)
  const isDemo = useDemo(!again)
  useEffect(() => { (again ? password : name).current?.focus() }, [])

  async function go(user: string, secret: string) {
    setBusy(true)
    setWhy('')
    void wakeBell()
    const answer = await signIn(user, secret)
    setBusy(false)
    if (answer.ok) { rememberWhileOpen(secret); return enter(answer.body.user) }
    setWhy(answer.lost ? t('no-server') : answer.code === 20 ? t('wrong-password') : answer.body.statusCode === 4 ? t('too-many-logins') : answer.message)
    password.current?.select()
  }

  const form = <form class="signin" onSubmit={event => {
    event.preventDefault()
    void go(again ? desk.me!.userName : name.current!.value.trim(), password.current!.value)
  }}>
    <h1>{again ? t('signed-out') : 'Sotto'}</h1>
    {again ? <p class="second">{t('signed-out-why', { name: desk.me!.firstName || desk.me!.userName })}</p> : <p class="second">{t('sign-in-hello')}</p>}
    {!again && <label>{t('user-name')}<input ref={name} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required /></label>}
    <label>{t('password')}<input ref={password} type="password" name="password" autocomplete="current-password" /></label>
    {why && <p class="trouble" role="alert">{why}</p>}
    <button class="primary" disabled={isBusy}>{isBusy ? t('signing-in') : t('sign-in')}</button>
    {isDemo && <div class="demo">
      <p class="second">{t('demo-try')}</p>
      {demoUsers.map(one => <button type="button" key={one.name} onClick={() => void go(one.name, 'demo')}>
        <b>{one.name}</b> {t(one.word)}</button>)}
    </div>}
    {!again && <BellTest />}
    {!again && <label class="language">{t('language')}
      <select value={languageKey()} onChange={event => {
        choose({ language: event.currentTarget.value })
        void speak().then(() => changed('language'))
      }}>{Object.entries(languages).map(([key, word]) => <option key={key} value={key}>{word}</option>)}</select>
    </label>}
  </form>
  if (again) return <Dialog label={t('signed-out')}>{form}</Dialog>
  return <main class="entrance">{form}</main>
}

// It fails loudly: an agent who cannot hear the bell finds out now, not when a customer has waited.
export function BellTest() {
  const [heard, setHeard] = useState<BellState | ''>('')
  const [desktop, setDesktop] = useState(choices.desktop && 'Notification' in window ? Notification.permission : '')
  async function ask() {
    setHeard(await testBell())
    if (!('Notification' in window)) { setDesktop('missing'); return }
    const permission = Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission
    choose({ desktop: permission === 'granted' })
    setDesktop(permission)
  }
  return <div class="belltest">
    <button type="button" onClick={() => void ask()}>{t('test-bell')}</button>
    <div role="status">
      {heard === 'heard' && <p class="good">{t('bell-heard')}</p>}
      {heard === 'no-sound' && <p class="trouble">{t('bell-silent')}</p>}
      {heard && desktop === 'granted' && <p class="good">{t('desktop-on')}</p>}
      {heard && desktop !== 'granted' && <p class="trouble">{t('desktop-off')}</p>}
    </div>
  </div>
}
