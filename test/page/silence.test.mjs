// silence.test.mjs - an agent's page with and without a silent watcher: what it shows, asks for, is told, keeps and is
// called are the same, word by word.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { closeBrowser, Window } from '../lib/browser.mjs'
import { until, world } from '../lib/world.mjs'

after(closeBrowser)

// Ids and times differ from run to run: an id becomes the place at which it came up first, a time a word.
function plainly(names = new Map()) {
  const name = id => names.get(id) ?? names.set(id, `id${names.size + 1}`).get(id)
  return text => text
    .replace(/127\.0\.0\.1:\d+/g, 'HERE')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4}/g, 'TIME').replace(/"timestampSeconds":\d+/g, '"timestampSeconds":0')
    .replace(/\b\d{1,2} \w{3} \d{4}, \d\d:\d\d:\d\d\b/g, 'TIME').replace(/\b\d{1,2}:\d\d(:\d\d)?\b/g, 'TIME').replace(/(\\?"at\\?":)\d+/g, '$1TIME')
    .replace(/stroke-dasharray="[^"]*"|\b\d+ seconds?\b|\bone second\b/g, 'COUNT').replace(/<b class="num">\d+<\/b>/g, 'COUNT')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b[0-9A-Z]{16}\b/g, name)
}

async function conversation(t, isWatched) {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'], absent: ['ana'], ready: [] })
  const ana = await (await Window.open(t, w.server)).signsIn('ana')
  const same = plainly(), shown = []
  const looks = async () => shown.push([await ana.page.title(), ...same(await ana.page.locator('.shell').innerHTML()).split(/(?<=>)(?=<)/)])
  await ana.page.locator('.state > button').click()
  await ana.page.locator('.state > button.ready').waitFor()
  if (isWatched) await w.sam.monitors({ user: 'ana' })
  await looks()
  await w.customer.writes('Where is my parcel?')
  await ana.page.locator('.invitation').waitFor()
  await looks()
  await ana.press('a')
  await ana.see('Where is my parcel?')
  if (isWatched) await w.sam.accepts()
  await looks()
  await ana.press('r')
  await ana.page.keyboard.type('It left this morning.')
  await ana.press('Control+Enter')
  await ana.page.locator('.said.own .delivery', { hasText: 'sent' }).waitFor()
  await ana.page.locator('.unsent').waitFor({ state: 'detached' })
  await w.customer.writes('Thanks!')
  await until(async () => (await ana.texts()).length === 3, 'the thanks')
  if (isWatched) {
    await w.sam.sees({ text: 'Thanks!' })
    assert.equal((await w.sam.readsMessages()).some(one => one.from.nickname === w.sam.user), true, 'sam is there')
    await w.sam.leaves()
  }
  await looks()
  await ana.page.reload()
  await ana.see('Thanks!')
  await looks()
  await ana.press('e', 'Enter')
  await ana.see('This conversation is over.')
  await looks()
  const { local, session } = await ana.storage()
  const requests = ana.requests.filter(one => !/"\/meta\/connect"/.test(one.body ?? ''))
  return {
    shown,
    asked: requests.map(one => same(JSON.stringify(one))).sort(), // some go at the same time
    // Whether the page hears of its own beginning depends on which of its requests came first.
    told: ana.notes.map(one => same(JSON.stringify(one))).filter((one, i) => i || !one.includes('"NotReady"')),
    kept: [local, session].map(one => same(JSON.stringify(Object.entries(one).sort()))),
    got: w.customer.texts,
  }
}

test('a silent watcher changes nothing in the agent’s page, traffic, title and storage', async t => {
  const alone = await conversation(t, false), watched = await conversation(t, true)
  assert.ok(alone.told.length >= 8 && alone.asked.length >= 8, 'there is something to compare')
  assert.deepEqual(watched, alone)
})
