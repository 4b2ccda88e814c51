// words.ts - what the page says, in the reader's language. A sentence is a template; where a number decides, it has a
// form for each plural category of its language.
import { en } from './words/en'
import { choices } from './kept'
import type { Word as AnyWord } from './words/later'

export type Sentence = string | { one?: string, few?: string, many?: string, two?: string, zero?: string, other: string }
export type Words = { [key in AnyWord]: Sentence }
export type Word = keyof typeof en

// Each language but English comes when it is wanted.
const others: Record<string, () => Promise<Words>> = {
  de: async () => (await import('./words/de')).de,
}
export const languages: Record<string, string> = { en: 'English', de: 'Deutsch' }

const english: Partial<Words> = { ...en }
let words = english
export const learn = (more: Partial<Words>) => { Object.assign(english, more) }
let tongue = 'en'
let plurals = new Intl.PluralRules('en')
export const language = () => tongue
export const languageKey = () => tongue.slice(0, 2)

const rightToLeft = /^(ar|fa|he|ur)\b/

export async function speak() {
  const isSpoken = (tag: string) => tag.slice(0, 2) in languages
  const wanted = isSpoken(choices.language) ? choices.language : navigator.languages.find(isSpoken) ?? 'en'
  // The browser's own tag of that language says how dates and times are written there.
  tongue = navigator.languages.find(one => one.slice(0, 2) === wanted.slice(0, 2)) ?? wanted
  const load = others[tongue.slice(0, 2)]
  words = load ? await load() : english
  plurals = new Intl.PluralRules(tongue)
  document.documentElement.lang = tongue
  // The direction can be tried without knowing such a language.
  document.documentElement.dir = rightToLeft.test(tongue) || new URLSearchParams(location.search).get('dir') === 'rtl' ? 'rtl' : 'ltr'
}

export function t(key: Word, values: Record<string, string | number> = {}): string {
  const sentence = words[key] ?? english[key] ?? key
  const template = typeof sentence === 'string' ? sentence : sentence[plurals.select(Number(values.n))] ?? sentence.other
  return template.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}
