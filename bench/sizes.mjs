// sizes.mjs - what a text costs by how many sessions there are, open or ended, and what they take in memory: the data folder is made by gen/fill.c,
// then customers write to it as in smpp.mjs. SIZES: by default up to 100,000; a million takes some minutes to make.
import fs from 'node:fs'
import { figure, fill, machine, mark, median, pssOf, receiveWindow, rest, scratch, settings, startCarrier, startSotto, stop } from './lib.mjs'
import { areAllPushed, begin, listen, window, write } from './texting.mjs'

const { rounds, seconds } = settings
const sizes = (process.env.SIZES ?? '1000,10000,100000').split(',').map(Number)
const users = Number(process.env.PHONES ?? 1000)

const made = { ended: { state: 'ended', until: 48, hours: 24 }, waiting: { state: 'open', until: 0, hours: 1 }, chatting: { state: 'chatting', until: 0, hours: 1 } }

async function withCentre(state, sessions, act) {
  const dir = scratch()
  const began = performance.now()
  await fill(dir, { users, sessions, texts: 1, contacts: sessions, window, ...made[state] })
  const took = (performance.now() - began) / 1000
  const carrier = startCarrier()
  const sotto = await startSotto(dir, users, { link: true, capacity: state === 'chatting' ? Math.ceil(sessions / users) : 1, more: receiveWindow(window) })
  await rest('GET', '/me', 0) // its port is open before all is read
  try {
    return await act({ sotto, carrier, took })
  } finally {
    await stop(sotto)
    await carrier.end()
    fs.rmSync(dir, { recursive: true })
  }
}

// Those who write are the customers of the open sessions; or, where all have ended, some who come again.
async function cost(state, sessions) {
  return withCentre(state, sessions, async ({ sotto, carrier, took }) => {
    await carrier.bound()
    if (state === 'ended') await begin(carrier, users)
    const listeners = await listen(users, seconds)
    const runs = []
    for (let round = 0; round < rounds; round++)
      runs.push(await write({ sotto, carrier, listeners, phones: state === 'ended' ? users : sessions, seconds }))
    await listeners.end()
    const values = what => median(runs.map(one => one[what]))
    console.log(`  ${sessions} ${state}: ${values('perSecond').toFixed(0)} texts a second, ${values('cost').toFixed(0)} us of CPU each, p99 ${values('p99')} ms (made in ${took.toFixed(0)} s)`)
    if (!areAllPushed(runs)) throw new Error(`of ${sessions} ${state}: pushed ${values('pushed').toFixed(0)} a second`)
    return runs.map(one => one.cost)
  })
}

const memory = (state, sessions) => withCentre(state, sessions, async ({ sotto }) => pssOf(sotto.pid) * 1024)

async function costs() {
  const all = {}
  for (const state of ['chatting', 'ended']) for (const size of sizes) all[`${size}-${state}`] = await cost(state, size)
  const [first] = Object.keys(all)
  for (const [name, runs] of Object.entries(all)) figure(name === first ? 'sotto' : `sotto,${name}`, runs)
  const by = Math.max(...Object.values(all).map(runs => median(runs))) / median(all[first])
  mark(`a text costs the same from ${sizes[0]} to ${sizes.at(-1)} sessions, open or ended, but for a third: ${by.toFixed(2)}`, by <= 1.33)
}

async function memories() {
  const many = Math.max(...sizes), few = 1000
  const slope = async state => (await memory(state, few + many) - await memory(state, few)) / many
  const contact = await slope('ended'), waiting = await slope('waiting') - contact, chatting = await slope('chatting') - contact
  console.log(`  an open session with one text ${waiting.toFixed(0)} bytes, one with an agent ${chatting.toFixed(0)}; a contact with its index ${contact.toFixed(0)}`)
  figure('sotto', [waiting])
  figure('sotto,with-an-agent', [chatting])
  figure('sotto,a-contact', [contact])
  mark(`an open session with one text takes at most 1 KiB: ${waiting.toFixed(0)} bytes`, waiting <= 1024)
  mark(`a contact with its index takes at most 100 bytes: ${contact.toFixed(0)}`, contact <= 100)
}

console.log(`sizes: ${rounds} rounds of ${seconds} s, gate.grid ${settings.grid}; ${machine()}`)
const part = process.env.PART
if (part !== 'memory') await costs()
if (part !== 'cost') await memories()
