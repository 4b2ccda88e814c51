// contract.mjs - what the documents of the API promise, held against all that a test gets: each answer and each notification by its schema, and
// strictly: a field that stands in no schema is a failure. What was seen is noted for test/seen.mjs.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

// Reading them as YAML takes longer than most tests: test/run.mjs does so once, for all.
const load = name => process.env.SOTTO_DOCUMENTS ? JSON.parse(readFileSync(join(process.env.SOTTO_DOCUMENTS, `${name}.json`), 'utf8'))
  : parse(readFileSync(join(root, 'api', name), 'utf8'))

// Who reads the documents must put up with fields that come later; the tests must not.
function closed(value) {
  if (Array.isArray(value)) return value.map(closed)
  if (!value || typeof value !== 'object') return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]))
  const isObject = copy.type === 'object' && copy.properties && copy.additionalProperties === undefined
  return isObject ? { ...copy, additionalProperties: false } : copy
}

export class Contract {
  constructor(rest = load('openapi.yaml'), push = load('asyncapi.yaml')) {
    Object.assign(this, { rest, push, seen: new Set(), compiled: new Map() })
    // Each schema is compiled in each test file anew: quickly, and used a few times. That they are schemas is asked in docs.test.mjs.
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false, inlineRefs: false,
      code: { optimize: false } })
    this.ajv.addSchema({ ...closed(rest), $id: 'rest' })
    this.ajv.addSchema({ ...closed(push), $id: 'push' })
    // What a client may send is as open as the server is.
    this.ajv.addSchema({ ...rest, $id: 'open' })
    this.resources = Object.entries(rest.paths).map(([path, item]) => ({ path, item,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
    this.topics = new Map(Object.values(push.channels).map(one => [one.address, one]))
  }

  // --- by JSON pointer into one of the documents
  #valid(pointer, value) {
    if (!this.compiled.has(pointer)) this.compiled.set(pointer, this.ajv.compile({ $ref: pointer }))
    const validate = this.compiled.get(pointer)
    return validate(value) ? null : validate.errors
  }

  #must(pointer, value, what) {
    const errors = this.#valid(pointer, value)
    if (errors) throw new Error(`${what}: not as ${pointer} has it: ${told(errors)}\n${JSON.stringify(value).slice(0, 2000)}`)
  }

  // --- REST: the answer to a request below /api/v2. is200: the server says 200 whatever became of it (api.always200).
  answer({ method, path, sent, status, json, is200 = false }) {
    const what = `the answer to ${method} ${path}`
    if (status === 304) return // the client has it already: an answer without a body
    if (!json || typeof json !== 'object') throw new Error(`${what} is no JSON object`)
    // A browser's question before a page of another site asks something (CORS): of no resource.
    if (method === 'OPTIONS' && json.statusCode === 0) return this.#must('rest#/components/schemas/Done', json, what)
    const resource = this.resources.find(one => one.pattern.test(path))
    const verb = method.toLowerCase()
    const operation = resource?.item[verb]
    if (json.statusCode === 0 || json.statusCode === 7) this.#success(what, resource, verb, { sent, status, json })
    else this.#refusal(what, resource, operation && verb, { status: is200 ? this.#statusOf(json) : status, json })
  }

  #success(what, resource, verb, { sent, status, json }) {
    if (!resource?.item[verb]) throw new Error(`${what} is a success, but the OpenAPI document has no such operation`)
    if (status !== 200) throw new Error(`${what} is a success with status ${status}`)
    const at = `rest#/paths/${escaped(resource.path)}/${verb}`
    this.#must(`${at}/responses/200/content/application~1json/schema`, json, what)
    const schema = resource.item[verb].requestBody?.content['application/json'].schema
    const isOperation = verb === 'post' && schema.discriminator
    if (schema && !isOperation) {
      this.#must(`open#/paths/${escaped(resource.path)}/${verb}/requestBody/content/application~1json/schema`, asValue(sent), `what was sent and done: ${what}`)
    }
    if (isOperation) this.#operation(what, resource, { sent, json })
    else this.seen.add(`${verb.toUpperCase()} ${resource.path}`)
  }

  // What was done must have been asked for as the document says, and be answered as it says of that operation.
  #operation(what, resource, { sent, json }) {
    const { mapping } = resource.item.post.requestBody.content['application/json'].schema.discriminator
    const asked = asValue(sent)
    const form = mapping[asked?.operationName]
    if (!form) throw new Error(`${what} is a success, but the OpenAPI document does not know the operation: ${JSON.stringify(asked)}`)
    this.#must(`open${form}`, this.#asRead(form, asked), `what was sent and done: ${what}`)
    const name = form.split('/').at(-1).replace(/Request.*/, ''), [reply, partial] = resource.item.post['x-replies'][name]
    this.#must(`rest${(json.statusCode === 7 && partial || reply).$ref}`, json, `${what}, ${asked.operationName}`)
    this.seen.add(`POST ${resource.path} ${name}`)
  }

  // Of several names of one parameter the first that is there is read; the others are as good as unknown.
  #asRead(form, asked) {
    const names = (this.rest.components.schemas[form.split('/').at(-1)].anyOf ?? []).map(one => one.required[0])
    const first = names.find(name => (asked[name] ?? null) !== null)
    return Object.fromEntries(Object.entries(asked).filter(([name]) => name === first || !names.includes(name)))
  }

  #refusal(what, resource, verb, { status, json }) {
    const shared = { $ref: `#/components/responses/Refused${status}` }
    const response = verb ? resource.item[verb].responses[status] : this.rest.components.responses[`Refused${status}`] && shared
    if (!response) throw new Error(`${what} has status ${status}, which the OpenAPI document does not have there: ${JSON.stringify(json)}`)
    const pointer = response.$ref ?? `#/paths/${escaped(resource.path)}/${verb}/responses/${status}`
    this.#must(`rest${pointer}/content/application~1json/schema`, json, what)
  }

  #statusOf(json) {
    const fits = Object.keys(this.rest.components.responses).find(name =>
      !this.#valid(`rest#/components/responses/${name}/content/application~1json/schema`, { statusCode: json.statusCode, statusMessage: 'any' }))
    return Number(fits?.slice('Refused'.length))
  }

  // --- Bayeux: one message as it came
  message(message) {
    if (!message || typeof message !== 'object') throw new Error(`no Bayeux message: ${JSON.stringify(message)}`)
    if ('data' in message) this.#notification(message)
    else this.#must('push#/components/schemas/BayeuxReply', message, `a Bayeux reply on ${message.channel}`)
  }

  #notification({ channel, data, ...rest }) {
    const topic = this.topics.get(channel)
    const others = Object.keys(rest).filter(key => key !== 'ext')
    if (!topic?.messages) throw new Error(`a notification on ${channel}, on which the AsyncAPI document has none: ${JSON.stringify(data)}`)
    if (others.length) throw new Error(`a notification on ${channel} has ${others} beside its data`)
    if (Object.keys(rest.ext ?? {}).join() !== 'replayId') throw new Error(`a notification on ${channel} has ${JSON.stringify(rest.ext)} for its number`)
    this.#must('push#/components/schemas/ReplayId', rest.ext.replayId, `the number of a notification on ${channel}`)
    const name = Object.keys(topic.messages).find(one => isOfType(this.push.components.messages[one].payload, data))
    if (!name) throw new Error(`a notification on ${channel} of a type that the AsyncAPI document does not have: ${JSON.stringify(data)}`)
    this.#must(`push#/components/messages/${name}/payload`, data, `a notification ${name}`)
    this.seen.add(`TOLD ${name}`)
  }
}

const isOfType = ({ required, properties }, data) =>
  ['messageType', 'notificationType'].every(key => !required.includes(key) ? data?.[key] === undefined : data?.[key] === properties[key].const)

const escaped = path => path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')

const told = errors => errors.slice(0, 12).map(one =>
  `${one.instancePath || '/'} ${one.message}${one.params.additionalProperty ? `: ${one.params.additionalProperty}` : ''}`).join('; ')

function asValue(sent) {
  if (typeof sent !== 'string' && !Buffer.isBuffer(sent)) return sent
  try { return JSON.parse(sent) } catch { return undefined }
}

// --- the one of this process, and what it has seen

const contract = new Contract()
const ports200 = new Set()

// A server at this port answers 200 whatever became of a request.
export const answersAlways200 = port => { ports200.add(Number(port)) }

export function checksAnswer({ method, url, sent, status, raw, json }) {
  const { pathname, port } = new URL(url)
  // Nothing but its head: what the client has is still so.
  const isBare = method === 'HEAD' || (method === 'GET' && status === 304 && raw === '')
  if (!pathname.startsWith('/api/v2/') || isBare) return
  const path = decodeURI(pathname.slice('/api/v2'.length))
  if (Array.isArray(json) && path.startsWith('/notifications')) json.forEach(message => contract.message(message))
  else contract.answer({ method, path, sent, status, json: json ?? raw, is200: ports200.has(Number(port)) })
}

export const checksMessage = message => contract.message(message)

const folder = process.env.SOTTO_SEEN
if (folder) {
  process.on('exit', () => {
    mkdirSync(folder, { recursive: true })
    const file = basename(process.argv[1] ?? 'unknown')
    for (const one of contract.seen) appendFileSync(join(folder, file), `${one}\n`)
  })
}
