// wall.tsx - all agents at a glance: a canvas of tiles, for thousands of them that change all the time. The table beside
// it says the same in words, and has the same selection. The canvas is as large as what is seen of the wall, and stays
// there while the wall is scrolled under it: a browser copies the whole of a canvas for each frame of the page.
import { useEffect, useRef } from 'preact/hooks'
import { floor, select, type Agent } from './floor'
import { raisedBy } from './supervision'
import { listen, useTopic } from './topics'
import { t } from './words/later'

export const waitsLong = 60_000
export type Kind = 'free' | 'busy' | 'full' | 'away' | 'out'
export function kindOf(agent: Agent): Kind {
  if (agent.state === 'LoggedOut') return agent.chatting ? 'busy' : 'out'
  if (agent.state === 'NotReady') return 'away'
  if (!agent.chatting) return 'free'
  return agent.chatting + agent.invited >= agent.capacity ? 'full' : 'busy'
}
export const waitsFor = (agent: Agent) => agent.unansweredSince ? Date.now() - agent.unansweredSince : 0

const gap = 4
const isFromRight = () => document.documentElement.dir === 'rtl'
const share = 0.45   // of the height, at most; the table has the rest
const headHeight = 20
// Where each tile stands, in rows; where teams stand apart each begins a row, under its name.
interface Layout { w: number, h: number, width: number, height: number, at: Float64Array, top: Float64Array, rows: number[][], heads: { name: string, n: number, top: number }[] }

// Agents of one team follow each other.
function runsOf(shown: Agent[], isByTeam: boolean): number[] {
  if (!isByTeam) return [shown.length]
  const runs: number[] = []
  shown.forEach((one, i) => { if (i && one.team === shown[i - 1]!.team) runs[runs.length - 1]!++; else runs.push(1) })
  return runs
}

// The largest tiles with which all fit.
function sizeFor(runs: number[], heads: number, width: number, height: number) {
  for (let w = 148, h = 56; w >= 28; w -= 4, h = Math.max(24, Math.round(w * 0.4))) {
    const columns = Math.max(1, Math.floor((width + gap) / (w + gap)))
    if (runs.reduce((all, n) => all + Math.ceil(n / columns), 0) * (h + gap) + heads <= height) return { w, h, columns }
  }
  return { w: 24, h: 24, columns: Math.max(1, Math.floor((width + gap) / (24 + gap))) }
}

function layOut(shown: Agent[], isByTeam: boolean, width: number, most: number): Layout {
  const runs = runsOf(shown, isByTeam), { w, h, columns } = sizeFor(runs, isByTeam ? runs.length * headHeight : 0, width, most)
  const layout: Layout = { w, h, width, height: 0, at: new Float64Array(shown.length), top: new Float64Array(shown.length), rows: [], heads: [] }
  let i = 0
  for (const n of runs) {
    if (isByTeam) {
      layout.heads.push({ name: shown[i]!.team, n, top: layout.height })
      layout.height += headHeight
    }
    for (const end = i + n; i < end; layout.height += h + gap) {
      const row: number[] = []
      for (; i < end && row.length < columns; i++) {
        layout.at[i] = row.length * (w + gap)
        layout.top[i] = layout.height
        row.push(i)
      }
      layout.rows.push(row)
    }
  }
  return layout
}

interface Colours { [name: string]: string }
function colours(): Colours {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(['surface', 'surface-2', 'surface-3', 'line', 'join', 'text', 'text-2', 'accent', 'watch', 'warn', 'bad', 'good', 'good-soft', 'accent-soft', 'warn-soft', 'bad-soft']
    .map(name => [name, style.getPropertyValue(`--${name}`).trim()]))
}

const fill: Record<Kind, [string, string]> = { free: ['good-soft', 'good'], busy: ['accent-soft', 'accent'], full: ['accent-soft', 'accent'], away: ['warn-soft', 'warn'], out: ['surface-2', 'watch'] }

// shown: the same list as before, as long as the same are in it. By team: those of one follow each other.
export function Wall({ shown, isByTeam, onOpen, watched }: { shown: Agent[], isByTeam: boolean, onOpen: (agent: Agent) => void, watched: Set<string> }) {
  const box = useRef<HTMLDivElement>(null), all = useRef<HTMLDivElement>(null), canvas = useRef<HTMLCanvasElement>(null)
  const now = useRef({ shown: [] as Agent[], isByTeam, watched, hover: '', places: new Map<string, number>(), layout: layOut([], false, 0, 0), height: 0, top: 0, palette: {} as Colours, drawnAt: new Map<string, string>() })
  if (now.current.shown !== shown) now.current.places = new Map(shown.map((one, i) => [one.id, i]))
  now.current.shown = shown
  now.current.isByTeam = isByTeam
  now.current.watched = watched
  useTopic('floor-selected')

  function tile(pen: CanvasRenderingContext2D, agent: Agent, i: number) {
    const { layout: { w, h, width, at, top: tops }, palette, top, height } = now.current, isRight = isFromRight()
    const y = tops[i]! - top
    if (y + h < 0 || y > height) return
    const kind = kindOf(agent), waits = waitsFor(agent), minutes = Math.floor(waits / 60_000)
    const isRaised = raisedBy(agent.id)
    const isSelected = floor.selected === agent.id, isHover = now.current.hover === agent.id
    // What the tile shows, in one word: if that is the same, it is not drawn again.
    const look = `${i} ${kind} ${agent.chatting} ${agent.invited} ${agent.capacity} ${waits > waitsLong ? minutes : -1} ${isSelected} ${isHover} ${now.current.watched.has(agent.id)} ${isRaised} ${agent.name}`
    if (now.current.drawnAt.get(agent.id) === look) return
    now.current.drawnAt.set(agent.id, look)
    const from = at[i]!, x = isRight ? width - from - w : from
    const [soft, strong] = fill[kind]
    // Along the line of reading: so far from where a tile begins, something so long.
    const along = (start: number, length = 0) => isRight ? x + w - start - length : x + start
    const write = (text: string, start: number, top: number) => { pen.textAlign = isRight ? 'right' : 'left'; pen.fillText(text, along(start), top) }
    pen.direction = 'inherit'
    pen.clearRect(x - 2, y - 2, w + 4, h + 4)
    pen.fillStyle = waits > waitsLong ? palette['bad-soft']! : palette[soft]!
    pen.beginPath(); pen.roundRect(x, y, w, h, 4); pen.fill()
    pen.lineWidth = isSelected ? 2 : 1
    pen.strokeStyle = isSelected ? palette.text! : isHover ? palette['text-2']! : waits > waitsLong ? palette.bad! : palette.line!
    pen.beginPath(); pen.roundRect(x + .5, y + .5, w - 1, h - 1, 4); pen.stroke()
    // Load: a bar of as many pieces as there may be conversations.
    const capacity = Math.max(1, agent.capacity), piece = (w - 8 - (capacity - 1) * 2) / capacity
    for (let n = 0; n < capacity; n++) {
      const isOffered = n >= agent.chatting && n < agent.chatting + agent.invited
      pen.fillStyle = n < agent.chatting ? palette[strong]! : palette.line!
      pen.fillRect(along(4 + n * (piece + 2), piece), y + h - 6, piece, 3)
      if (isOffered) { pen.fillStyle = palette[strong]!; pen.fillRect(along(4 + n * (piece + 2), piece / 3), y + h - 6, piece / 3, 3) }
    }
    if (w >= 64) {
      pen.fillStyle = palette.text!
      pen.font = `600 12px system-ui, sans-serif`
      pen.textBaseline = 'top'
      const room = w - 12 - (minutes && waits > waitsLong ? 24 : 0) - (now.current.watched.has(agent.id) ? 14 : 0)
      write(clipped(pen, agent.name, room), 6, y + 6)
      if (h >= 44) {
        pen.fillStyle = palette['text-2']!
        pen.font = `11px system-ui, sans-serif`
        write(clipped(pen, t(`kind-${kind}`), w - 12), 6, y + 23)
      }
    } else if (w >= 40) {
      pen.fillStyle = palette.text!
      pen.font = `600 11px system-ui, sans-serif`
      pen.textBaseline = 'top'
      write(agent.name.slice(0, 2), 5, y + 4)
    }
    if (waits > waitsLong) {
      pen.fillStyle = palette.bad!
      pen.font = `700 12px system-ui, sans-serif`
      pen.textAlign = isRight ? 'left' : 'right'
      pen.textBaseline = 'top'
      pen.fillText(String(minutes), along(w - 6), y + (w >= 40 ? 6 : 4))
    }
    // A corner for a raised hand.
    if (isRaised) {
      const side = Math.min(16, h / 2)
      pen.fillStyle = palette.join!
      pen.beginPath(); pen.moveTo(along(w - side), y + h); pen.lineTo(along(w), y + h); pen.lineTo(along(w), y + h - side); pen.fill()
    }
    if (now.current.watched.has(agent.id)) {
      pen.strokeStyle = palette.watch!
      pen.setLineDash([3, 2]); pen.lineWidth = 1.5
      pen.beginPath(); pen.roundRect(x + 2.5, y + 2.5, w - 5, h - 5, 3); pen.stroke()
      pen.setLineDash([])
    }
  }

  // Of what is seen; anew: also what looks as it did.
  function draw(isAnew = false) {
    const state = now.current, pen = canvas.current?.getContext('2d')
    if (!pen) return
    if (isAnew) {
      state.top = box.current!.scrollTop
      state.drawnAt.clear()
      pen.clearRect(0, 0, state.layout.width, state.height)
      for (const head of state.layout.heads) {
        if (head.top + headHeight < state.top || head.top > state.top + state.height) continue
        pen.fillStyle = state.palette['text-2']!
        pen.font = '600 12px system-ui, sans-serif'
        pen.textBaseline = 'top'
        pen.direction = 'inherit'
        pen.textAlign = isFromRight() ? 'right' : 'left'
        pen.fillText(clipped(pen, `${head.name || t('no-team')} · ${head.n}`, state.layout.width), isFromRight() ? state.layout.width : 0, head.top - state.top + 4)
      }
    }
    state.shown.forEach((agent, i) => tile(pen, agent, i))
  }

  function fit() {
    const view = canvas.current!, state = now.current, ratio = devicePixelRatio
    if (!view || !box.current) return
    const width = box.current.clientWidth, most = Math.max(120, (box.current.parentElement?.clientHeight ?? 300) * share)
    state.layout = layOut(state.shown, state.isByTeam, width, most)
    all.current!.style.blockSize = `${Math.max(1, state.layout.height)}px`
    state.height = box.current.clientHeight
    view.width = width * ratio
    view.height = state.height * ratio
    view.style.inlineSize = `${width}px`
    view.style.blockSize = `${state.height}px`
    view.getContext('2d')!.scale(ratio, ratio)
    state.palette = colours()
    draw(true)
  }

  useEffect(fit, [shown, isByTeam])
  useEffect(() => draw(), [floor.selected, [...watched].join()])
  useEffect(() => {
    let frame = 0
    const again = () => { frame ||= requestAnimationFrame(() => { frame = 0; draw() }) }
    // What changed since the last look; all, when a minute may have passed somewhere.
    const some = () => {
      const { places, shown } = now.current, pen = canvas.current?.getContext('2d')
      for (const id of floor.changedIds) { const i = places.get(id); if (pen && i !== undefined) tile(pen, shown[i]!, i) }
      floor.changedIds.clear()
    }
    const ends = [listen('floor', some), listen('floor-selected', again)]
    const resized = new ResizeObserver(fit)
    resized.observe(box.current!)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', fit)
    const minute = setInterval(again, 5_000)
    return () => { ends.forEach(end => end()); resized.disconnect(); dark.removeEventListener('change', fit); clearInterval(minute); cancelAnimationFrame(frame) }
  }, [])

  function at(event: MouseEvent): Agent | undefined {
    const { layout: { w, h, width, rows, top }, shown } = now.current
    const from = isFromRight() ? width - event.offsetX : event.offsetX, y = event.offsetY + now.current.top
    const row = rows.find(one => y >= top[one[0]!]! && y < top[one[0]!]! + h)
    return shown[row?.[Math.floor(from / (w + gap))] ?? -1]
  }
  // Its tile is seen: of many only some are at once.
  function goTo(i: number) {
    const { layout: { h, top }, shown } = now.current, view = box.current!
    select(shown[i]?.id ?? '')
    if (i >= 0) view.scrollTop = Math.max(Math.min(view.scrollTop, top[i]!), top[i]! + h - view.clientHeight)
  }
  function walk(event: KeyboardEvent) {
    const { layout: { rows }, shown } = now.current
    const on = isFromRight() ? -1 : 1
    const along = { ArrowRight: on, ArrowLeft: -on }[event.key], across = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const here = shown.findIndex(one => one.id === floor.selected)
    if (event.key === 'Enter' && here >= 0) onOpen(shown[here]!)
    else if (along) goTo(Math.max(0, Math.min(shown.length - 1, here + along)))
    else if (across) {
      const y = rows.findIndex(row => row.includes(here)), row = rows[Math.max(0, Math.min(rows.length - 1, y + across))]
      const x = y < 0 ? 0 : rows[y]!.indexOf(here)
      goTo(row?.[Math.min(x, row.length - 1)] ?? -1)
    } else return
    event.preventDefault()
  }
  const chosen = floor.agents.get(floor.selected)
  return <div class="wall" ref={box} onScroll={() => draw(true)}><div ref={all}>
    <canvas ref={canvas} tabIndex={0} role="application" aria-label={t('wall-label', { n: shown.length })} onKeyDown={walk}
      onMouseMove={event => { const id = at(event)?.id ?? ''; if (id !== now.current.hover) { now.current.hover = id; canvas.current!.title = floor.agents.get(id)?.name ?? ''; draw() } }}
      onMouseLeave={() => { now.current.hover = ''; draw() }}
      onClick={event => { const one = at(event); if (one) select(one.id) }} onDblClick={event => { const one = at(event); if (one) onOpen(one) }} /></div>
    <p class="hide" aria-live="polite">{chosen ? `${chosen.name}, ${t(`kind-${kindOf(chosen)}`)}, ${t('n-of', { n: chosen.chatting, of: chosen.capacity })}` : ''}</p>
  </div>
}

function clipped(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text
  let cut = text
  while (cut && pen.measureText(cut + '…').width > room) cut = cut.slice(0, -1)
  return cut + '…'
}
