// What counts as a place where an output waits for its commit.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sitesOf } from './sites.mjs'

const body = line => `static void deed(\n\tstruct server *server, int n)\n{\n\tif (n)\n\t\t${line}\n}\n`
const isSite = line => sitesOf('src/a.c', body(line)).length === 1

test('a place is named by its file and function', () => {
  assert.deepEqual(sitesOf('src/a.c', body('gate_hold(gate, lsn);') + body('pending_hold(x);').replace('deed', 'other')),
    ['src/a.c deed', 'src/a.c other'])
})

test('what is handed to the gate, and what says how long it waits there', () => {
  for (const line of ['gate_hold(gate, lsn);', 'pending_hold(&list, world, lsn);', 'world->hold(world->ctx, lsn);',
    'push->world.hold(ctx, lsn);', 'hold(server, lsn);', 'return gate_is_through(gate, lsn);', 'user->seen_lsn = event->lsn;',
    'if (text->lsn <= out->durable)', '*call->lsn = core->lsn;'])
    assert.ok(isSite(line), line)
})

test('not what waits for something else, nor what is only said', () => {
  for (const line of ['http_hold(http, ref);', 'longpoll_hold(push, ref);', 'body.lsn = core->lsn + 1;',
    '/* gate_hold(gate, lsn) */', 'world = (struct world) {.hold = world_hold};'])
    assert.ok(!isSite(line), line)
})

test('what is called hold passes on what its callers gave', () => {
  for (const name of ['hold', 'hold_push', 'pending_hold'])
    assert.deepEqual(sitesOf('src/a.c', body('gate_hold(gate, lsn);').replace('deed', name)), [])
})
