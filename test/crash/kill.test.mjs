// kill.test.mjs - kill -9 during traffic: what was answered is there after the restart, and the tables equal the
// replayed journal. The test keeps the oracle: what it was told is done.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from '../lib/atend.mjs'
import { binary } from '../lib/server.mjs'
import { until, world } from '../lib/world.mjs'
import { Run } from './kills.mjs'

// Kill after so many answers; different points of the same traffic.
const points = [1, 40, 150, 400, 900]

test('kill -9 during traffic, again and again on the same folder: nothing that was answered is missing', async t => {
  const w = await world(t, { agents: ['ana', 'ben'], supervisors: ['sam'], config: { 'bootstrap.agents.capacity': 100 } })
  const { ana, ben, sam, smsc, server } = w
  await sam.monitors(ana)
  const oracle = { texts: new Map(), sent: new Set(), received: new Set() }
  const sessions = []
  for (let n = 0; n < 6; n++) {
    await w.customerAt(`1555200000${n}`).writes(`I am ${n}`)
    await Promise.race([ana, ben].map(person => until(async () => (await person.readsSessions())
      .some(one => one.state === 'Invited'), 'an offer')))
    for (const person of [ana, ben]) {
      for (const one of await person.readsSessions()) {
        if (one.state !== 'Invited') continue
        await person.ok(person.asks('Accept', {}, one.id))
        sessions.push({ person, id: one.id, phone: `1555200000${n}` })
      }
    }
  }
  assert.equal(sessions.length, 6)

  for (const [round, point] of points.entries()) {
    let answers = 0, stop = false
    const agents = sessions.map(async ({ person, id }, n) => {
      for (let i = 0; !stop; i++) {
        const text = `agent ${round}/${n}/${i}`
        const answer = await person.asks('SendMessage', { text }, id).catch(() => null)
        if (answer?.code === 0) {
          answers++
          oracle.sent.add(`${id} ${text}`)
        } else if (stop || !answer) return
      }
    })
    const customers = sessions.map(async ({ phone, id }, n) => {
      for (let i = 0; !stop; i++) {
        const text = `customer ${round}/${n}/${i}`
        const answer = await smsc.deliver({ from: phone, to: '15550100', text })
        if (answer?.command_status === 0) {
          answers++
          oracle.received.add(`${id} ${text}`)
        } else if (!answer) return
      }
    })
    await until(() => answers >= point, `${point} answers`)
    const binds = smsc.binds.length
    await server.kill()
    stop = true
    await Promise.all([...agents, ...customers])
    await server.startAgain()
    await smsc.bound(binds + 1)

    for (const kind of ['sent', 'received']) {
      const there = new Set()
      for (const { person, id } of sessions) {
        for (const one of await person.readsMessages(id)) if (one.type === 'Text') there.add(`${id} ${one.text}`)
      }
      assert.deepEqual([...oracle[kind]].filter(one => !there.has(one)).slice(0, 5), [],
        `${kind}, killed after ${point} answers`)
    }
    for (const { person, id } of sessions) {
      const indexes = (await person.readsMessages(id)).map(one => one.index)
      assert.deepEqual(indexes, indexes.map((_, i) => i + 1), 'numbers without gaps')
    }
  }

  await until(() => [...oracle.sent].every(one => smsc.submits.some(submit => one.endsWith(submit.text))),
    'every answered text to leave')
  await Promise.all(w.people.map(person => person.losesClient()))
  await server.stop()
  const { code, stdout, stderr } = await server.verify()
  assert.equal(code, 0, stdout + stderr)
})

// A slice of kills.mjs. Another seed each time; SOTTO_KILL_SEED repeats one.
test('Killed a dozen times at random points of random traffic: the ledger of carrier and clients holds', async t => {
  const seed = Number(process.env.SOTTO_KILL_SEED ?? Date.now() % 1000000000)
  console.log(`kills: seed ${seed}`)
  const run = new Run({ seed, log: () => {} })
  atEnd(t, () => run.ends())
  const { kills, answers, failures } = await run.runs({ kills: 12, seconds: 15 })
  assert.equal(failures, 0, `seed ${seed}: ${JSON.stringify(run.ledger.failures.slice(0, 3)).slice(0, 6000)}`)
  assert.ok(kills >= 3 && answers > 100, `${kills} kills, ${answers} answers`)
})

test('Killed without any stop, the folder verifies as it is', async t => {
  const w = await world(t, { agents: ['ana'], supervisors: ['sam'] })
  const { ana, sam, customer, server } = w
  await sam.monitors(ana)
  await customer.writes('Hello')
  await ana.accepts()
  await sam.accepts()
  for (let i = 0; i < 50; i++) await ana.says(`text ${i}`)
  await Promise.all([ana.losesClient(), sam.losesClient()])
  await server.kill()
  const { code, stdout, stderr } = await server.verify()
  assert.equal(code, 0, stdout + stderr)
  await server.startAgain()
  assert.equal((await ana.readsMessages()).filter(one => one.type === 'Text').length, 51)
})

test('Killed while it starts, again and again: it starts in the end', async t => {
  const w = await world(t, { agents: ['ana'] })
  const { ana, customer, server } = w
  await customer.writes('Hello')
  await ana.accepts()
  await ana.says('Good day')
  await ana.losesClient()
  await server.kill()
  for (const pause of [1, 5, 10, 20, 40, 80]) {
    const child = spawn(binary, ['serve', '--config', server.config], { stdio: 'ignore' })
    await sleep(pause) // a point in its start, not a wait for a result
    child.kill('SIGKILL')
    await new Promise(done => child.on('close', done))
  }
  await server.startAgain()
  assert.deepEqual((await ana.readsMessages()).filter(one => one.type === 'Text').map(one => one.text), ['Hello', 'Good day'])
})
