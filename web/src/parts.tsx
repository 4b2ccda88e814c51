// parts.tsx - small pieces that stand in several places.
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { takeKeys } from './keys'
import { asking, toasts } from './views'
import { changed, useSeconds, useTopic } from './topics'
import { t } from './words'
import { exact, span } from './time'

// Stands over the page, keeps the focus, and gives it back.
export function Dialog({ label, children, onClose, wide = false }:
  { label: string, children: ComponentChildren, onClose?: () => void, wide?: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  // From its first to its last frame: who types on meets no keys of a dialog that is not there.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null
    if (!box.current!.contains(document.activeElement)) box.current!.focus()
    const release = takeKeys(event => {
      if (event.key === 'Escape' && onClose) { event.preventDefault(); release(); onClose() }
      else if (event.key === 'Tab') keepFocus(box.current!, event)
    })
    return () => { release(); before?.focus?.() }
  }, [])
  return <div class="veil" onMouseDown={event => { if (event.target === event.currentTarget) onClose?.() }}>
    <div class={wide ? 'dialog wide' : 'dialog'} role="dialog" aria-modal="true" aria-label={label} tabIndex={-1} ref={box}>{children}</div>
  </div>
}

function keepFocus(box: HTMLElement, event: KeyboardEvent) {
  const all = [...box.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], [tabindex="0"]')].filter(one => !one.hasAttribute('disabled'))
  if (!all.length) return
  const edge = event.shiftKey ? all[0] : all.at(-1)
  if (document.activeElement === edge || document.activeElement === box) {
    event.preventDefault()
    ;(event.shiftKey ? all.at(-1) : all[0])!.focus()
  }
}

// Asks once: Enter confirms, Esc leaves.
export function Confirm() {
  useTopic('question')
  const one = asking.question
  if (!one) return null
  const close = () => { asking.question = null; changed('question') }
  return <Dialog label={one.text} onClose={close} key={one.text}>
    <form onSubmit={event => { event.preventDefault(); close(); one.run() }}>
      <p class="question">{one.text}</p>
      <div class="row end">
        <button type="button" onClick={close}>{t('no')}</button>
        <button class={one.isLoud ? 'loud' : 'primary'} ref={button => button?.focus()}>{one.yes}</button>
      </div>
    </form>
  </Dialog>
}

export function Toasts() {
  useTopic('toasts')
  return <div class="toasts" role="status">{toasts.map(one => <p key={one.id} class={one.kind}>{one.text}</p>)}</div>
}

// How long something lasts; by the second, without drawing its surroundings.
export function Lasting({ since, of }: { since: number, of?: string }) {
  useSeconds()
  return <time class="num" title={exact(since)} aria-label={of}>{span(Date.now() - since)}</time>
}

// Nothing for the first 300 ms of a wait, then the shape of what will come.
export function Skeleton({ lines = 5 }: { lines?: number }) {
  const [isShown, show] = useState(false)
  useEffect(() => { const timer = setTimeout(() => show(true), 300); return () => clearTimeout(timer) }, [])
  if (!isShown) return null
  return <div class="skeleton" aria-busy="true" aria-label={t('loading')}>{Array.from({ length: lines }, (_, i) => <i key={i} style={{ inlineSize: `${45 + (i * 37) % 50}%` }} />)}</div>
}

// A button that opens a list of commands, walked with the arrows.
export function Menu({ label, name, children }:
  { label: ComponentChildren, name: string, children: (close: () => void) => ComponentChildren }) {
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
