// browser.mjs - the page in Debian's Chromium: a window for each person, and at the end of each test what no page of ours
// may do: ask another origin for anything, say an error on the console, run a script that stands in the markup.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { atEnd } from './atend.mjs'
import { passwordOf } from './config.mjs'
import { patience } from './wait.mjs'

const require = createRequire(import.meta.url)
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

// One browser for all tests of a file; each window has a profile of its own, unless it is opened beside another.
let started
async function browser() {
  started ??= chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--lang=en-GB'] })
  return started
}
export async function closeBrowser() { await (await started)?.close() }

export class Window {
  errors = []
  strangers = []
  requests = []     // {method, path, body} in the order in which they were sent
  titles = []
  notes = []        // data of notifications, in the order in which they came

  // beside: another window, whose profile it shares. options: as Playwright's newContext has them.
  static async open(t, server, { beside, hash = '', ...options } = {}) {
    const window = new Window()
    window.server = server
    window.context = beside?.context ?? await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB',
      timezoneId: 'Europe/Prague', colorScheme: 'light', ...options })
    window.context.setDefaultTimeout(patience)
    window.page = await window.context.newPage()
    window.#listen()
    atEnd(t, () => window.close())
    await window.page.goto(`${server.url}/${hash}`)
    return window
  }

  #listen() {
    const { page } = this
    const here = new URL(this.server.url).origin
    page.on('console', message => {
      const expected = this.isDownOnPurpose && /ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load resource/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !expected && !this.expected?.test(message.text())) this.errors.push(`${message.text()} ${message.location().url}`)
    })
    page.on('pageerror', error => this.errors.push(String(error)))
    page.on('request', request => {
      const url = new URL(request.url())
      if (url.protocol !== 'data:' && url.origin !== here) this.strangers.push(request.url())
      if (url.pathname.startsWith('/api/')) this.requests.push({ method: request.method(), path: url.pathname + url.search, body: request.postData() })
    })
    page.on('response', async response => {
      const url = new URL(response.url())
      const bytes = await response.body().catch(() => null)
      if (!bytes || !url.pathname.startsWith('/api/')) return
      // What came to whoever is no supervisor is searched for what only those may know.
      this.server.canary.hears({ who: this.plain ?? null, where: `${response.request().method()} ${url.pathname}${url.search} of a page`, parts: [] }, bytes)
      if (!url.pathname.includes('/notifications')) return
      const messages = JSON.parse(bytes.toString() || '[]')
      for (const one of messages) if (one.data) this.notes.push(one.data)
    })
  }

  async signsIn(name, password = passwordOf(name)) {
    this.name = this.server.canary.nameOf(name)
    this.plain = this.name
    await this.page.getByLabel('User name').fill(this.name)
    await this.page.getByLabel('Password').fill(password)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await this.page.locator('.shell').waitFor()
    return this
  }

  see(text) { return this.page.getByText(text).first().waitFor() }
  press(...keys) { return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve()) }
  get composer() { return this.page.locator('[data-composer]') }
  get lines() { return this.page.locator('.transcript .said > p') }
  texts() { return this.lines.allInnerTexts() }

  // All that the page keeps in this browser.
  storage() { return this.page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage } })) }

  // Every rule of axe, on what is shown now.
  async isAccessible(where) {
    const source = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8')
    // The page's policy forbids scripts that are not its own; this one is the test's.
    if (!await this.page.evaluate(() => 'axe' in globalThis)) await this.page.evaluate(source)
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
    assert.deepEqual(violations.map(one => `${one.id}: ${one.nodes.map(node => `${node.target} ${node.any.map(any => any.message).join('; ')}`).join(' | ')}`), [], `axe on ${where}`)
  }

  async close() {
    if (this.isClosed) return
    this.isClosed = true
    const inline = this.page.isClosed() ? 0 : await this.page.evaluate(() => [...document.scripts].filter(one => !one.src).length + document.querySelectorAll('[onclick],[onload],[onerror]').length)
    await this.page.close()
    assert.deepEqual(this.strangers, [], 'requests to other origins')
    assert.deepEqual(this.errors, [], 'errors on the console')
    assert.equal(inline, 0, 'scripts in the markup')
  }
}
