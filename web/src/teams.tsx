// teams.tsx - the floor by teams, and standing orders on what is no single agent: a queue, a team, a skill.
import { useRef } from 'preact/hooks'
import { floor, type Agent } from './floor'
import { giveOrder, orderOn, type Folder } from './supervision'
import { useTopic } from './topics'
import { toast } from './views'
import { kindOf, waitsFor, waitsLong } from './wall'
import { t } from './words/later'

export interface Count { all: number, in: number, free: number, chatting: number, late: number, oldest: number }
const none = (): Count => ({ all: 0, in: 0, free: 0, chatting: 0, late: 0, oldest: 0 })

// Of each team, or skill, by name. Once through all agents, however many teams there are.
export function countBy(of: (agent: Agent) => string[]): Map<string, Count> {
  const counts = new Map<string, Count>()
  for (const agent of floor.order) for (const name of of(agent)) {
    const count = counts.get(name) ?? none(), kind = kindOf(agent)
    count.all++
    if (kind !== 'out') count.in++
    if (kind === 'free') count.free++
    count.chatting += agent.chatting
    if (waitsFor(agent) > waitsLong) count.late++
    if (agent.unansweredSince && (!count.oldest || agent.unansweredSince < count.oldest)) count.oldest = agent.unansweredSince
    counts.set(name, count)
  }
  return counts
}
export const teamsOf = (agent: Agent) => agent.teams
export const skillsOf = (agent: Agent) => agent.skills

// Which team is shown; each with how many are signed in, of how many, and with how many a customer waits too long.
export function TeamChips({ team, onTeam, isByTeam, onByTeam }: { team: string, onTeam: (team: string) => void, isByTeam: boolean, onByTeam: (is: boolean) => void }) {
  const shown = useRef(team)
  if (!floor.teams.length) return null
  const counts = countBy(teamsOf)
  // Two lines of them are seen at once: the one that a key chose among them.
  const showChosen = (one: HTMLElement | null) => { if (one && shown.current !== team) { shown.current = team; one.scrollIntoView({ block: 'nearest' }) } }
  return <div class="legend teams" role="group" aria-label={t('teams')}>
    <div class="legend chips"><button class="quiet" aria-pressed={team === ''} onClick={() => onTeam('')} ref={team === '' ? showChosen : undefined}>{t('all-teams')}</button>
    {floor.teams.map(name => { const count = counts.get(name) ?? none()
      return <button key={name} class="quiet" aria-pressed={team === name} ref={team === name ? showChosen : undefined} onClick={() => onTeam(team === name ? '' : name)}>
        <span dir="auto">{name}</span> <b class="num">{t('n-of', { n: count.in, of: count.all })}</b>{count.late > 0 && <span class="trouble num" title={t('waits-long')}>{count.late}<span class="hide"> {t('waits-long')}</span></span>}</button> })}</div>
    {team ? <><span class="second clip">{t('watch-team', { name: team })}</span><ThingOrder folder="groups" name={team} /></>
      : <button class="quiet" aria-pressed={isByTeam} onClick={() => onByTeam(!isByTeam)}>{t('by-team')}</button>}
  </div>
}

// A standing order: whoever has its conversations is watched in them.
export function ThingOrder({ folder, name }: { folder: Folder, name: string }) {
  useTopic('floor-selected')
  const has = orderOn(folder, name)
  const change = async (which: 'all' | 'next' | null) => {
    const answer = await giveOrder(folder, name, which)
    if (answer.ok) { if (which) toast(t(which === 'all' ? 'watching-queue' : 'watching-queue-next', { name })) }
    else toast(answer.lost ? t('no-server') : t('not-done', { what: t('watch-queue'), why: answer.code === 6 && folder === 'groups' ? t('not-your-team') : answer.message }), 'bad')
  }
  return has ? <span class="row"><span class="badge monitor">{t(has === 'all' ? 'order-all' : 'order-next')}</span><button class="quiet" aria-label={`${t('watch-no-more')}: ${name}`} onClick={() => void change(null)}>{t('watch-no-more')}</button></span>
    : <span class="row"><button class="quiet" aria-label={`${t('watch-queue')}: ${name}`} onClick={() => void change('all')}>{t('watch-queue')}</button><button class="quiet" aria-label={`${t('watch-next-short')}: ${name}`} onClick={() => void change('next')}>{t('watch-next-short')}</button></span>
}
