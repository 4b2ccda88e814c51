// plots.tsx - where people rather look than read. One line, its value at its end; no grid but the baseline and the limit.
import { useState } from 'preact/hooks'
import { clock, span } from './time'
import { t } from './words/later'

// values: one a minute, up to `last`; null: there was none to tell of.
interface Series { values: (number | null)[], last: number, label: string, limit?: number, format?: (value: number) => string }

const width = 300, height = 96, right = 44, top = 14, foot = 16
const minute = 60_000

export function Plot({ values, last, label, limit, format = String }: Series) {
  const [at, point] = useState<number | null>(null)
  const most = Math.max(1, limit ?? 0, ...values.map(one => one ?? 0)) * 1.1
  const x = (i: number) => i / (values.length - 1) * (width - right)
  const y = (value: number) => top + (height - top - foot) * (1 - value / most)
  const there = values.map((value, i) => ({ value, i })).filter((one): one is { value: number, i: number } => one.value !== null)
  const end = at === null ? there.at(-1) : there.find(one => one.i === at)
  const isAlone = (i: number) => (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null
  const line = there.map(({ value, i }) => `${i && values[i - 1] !== null ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  const timeOf = (i: number) => clock((last - values.length + 1 + i) * minute)
  const look = (event: MouseEvent) => {
    const rect = (event.currentTarget as SVGElement).getBoundingClientRect()
    const i = Math.round((event.clientX - rect.left) / rect.width * width / (width - right) * (values.length - 1))
    point(i >= 0 && i < values.length ? i : null)
  }
  return <figure class="plot">
    <figcaption>{label}{at !== null && <span class="num"> · {timeOf(at)}{end ? '' : ' –'}</span>}</figcaption>
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label}: ${end ? format(end.value) : '–'}`} onMouseMove={look} onMouseLeave={() => point(null)}>
      <path class="base" d={`M0 ${y(0)}H${width - right}`} />
      {limit !== undefined && <><path class="limit" d={`M0 ${y(limit)}H${width - right}`} /><text class="limit" x={width - right + 6} y={y(limit) + 4}>{format(limit)}</text></>}
      {!end && <text class="when" x={(width - right) / 2} y={y(0) - 12} text-anchor="middle">{t('plot-none')}</text>}
      <path class="line" d={line} />
      {there.filter(one => isAlone(one.i)).map(one => <circle key={one.i} class="alone" cx={x(one.i)} cy={y(one.value)} r="1.5" />)}
      {at !== null && <path class="at" d={`M${x(at)} ${top}V${y(0)}`} />}
      {end && <><circle cx={x(end.i)} cy={y(end.value)} r="2.5" />
        {(limit === undefined || Math.abs(y(end.value) - y(limit)) > 12 || at !== null) && <text x={x(end.i) + 6} y={y(end.value) + 4}>{format(end.value)}</text>}</>}
      <text class="when" x="0" y={height - 2}>{timeOf(0)}</text><text class="when" x={width - right} y={height - 2} text-anchor="end">{timeOf(values.length - 1)}</text>
    </svg>
  </figure>
}
export const asSpan = (ms: number) => span(ms)

// Parts of a whole, side by side, each with its word.
export function Bar({ parts, label }: { parts: { word: string, n: number, kind: string }[], label: string }) {
  const sum = parts.reduce((all, one) => all + one.n, 0)
  return <figure class="plot">
    <figcaption>{label}</figcaption>
    <div class="parts" aria-hidden="true">{parts.filter(one => one.n).map(one => <i key={one.kind} class={one.kind} style={{ flexGrow: one.n }} />)}{!sum && <i style={{ flexGrow: 1 }} />}</div>
    <ul class="row wrap">{parts.map(one => <li key={one.kind}><i class={`dot ${one.kind}`} aria-hidden="true" /> <b class="num">{one.n}</b> {one.word}</li>)}</ul>
  </figure>
}

// How much of a whole; a bar in a line of text, beside its number.
export const Share = ({ part, limit }: { part: number, limit: number }) =>
  <svg class="share" viewBox="0 0 60 8" aria-hidden="true"><rect width="60" height="8" rx="2" /><rect class={part < limit ? 'low' : 'high'} width={60 * part} height="8" rx="2" /></svg>
