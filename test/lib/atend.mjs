// atend.mjs - what a test must put away: in reverse order of asking, each one, whatever becomes of the others.

const lists = new WeakMap()

export function atEnd(t, putAway) {
  let list = lists.get(t)
  if (!list) {
    lists.set(t, list = [])
    t.after(async () => {
      let first
      while (list.length) {
        try {
          await list.pop()()
        } catch (error) {
          first ??= error
        }
      }
      if (first) throw first
    })
  }
  list.push(putAway)
}

// Children must not outlive the tests, also when those are cut off.
const children = new Set()
export function keep(child) {
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}
process.on('exit', () => { for (const child of children) child.kill('SIGKILL') })
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1))
