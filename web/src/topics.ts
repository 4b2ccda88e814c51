// topics.ts - who draws what is told when it changed; nothing else is drawn anew.
import { useEffect, useState } from 'preact/hooks'

const ears = new Map<string, Set<() => void>>()
const due = new Set<string>()

export function changed(topic: string) {
  if (!due.size) queueMicrotask(() => {
    const topics = [...due]
    due.clear()
    const calls = new Set(topics.flatMap(one => [...(ears.get(one) ?? [])]))
    for (const call of calls) call()
  })
  due.add(topic)
}

export function listen(topic: string, call: () => void): () => void {
  const set = ears.get(topic) ?? new Set()
  ears.set(topic, set.add(call))
  return () => { set.delete(call) }
}

export function useTopic(...topics: string[]) {
  const [, draw] = useState(0)
  useEffect(() => {
    const again = () => draw(n => n + 1)
    const ends = topics.map(topic => listen(topic, again))
    return () => { for (const end of ends) end() }
  }, topics)
}

// The clock, for what tells how long something lasts: once a second, and only while the page is seen.
let beat = 0
export function useSeconds() {
  useTopic('second')
  useEffect(() => {
    if (!beat++) tick()
    return () => { beat-- }
  }, [])
}
function tick() {
  if (!beat) return
  if (!document.hidden) changed('second')
  setTimeout(tick, 1000 - (Date.now() % 1000))
}
