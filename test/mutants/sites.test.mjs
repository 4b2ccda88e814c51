// What counts as a place where an output waits for its commit.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sitesOf } from './sites.mjs'

const body = line => `static void deed(\n\tstruct server *server, int n)\n{\n\tif (n)\n\t\t${line}\n}\n`
const isSite = line => sitesOf('src/a.c', body(line)).length === 1

test('a place is named by its file and function', () => {
  assert.deepEqual(sitesOf('src/a.c', body('gate_wait(gate, &w, lsn);') + body('marks_wait(x);').replace('deed', 'other')),
    ['src/a.c deed', 'src/a.c other'])
})

test('what is handed to the gate, and what says how long it waits there', () => {
  for (const line of ['gate_wait(gate, &w, lsn);', 'port_wait(push->world.port, &bundle->wait, lsn);', 'port->wait(port, &w, lsn);',
    'marks_wait(&out->marks, lsn);', 'reply_wait(held, lsn, order);', 'return gate_is_through(gate, lsn);', 'user->seen_lsn = event->lsn;',
    'if (text->lsn <= out->durable)', '*call->lsn = core->lsn;'])
    assert.ok(isSite(line), line)
})

test('not what waits for something else, nor what is only said', () => {
  for (const line of ['http_hold(http, ref);', 'pace_wait(&out->pace, now);', 'body.lsn = core->lsn + 1;',
    '/* gate_wait(gate, &w, lsn) */', 'struct gate_wait wait = {.done = on_disk};'])
    assert.ok(!isSite(line), line)
})

test('what is called wait passes on what its callers gave', () => {
  for (const name of ['centre_wait', 'reply_wait', 'marks_wait'])
    assert.deepEqual(sitesOf('src/a.c', body('gate_wait(gate, &w, lsn);').replace('deed', name)), [])
})
