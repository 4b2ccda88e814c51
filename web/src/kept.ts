// kept.ts - what this browser keeps between visits: drafts, texts not yet sent, a person's choices. Where the browser
// keeps nothing (storage switched off) the page works without.

export function keep(key: string, value: unknown) {
  try {
    if (value === null || value === undefined || value === '') localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch { /* full or forbidden: the text is still in the page */ }
}

export function kept<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(key)
    return text === null ? otherwise : JSON.parse(text) as T
  } catch {
    return otherwise
  }
}

// --- drafts: of one user, one session and one audience; never moved to another.
export type Audience = 'All' | 'Agents'
const draftKey = (user: string, session: string, audience: Audience) => `draft ${user} ${session} ${audience}`
interface Draft { text: string, at: number }
const longest = 7 * 86_400_000  // a session is readable for a day; a week's drafts are nobody's any more

export const draftOf = (user: string, session: string, audience: Audience) =>
  kept<Draft>(draftKey(user, session, audience), { text: '', at: 0 }).text
export const keepDraft = (user: string, session: string, audience: Audience, text: string) =>
  keep(draftKey(user, session, audience), text ? { text, at: Date.now() } : null)

export function forgetOldDrafts() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('draft ') && kept<Draft>(key, { text: '', at: 0 }).at < Date.now() - longest) localStorage.removeItem(key)
    }
  } catch { /* nothing is kept here */ }
}

// --- choices
export interface Choices { sound: boolean, desktop: boolean, singleKeys: boolean, theme: '' | 'light' | 'dark', language: string }
const defaults: Choices = { sound: true, desktop: false, singleKeys: true, theme: '', language: '' }
export const choices: Choices = { ...defaults, ...kept<Partial<Choices>>('choices', {}) }
export function choose(change: Partial<Choices>) {
  Object.assign(choices, change)
  keep('choices', choices)
  showTheme()
}
export function showTheme() {
  const root = document.documentElement
  if (choices.theme) root.dataset.theme = choices.theme
  else delete root.dataset.theme
}
