// ledger.tsx - who supervised whom: all of it for auditors; for everybody what the centre tells of the own work. Read from
// where the period begins, on and on while somebody looks; drawn in a window; taken home as CSV.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { get, type Json } from './api'
import { Icon } from './icons'
import { is } from './model'
import { Skeleton } from './parts'
import { exact, readTime, span } from './time'
import { go } from './views'
import { t, type Word } from './words/later'

interface Row { at: number, act: string, supervisor: string, whom: string, mode: string, disclosure: string, session: string, since: number, reason: string, cause: string }

const page = 500
const most = 20_000          // rows of one reading: some 10 MB. Who wants others names another period
const lookAgain = 5_000

const rowOf = (one: Json): Row => ({
  at: readTime(one.time), act: one.act, supervisor: one.supervisor?.userName ?? '', mode: one.mode, disclosure: one.disclosure,
  whom: one.agent?.userName ?? (one.target ? `${t(`thing-${one.target.type}` as Word)} ${one.target.name}` : ''),
  session: one.smssessionId ?? '', since: one.since ? readTime(one.since) : 0, reason: one.reason ?? '', cause: one.cause ?? '',
})

// A cursor is a time and how many of its rows were seen, so one can begin anywhere, and go on behind the last.
const behind = (rows: Row[], from: number) => {
  const last = rows.at(-1)?.at ?? from
  return `${last}-${rows.filter(one => one.at === last).length}`
}

// The rows of a period, as they come; null before the first answer.
function useRows(path: string, from: number, to: number) {
  const [rows, setRows] = useState<Row[] | null>(null)
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    let isOver = false, timer = 0, all: Row[] = []
    setRows(null)
    async function read() {
      for (;;) {
        const answer = await get(`${path}?limit=${page}&cursor=${behind(all, from)}`)
        if (isOver) return
        setLost(!answer.ok)
        if (!answer.ok) break
        const news: Row[] = answer.body.ledger.map(rowOf)
        all = [...all, ...news.filter(one => one.at < to)].slice(0, most)
        setRows(all)
        if (!answer.body.cursor || all.length === most || news.some(one => one.at >= to)) break
      }
      if (to > Date.now() && all.length < most) timer = window.setTimeout(() => void read(), lookAgain)
    }
    void read()
    return () => { isOver = true; clearTimeout(timer) }
  }, [path, from, to])
  return { rows, isLost }
}

// --- the period: whole days in the reader's zone
const startOf = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
const periods = { today: 0, week: 6, month: 29, year: 364 } as const
type Period = keyof typeof periods | 'days'
const dayText = (at: number) => { const d = new Date(at); return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}` }
const dayAt = (text: string) => { const [y, m, d] = text.split('-').map(Number); return new Date(y!, m! - 1, d!) }
const forever = Date.UTC(3000, 0)

function bounds(period: Period, first: string, last: string): [number, number] {
  if (period !== 'days') { const now = new Date(); now.setDate(now.getDate() - periods[period]); return [startOf(now), forever] }
  const next = dayAt(last)
  next.setDate(next.getDate() + 1)
  return [startOf(dayAt(first)), startOf(next)]
}

const acts = ['Ordered', 'OrderEnded', 'Offered', 'Declined', 'Withdrawn', 'Began', 'Ended', 'TookOver']
const modes = ['Monitor', 'Coach', 'BargeIn', 'TakeOver']
const wordOf = (prefix: string, name: string) => t(`${prefix}-${name}` as Word)

// SWITCH_TO_COACH is the journal's word; a person reads Switch to coach.
const asWords = (command: string) => command.slice(0, 1) + command.slice(1).toLowerCase().replaceAll('_', ' ')

interface Column { key: string, word: Word, cell: (row: Row) => string, csv: (row: Row) => string }
const columns: Column[] = [
  { key: 'at', word: 'ledger-time', cell: row => exact(row.at), csv: row => new Date(row.at).toISOString() },
  { key: 'supervisor', word: 'ledger-who', cell: row => row.supervisor, csv: row => row.supervisor },
  { key: 'act', word: 'ledger-act', cell: row => wordOf('act', row.act) + (row.since ? ` (${span(row.at - row.since)})` : ''), csv: row => row.act },
  { key: 'whom', word: 'ledger-whom', cell: row => row.whom, csv: row => row.whom },
  { key: 'mode', word: 'ledger-mode', cell: row => wordOf('ledger', row.mode), csv: row => row.mode },
  { key: 'disclosure', word: 'ledger-told', cell: row => wordOf('told', row.disclosure), csv: row => row.disclosure },
  { key: 'session', word: 'ledger-session', cell: row => row.session, csv: row => row.session },
  { key: 'since', word: 'ledger-since', cell: () => '', csv: row => row.since ? new Date(row.since).toISOString() : '' },
  { key: 'reason', word: 'ledger-reason', cell: row => row.reason, csv: row => row.reason },
  { key: 'cause', word: 'ledger-cause', cell: row => asWords(row.cause), csv: row => row.cause },
]
const own = ['at', 'act', 'mode', 'session', 'since']

// RFC 4180; what a spreadsheet would take for a formula is a text.
const quoted = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
const csvOf = (rows: Row[], shown: Column[]) => '\uFEFF' + [shown.map(one => quoted(one.key)), ...rows.map(row => shown.map(one => quoted(one.csv(row))))].map(line => line.join(',')).join('\r\n') + '\r\n'

function save(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function Ledger() {
  const isAll = is('AUDITOR')
  const shown = isAll ? columns : columns.filter(one => own.includes(one.key))
  const [period, setPeriod] = useState<Period>('week')
  const [days, setDays] = useState({ first: dayText(Date.now()), last: dayText(Date.now()) })
  const [act, setAct] = useState(''), [mode, setMode] = useState(''), [wanted, want] = useState('')
  const [from, to] = useMemo(() => bounds(period, days.first, days.last), [period, days])
  const { rows, isLost } = useRows(isAll ? '/ledger' : '/me/ledger', from, to)
  const found = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
    return (rows ?? []).filter(row => (!act || row.act === act) && (!mode || row.mode === mode) &&
      words.every(word => `${row.supervisor} ${row.whom} ${row.session} ${row.reason}`.toLowerCase().includes(word))).reverse()
  }, [rows, act, mode, wanted])
  const isFiltered = !!(act || mode || wanted)
  return <main class="ledger">
    <div class="row wrap filters">{!isAll && <button class="quiet" aria-label={t('back')} onClick={() => go('')}><Icon name="back" /></button>}<h1 class="grow">{t(isAll ? 'go-ledger' : 'my-ledger')}</h1>
      <label>{t('period')} <select value={period} onChange={event => setPeriod(event.currentTarget.value as Period)}>
        {[...Object.keys(periods), 'days'].map(one => <option key={one} value={one}>{wordOf('period', one)}</option>)}</select></label>
      {period === 'days' && (['first', 'last'] as const).map(one => <input key={one} type="date" aria-label={wordOf('day', one)} value={days[one]}
        onChange={event => { if (event.currentTarget.value) setDays({ ...days, [one]: event.currentTarget.value }) }} />)}
      <label>{t('ledger-act')} <select value={act} onChange={event => setAct(event.currentTarget.value)}>
        <option value="">{t('all')}</option>{acts.filter(one => isAll || ['Began', 'Ended', 'TookOver'].includes(one)).map(one => <option key={one} value={one}>{wordOf('act', one)}</option>)}</select></label>
      <label>{t('ledger-mode')} <select value={mode} onChange={event => setMode(event.currentTarget.value)}>
        <option value="">{t('all')}</option>{modes.map(one => <option key={one} value={one}>{wordOf('ledger', one)}</option>)}</select></label>
      {isAll && <input type="search" aria-label={t('ledger-find')} placeholder={t('ledger-find')} value={wanted} onInput={event => want(event.currentTarget.value)} />}
      <button disabled={!found.length} onClick={() => save(csvOf([...found].reverse(), shown), `${isAll ? 'ledger' : 'my-ledger'}-${dayText(from)}.csv`)}>{t('export')}</button>
    </div>
    <p class="second" role="status">{isLost ? t('no-server') : rows && <>{t('n-rows', { n: found.length })}{rows.length === most ? ` ${t('rows-most', { n: most })}` : ''} {!isAll && t('my-ledger-means')}</>}</p>
    {!rows ? <Skeleton lines={10} /> : found.length ? <Rows rows={found} shown={shown.filter(one => one.key !== 'since' && (one.key !== 'reason' || found.some(row => row.reason)))} />
      : <p class="big quietly">{t(isFiltered ? 'ledger-none-so' : 'ledger-none')}</p>}
  </main>
}

const rowHeight = 32, drawn = 60

function Rows({ rows, shown }: { rows: Row[], shown: Column[] }) {
  const [top, setTop] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - 8, rows.length - drawn)), last = Math.min(rows.length, first + drawn)
  return <div class="agents" ref={box} onScroll={event => setTop(event.currentTarget.scrollTop)} tabIndex={0} role="region" aria-label={t('go-ledger')}>
    <table aria-rowcount={rows.length + 1}>
      <thead><tr>{shown.map(one => <th key={one.key}>{t(one.word)}</th>)}</tr></thead>
      <tbody>
        {first > 0 && <tr style={{ blockSize: `${first * rowHeight}px` }} />}
        {rows.slice(first, last).map((row, i) => <tr key={first + i} class={`act-${row.act}`}>{shown.map(one =>
          <td key={one.key} class={one.key === 'at' || one.key === 'session' ? 'num' : ''} dir={one.key === 'reason' ? 'auto' : undefined}>{one.cell(row)}</td>)}</tr>)}
        {last < rows.length && <tr style={{ blockSize: `${(rows.length - last) * rowHeight}px` }} />}
      </tbody>
    </table>
  </div>
}
