// views.ts - where the page is: its address behind '#' (never sent to a server), so each screen can be linked to.
import { changed } from './topics'

export interface Place { view: string, id: string }
export function place(): Place {
  const [view = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  return { view, id }
}
export function go(view: string, id = '') {
  const hash = view ? `#/${view}${id ? '/' + encodeURIComponent(id) : ''}` : '#/'
  if (location.hash !== hash) location.hash = hash
}
export const startViews = () => addEventListener('hashchange', () => changed('place'))

// --- short words at the foot of the page: read out as well
export interface Toast { id: number, text: string, kind: 'good' | 'bad' }
export const toasts: Toast[] = []
let drawn = 0
const toastLasts = 6_000
export function toast(text: string, kind: Toast['kind'] = 'good') {
  const one = { id: ++drawn, text, kind }
  toasts.push(one)
  changed('toasts')
  setTimeout(() => { toasts.splice(toasts.indexOf(one), 1); changed('toasts') }, toastLasts)
}

// --- a question that stands over the page
export interface Question { text: string, yes: string, isLoud?: boolean, run: () => void }
export const asking = { question: null as Question | null }
export function confirmed(question: Question) {
  asking.question = question
  changed('question')
}

// --- what opens over the page
export const overlay = { open: '' as '' | 'palette' | 'help' | 'settings' }
export function openOverlay(which: typeof overlay.open) { overlay.open = which; changed('overlay') }
