// assignments.tsx - who is in which team, has which skill, serves which queue: a row for each of these, and in its dialog who.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { post, remove, type Json } from './api'
import { wholeList } from './lists'
import { Dialog, Skeleton } from './parts'
import { t } from './words'
import { a, type AdminWord } from './words/admin'

// A group is one by its members and by its supervisors.
type What = 'group' | 'skill' | 'queue'
interface Thing { what: What, name: string, of: Json[] }
const whatOf = (kind: string): What => kind === 'skill' || kind === 'queue' ? kind : 'group'
const means: Record<What, AdminWord> = { group: 'groupMeans', skill: 'skillMeans', queue: 'queueMeans' }
const whats: What[] = ['group', 'skill', 'queue']
const shownAtOnce = 200

// Queues are there without anybody; groups and skills are by those who are in them.
function thingsOf(all: Json[], queues: string[]): Thing[] {
  const things = new Map(queues.map(name => [`queue ${name}`, { what: 'queue', name, of: [] } as Thing]))
  for (const one of all) {
    const what = whatOf(one.kind), key = `${what} ${one.name}`
    if (!things.has(key)) things.set(key, { what, name: one.name, of: [] })
    things.get(key)!.of.push(one)
  }
  return [...things.values()].sort((x, y) => whats.indexOf(x.what) - whats.indexOf(y.what) || x.name.localeCompare(y.name))
}

const namesOf = (of: Json[], kind?: string) => of.filter(one => !kind || one.kind === kind).map(one => String(one.userName)).sort()

function Who({ thing }: { thing: Thing }) {
  const bosses = namesOf(thing.of, 'supervisor'), others = thing.of.filter(one => one.kind !== 'supervisor')
  if (!thing.of.length) return <span class="second">{a(thing.what === 'queue' ? 'everybody' : 'nobody')}</span>
  return <span class="clip" dir="auto">{thing.what === 'skill' ? others.map(one => one.level ? `${one.userName} ${one.level}` : one.userName).sort().join(', ') : namesOf(others).join(', ')}
    {bosses.length > 0 && <span class="second">{others.length > 0 && ' · '}{a('supervisedBy', { names: bosses.join(', ') })}</span>}</span>
}

export function Assignments() {
  const [all, setAll] = useState<Json[] | null>(null)
  const [queues, setQueues] = useState<string[]>([])
  const [users, setUsers] = useState<Json[]>([])
  const [isBroken, setBroken] = useState(false)
  const [wanted, want] = useState('')
  const [open, setOpen] = useState<{ what: What, name: string } | null>(null)
  async function read() {
    const [found, there, people] = await Promise.all([wholeList('/assignments', 'assignments'), wholeList('/queues', 'queues', 'name'), wholeList('/users', 'users', 'userName,firstName,lastName')])
    setBroken(!found || !there || !people)
    if (!found || !there || !people) return
    setQueues(there.map(one => one.name))
    setUsers(people)
    setAll(found)
  }
  useEffect(() => { void read() }, [])
  const things = useMemo(() => thingsOf(all ?? [], queues), [all, queues])
  // A person's name finds all that the person is assigned to.
  const found = things.filter(one => [one.name, a(one.what), ...namesOf(one.of)].some(name => name.toLowerCase().includes(wanted.toLowerCase())))
  return <section aria-label={a('assignments')}>
    <div class="row wrap">
      <button class="primary" disabled={!all} onClick={() => setOpen({ what: 'group', name: '' })}>{a('add')}</button>
      <span class="space" />
      <input type="search" aria-label={a('find')} placeholder={a('find')} value={wanted} onInput={event => want(event.currentTarget.value)} />
    </div>
    {isBroken && <p class="trouble" role="alert">{a('broken')} <button class="quiet" onClick={() => void read()}>{a('again')}</button></p>}
    {!all ? !isBroken && <Skeleton lines={8} /> : !found.length ? <p class="quietly">{a(things.length ? 'nothing' : 'none')}</p>
      : <div class="scrolls" tabIndex={0} role="group" aria-label={a('assignments')}><table>
        <thead><tr><th scope="col">{a('name')}</th><th scope="col">{a('what')}</th><th scope="col">{a('who')}</th><th scope="col"><span class="hide">{a('edit')}</span></th></tr></thead>
        <tbody>{found.slice(0, shownAtOnce).map(one => <tr key={`${one.what} ${one.name}`}>
          <th scope="row" dir="auto">{one.name}</th><td>{a(one.what)}</td><td><Who thing={one} /></td>
          <td class="deeds"><button class="quiet" aria-label={`${a('edit')}: ${one.name}`} onClick={() => setOpen(one)}>{a('edit')}</button></td>
        </tr>)}</tbody></table></div>}
    {found.length > shownAtOnce && <p class="second">{a('more', { n: found.length - shownAtOnce })}</p>}
    <p class="second">{a('userWins')}</p>
    {open && <People first={open} things={things} users={users} onChanged={read} onClose={() => setOpen(null)} />}
  </section>
}

// Each step counts at once; the dialog stays for the next one.
function People({ first, things, users, onChanged, onClose }: { first: { what: What, name: string }, things: Thing[], users: Json[], onChanged: () => Promise<void>, onClose: () => void }) {
  const [{ what, name }, setThing] = useState(first)
  const [why, setWhy] = useState('')
  const [done, setDone] = useState('')
  const [isBusy, setBusy] = useState(false)
  const there = things.find(one => one.what === what && one.name === name)?.of ?? []
  async function change(asked: Promise<Json>, said: string): Promise<boolean> {
    setBusy(true)
    const answer = await asked
    if (answer.ok) await onChanged()
    setBusy(false)
    setWhy(answer.ok ? '' : a('notDone', { why: answer.lost ? t('no-server') : answer.message }))
    setDone(answer.ok ? said : '')
    return answer.ok
  }
  async function assign(event: Event) {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement, data = new FormData(form), text = (key: string) => String(data.get(key) ?? '').trim()
    const thing = name || text('name'), person = text('userName')
    const kind = what === 'group' ? text('as') : what
    if (!await change(post('/assignments', { userName: person, kind, name: thing, ...(what === 'skill' ? { level: Number(text('level')) } : {}) }), a('assigned', { name: person, what: thing }))) return
    setThing({ what, name: thing })
    const field = form.elements.namedItem('userName') as HTMLInputElement
    field.value = ''
    field.focus()
  }
  const title = name ? a('whoOf', { what: `${a(what)} ${name}` }) : `${a('assignments')}: ${a('add')}`
  return <Dialog label={title} onClose={onClose} wide>
    <h2>{title}</h2>
    {name && (there.length === 0 ? <p class="quietly">{a(what === 'queue' ? 'everybody' : 'nobody')}</p>
      : <ul class="plan" tabIndex={0} aria-label={title}>{[...there].sort((x, y) => x.userName.localeCompare(y.userName)).map(one => <li key={one.id} class="row">
        <span class="grow"><b>{one.userName}</b> <span class="second">{what === 'group' ? a(one.kind) : what === 'skill' ? `${a('level')} ${one.level}` : ''}</span></span>
        <button class="quiet" disabled={isBusy} aria-label={`${a('remove')}: ${one.userName}${what === 'group' ? `, ${a(one.kind)}` : ''}`} onClick={() => void change(remove(one.path), a('takenBack', { name: one.userName, what: name }))}>{a('remove')}</button></li>)}</ul>)}
    <form onSubmit={event => void assign(event)}>
      {!name && <div class="row fields"><label class="stack">{a('what')}<select value={what} onChange={event => setThing({ what: event.currentTarget.value as What, name: '' })}>
        <option value="group">{a('group')}</option><option value="skill">{a('skill')}</option></select></label>
        <label class="stack grow">{a('name')}<input name="name" required maxLength={64} autocomplete="off" ref={one => { if (one && !one.dataset.seen) { one.dataset.seen = '1'; one.focus() } }} /></label></div>}
      <div class="row fields"><label class="stack grow">{a('person')}<input name="userName" required maxLength={64} autocomplete="off" list="people" /></label>
        {what === 'group' && <label class="stack">{a('as')}<select name="as"><option value="member">{a('member')}</option><option value="supervisor">{a('supervisor')}</option></select></label>}
        {what === 'skill' && <label class="stack">{a('level')}<input name="level" type="number" min={0} max={100} defaultValue="0" /></label>}
        <button class="primary" disabled={isBusy}>{a('assign')}</button></div>
      <datalist id="people">{users.map(one => <option key={one.userName} value={one.userName}>{[one.firstName, one.lastName].filter(Boolean).join(' ')}</option>)}</datalist>
    </form>
    {why && <p class="trouble" role="alert">{why}</p>}
    <p role="status" class="good">{done}</p>
    <p class="second">{a(means[what])}</p>
    <div class="row end"><button onClick={onClose}>{a('close')}</button></div>
  </Dialog>
}
