// config.mjs - the YAML configuration of a test's server. The one place that knows its keys (doc/sotto.yaml).

export const serviceNumber = '15550100'
export const queueName = 'support'
export const linkName = 'carrier'

export const passwordOf = name => `pw-${name}`

// data: folder; port: to listen at; smsc: port of the SMSC (none: no link and no queue); link: further keys of it; users: {name: {roles,
// channels, password}}; queues: {name: number} beside the usual one; config: further settings,
// {'bootstrap.agents.capacity': 1}, or of `called` what makes one; text: what stands behind all that. called(user, name): what a user's name is in the end (canary.mjs).
export function configText({ data, port = 0, smsc, link = {}, users = {}, queues = {}, config = {}, text = '',
  called = (user, name) => name }) {
  const tree = {
    listen: `127.0.0.1:${port}`,
    'data-dir': data,
    // Without a grid of time a test is over sooner; make check runs some on the default once more.
    gate: { grid: process.env.SOTTO_GRID ?? 0 },
    log: { level: 'info' },
    // The least that argon2id allows: hundreds of logins a minute are not what is tested.
    login: { 'hash-operations': 1, 'hash-memory-kib': 8 },
    bootstrap: {
      users: Object.entries(users).map(([name, { roles, sms = 'yes', password = passwordOf(name) }]) =>
        ({ name: called(name, name), 'first-name': called(name, name), 'last-name': called(name, 'Test'), password, roles, sms })),
    },
  }
  if (smsc) {
    tree.bootstrap.links = [{ name: linkName, host: '127.0.0.1', port: smsc, 'system-id': 'sotto', password: 'secret', window: 10, ...link }]
    tree.bootstrap.queues = Object.entries({ [queueName]: serviceNumber, ...queues })
      .map(([name, number]) => ({ name, number, link: linkName }))
  }
  for (const [path, value] of Object.entries(config)) {
    const keys = path.split('.')
    const last = keys.pop()
    keys.reduce((at, key) => at[key] ??= {}, tree)[last] = typeof value === 'function' ? value(called) : value
  }
  return yaml(tree, '') + text
}

// Block style; scalars are quoted as JSON strings, which YAML reads alike.
function yaml(tree, indent) {
  return Object.entries(tree).map(([key, value]) => {
    if (Array.isArray(value)) {
      if (!value.length) return `${indent}${key}: []\n`
      if (typeof value[0] !== 'object') return `${indent}${key}: [${value.map(one => JSON.stringify(String(one))).join(', ')}]\n`
      return `${indent}${key}:\n` + value.map(one =>
        yaml(one, indent + '    ').replace(/^ +/, `${indent}  - `)).join('')
    }
    if (typeof value === 'object') return `${indent}${key}:\n${yaml(value, indent + '  ')}`
    return `${indent}${key}: ${JSON.stringify(String(value))}\n`
  }).join('')
}
