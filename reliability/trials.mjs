// trials.mjs - every kind of trial behind RELIABILITY.md: what it runs, how long of a campaign it gets, and what its
// lines in runs.jsonl add up to. Programs print one line of JSON last; that is what is kept.
//
// seeded: the program takes --seeds A..B, and equal seeds give an equal digest as long as the sources are the same;
// isDigestless: but for the digest, since the store's threads run freely. few: so many seeds take some seconds.
// worlds: the same program once with each (test/world/worlds.def), one after the other, in the seconds of the trial.
// share: of the seconds of one `make prove-…`; what one leaves over goes to those after it. target: how many of `unit`
// there are to be in all, over all lines.

import { worlds } from '../test/world/worlds.mjs'

export const build = 'build-prove'

export const trials = [
  { name: 'walk-small', promise: 'silence', unit: 'states', share: 0.5, worlds,
    title: 'Worlds of two features each, walked to their end or to a stated depth',
    counts: ['states', 'steps', 'depth', 'complete'],
    command: ({ seconds, world }) => [`${build}/test/walk`, '--world', world, ...limit(seconds)] },
  { name: 'soak', promise: 'silence', unit: 'states', target: 10_000_000, share: 0.1,
    title: 'A soak: states of a larger world, taken at random',
    counts: ['states', 'steps', 'depth'],
    command: ({ seconds, seed }) => [`${build}/test/walk`, '--dumps', 16, '--soak', 1, '--seed', seed, ...limit(seconds)] },
  { name: 'mutants', promise: 'silence', unit: 'mutants', share: 0, notTimed: true,
    title: 'Mutants: the product without one rule, which a test must notice',
    counts: ['mutants', 'noticed', 'by_crash'],
    command: () => ['node', 'test/mutants/run.mjs', build] },
  { name: 'twins', promise: 'silence', seeded: true, few: 200, unit: 'runs', target: 1_000_000, share: 0.4,
    title: 'Twin runs: the same seed with and without silent supervisors, every byte compared',
    counts: ['deeds', 'watched', 'bytes'],
    command: ({ seeds, seconds, jobs }) => [`${build}/test/twin_test`, '--seeds', seeds, '--jobs', jobs, ...limit(seconds)] },
  { name: 'tripwire', promise: 'silence', unit: 'rounds', share: 0.1,
    title: 'The tripwire: pings of an agent while a silent supervisor reads a heavy transcript, by the clock',
    counts: ['pings', 'stall_200_ms', 'stall_2000_ms', 'planted_ms', 'failed'],
    environment: { SOTTO_BINARY: `${build}/src/sotto` },
    command: ({ seconds }) => ['node', 'test/clock/tripwire.mjs', ...limit(seconds)] },
  { name: 'clock', promise: 'clock', unit: 'samples', share: 0, notTimed: true,
    title: 'The clock: what agents and the carrier get, with and without watchers, timed on one server',
    counts: ['least_ratio', 'most_ratio', 'least_p', 'failed'],
    environment: { SOTTO_BINARY: `${build}/src/sotto` },
    command: () => ['node', 'test/clock/clock.mjs'] },
  { name: 'cuts-memory', promise: 'durability', seeded: true, few: 500, unit: 'runs', share: 0.1,
    title: 'Power cuts at random moments, the store in memory with a slow commit',
    counts: ['cuts', 'lives', 'facts'],
    command: options => cut(['--store', 'mem'], options) },
  { name: 'messages', promise: 'durability', seeded: true, few: 100, unit: 'messages', target: 1_000_000, share: 0.1,
    title: 'A million messages, 5 % of them or more with a fault, over one or several links; the power goes in each run',
    counts: ['faults', 'cuts', 'lives', 'moved', 'receipts_over_another_link', 'parts_over_several_links'],
    command: options => cut(['--store', 'mem', '--carrier', 'restless'], options) },
  { name: 'cuts-disk', promise: 'durability', seeded: true, few: 2, unit: 'cuts', share: 0.3,
    title: 'Power cuts at every write index of the disk model under SQLite: dropped, reordered, torn',
    counts: ['cuts', 'lives', 'facts'],
    // One seed has some 900 indexes, about a minute: a short campaign skips some. What is run again skips what it did.
    command: options => cut(['--every', options.every ?? (options.seconds && options.seconds < 300 ? 9 : 1)], options) },
  { name: 'cuts-store', promise: 'durability', seeded: true, few: 2, unit: 'cuts', share: 0.05,
    title: 'Power cuts at every write index of the store alone', counts: ['cuts'],
    command: options => seeded('store_cut', [], options) },
  { name: 'cuts-store-free', promise: 'durability', seeded: true, isDigestless: true, unit: 'cuts', share: 0.05,
    title: 'The same with its threads as they like', counts: ['cuts'],
    command: options => seeded('store_cut', ['--free'], options) },
  ...['full', 'readonly'].map(trouble => ({
    name: `store-${trouble}`, promise: 'durability', seeded: true, few: 1, unit: 'cuts', share: 0.02,
    title: `The store alone, loaded anew and started on a disk that takes no writes: ${trouble}`, counts: ['cuts', 'loads', 'starts'],
    command: options => seeded('store_cut', ['--trouble', trouble, '--every', '3'], options) })),
  ...['full', 'readonly', 'eio', 'fsync'].map(fault => ({
    name: `fault-${fault}`, promise: 'durability', seeded: true, isDigestless: true, unit: 'cuts', share: 0.05,
    title: `A disk in trouble: ${fault}`, counts: ['cuts', 'lives', 'facts', 'not_now', 'loads', 'starts'],
    command: options => cut(['--fault', fault, '--every', '7'], options) })),
  { name: 'kills', promise: 'durability', seeded: true, isDigestless: true, unit: 'kills', target: 300, share: 0.3,
    title: 'kill -9 of the real process at random points, over real sockets and on a real disk',
    counts: ['kills', 'answers', 'facts', 'in_start', 'at_bind', 'in_a_row', 'repeated', 'redelivered', 'uncertain'],
    command: options => seeded('kills', [], options) },
  { name: 'missed', promise: 'durability', unit: 'notifications', target: 1_000_000, share: 0.2,
    title: 'The missed-line machine: clients on both transports, reset, reloaded, asleep, the server killed, its disk full',
    counts: ['interruptions', 'reset', 'reload', 'new_page', 'asleep', 'kill_-9', 'disk_full'],
    environment: { SOTTO_BINARY: `${build}/src/sotto` },
    command: ({ seconds, seed }) => ['node', 'test/missed/missed.mjs', '--seed', seed, ...limit(seconds)] },
]

function cut(how, options) { return seeded('cut', how, options) }

function seeded(program, how, { seeds, seconds, jobs }) {
  return [`${build}/test/${program}`, ...how, '--seeds', seeds, '--jobs', jobs, ...limit(seconds)]
}

function limit(seconds) { return seconds ? ['--seconds', Math.max(1, Math.round(seconds))] : [] }
