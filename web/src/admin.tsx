// admin.tsx - for administrators: users, queues and numbers, what agents choose from, rules, links; assignments.tsx has
// teams and skills. What is done counts at once.
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { get, post, put, remove, type Answer, type Json } from './api'
import { desk } from './model'
import { Dialog, Skeleton } from './parts'
import { asCsv, columns, plan, type Planned } from './users-csv'
import { useTopic } from './topics'
import { confirmed, toast } from './views'
import { Assignments } from './assignments'
import { wholeList } from './lists'
import { a, type AdminWord } from './words/admin'
import { t } from './words'

const roles: AdminWord[] = ['ROLE_AGENT', 'ROLE_SUPERVISOR', 'ROLE_ADMIN', 'ROLE_AUDITOR', 'ROLE_INTEGRATOR']
const variables = ['{{customer.firstName}}', '{{customer.lastName}}', '{{customer.phone}}', '{{agent.nickname}}', '{{agent.firstName}}', '{{agent.lastName}}', '{{centre.number}}', '{{data.KEY}}']

// --- one kind of thing: how it is listed and asked for
interface Field { key: string, word: AdminWord, kind?: 'text' | 'area' | 'password' | 'flag' | 'roles' | 'link' | 'whose' | 'looks', isFixed?: boolean, most?: number, isOptional?: boolean, otherwise?: unknown, hint?: () => string }
interface Kind {
  id: AdminWord, path: string, key: string
  columns: { word: AdminWord, of: (one: Json) => ComponentChildren }[]
  fields?: Field[]
  nameOf: (one: Json) => string
  means?: AdminWord
  isChanged?: boolean      // can be changed, not only added and removed
  askRemove?: AdminWord
}
const named = (one: Json) => String(one.name)
const saysOf = (rule: Json) => rule.words ? a('saysWords', { words: rule.words.join(', '), texts: a(rule.texts) }) : rule.replyAfter ? a('saysReply', { n: rule.replyAfter }) : a('saysLost')
const kinds: Kind[] = [
  { id: 'users', path: '/users', key: 'users', nameOf: one => one.userName, isChanged: true, askRemove: 'askRemoveUser',
    columns: [{ word: 'userName', of: one => one.userName }, { word: 'name', of: one => `${one.firstName} ${one.lastName}` },
      { word: 'roles', of: one => roles.filter(role => one.roles.includes(role)).map(role => a(role)).join(', ') }, { word: 'state', of: one => one.enabled ? '' : a('disabled') }],
    fields: [{ key: 'userName', word: 'userName', isFixed: true, most: 64 }, { key: 'firstName', word: 'firstName', most: 64, isOptional: true }, { key: 'lastName', word: 'lastName', most: 64, isOptional: true },
      { key: 'roles', word: 'roles', kind: 'roles', otherwise: ['ROLE_AGENT'] }, { key: 'sms', word: 'sms', kind: 'flag', otherwise: true }, { key: 'enabled', word: 'enabled', kind: 'flag', otherwise: true },
      { key: 'password', word: 'password', kind: 'password', most: 256 }] },
  { id: 'queues', path: '/queues', key: 'queues', nameOf: named, isChanged: true,
    columns: [{ word: 'name', of: named }, { word: 'number', of: one => <span class="num">{one.phoneNumber}</span> }, { word: 'link', of: one => one.linkName }],
    fields: [{ key: 'name', word: 'name', isFixed: true, most: 64 }, { key: 'phoneNumber', word: 'number', most: 20 }, { key: 'linkName', word: 'link', kind: 'link' }] },
  { id: 'responses', path: '/canned-responses', key: 'cannedResponses', nameOf: one => `/${one.name}`, isChanged: true,
    columns: [{ word: 'shortcut', of: one => `/${one.name}` }, { word: 'text', of: one => <span class="clip" dir="auto">{one.text}</span> }, { word: 'forWhom', of: one => one.queueName ?? one.groupName ?? a('everybody') }],
    fields: [{ key: 'name', word: 'shortcut', isFixed: true, most: 64 }, { key: 'text', word: 'text', kind: 'area', most: 4096, hint: () => a('variables', { list: variables.join(' ') }) }, { key: 'whose', word: 'forWhom', kind: 'whose' }] },
  { id: 'dispositions', path: '/dispositions', key: 'dispositions', nameOf: named, columns: [{ word: 'name', of: named }], fields: [{ key: 'name', word: 'name', most: 64 }] },
  { id: 'reasons', path: '/not-ready-reasons', key: 'notReadyReasons', nameOf: named, columns: [{ word: 'name', of: named }], fields: [{ key: 'name', word: 'name', most: 64 }] },
  { id: 'rules', path: '/rules', key: 'rules', nameOf: named, isChanged: true, means: 'rulesMean',
    columns: [{ word: 'name', of: named }, { word: 'looksFor', of: one => <span class="clip" dir="auto">{saysOf(one)}</span> }],
    fields: [{ key: 'name', word: 'name', isFixed: true, most: 64 }, { key: 'looks', word: 'looksFor', kind: 'looks' }] },
  { id: 'links', path: '/links', key: 'links', nameOf: named,
    columns: [{ word: 'name', of: named }, { word: 'state', of: one => <><i class={`dot ${one.isUp ? 'kind-free' : 'kind-waits'}`} aria-hidden="true" /> {a(one.isUp ? 'up' : 'down')}</> }, { word: 'unsent', of: one => <span class="num">{one.unsent}</span> }] },
]

const whyOf = (answer: Answer) => answer.lost ? t('no-server') : answer.message
const shownAtOnce = 200, lookAgain = 5_000

const tabs: AdminWord[] = kinds.flatMap(one => one.id === 'users' ? [one.id, 'assignments' as const] : [one.id])

export function Admin({ id }: { id: string }) {
  useTopic('language')
  const isTeams = id === 'assignments', kind = kinds.find(one => one.id === id) ?? kinds[0]!
  return <main class="page admin">
    <h1>{t('go-admin')}</h1>
    <nav class="tabs" aria-label={t('go-admin')}>{tabs.map(one => <a key={one} class="button" href={`#/admin/${one}`} aria-current={one === (isTeams ? id : kind.id) ? 'page' : undefined}>{a(one)}</a>)}</nav>
    {isTeams ? <Assignments /> : <List kind={kind} key={kind.id} />}
  </main>
}

function List({ kind }: { kind: Kind }) {
  const [all, setAll] = useState<Json[] | null>(null)
  const [isBroken, setBroken] = useState(false)
  const [wanted, want] = useState('')
  const [open, setOpen] = useState<null | 'import' | Json>(null)
  const isThere = useRef(true)
  async function read() {
    const found = await wholeList(kind.path, kind.key)
    if (!isThere.current) return
    setBroken(!found)
    if (found) setAll(found)
  }
  useEffect(() => {
    void read()
    // How links are changes by itself.
    const timer = kind.fields ? 0 : window.setInterval(() => void read(), lookAgain)
    return () => { isThere.current = false; clearInterval(timer) }
  }, [])
  const found = useMemo(() => (all ?? []).filter(one => JSON.stringify([kind.nameOf(one), one.firstName, one.lastName, one.phoneNumber, one.text, one.words]).toLowerCase().includes(wanted.toLowerCase())), [all, wanted])
  const said = (answer: Answer, word: AdminWord, name: string) => toast(answer.ok ? a(word, { name }) : a('notDone', { why: whyOf(answer) }), answer.ok ? 'good' : 'bad')
  const drop = (one: Json) => confirmed({ text: a(kind.askRemove ?? 'askRemove', { name: kind.nameOf(one) }), yes: a('remove'), isLoud: true, run: async () => {
    said(await remove(one.path), 'removed', kind.nameOf(one))
    await read()
  } })
  return <section aria-label={a(kind.id)}>
    <div class="row wrap">
      {kind.fields && <button class="primary" onClick={() => setOpen({})}>{a('add')}</button>}
      {kind.id === 'users' && <><button onClick={() => setOpen('import')}>{a('import')}</button><button disabled={!all} onClick={() => save(asCsv(all!), 'users.csv')}>{a('export')}</button></>}
      <span class="space" />
      {kind.fields && <input type="search" aria-label={a('find')} placeholder={a('find')} value={wanted} onInput={event => want(event.currentTarget.value)} />}
    </div>
    {isBroken && <p class="trouble" role="alert">{a('broken')} <button class="quiet" onClick={() => void read()}>{a('again')}</button></p>}
    {!all ? !isBroken && <Skeleton lines={8} /> : !found.length ? <p class="quietly">{a(all.length ? 'nothing' : 'none')}</p>
      : <div class="scrolls" tabIndex={0} role="group" aria-label={a(kind.id)}><table>
        <thead><tr>{kind.columns.map(one => <th key={one.word} scope="col">{a(one.word)}</th>)}{kind.fields && <th scope="col"><span class="hide">{a('edit')}</span></th>}</tr></thead>
        <tbody>{found.slice(0, shownAtOnce).map(one => <tr key={one.id ?? one.name}>
          {kind.columns.map((column, i) => i ? <td key={column.word}>{column.of(one)}</td> : <th key={column.word} scope="row" dir="auto">{column.of(one)}</th>)}
          {kind.fields && <td class="deeds">
            {kind.isChanged && <button class="quiet" aria-label={`${a('edit')}: ${kind.nameOf(one)}`} onClick={() => setOpen(one)}>{a('edit')}</button>}
            {one.id !== desk.me!.id && <button class="quiet" aria-label={`${a('remove')}: ${kind.nameOf(one)}`} onClick={() => drop(one)}>{a('remove')}</button>}</td>}
        </tr>)}</tbody></table></div>}
    {found.length > shownAtOnce && <p class="second">{a('more', { n: found.length - shownAtOnce })}</p>}
    {kind.means && <p class="second">{a(kind.means)}</p>}
    {kind.fields && kind.id !== 'users' && <p class="second">{a('fileWins')}</p>}
    {open === 'import' ? <Import users={all ?? []} onClose={() => { setOpen(null); void read() }} />
      : open && <Form kind={kind} before={open.path ? open : null} onClose={() => setOpen(null)} onSaved={(answer, name) => { setOpen(null); said(answer, 'saved', name); void read() }} />}
  </section>
}

// --- one of them
function Form({ kind, before, onClose, onSaved }: { kind: Kind, before: Json | null, onClose: () => void, onSaved: (answer: Answer, name: string) => void }) {
  const [why, setWhy] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [links, setLinks] = useState<string[]>([])
  const [queues, setQueues] = useState<string[]>([])
  useEffect(() => {
    if (kind.id === 'queues') void get('/links').then(answer => { if (answer.ok) setLinks(answer.body.links.map(named)) })
    if (kind.id === 'responses') void get('/queues?fields=name').then(answer => { if (answer.ok) setQueues(answer.body.queues.map(named)) })
  }, [])
  async function send(event: Event) {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement), text = (key: string) => String(form.get(key) ?? '').trim()
    const body: Json = {}
    for (const field of kind.fields!) {
      if (before && field.isFixed) continue
      if (field.kind === 'flag') body[field.key] = form.has(field.key)
      else if (field.kind === 'roles') body.roles = form.getAll('roles')
      else if (field.kind === 'whose') Object.assign(body, whose(text('whose'), text('groupName')))
      else if (field.kind === 'looks') Object.assign(body, looks(text))
      else if (field.kind !== 'password') body[field.key] = text(field.key) || (field.isOptional ? null : '')
    }
    const password = String(form.get('password') ?? ''), first = password ? { password, changePasswordOnFirstLogin: form.has('mustChange') } : {}
    // One's own roles and sign-in are somebody else's to change.
    if (before?.id === desk.me!.id) { delete body.roles; delete body.enabled }
    setBusy(true)
    let answer = before ? await put(before.path, body) : await post(kind.path, { ...body, ...first })
    if (answer.ok && before && password) answer = await put(before.path, first)
    setBusy(false)
    if (answer.ok) onSaved(answer, before ? kind.nameOf(before) : body.userName ?? body.name)
    else setWhy(a('notDone', { why: whyOf(answer) }))
  }
  const title = before ? `${a('edit')}: ${kind.nameOf(before)}` : `${a(kind.id)}: ${a('add')}`
  return <Dialog label={title} onClose={onClose}>
    <form onSubmit={event => void send(event)}>
      <h2>{title}</h2>
      {kind.fields!.filter(field => !(before && field.isFixed)).map((field, i) => <Input key={field.key} field={field} before={before} isFirst={i === 0} links={links} queues={queues} />)}
      {why && <p class="trouble" role="alert">{why}</p>}
      <div class="row end"><button type="button" onClick={onClose}>{a('cancel')}</button><button class="primary" disabled={isBusy}>{a('save')}</button></div>
    </form>
  </Dialog>
}

const whose = (which: string, group: string) => which === 'group' ? { groupName: group } : which.startsWith('q ') ? { queueName: which.slice(2) } : { groupName: null, queueName: null }

// What a rule looks for: one of three.
const looks = (text: (key: string) => string): Json => ({
  words: () => ({ words: text('words').split('\n').map(one => one.trim()).filter(Boolean), texts: text('texts') }),
  reply: () => ({ replyAfter: Number(text('replyAfter')) }),
  lost: () => ({ undelivered: true }),
})[text('looks') as 'words']()

function Looks({ before }: { before: Json | null }) {
  const [which, setWhich] = useState(before?.replyAfter ? 'reply' : before?.undelivered ? 'lost' : 'words')
  return <><label class="stack">{a('looksFor')}<select name="looks" value={which} onChange={event => setWhich(event.currentTarget.value)}>
    <option value="words">{a('looksWords')}</option><option value="reply">{a('looksReply')}</option><option value="lost">{a('looksLost')}</option></select></label>
    {which === 'words' && <><label class="stack">{a('words')}<textarea name="words" rows={4} required dir="auto" defaultValue={(before?.words ?? []).join('\n')} /></label>
      <label class="stack">{a('texts')}<select name="texts">{(['customer', 'agent', 'both'] as const).map(one => <option key={one} value={one} selected={one === (before?.texts ?? 'customer')}>{a(one)}</option>)}</select></label></>}
    {which === 'reply' && <label class="stack">{a('replyAfter')}<input name="replyAfter" type="number" min={1} max={86_400} required defaultValue={String(before?.replyAfter ?? 120)} /></label>}</>
}

function Input({ field, before, isFirst, links, queues }: { field: Field, before: Json | null, isFirst: boolean, links: string[], queues: string[] }) {
  const now = before ? before[field.key] : field.otherwise
  const first = (one: HTMLElement | null) => { if (isFirst && one && !one.dataset.seen) { one.dataset.seen = '1'; one.focus() } }
  const [which, setWhich] = useState(before?.groupName ? 'group' : before?.queueName ? `q ${before.queueName}` : '')
  const isOwn = before?.id === desk.me!.id
  switch (field.kind) {
    case 'flag': return <label class="check"><input type="checkbox" name={field.key} defaultChecked={!!now} disabled={isOwn && field.key === 'enabled'} /> {a(field.word)}</label>
    case 'roles': return <fieldset class="stack"><legend>{a('roles')}</legend>{roles.map(role =>
      <label class="check" key={role}><input type="checkbox" name="roles" value={role} defaultChecked={(now as string[]).includes(role)} disabled={isOwn} /> {a(role)}</label>)}</fieldset>
    case 'looks': return <Looks before={before} />
    case 'area': return <label class="stack">{a(field.word)}<textarea name={field.key} rows={4} required maxLength={field.most} dir="auto" defaultValue={String(now ?? '')} ref={first} />{field.hint && <span class="second">{field.hint()}</span>}</label>
    case 'password': return isOwn ? null : <><label class="stack">{a(before ? 'newPassword' : 'password')}<input type="password" name="password" autocomplete="new-password" minLength={8} maxLength={field.most} required={!before} placeholder={before ? a('leaveEmpty') : ''} /></label>
      <label class="check"><input type="checkbox" name="mustChange" defaultChecked /> {a('mustChange')}</label></>
    case 'link': return <label class="stack">{a(field.word)}<select name={field.key} required key={links.length}>{links.map(one => <option key={one} selected={one === now}>{one}</option>)}</select></label>
    case 'whose': return <><label class="stack">{a(field.word)}<select name="whose" value={which} key={queues.length} onChange={event => setWhich(event.currentTarget.value)}>
      <option value="">{a('everybody')}</option>{queues.map(one => <option key={one} value={`q ${one}`}>{a('queue')}: {one}</option>)}<option value="group">{a('group')}</option></select></label>
      {which === 'group' && <label class="stack">{a('group')}<input name="groupName" required maxLength={64} defaultValue={before?.groupName ?? ''} /></label>}</>
  }
  return <label class="stack">{a(field.word)}<input name={field.key} required={!field.isOptional} maxLength={field.most} autocomplete="off" defaultValue={String(now ?? '')} ref={first} /></label>
}

// --- many users at once: first what would be done, then, if one wants, it is
const bytesMost = 10 * 1024 * 1024, tellMost = 100

function save(text: string, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
}

function Import({ users, onClose }: { users: Json[], onClose: () => void }) {
  const [planned, setPlanned] = useState<Planned[] | null>(null)
  const [why, setWhy] = useState('')
  const [at, setAt] = useState<number | null>(null)
  const [failed, setFailed] = useState<{ line: number, name: string, why: string }[]>([])
  const [isOver, setOver] = useState(false)
  const isStopped = useRef(false)
  useEffect(() => () => { isStopped.current = true }, [])
  async function take(file: File | undefined) {
    setPlanned(null); setWhy('')
    if (!file) return
    if (file.size > bytesMost) { setWhy(a('tooLarge')); return }
    try {
      const found = plan(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()), users, desk.me!.userName)
      if (found === 'noColumn') setWhy(a('noColumn'))
      else if (typeof found === 'number') setWhy(a('brokenQuote', { line: String(found) }))
      else setPlanned(found)
    } catch { setWhy(a('notUtf8')) }
  }
  const count = (kind: Planned['kind']) => planned!.filter(one => one.kind === kind).length
  const todo = (planned ?? []).filter(one => one.requests.length)
  async function run() {
    const wrong: typeof failed = []
    for (let i = 0; i < todo.length && !isStopped.current; i++) {
      setAt(i)
      for (const { method, path, body } of todo[i]!.requests) {
        const answer = method === 'POST' ? await post(path, body) : await put(path, body)
        if (answer.ok) continue
        wrong.push({ line: todo[i]!.line, name: todo[i]!.name, why: whyOf(answer) })
        setFailed([...wrong])
        break
      }
      setAt(i + 1)
    }
    setOver(true)
  }
  const isRunning = at !== null && !isOver
  return <Dialog label={a('import')} onClose={isRunning ? undefined : onClose} wide>
    <h2>{a('import')}</h2>
    {at === null && <label class="stack">{a('choose', { columns: columns.join(', ') })}<input type="file" accept=".csv,text/csv" aria-label={a('file')} onChange={event => void take(event.currentTarget.files?.[0])} /></label>}
    {why && <p class="trouble" role="alert">{why}</p>}
    {planned && at === null && <>
      <p role="status"><b>{a('plan', { add: count('add'), change: count('change'), same: count('same'), wrong: count('wrong') })}</b></p>
      <ul class="plan" tabIndex={0} aria-label={a('import')}>{planned.filter(one => one.kind !== 'same').sort((x, y) => Number(y.kind === 'wrong') - Number(x.kind === 'wrong')).slice(0, tellMost).map(one => <li key={one.line} class={one.kind}>
        <span class="second num">{a('line', { n: one.line })}</span> <b>{one.name}</b> {one.why ? a(...one.why) : one.kind === 'add' ? a('isNew') : a('isChanged', { what: one.what.join(', ') })}</li>)}</ul>
    </>}
    {at !== null && <>
      <label class="stack">{a('progress', { n: at, of: todo.length })}<progress value={at} max={todo.length} /></label>
      {isOver && <p role="status">{a('done', { n: at - failed.length, failed: failed.length })} {isStopped.current && a('stopped')}</p>}
      <ul class="plan">{failed.map(one => <li key={one.line} class="wrong"><span class="second num">{a('line', { n: one.line })}</span> <b>{one.name}</b> {one.why}</li>)}</ul>
    </>}
    <div class="row end">
      {isRunning ? <button onClick={() => { isStopped.current = true }}>{a('stop')}</button> : <button onClick={onClose}>{t('close')}</button>}
      {planned && at === null && <button class="primary" disabled={!todo.length} onClick={() => void run()}>{a('importNow', { n: todo.length })}</button>}
    </div>
  </Dialog>
}
