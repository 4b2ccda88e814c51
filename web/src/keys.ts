// keys.ts - commands and their keys. Single keys count outside text fields only, and can be switched off; never Alt with
// a letter, never Ctrl+Alt, with which other languages type theirs.
import { choices } from './kept'
import type { Word } from './words/later'

export interface Command {
  id: string
  key?: string              // as event.key, lower case; 'g w': one after the other; 'mod+k'
  word: Word
  values?: Record<string, string | number>
  can?: () => boolean       // offered now?
  run: () => void
}

const sources = new Map<string, () => Command[]>()
export function provide(source: string, commands: () => Command[]): () => void {
  sources.set(source, commands)
  return () => { sources.delete(source) }
}
export const commands = () => [...sources.values()].flatMap(list => list()).filter(one => one.can?.() ?? true)

// Something that stands over everything else takes all keys: dialogs.
type Taker = (event: KeyboardEvent) => void
let takers: Taker[] = []
export function takeKeys(take: Taker): () => void {
  takers.push(take)
  return () => { takers = takers.filter(one => one !== take) }
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)
export function keyName(key: string): string {
  const names: Record<string, string> = { mod: isMac ? '⌘' : 'Ctrl', enter: 'Enter', escape: 'Esc', ' ': 'Space' }
  return key.split(' ').map(one => one.split('+').map(part => names[part] ?? part.toUpperCase()).join('+')).join(' ')
}

const isField = (target: EventTarget | null) => target instanceof HTMLElement &&
  (target.matches('input, textarea, select') || target.isContentEditable)

// Whoever writes goes on writing, also when the field is gone under them (the conversation is over): letters are no
// commands before a pause. Who left the field on purpose may command at once.
const writes = 1_000
let wroteAt = 0
function isWriting(event: KeyboardEvent): boolean {
  const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey
  if (isField(event.target)) {
    if (isLetter) wroteAt = Date.now()
    else if (['Escape', 'Tab', 'Enter'].includes(event.key)) wroteAt = 0
    return false
  }
  if (!isLetter || Date.now() - wroteAt > writes) return false
  wroteAt = Date.now()
  return true
}

let prefix = '', prefixAt = 0
const prefixLasts = 1_500

function pressed(event: KeyboardEvent) {
  if (isWriting(event) || event.defaultPrevented || event.isComposing) return
  const taker = takers.at(-1)
  if (taker) return taker(event)
  const key = event.key.toLowerCase()
  const mod = isMac ? event.metaKey : event.ctrlKey
  if (event.altKey || (event.ctrlKey && event.metaKey)) return
  let wanted = key
  if (mod) wanted = 'mod+' + key
  else if (event.ctrlKey || event.metaKey || isField(event.target) || (!choices.singleKeys && key !== 'escape')) return
  // A button that has the focus is pressed by Enter and Space as ever.
  if ((key === 'enter' || key === ' ') && event.target instanceof HTMLElement && event.target.closest('button, a, summary, [role=option]')) return
  if (prefix && Date.now() - prefixAt < prefixLasts) wanted = `${prefix} ${wanted}`
  prefix = ''
  const all = commands()
  const command = all.find(one => one.key === wanted)
  if (command) {
    event.preventDefault()
    command.run()
  } else if (all.some(one => one.key?.startsWith(wanted + ' '))) {
    prefix = wanted
    prefixAt = Date.now()
  }
}

export function startKeys() {
  addEventListener('keydown', pressed)
  addEventListener('pointerdown', () => { wroteAt = 0 })
}
