// admin.test.mjs - the administrator's part of the page, in the browser: users, queues, what agents choose from, links; users as CSV.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { linkName, queueName } from '../lib/config.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

const centre = t => world(t, { agents: ['ana'], users: { ada: { roles: ['admin'] } }, absent: ['ana', 'ada'], ready: [],
  config: { 'bootstrap.canned-responses': [{ name: 'hello', text: 'Hello {{customer.firstName}}' }] } })

async function administers(t, options = {}) {
  const w = await centre(t)
  const ada = await (await Window.open(t, w.server, options)).signsIn('ada')
  await ada.page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
  const row = name => ada.page.getByRole('row').filter({ hasText: name })
  return { w, ada, row, to: word => ada.page.getByRole('main').getByRole('link', { name: word }).click() }
}

const button = (ada, name) => ada.page.getByRole('button', { name, exact: true })
const dialog = ada => ada.page.getByRole('dialog')

test('a user is added, changed, disabled and removed; what the server refuses is said, and nothing typed is lost', async t => {
  const { w, ada, row, to } = await administers(t)
  await row('ana').waitFor()
  await ada.isAccessible('the list of users')
  // By key alone: the name's field has the focus, Enter saves, Esc leaves.
  await button(ada, 'Add').focus()
  await ada.press('Enter')
  await ada.page.locator('input[name=userName]:focus').waitFor()
  await ada.page.keyboard.type('ANA')
  await dialog(ada).getByLabel('Password').fill('first password')
  await ada.isAccessible('the form of a user')
  ada.expected = /400/
  await ada.press('Enter')
  await dialog(ada).getByRole('alert').filter({ hasText: 'Not done: This is so already' }).waitFor()
  ada.expected = undefined
  await dialog(ada).getByLabel('User name').fill('nina')
  await dialog(ada).getByLabel('First name').fill('Nina')
  await dialog(ada).getByLabel('Supervisor').check()
  await ada.press('Enter')
  await row('Nina').filter({ hasText: 'Agent, Supervisor' }).waitFor()
  const read = async () => (await w.ada.ok(w.ada.rest.get('/users/nina'))).user
  assert.deepEqual((({ roles, sms, changePasswordOnFirstLogin }) => [roles, sms, changePasswordOnFirstLogin])(await read()), [['ROLE_AGENT', 'ROLE_SUPERVISOR'], true, true])
  await button(ada, 'Change: nina').click()
  await dialog(ada).getByLabel('may sign in').uncheck()
  await dialog(ada).getByLabel('First name').fill('')
  await button(ada, 'Save').click()
  await row('nina').filter({ hasText: 'may not sign in' }).waitFor()
  assert.deepEqual((({ enabled, firstName }) => [enabled, firstName])(await read()), [false, ''])
  await button(ada, 'Remove: nina').click()
  await ada.press('Escape')
  assert.equal(await row('nina').count(), 1)
  await button(ada, 'Remove: nina').click()
  await ada.press('Enter')
  await until(async () => await row('nina').count() === 0, 'nina to be gone')
  assert.equal(await button(ada, `Remove: ${ada.name}`).count(), 0, 'nobody removes the own name')
  // Teams and skills: each step counts at once, by key alone, and the dialog stays for the next person.
  const assigned = async () => (await w.ada.ok(w.ada.rest.get('/assignments?fields=userName,kind,name,level&sortBy=kind'))).assignments
  await to('Teams and skills')
  await row(queueName).filter({ hasText: 'everybody' }).waitFor()
  await button(ada, 'Add').focus()
  await ada.press('Enter')
  await ada.page.locator('input[name=name]:focus').waitFor()
  await ada.page.keyboard.type('north / one')
  await ada.press('Tab')
  await ada.page.keyboard.type('nobody')
  ada.expected = /404/
  await ada.press('Enter')
  await dialog(ada).getByRole('alert').filter({ hasText: 'Not done' }).waitFor()
  ada.expected = undefined
  await dialog(ada).getByLabel('User name').fill('ana')
  await ada.press('Enter')
  await dialog(ada).getByRole('heading', { name: 'Team north / one: who' }).waitFor()
  await dialog(ada).getByLabel('As').selectOption('supervisor')
  await dialog(ada).getByLabel('User name').fill('ana')
  await ada.press('Enter')
  await button(ada, 'Remove: ana, Supervisor').waitFor()
  await ada.isAccessible('who is in a team')
  assert.deepEqual(await assigned(), [{ userName: 'ana', kind: 'member', name: 'north / one' }, { userName: 'ana', kind: 'supervisor', name: 'north / one' }])
  await button(ada, 'Remove: ana, Supervisor').click()
  await dialog(ada).getByText('ana is out: north / one').waitFor()
  await ada.press('Escape')
  await row('north / one').filter({ hasText: 'ana' }).waitFor()
  await ada.page.getByLabel('Find').fill('ANA')
  await until(async () => await row(queueName).count() === 0, 'what ana is in alone')
  await ada.isAccessible('teams and skills')
  assert.deepEqual(await assigned(), [{ userName: 'ana', kind: 'member', name: 'north / one' }])
})

test('queues, canned responses, dispositions, reasons and links, in German and in the dark', async t => {
  const { w, ada, row, to } = await administers(t, { colorScheme: 'dark' })
  await ada.page.evaluate(() => localStorage.setItem('choices', JSON.stringify({ language: 'de' })))
  await ada.page.reload()
  await row('ana').waitFor()
  await ada.isAccessible('the list of users in the dark')
  await to('Warteschlangen und Nummern')
  await row(queueName).waitFor()
  await button(ada, 'Hinzufügen').click()
  await dialog(ada).getByLabel('Name', { exact: true }).fill('Verkauf')
  await dialog(ada).getByLabel('Nummer').fill('15550200')
  await dialog(ada).getByLabel('Verbindung').selectOption(linkName)
  await button(ada, 'Speichern').click()
  await row('Verkauf').filter({ hasText: '15550200' }).waitFor()
  await to('Textbausteine')
  await row('/hello').waitFor()
  await button(ada, 'Ändern: /hello').click()
  await dialog(ada).getByLabel('Text').fill('Guten Tag {{customer.lastName}}')
  await dialog(ada).getByLabel('Für').selectOption('q Verkauf')
  await ada.isAccessible('the form of a canned response in the dark')
  await button(ada, 'Speichern').click()
  await row('Guten Tag').filter({ hasText: 'Verkauf' }).waitFor()
  assert.equal((await w.ada.ok(w.ada.rest.get('/canned-responses/hello'))).cannedResponse.queueName, 'Verkauf')
  for (const [word, name] of [['Anliegen', 'Verkauft'], ['Gründe für nicht bereit', 'Mittag']]) {
    await to(word)
    await ada.see('Hier ist noch nichts.')
    await button(ada, 'Hinzufügen').click()
    await dialog(ada).getByLabel('Name', { exact: true }).fill(name)
    await ada.press('Enter')
    await row(name).waitFor()
  }
  assert.deepEqual((await w.ada.ok(w.ada.rest.get('/not-ready-reasons?fields=name'))).notReadyReasons, [{ name: 'Mittag' }])
  await to('Teams und Fähigkeiten')
  await button(ada, 'Ändern: Verkauf').click()
  await dialog(ada).getByLabel('Benutzername').fill('ana')
  await ada.press('Enter')
  await button(ada, 'Entfernen: ana').waitFor()
  await ada.isAccessible('who serves a queue, in the dark')
  await ada.press('Escape')
  await row('Verkauf').filter({ hasText: 'ana' }).waitFor()
  // Rules: each of the three kinds; what is changed is read as it was written.
  await to('Regeln')
  await ada.see('Hier ist noch nichts.')
  const rule = async (name, look, fill) => {
    await button(ada, 'Hinzufügen').click()
    await dialog(ada).getByLabel('Name', { exact: true }).fill(name)
    await dialog(ada).getByLabel('Meldet').selectOption(look)
    await fill()
    await button(ada, 'Speichern').click()
    await row(name).waitFor()
  }
  await rule('Recht', 'words', () => dialog(ada).getByLabel('Wörter und Wendungen').fill('Anwalt\n\n rechtliche Schritte '))
  await rule('langsam', 'reply', () => dialog(ada).getByLabel('Sekunden ohne Antwort').fill('90'))
  await rule('verloren', 'lost', () => {})
  await button(ada, 'Ändern: Recht').click()
  assert.equal(await dialog(ada).getByLabel('Wörter und Wendungen').inputValue(), 'Anwalt\nrechtliche Schritte')
  await dialog(ada).getByLabel('In den Texten').selectOption('both')
  await ada.isAccessible('the form of a rule in the dark')
  await button(ada, 'Speichern').click()
  await row('Recht').filter({ hasText: 'Anwalt, rechtliche Schritte – in Texten beider' }).waitFor()
  await ada.isAccessible('the list of rules in the dark')
  assert.deepEqual((await w.ada.ok(w.ada.rest.get('/rules?fields=name,words,texts,replyAfter,undelivered'))).rules,
    [{ name: 'Recht', words: ['Anwalt', 'rechtliche Schritte'], texts: 'both' }, { name: 'langsam', replyAfter: 90 }, { name: 'verloren', undelivered: true }])
  await to('Verbindungen')
  await row(linkName).filter({ hasText: 'verbunden' }).waitFor()
  await w.smsc.end()
  await row(linkName).filter({ hasText: 'nicht verbunden' }).waitFor()
})

test('users come from a CSV file: first what would be done, then with a bar; the same file again changes nothing', async t => {
  const { w, ada, row } = await administers(t)
  await row('ana').waitFor()
  const lines = ['userName;firstName;roles;enabled;password', 'ana;Ana;agent supervisor;;', 'new1;"N; ""1""";agent;yes;long enough', 'new2;;agent;;short', 'new3;;boss;;long enough', 'NEW1;;;;long enough',
    `${ada.name};;agent;;`, ...Array.from({ length: 20 }, (_, i) => `many${i};;agent;no;long enough`)]
  const choose = async name => {
    await button(ada, 'Import CSV').click()
    await ada.page.getByLabel('CSV file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\r\n')) })
  }
  const right = lines.splice(0, lines.length, 'userName;firstName', 'new1;"N', 'new2;"M"')
  await choose('broken.csv')
  await ada.see('Line 2: a quotation mark is not closed, or not at the end of its cell; nothing is done.')
  await button(ada, 'Close').click()
  lines.splice(0, lines.length, ...right)
  await choose('users.csv')
  await ada.see('21 new, 1 changed, 0 as they are, 4 with mistakes')
  for (const said of ['the password has less than 8 characters', 'unknown role: boss', 'stands here twice', 'changed by somebody else', 'changed: firstName, roles']) await ada.see(said)
  await ada.isAccessible('what an import would do')
  assert.equal((await w.ada.rest.get('/users/new1')).code, 6, 'nothing is done yet')
  await button(ada, 'Do it: 22').click()
  await ada.page.getByRole('progressbar').waitFor()
  await ada.see('22 done, 0 not done')
  await ada.isAccessible('an import that is done')
  await button(ada, 'Close').click()
  await row('many19').waitFor()
  assert.equal((await w.ada.ok(w.ada.rest.get('/users/new1'))).user.firstName, 'N; "1"')
  assert.deepEqual((await w.ada.ok(w.ada.rest.get('/users/ana'))).user.roles, ['ROLE_AGENT', 'ROLE_SUPERVISOR'])
  await w.ada.ok(w.ada.rest.send('PUT', '/users/new1', { body: { firstName: '=1+1', lastName: "'+x" } }))
  await ada.page.reload()
  await row('=1+1').waitFor()
  const [download] = await Promise.all([ada.page.waitForEvent('download'), button(ada, 'Export CSV').click()])
  const text = await readFile(await download.path(), 'utf8')
  assert.match(text, /^\uFEFFuserName,firstName,lastName,roles,enabled,sms,password\r\n/)
  assert.match(text, /^new1,'=1\+1,''\+x,agent,yes,yes,\r$/m, 'no formula')
  // What was written comes back as what there is.
  lines.splice(0, lines.length, ...text.split('\r\n'))
  await choose('again.csv')
  await ada.see(`0 new, 0 changed, ${text.trim().split('\r\n').length - 1} as they are, 0 with mistakes`)
  assert.equal(await button(ada, 'Do it: 0').isDisabled(), true)
})

test('a session that is no administrator’s has none of it', async t => {
  const { server } = await centre(t)
  const ana = await (await Window.open(t, server)).signsIn('ana')
  assert.equal(await ana.page.getByRole('link', { name: 'Administration' }).count(), 0)
  await ana.page.goto(`${server.url}/#/admin`)
  await until(async () => await ana.page.getByRole('heading', { name: 'Administration' }).count() === 0, 'nothing of it')
  assert.ok(!ana.requests.some(one => /\/links/.test(one.path)))
})
