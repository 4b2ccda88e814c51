// record.mjs - runs.jsonl, a line per run: what was tried, of which sources, and what came of it; and whether a run
// gave again what is recorded.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const runs = join(root, 'reliability/runs.jsonl')

export function lines() {
  if (!existsSync(runs)) return []
  return readFileSync(runs, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
}

export function append(line) { appendFileSync(runs, JSON.stringify(line) + '\n') }

// --- which sources

// What the programs are built from. Whatever else a commit changes cannot change a digest.
const sources = ['src', 'test', 'meson.build', 'meson_options.txt']

// A campaign writes these itself.
const own = ['reliability/runs.jsonl', 'RELIABILITY.md']

function git(folder, ...args) {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trimEnd()
}

// A short hash over the sources of a commit; undefined where git does not know it. By hand:
// git ls-tree COMMIT src test meson.build meson_options.txt | sha256sum
export function treeOf(commit, folder = root) {
  try {
    const entries = git(folder, 'ls-tree', commit, ...sources)
    return entries ? createHash('sha256').update(`${entries}\n`).digest('hex').slice(0, 10) : undefined
  } catch {
    return undefined
  }
}

// {commit, tree} of what lies in the folder. With changes it is neither that commit nor that tree: marked with a +.
export function sourcesNow(folder = root) {
  try {
    const changed = git(folder, 'status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean)
      .map(line => line.slice(3)).filter(file => !own.includes(file))
    const isSource = file => sources.some(source => file === source || file.startsWith(`${source}/`))
    const mark = isChanged => isChanged ? '+' : ''
    return { commit: git(folder, 'rev-parse', '--short=10', 'HEAD') + mark(changed.length),
      tree: treeOf('HEAD', folder) + mark(changed.some(isSource)) }
  } catch {
    return { commit: 'unknown', tree: 'unknown' }
  }
}

// Lines from before there was a tree say their commit alone.
const known = new Map()
function treeOfLine(line) {
  if (line.tree) return line.tree
  if (!known.has(line.commit)) known.set(line.commit, treeOf(line.commit))
  return known.get(line.commit)
}

// --- the same again

// Without what a result does not depend on: for how long, on how many processes.
export function exact(command) { return command.replace(/ --(?:seconds|jobs) \S+/g, '') }

// Those of all lines that the same trial wrote of the same sources. Nobody knows what sources with changes were.
export function ofSameSources(all, { trial, tree }) {
  if (!/^[0-9a-f]+$/.test(tree)) return []
  return all.filter(line => line.trial === trial && treeOfLine(line) === tree)
}

// Of those the ones with the same seeds and a digest.
export function recorded(all, line) {
  return ofSameSources(all, line).filter(one => one.seeds === line.seeds && one.digest)
}

// What the record says of a line that was run again: 'same', 'different', or 'unknown' when no line is of these
// sources, seeds and this command; and in words.
export function compare(all, line) {
  const matches = recorded(all, line).filter(one => exact(one.command) === exact(line.command))
  const different = matches.find(one => one.digest !== line.digest)
  if (different) return { verdict: 'different', words: `NOT the digest recorded on ${different.date}: ${different.digest}` }
  if (matches.length) return { verdict: 'same', words: `the digest recorded on ${matches.at(-1).date}` }
  return { verdict: 'unknown', words: `nothing to compare with: ${instead(all, line)}` }
}

function instead(all, line) {
  const own = ofSameSources(all, line)
  const others = (own.length ? own : all.filter(one => one.trial === line.trial)).map(one => `${one.seeds} at ${one.commit}`)
  if (!others.length) return `nothing is recorded of ${line.trial}`
  return `recorded are ${own.length ? '' : 'of other sources '}${others.join(', ')}`
}
