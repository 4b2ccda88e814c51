// asyncapi.mjs - the AsyncAPI document, grown from topics.def and notifications.def: each topic is a channel, each notification with its
// type a message.
import { compact, reached, ref } from './sources.mjs'

export function asyncapi(all) {
  const { prose } = all
  const messages = messagesOf(all)
  const channels = {}
  for (const topic of all.topics) {
    const own = messages.filter(one => one.topic === topic.name)
    const isPattern = topic.name.startsWith('PATTERN_')
    const description = isPattern ? prose.patterns : prose.topics[topic.name] ?? prose.silent
    if (own.length && !prose.topics[topic.name]) all.missing.push(`prose.yaml has no topics: ${topic.name}, which has notifications`)
    channels[channelName(topic)] = compact({
      address: topic.path, description,
      messages: own.length ? Object.fromEntries(own.map(one => [one.id, { $ref: `#/components/messages/${one.id}` }])) : undefined,
    })
  }
  channels.meta = { address: '/meta/{method}', description: prose.meta.description, parameters: { method: { enum: prose.meta.methods } },
    messages: { BayeuxReply: { $ref: '#/components/messages/BayeuxReply' } } }
  const told = all.topics.filter(topic => messages.some(one => one.topic === topic.name))
  const components = {
    messages: { ...Object.fromEntries(messages.map(({ id, topic, ...message }) => [id, message])),
      BayeuxReply: { name: 'BayeuxReply', title: all.schemas.BayeuxReply.title, payload: ref('BayeuxReply') } },
    schemas: {},
  }
  components.schemas = reached({ messages: components.messages, number: ref('ReplayId') }, all.schemas)
  return {
    asyncapi: '3.0.0',
    info: { title: `${prose.info.title} notifications`, version: all.version, description: `${prose.notifications.summary}\n\n${prose.notifications.description}`,
      license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels,
    operations: Object.fromEntries(told.map(topic => [`tell_${channelName(topic)}`,
      { action: 'send', channel: { $ref: `#/channels/${channelName(topic)}` }, summary: prose.topics[topic.name] }])),
    components,
  }
}

const channelName = topic => topic.name.replace(/^(TOPIC|PATTERN)_/, '').toLowerCase() + (topic.name.startsWith('PATTERN_') ? '_pattern' : '')

// One for each topic, writer and type; it says after which events it is sent, and to whom.
function messagesOf(all) {
  const groups = new Map()
  for (const row of all.notifications) {
    const key = `${row.topic} ${idOf(row, all)}`
    groups.set(key, [...groups.get(key) ?? [], row])
  }
  return [...groups.values()].map(rows => message(rows, all))
}

// Programs are told of the same in words of their own.
const idOf = ({ who, write, type }, all) => (who === 'FEED' ? 'Feed' : '') + (all.prose.writes[write]?.name ?? (type || write))

function message(rows, all) {
  const [{ topic, write, type, who }] = rows
  const words = all.say('writes', write, `the notifications of ${rows[0].event}`)
  const id = idOf(rows[0], all)
  const ofSession = () => who === 'FEED' ? ref('FeedSession') : session(rows, all)
  const when = rows.map(row => `${all.say('events', row.event, 'notifications.def')} (${all.say('who', row.who, 'notifications.def')})`)
  const members = Object.fromEntries(Object.entries(words.members ?? {}).map(([name, schema]) => [name, schema === 'session' ? ofSession() : schema]))
  const required = [...(words.messageType ? ['messageType'] : []), 'notificationType', ...Object.keys(members)]
  return {
    id, topic, name: id, title: [words.messageType, type || words.notificationType].filter(Boolean).join(', '),
    summary: words.summary, description: `Sent when ${[...new Set(when)].join('; ')}.`,
    payload: {
      type: 'object', required,
      properties: {
        ...(words.messageType ? { messageType: { const: words.messageType } } : {}), notificationType: { const: type || words.notificationType || '' },
        referenceId: ref('ReferenceId'), ...members,
      },
    },
  }
}

function session(rows, all) {
  const names = [...new Set(rows.map(row => all.say('extents', row.extent, `the notification of ${row.event}`)))]
  return names.length === 1 ? ref(names[0]) : { anyOf: names.map(ref) }
}
