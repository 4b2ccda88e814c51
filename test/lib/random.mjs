// random.mjs - what seems to happen by chance, all of it from one seed.

// A generator of its own for each, all from one seed: whoever is late moves nobody else.
export function random(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    below: n => Math.floor(next() * n),
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: share => next() < share,
    oneOf: list => list[Math.floor(next() * list.length)],
    // [[weight, value], ...]
    weighed(choices) {
      let at = next() * choices.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of choices) if ((at -= weight) < 0) return value
      return choices.at(-1)[1]
    },
    fork: n => random(Math.imul(state ^ n, 0x9e3779b1) ^ n),
  }
}
