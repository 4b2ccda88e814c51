// time.ts - times in the reader's zone and language.
import { language, t } from './words'

// '2015-11-09 15:20:04.000+0200' -> milliseconds since 1970.
export function readTime(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d) ?(\d\d:\d\d:\d\d\.\d{3})([+-]\d\d)(\d\d)$/.exec(text)
  return match ? Date.parse(`${match[1]}T${match[2]}${match[3]}:${match[4]}`) : 0
}

const formats = new Map<string, Intl.DateTimeFormat>()
function format(kind: 'clock' | 'day' | 'exact', at: number): string {
  const key = kind + language()
  let one = formats.get(key)
  if (!one) {
    const options: Intl.DateTimeFormatOptions = kind === 'clock' ? { hour: '2-digit', minute: '2-digit' }
      : kind === 'day' ? { weekday: 'long', day: 'numeric', month: 'long' } : { dateStyle: 'medium', timeStyle: 'medium' }
    formats.set(key, one = new Intl.DateTimeFormat(language(), options))
  }
  return one.format(at)
}

const dayOf = (at: number) => new Date(at).toDateString()
export const sameDay = (a: number, b: number) => dayOf(a) === dayOf(b)
export const clock = (at: number) => format('clock', at)
export const exact = (at: number) => format('exact', at)

export function day(at: number): string {
  if (sameDay(at, Date.now())) return t('today')
  if (sameDay(at, Date.now() - 86_400_000)) return t('yesterday')
  return format('day', at)
}

// 0:48, 12:04, 3:05:10
export function span(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000)), two = (n: number) => String(n).padStart(2, '0')
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`
}

// In words, for sentences.
export function spanWords(ms: number): string {
  const s = Math.round(ms / 1000)
  if (s < 60) return t('seconds', { n: s })
  if (s < 5400) return t('minutes', { n: Math.round(s / 60) })
  return t('hours', { n: Math.round(s / 3600) })
}
export const ago = (at: number) => Date.now() - at < 3_600_000 ? t('ago', { span: spanWords(Date.now() - at) })
  : sameDay(at, Date.now()) ? clock(at) : `${day(at)}, ${clock(at)}`
