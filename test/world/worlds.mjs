// worlds.mjs - the names of worlds.def's worlds, in the order in which they are walked: features, pairs, and more.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export function worldsOf(text) {
  const rows = word => [...text.matchAll(new RegExp(`^${word}\\(([\\w+]+)`, 'gm'))].map(match => match[1])
  const features = rows('FEATURE')
  return [...features.flatMap((one, i) => features.slice(i + 1).map(other => `${one}+${other}`)), ...rows('MORE')]
}

const here = dirname(fileURLToPath(import.meta.url))
export const worlds = worldsOf(readFileSync(join(here, 'worlds.def'), 'utf8'))
