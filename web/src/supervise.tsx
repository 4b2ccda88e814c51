// supervise.tsx - the supervisor's views: the wall with what is watched beside it, queues, panes.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Conversation } from './conversation'
import { cancelOrder, enterSession, floor, lookOn, order, orders, runningOf, select, type Agent } from './floor'
import { desk, inOrder, look, phoneOf, type Session } from './model'
import { provide } from './keys'
import { kept, keep } from './kept'
import { Icon } from './icons'
import { Needs } from './needs'
import { Lasting, Skeleton } from './parts'
import { asSpan, Bar, Plot, Share } from './plots'
import { raisedBy, type Folder } from './supervision'
import { countBy, skillsOf, TeamChips, teamsOf, ThingOrder } from './teams'
import { changed, useSeconds, useTopic } from './topics'
import { toast } from './views'
import { span } from './time'
import { kindOf, Wall, waitsFor, waitsLong, type Kind } from './wall'
import { t, type Word } from './words/later'
import type { Json } from './api'

export function Supervise({ view }: { view: string, id: string }) {
  useEffect(lookOn, [])
  if (view === 'queues') return <Queues />
  if (view === 'panes') return <Panes />
  if (view === 'hands') return <Needs />
  return <Overview />
}

const watchedSessions = () => inOrder().filter(one => one.isLive && one.state !== 'Invited')

// --- the wall
const kinds: Kind[] = ['free', 'busy', 'full', 'away', 'out']

function Overview() {
  // Once a second is enough for what is counted; the tiles and rows draw themselves.
  useTopic('floor-shape', 'floor-selected', 'sessions', 'hands')
  useSeconds()
  const [only, setOnly] = useState<Kind | 'waits' | 'hand' | ''>('')
  const [wantedTeam, setTeam] = useState(kept('team', '')), [wantsTeams, setTeams] = useState(kept('by-team', true))
  const team = floor.teams.includes(wantedTeam) ? wantedTeam : '', isByTeam = wantsTeams && !team && floor.teams.length > 0
  const teamNow = useRef(team)   // a key that comes before the next drawing counts from here
  teamNow.current = team
  const pickTeam = (name: string) => { teamNow.current = name; setTeam(name); keep('team', name) }
  const sessions = watchedSessions()
  const teamed = useMemo(() => team ? floor.order.filter(one => one.teams.includes(team)) : floor.order, [floor.order, team])
  const shown = useSame(only === '' ? teamed : teamed.filter(one => only === 'waits' ? waitsFor(one) > waitsLong : only === 'hand' ? raisedBy(one.id) : kindOf(one) === only))
  const grouped = useMemo(() => isByTeam ? byTeam(shown) : shown, [shown, isByTeam])
  const watched = new Set(floor.order.filter(one => orders.has(one.id) || sessions.some(s => s.participants.some(p => p.path === `/users/${one.id}`))).map(one => one.id))
  const beside = sessions.find(one => one.id === desk.selected) ?? sessions[0]
  useEffect(() => provide('wall', wallCommands), [])
  useEffect(() => provide('teams', () => teamCommands(teamNow.current, pickTeam)), [])
  useEffect(() => { if (beside && desk.selected !== beside.id) look(beside.id) }, [beside?.id])
  useEffect(() => () => look(''), [])
  const chosen = floor.agents.get(floor.selected)
  const counts: Record<string, number> = {}
  for (const one of teamed) {
    const kind = kindOf(one)
    counts[kind] = (counts[kind] ?? 0) + 1
    if (waitsFor(one) > waitsLong) counts.waits = (counts.waits ?? 0) + 1
    if (raisedBy(one.id)) counts.hand = (counts.hand ?? 0) + 1
  }
  return <main class={`overview ${beside || chosen ? 'beside' : ''}`}>
    <h1 class="hide">{t('go-wall')}</h1>
    <div class="floor">
      <QueueStrip />
      <TeamChips team={team} onTeam={pickTeam} isByTeam={isByTeam} onByTeam={is => { setTeams(is); keep('by-team', is) }} />
      <div class="legend" role="group" aria-label={t('legend')}>
        <button class="quiet" aria-pressed={only === ''} onClick={() => setOnly('')}>{t('all')} <b class="num">{teamed.length}</b></button>
        {kinds.map(kind => <button key={kind} class="quiet" aria-pressed={only === kind} onClick={() => setOnly(only === kind ? '' : kind)}>
          <i class={`dot kind-${kind}`} aria-hidden="true" />{t(`kind-${kind}`)} <b class="num">{counts[kind] ?? 0}</b></button>)}
        <button class="quiet" aria-pressed={only === 'waits'} onClick={() => setOnly(only === 'waits' ? '' : 'waits')}>
          <i class="dot kind-waits" aria-hidden="true" />{t('waits-long')} <b class="num">{counts.waits ?? 0}</b></button>
        <button class="quiet" aria-pressed={only === 'hand'} onClick={() => setOnly(only === 'hand' ? '' : 'hand')}>
          <i class="dot kind-hand" aria-hidden="true" />{t('hand-up')} <b class="num">{counts.hand ?? 0}</b></button>
      </div>
      {floor.isRead ? <><Wall shown={grouped} isByTeam={isByTeam} watched={watched} onOpen={agent => void watch(agent, 'all')} />
        {!floor.selected && !sessions.length && <p class="mark-m second">{t('mark-m', { name: shown.find(one => kindOf(one) !== 'out')?.name ?? '' })} <kbd>M</kbd></p>}
        <AgentTable shown={shown} /></> : <Skeleton lines={8} />}
    </div>
    {(beside || chosen) && <div class="besides">
      {chosen && <AgentCard agent={chosen} key={chosen.id} />}
      {sessions.length > 1 && <div class="tabs" role="tablist" aria-label={t('watched')}>{sessions.map(one => <button key={one.id} role="tab" aria-selected={one === beside} class="quiet" onClick={() => look(one.id)}>
        <span>{one.agent && one.agent !== one.title ? <><b>{one.agent}</b> · </> : ''}{one.title}</span>{one.unread > 0 && <span class="count">{one.unread}</span>}</button>)}</div>}
      {beside ? <Conversation session={beside} key={beside.id} pane={1} /> : <div class="conversation nothing"><p class="second">{chosen && orders.has(chosen.id) ? t('waits-for-next', { name: chosen.name }) : t('nothing-watched')}</p></div>}
    </div>}
  </main>
}

// Who is in no team comes last.
const byTeam = (order: Agent[]) => [...order].sort((a, b) => a.team === b.team ? 0 : !a.team ? 1 : !b.team ? -1 : a.team < b.team ? -1 : 1)

// The list of before, as long as the same are in it: what is drawn from it stays.
function useSame(list: Agent[]): Agent[] {
  const before = useRef(list)
  if (before.current.length !== list.length || before.current.some((one, i) => one !== list[i])) before.current = list
  return before.current
}

function teamCommands(team: string, pick: (team: string) => void) {
  const all = ['', ...floor.teams], at = all.indexOf(team), next = (by: number) => all[(at + by + all.length) % all.length]!
  const can = () => floor.teams.length > 0
  return [
    { id: 'team-next', key: '.', word: 'team-next' as const, can, run: () => pick(next(1)) },
    { id: 'team-before', key: ',', word: 'team-before' as const, can, run: () => pick(next(-1)) },
  ]
}

// All from now on, and what runs already; the agent is told nothing of it.
async function watch(agent: Agent, which: 'all' | 'next') {
  select(agent.id)
  const why = await order(agent, which)
  if (why) { toast(t('not-done', { what: t('watch'), why }), 'bad'); return }
  const running = which === 'all' ? await runningOf(agent.id) : []
  let entered = 0
  for (const one of running) if (await enterSession(agent.id, one.id)) entered++
  toast(entered ? t('watching-now', { name: agent.name, n: entered }) : t(which === 'all' ? 'watching-all' : 'watching-next', { name: agent.name }))
}

function wallCommands() {
  const chosen = () => floor.agents.get(floor.selected) ?? floor.order.find(one => kindOf(one) !== 'out')
  const values = { name: chosen()?.name ?? '' }
  return [
    { id: 'watch', key: 'm', word: 'watch' as const, values, can: () => !!chosen(), run: () => void watch(chosen()!, 'all') },
    { id: 'watch-next', key: 'n', word: 'watch-next' as const, values, can: () => !!chosen(), run: () => void watch(chosen()!, 'next') },
    { id: 'watch-no-more', word: 'watch-no-more' as const, values, can: () => !!chosen() && orders.has(chosen()!.id), run: () => void cancelOrder(chosen()!) },
  ]
}

function AgentCard({ agent }: { agent: Agent }) {
  useTopic('floor', 'sessions')
  const [running, setRunning] = useState<Json[] | null>(null)
  useEffect(() => { void runningOf(agent.id).then(setRunning) }, [agent.chatting])
  const has = orders.get(agent.id)
  // What is watched already stands below, by name.
  const unseen = (running ?? []).filter(one => !desk.sessions.get(one.id)?.isLive)
  return <section class="agentcard" aria-label={agent.name}>
    <div class="row"><h2 class="grow">{agent.name} <span class="second">{t(`kind-${kindOf(agent)}`)}{agent.reason ? `, ${agent.reason}` : ''}{agent.stateSince > 0 && <> · <Lasting since={agent.stateSince} /></>}</span></h2>
      <button class="quiet" aria-label={t('close')} onClick={() => select('')}>✕</button></div>
    <div class="row wrap">
      {has ? <><span class="badge monitor">{t(has === 'all' ? 'order-all' : 'order-next')}</span><button onClick={() => void cancelOrder(agent)}>{t('watch-no-more')}</button></>
        : <><button class="primary" onClick={() => void watch(agent, 'all')}>{t('watch')} <kbd>M</kbd></button><button onClick={() => void watch(agent, 'next')}>{t('watch-next-short')} <kbd>N</kbd></button></>}
    </div>
    {unseen.length > 0 && <ul class="plain">{unseen.map(one => <li key={one.id} class="row"><span class="grow num">{phoneOf(String(one.userData?.PhoneNumber ?? one.id))}</span>
      <button class="quiet" onClick={() => void enterSession(agent.id, one.id).then(done => { if (!done) toast(t('cannot-enter'), 'bad') })}>{t('watch-this')}</button></li>)}</ul>}
  </section>
}

// --- the table: the same in words, of which only what is seen is drawn
const rowHeight = 32
type Column = 'name' | 'team' | 'state' | 'load' | 'waits'

function AgentTable({ shown }: { shown: Agent[] }) {
  useTopic('floor')
  const box = useRef<HTMLDivElement>(null)
  const [by, setBy] = useState<Column>('waits')
  const [top, setTop] = useState(0)
  const value: Record<Column, (one: Agent) => number | string> = {
    name: one => one.name, team: one => one.team || '\uffff', state: one => kinds.indexOf(kindOf(one)), load: one => -one.chatting, waits: one => one.unansweredSince || Infinity,
  }
  // The order changes once a second at most: rows that jump under the pointer are worse than rows a second late.
  const order = useRef({ at: 0, by: '' as Column | '', of: shown, sorted: shown })
  if (order.current.of !== shown || order.current.by !== by || Date.now() - order.current.at > 1_000) {
    const keyed = shown.map(one => ({ one, key: value[by](one) }))
    if (by !== 'name') keyed.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
    order.current = { at: Date.now(), by, of: shown, sorted: keyed.map(each => each.one) }
  }
  const sorted = order.current.sorted, columns: Column[] = floor.teams.length ? ['name', 'team', 'state', 'load', 'waits'] : ['name', 'state', 'load', 'waits']
  const first = Math.max(0, Math.floor(top / rowHeight) - 4), last = Math.min(sorted.length, first + 40)
  return <div class="agents" ref={box} onScroll={event => setTop(event.currentTarget.scrollTop)} tabIndex={0} role="region" aria-label={t('agents')}>
    <table aria-rowcount={sorted.length + 1}>
      <thead><tr>{columns.map(one => <th key={one} aria-sort={by === one ? 'ascending' : undefined}><button class="quiet" onClick={() => setBy(one)}>{t(`col-${one}`)}</button></th>)}</tr></thead>
      <tbody>
        {first > 0 && <tr style={{ blockSize: `${first * rowHeight}px` }} />}
        {sorted.slice(first, last).map((one, i) => <tr key={one.id} aria-rowindex={first + i + 2} aria-selected={floor.selected === one.id} onClick={() => select(one.id)}>
          <th scope="row"><button class="quiet" onClick={() => select(one.id)}>{one.name}</button>{raisedBy(one.id) && <a class="handup" href="#/hands" title={t('hand-up')}><Icon name="hand" /><span class="hide">{t('hand-up')}</span></a>}</th>
          {floor.teams.length > 0 && <td dir="auto"><span class="clip">{one.team}</span></td>}
          <td><i class={`dot kind-${kindOf(one)}`} aria-hidden="true" /> {t(`kind-${kindOf(one)}`)} {one.stateSince > 0 && <span class="second num">{span(Date.now() - one.stateSince)}</span>}</td>
          <td class="num">{t('n-of', { n: one.chatting, of: one.capacity })}{one.invited > 0 && <span class="second"> +{one.invited}</span>}</td>
          <td class={`num ${waitsFor(one) > waitsLong ? 'trouble' : ''}`}>{one.unansweredSince ? span(waitsFor(one)) : '–'}</td></tr>)}
        {last < sorted.length && <tr style={{ blockSize: `${(sorted.length - last) * rowHeight}px` }} />}
      </tbody>
    </table>
  </div>
}

// --- queues
const levelOf = (accepted: number, within: number) => accepted ? `${Math.round(within / accepted * 100)} %` : '–'

function QueueStrip() {
  useSeconds()
  return <div class="queues">{floor.queues.map(one => <a key={one.name} href="#/queues" class={one.oldestSince && Date.now() - one.oldestSince > floor.serviceLevel ? 'queue late' : 'queue'}>
    <b>{one.name}</b><span><b class="num big">{one.waiting}</b> {t('waiting')}</span>
    <span class="num">{one.oldestSince ? t('oldest', { span: span(Date.now() - one.oldestSince) }) : t('nobody-waits')}</span>
    <span class="num">{levelOf(one.offeredToday, one.withinToday)} <span class="second">{t('within', { s: floor.serviceLevel / 1000 })}</span></span></a>)}</div>
}

// Every whole minute of the last hour has a place, also those in which nothing was; the running one would look like a fall.
const lastMinute = () => Math.floor((Date.now() - desk.skew) / 60_000) - 1
function hour(last: number, value: (m: readonly number[]) => number | null, none: number | null = 0): (number | null)[] {
  const by = new Map(floor.minutes.map(one => [one[0], one]))
  const first = floor.minutes[0]?.[0] ?? Infinity   // before it nobody counted, or there was nothing
  return Array.from({ length: 60 }, (_, i) => { const one = by.get(last - 59 + i); return one ? value(one) : last - 59 + i < first ? null : none })
}

const goodLevel = 0.8   // of all that were offered; below it the bar is red

function Queues() {
  useTopic('floor', 'floor-selected')
  useSeconds()
  const agents = floor.order
  const sum = (value: (one: Agent) => number) => agents.reduce((all, one) => all + value(one), 0)
  const waiting = floor.queues.reduce((all, one) => all + one.waiting, 0), last = lastMinute()
  return <main class="page">
    <h1>{t('go-queues')}</h1>
    <div class="plots">
      <Bar label={t('plot-sessions')} parts={[{ word: t('waiting'), n: waiting, kind: 'kind-waits' }, { word: t('part-invited'), n: sum(one => one.invited), kind: 'kind-away' }, { word: t('part-chatting'), n: sum(one => one.chatting), kind: 'kind-busy' }]} />
      <Plot label={t('plot-waited')} last={last} values={hour(last, m => m[3]! ? m[4]! / m[3]! : null, null)} limit={floor.serviceLevel} format={asSpan} />
      <Plot label={t('plot-in')} last={last} values={hour(last, m => m[1]!)} />
      <Plot label={t('plot-out')} last={last} values={hour(last, m => m[2]!)} />
    </div>
    {floor.isRead ? <div class="scrolls" tabIndex={0} role="region" aria-label={t('go-queues')}><table><thead><tr><th>{t('queue')}</th><th>{t('number')}</th><th>{t('waiting')}</th><th>{t('oldest-col')}</th><th>{t('offered-today')}</th><th>{t('accepted-today')}</th><th>{t('within', { s: floor.serviceLevel / 1000 })}</th><th>{t('watch-col')}</th></tr></thead>
      <tbody>{floor.queues.map(one => <tr key={one.name}><th scope="row">{one.name}</th><td class="num">{one.number}</td><td class="num">{one.waiting}</td>
        <td class={`num ${one.oldestSince && Date.now() - one.oldestSince > floor.serviceLevel ? 'trouble' : ''}`}>{one.oldestSince ? span(Date.now() - one.oldestSince) : '–'}</td>
        <td class="num">{one.offeredToday}</td><td class="num">{one.acceptedToday}</td>
        <td class="num">{one.offeredToday > 0 && <Share part={one.withinToday / one.offeredToday} limit={goodLevel} />}{levelOf(one.offeredToday, one.withinToday)}</td>
        <td><ThingOrder folder="queues" name={one.name} /></td></tr>)}</tbody></table></div> : <Skeleton />}
    <p class="second">{t('today-since')}</p>
    <Things folder="groups" names={floor.teams} of={teamsOf} title="teams" name="team" />
    <Things folder="skills" names={floor.skills} of={skillsOf} title="skills" name="skill" />
  </main>
}

// Teams and skills: the same in short, and a standing order on each.
function Things({ folder, names, of, title, name }: { folder: Folder, names: string[], of: (agent: Agent) => string[], title: Word, name: Word }) {
  if (!names.length) return null
  const counts = countBy(of)
  return <><h2>{t(title)}</h2>
    <div class="scrolls things" tabIndex={0} role="region" aria-label={t(title)}><table><thead><tr><th>{t(name)}</th><th>{t('signed-in')}</th><th>{t('kind-free')}</th><th>{t('col-load')}</th><th>{t('col-waits')}</th><th>{t('watch-col')}</th></tr></thead>
      <tbody>{names.map(one => { const count = counts.get(one)!, waits = count.oldest ? Date.now() - count.oldest : 0
        return <tr key={one}><th scope="row" dir="auto">{one}</th><td class="num">{t('n-of', { n: count.in, of: count.all })}</td><td class="num">{count.free}</td><td class="num">{count.chatting}</td>
          <td class={`num ${waits > waitsLong ? 'trouble' : ''}`}>{waits ? span(waits) : '–'}</td><td><ThingOrder folder={folder} name={one} /></td></tr> })}</tbody></table></div></>
}

// --- panes: several conversations live, each with its own mode
const numbers = [1, 2, 4, 6]

function Panes() {
  useTopic('sessions')
  const [n, setN] = useState(kept('panes', 2))
  const all = watchedSessions()
  const shown = all.slice(0, n)
  useEffect(() => provide('panes', () => Array.from({ length: n }, (_, i) => ({ id: `pane ${i + 1}`, key: String(i + 1), word: 'pane' as Word, values: { n: i + 1 }, can: () => !!watchedSessions()[i], run: () => { look(watchedSessions()[i]!.id); changed('sessions') } }))), [n])
  useEffect(() => () => look(''), [])
  return <main class="panes">
    <div class="row panebar"><h1 class="grow">{t('go-panes')}</h1><div role="group" aria-label={t('how-many')} class="row">{numbers.map(one => <button key={one} class="quiet" aria-pressed={n === one} onClick={() => { setN(one); keep('panes', one) }}>{one}</button>)}</div></div>
    {shown.length === 0 ? <div class="nothing grow"><div><p class="big">{t('nothing-watched')}</p><p><a class="button" href="#/wall">{t('go-wall')}</a></p></div></div>
      : <div class={`panegrid of${Math.min(n, Math.max(1, shown.length))}`}>{shown.map((one: Session, i) => <div key={one.id} class={`pane ${desk.selected === one.id ? 'chosen' : ''}`} onFocusCapture={() => { if (desk.selected !== one.id) look(one.id) }} onMouseDown={() => { if (desk.selected !== one.id) look(one.id) }}>
        <Conversation session={one} pane={i + 1} /></div>)}</div>}
  </main>
}
