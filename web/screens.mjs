// screens.mjs - the screenshots of doc/desk: a demonstration is started, looked at, and ended. Run from anywhere:
//   node web/screens.mjs [binary]
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const { chromium } = createRequire(join(root, 'package.json'))('playwright-core')
const out = join(root, 'doc/desk')
await mkdir(out, { recursive: true })
const demo = spawn(resolve(process.argv[2] ?? join(root, 'build/sotto')), ['demo', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
process.on('exit', () => demo.kill('SIGTERM')) // also where something did not come
const base = await new Promise(done => {
  let said = ''
  demo.stdout.on('data', part => { said += part; const match = /^ready (\S+)$/m.exec(said); if (match) done(match[1]) })
})
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const pause = ms => new Promise(done => setTimeout(done, ms))

async function open(name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 760 }, locale: 'en-GB', deviceScaleFactor: 1 })
  const page = await context.newPage()
  await page.goto(base)
  await page.locator('.demo button', { hasText: name }).click()
  await page.locator('.shell').waitFor()
  return page
}
async function both(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    await pause(400)
    await page.screenshot({ path: join(out, `${name}-${colorScheme}.png`) })
  }
}

await pause(15_000)
const sam = await open('sam')
await sam.locator('.agents').waitFor()
await pause(500)
await sam.keyboard.press('m')
await sam.locator('.said').first().waitFor({ timeout: 90_000 })
await pause(9_000)
await sam.locator('.toasts:empty').waitFor({ state: 'attached' })
await both(sam, 'wall')

const ana = await open('ana')
if (await ana.locator('.state > .notready').count()) await ana.locator('.state > button').click()
// One that her bot did not take: it ends what it has taken.
const composer = ana.locator('[data-composer]')
await ana.locator('.invitation').first().waitFor({ timeout: 60_000 })
await ana.keyboard.press('a')
await ana.locator('.said').first().waitFor()
await composer.click()
await ana.keyboard.type('Good morning, this is Ana. I am looking into it.')
await ana.keyboard.press('Control+Enter')
await pause(11_000)
await composer.click()
await ana.keyboard.type('Thank you. I’ll send you the new label at once.')
await ana.locator('.invitation').first().waitFor({ timeout: 60_000 }).catch(() => {})
await both(ana, 'agent')
await ana.keyboard.press('Escape')
await ana.keyboard.press('h')
await ana.getByRole('dialog').waitFor()
await ana.keyboard.type('refund')
await ana.keyboard.press('Tab')
await ana.keyboard.type('May I take 20 euros off? The parcel came broken.')
await ana.keyboard.press('Enter')
await sam.goto(`${base}/#/hands`)
await sam.locator('.need.hand-Open', { hasText: 'refund' }).waitFor()
await both(sam, 'hands')
await sam.goto(`${base}/#/queues`)
await pause(1_000)
await both(sam, 'queues')
await browser.close()
process.exit()
