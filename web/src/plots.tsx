// plots.tsx - where people rather look than read. One line, its value at its end; no grid but the baseline and the limit.
import { span } from './time'

interface Series { values: number[], label: string, limit?: number, format?: (value: number) => string }

const width = 300, height = 84, right = 44, top = 14

export function Plot({ values, label, limit, format = String }: Series) {
  const most = Math.max(1, limit ?? 0, ...values) * 1.1
  const x = (i: number) => values.length < 2 ? 0 : i / (values.length - 1) * (width - right)
  const y = (value: number) => top + (height - top - 4) * (1 - value / most)
  const last = values.at(-1) ?? 0
  const path = values.map((value, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  return <figure class="plot">
    <figcaption>{label}</figcaption>
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label}: ${format(last)}`}>
      <path class="base" d={`M0 ${y(0)}H${width - right}`} />
      {limit !== undefined && <path class="limit" d={`M0 ${y(limit)}H${width - right}`} />}
      <path class="area" d={values.length ? `${path}L${x(values.length - 1)} ${y(0)}L0 ${y(0)}Z` : ''} />
      <path class="line" d={path} />
      {values.length > 0 && <><circle cx={x(values.length - 1)} cy={y(last)} r="2.5" /><text x={x(values.length - 1) + 6} y={y(last) + 4}>{format(last)}</text></>}
    </svg>
  </figure>
}
export const asSpan = (ms: number) => span(ms)

// Parts of a whole, side by side, each with its word.
export function Bar({ parts, label }: { parts: { word: string, n: number, kind: string }[], label: string }) {
  const sum = parts.reduce((all, one) => all + one.n, 0)
  return <figure class="plot">
    <figcaption>{label}</figcaption>
    <div class="parts">{parts.filter(one => one.n).map(one => <i key={one.kind} class={one.kind} style={{ flexGrow: one.n }} />)}{!sum && <i style={{ flexGrow: 1 }} />}</div>
    <ul class="row wrap">{parts.map(one => <li key={one.kind}><i class={`dot ${one.kind}`} aria-hidden="true" /> <span class="num">{one.n}</span> {one.word}</li>)}</ul>
  </figure>
}
