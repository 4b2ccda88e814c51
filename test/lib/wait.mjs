// wait.mjs - waiting for what must happen. A deadline only ends a test that has failed; nothing passes by time.
import { setTimeout as sleep } from 'node:timers/promises'

export const patience = Number(process.env.SOTTO_TEST_PATIENCE ?? 15000)

// Looks again and again until seen() gives something. what: text, or a function that tells what is missing.
export async function until(seen, what, within = patience) {
  const end = Date.now() + within
  for (;;) {
    const value = await seen()
    if (value) return value
    if (Date.now() > end) throw new Error(`waited ${within} ms for ${typeof what === 'function' ? what() : what}`)
    await sleep(5)
  }
}
