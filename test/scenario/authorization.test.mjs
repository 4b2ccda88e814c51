// authorization.test.mjs - who may ask for what of whom: each row of operations.def × each role × one's own, a colleague's, nobody's. What comes is said
// here by the order of checks (doc/decisions 1), from the rows' columns; a column that this file does not know fails by name.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sources } from '../../api/sources.mjs'
import { namesOf } from '../../api/openapi.mjs'
import { passwordOf, queueName } from '../lib/config.mjs'
import { request } from '../lib/rest.mjs'
import { sotto } from '../lib/server.mjs'
import { world } from '../lib/world.mjs'

const tables = sources()

const roles = {
  ana: ['agent'], ben: ['agent'], sam: ['supervisor'], ada: ['admin'], otto: ['auditor'], amy: ['agent', 'supervisor'], crm: ['integrator'],
}

// Who asks: ana owns a session, ben another one, sam watches ana's; crm is a program, which is in none and reads them all. `eve` has a cookie whose login has ended.
const askers = [...Object.keys(roles), 'nobody', 'ended login']

const has = (who, role) => roles[who]?.includes(role) ?? false

// The columns `role` and `find` of operations.def, said once more.
const mayByRole = {
  api_role_any: () => true,
  api_role_staff: who => !has(who, 'integrator'),
  api_role_staff_to_act: (who, method) => method !== 'POST' || !has(who, 'integrator'),
  api_role_staff_to_read: (who, method) => method === 'GET' ? !has(who, 'integrator') : has(who, 'admin'),
  api_role_supervisor: who => has(who, 'supervisor'),
  api_role_auditor: who => has(who, 'auditor'),
  api_role_admin: who => has(who, 'admin'),
  api_role_admin_to_change: (who, method) => method === 'GET' || has(who, 'admin'),
  api_role_to_read_user: (who, method) => method === 'GET' || has(who, 'admin'), // without subresources
}
const ofSessions = ['api_find_session', 'api_find_running']
const findsTarget = {
  api_find_nothing: () => true,
  api_find_session: (who, target) => who === 'crm' ? target !== 'unknown' : target === 'own' && ['ana', 'ben', 'sam'].includes(who),
  api_find_running: (who, target) => target === 'own' && ['ana', 'ben', 'sam'].includes(who),
  api_find_user: (who, target) => target !== 'unknown',
  api_find_channel: (who, target) => target !== 'unknown',
  api_find_own_channel: () => true,
  api_find_queue: (who, target) => target !== 'unknown',
  api_find_skill: (who, target) => target !== 'unknown',
  api_find_group: (who, target) => target !== 'unknown',
  api_find_choice: (who, target) => target !== 'unknown',
  api_find_assignment: (who, target) => target !== 'unknown',
  api_find_rule: (who, target) => target !== 'unknown',
  api_find_contact: (who, target) => target !== 'unknown',
  api_find_feature: (who, target) => target !== 'unknown',
  api_find_hand: () => false, // nobody has raised one here
  api_find_settings: (who, target) => target !== 'unknown',
  api_find_handled: (who, target) => target === "a colleague's", // who supervises handles none here
}

// The column `where` of command.def: whose it is, of an agent and of a supervisor who monitors; and is that what they are here, who have joined?
const standings = {
  AGENT_INVITED: [['agent'], false], AGENT_CHATTING: [['agent'], true], AGENT_LEFT_CHAT: [['agent'], false],
  CONSULTANT_CHATTING: [[], false],
  SUPERVISOR_INVITED: [['monitor'], false], SUPERVISOR_CHATTING: [['monitor'], true], MONITORING: [['monitor'], true],
  COACHING: [[], false], COACH_CHATTING: [[], false], COACH_BEHIND: [[], false],
  BARGING_IN: [[], false], BARGE_IN_CHATTING: [[], false], BARGE_IN_BEHIND: [[], false],
}

// What is everybody's and has no owner: one that is there in place of one's own and of a colleague's.
const things = { api_find_choice: 'hello', api_find_rule: 'hello', api_find_queue: queueName, api_find_skill: 'Czech', api_find_group: 'north', api_find_feature: 'api-multimedia', api_find_settings: 'agent-states' }

function column(table, name, row) {
  assert.ok(table[name], `${row} has ${name} in a column that this test does not know`)
  return table[name]
}

const isKnown = who => roles[who] !== undefined

// What comes before the operation is looked at; 0: nothing stands in the way.
function before(resource, who, target, method) {
  if (!isKnown(who)) return 20
  if (!column(mayByRole, resource.role, resource.path)(who, method)) return 5
  return column(findsTarget, resource.find, resource.path)(who, target) ? 0 : 6
}

// An operation with nothing but its name. null: it might succeed, which is tried elsewhere.
function bare(resource, operation, who, target) {
  const first = before(resource, who, target, 'POST')
  if (first) return first
  const { where } = tables.commands[operation.command]
  const kind = who === 'sam' ? 'monitor' : 'agent'
  const all = where.map(one => column(standings, one, operation.name))
  if (/^SwitchTo/.test(operation.name)) return kind === 'agent' ? 3 : operation.name === 'SwitchToMonitor' ? 2 : null
  if (where.length && !all.some(([whose]) => whose.includes(kind))) return 3
  if (resource.find === 'api_find_channel' && target === 'own') return 3
  if (['READY', 'CREATE'].includes(operation.command) && !has(who, 'agent')) return 5
  if (operation.parameters.some(one => one.need === 'REQUIRED')) return 1
  return where.length && !all.some(([whose, isNow]) => whose.includes(kind) && isNow) ? 2 : null
}

async function centre(t) {
  const w = await world(t, { config: { 'bootstrap.canned-responses': [{ name: 'hello', text: 'Hello' }], 'bootstrap.dispositions': ['hello'], 'bootstrap.not-ready-reasons': ['hello'],
    'bootstrap.supervision.rules': [{ name: 'hello', undelivered: 'yes' }] },
    users: { ...Object.fromEntries(Object.entries(roles).map(([name, all]) => [name, { roles: all }])),
    eve: { roles: ['agent'] } }, ready: ['ana'], absent: ['crm'] })
  await w.sam.monitors(w.ana)
  await w.customer.writes('Hello')
  await w.ana.accepts()
  await w.sam.accepts()
  await w.sam.cancels(w.ana)
  await w.ana.notReady()
  await w.ben.ready()
  await w.customerAt('15551000002').writes('Hello')
  await w.ben.accepts()
  const { cookie } = await w.eve.rest.get('/me')
  await w.eve.losesClient()
  await w.server.request('POST', '/me', { cookie, body: { operationName: 'EndContactCenterSession' } })
  w.eve.isSignedIn = false
  for (const what of [['skill', 'Czech'], ['member', 'north']]) await sotto(['assign', 'ana', ...what, '--config', w.server.config])
  w.ended = cookie
  w.assignment = (await w.ada.ok(w.ada.rest.get('/assignments?fields=*'))).assignments[0].id
  return w
}

function credentials(w, who) {
  if (who === 'nobody') return {}
  if (who === 'ended login') return { cookie: w.ended }
  return { user: w[who].user, password: passwordOf(who) }
}

// What stands for {id}: of users, and of sessions (sam's own is the one that sam watches).
function idOf(w, resource, who, target) {
  const thing = resource.find === 'api_find_assignment' ? w.assignment : things[resource.find]
  if (thing) return target === 'unknown' ? 'unknown' : thing
  const colleague = who === 'ana' || who === 'sam' ? w.ben : w.ana
  if (ofSessions.includes(resource.find)) {
    return { own: w[who]?.session ?? w.ana.session, "a colleague's": colleague.session, unknown: '0000000000000000' }[target]
  }
  return { own: w[who]?.id ?? w.ana.id, "a colleague's": colleague.id, unknown: '0'.repeat(32) }[target]
}

const targetsOf = resource => resource.path.includes('{id}') ? ['own', "a colleague's", 'unknown'] : ['own']

const ask = (w, who, method, resource, target, body) =>
  request(method, w.server.api + resource.path.replace('{id}', idOf(w, resource, who, target))
    .replace('{session}', w[who === 'ana' || who === 'sam' ? 'ben' : 'ana'].session), { body, ...credentials(w, who) })

// All that is asked of one resource, with the code that must come.
function* questions(resource) {
  const isOpen = resource.path === '/diagnostics/version'
  for (const who of askers) {
    for (const target of targetsOf(resource)) {
      if (resource.read) yield { who, target, method: 'GET', want: isOpen ? 0 : before(resource, who, target, 'GET') }
      const first = before(resource, who, target, 'POST')
      // A removal that may be done is tried elsewhere: it would take away what is asked for next.
      if (resource.remove && first) yield { who, target, method: 'DELETE', want: first }
      if (resource.create) yield { who, target, method: 'POST', body: {}, want: first || 1 }
      if (resource.update) yield { who, target, method: 'PUT', body: {}, want: before(resource, who, target, 'PUT') || 1 }
      if (!resource.operations.length) continue
      yield { who, target, method: 'POST', body: {}, want: first || 1 }
      yield { who, target, method: 'POST', body: { operationName: 'Whistle' }, want: first || 2 }
      for (const operation of resource.operations) {
        const want = bare(resource, operation, who, target)
        for (const operationName of want === null ? [] : namesOf(operation, tables)) {
          yield { who, target, method: 'POST', body: { operationName }, want }
        }
      }
    }
  }
}

test('Each route and operation, asked by each role of each target, answers by the order of checks', { timeout: 120000 }, async t => {
  const w = await centre(t)
  const wrong = [], met = new Set()
  for (const resource of tables.resources) {
    for (const question of questions(resource)) {
      const { who, target, method, body, want } = question
      const { code, status } = await ask(w, who, method, resource, target, body)
      met.add(want)
      if (code !== want) wrong.push(`${who}, ${method} ${resource.path} (${target}) ${body?.operationName ?? ''}: ${status} ${code}, not ${want}`)
    }
  }
  assert.deepEqual(wrong, [])
  for (const code of [0, 1, 2, 3, 5, 6, 20]) assert.ok(met.has(code), `a question that is answered ${code}`)
})

// All bytes but what says when it was said.
const bytes = ({ status, raw, headers }) => JSON.stringify([status, raw, Object.entries(headers).filter(([name]) => name !== 'date')])

test('What is not yours and what does not exist are the same bytes, to everybody, for each operation', { timeout: 120000 }, async t => {
  const w = await centre(t)
  for (const resource of tables.resources.filter(one => ofSessions.includes(one.find))) {
    const bodies = [...resource.operations.map(one => ({ operationName: one.name, text: 'x', targetUri: `/users/${w.ben.id}` })), {}]
    for (const who of askers.filter(one => one !== 'crm')) { // to whom no session is a stranger's
      for (const [method, body] of [...(resource.read ? [['GET']] : []), ...(resource.operations.length ? bodies.map(one => ['POST', one]) : [])]) {
        const theirs = await ask(w, who, method, resource, "a colleague's", body)
        const nobodys = await ask(w, who, method, resource, 'unknown', body)
        assert.equal(bytes(theirs), bytes(nobodys), `${who} ${method} ${resource.path} ${body?.operationName ?? ''}`)
      }
    }
  }
})
