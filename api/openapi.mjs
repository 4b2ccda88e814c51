// openapi.mjs - the OpenAPI document, grown from operations.def: each resource is a path, each operation a form of the body of its POST.
import { compact, reached, ref } from './sources.mjs'

// One kind of parameter of operations.def as a schema. A new kind is a row here and a line of tables.c.
const kinds = {
  TEXT: ({ least, most }) => ({ type: 'string', minLength: least, maxLength: most }),
  URL: ({ least, most }) => ({ type: 'string', format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://', minLength: least, maxLength: most }),
  NAME: ({ most }) => ({ type: 'string', maxLength: most }),
  WORD: ({ words, otherwise }, all) =>
    compact({ type: 'string', enum: all.words[words.replace(/_words$/, '')], default: all.members[otherwise] }),
  USER: ({ least, most }) => ({ type: 'string', format: 'uri-reference', minLength: least, maxLength: most }),
  TARGET: ({ least, most }) => ({ type: 'string', format: 'uri-reference', minLength: least, maxLength: most }),
  THING: ({ least, most }) => ({ type: 'string', format: 'uri-reference', minLength: least, maxLength: most }),
  NUMBER: ({ least, most }) => ({ type: 'integer', minimum: least, maximum: most }),
  PAIRS: ({ least, most }) => ({ type: 'object', minProperties: least, maxProperties: most, additionalProperties: { type: ['string', 'number'] } }),
  NAMES: ({ least, most }) => ({ type: 'array', minItems: least, maxItems: most, items: { type: 'string', minLength: 1 } }),
  QUEUE: ({ least, most }) => ({ type: 'string', minLength: least, maxLength: most }),
  PHONE: ({ least, most }) => ({ type: 'string', pattern: '^ *\\+?[0-9 .()-]+$', minLength: least, maxLength: most }),
  FLAG: () => ({ type: 'boolean', default: false }),
  LIST: ({ least, most, each }) =>
    ({ type: 'array', minItems: least, maxItems: most, items: { type: 'string', minLength: 1, maxLength: each } }),
}

export function openapi(all) {
  const { prose } = all
  const document = {
    openapi: '3.1.0',
    info: { ...prose.info, version: all.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/api/v2' }],
    security: Object.keys(prose.security).map(name => ({ [name]: [] })),
    tags: Object.entries(prose.tags).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(all.resources.map(one => [one.path, path(one, all)])),
    components: { schemas: {}, parameters: headers(all), responses: refusals(all), securitySchemes: prose.security },
  }
  const forms = all.resources.flatMap(resource => resource.operations.flatMap(one => formsOf(resource, one, all)))
  const known = { ...all.schemas, ...Object.fromEntries(forms) }
  document.components.schemas = reached([document.paths, document.components.responses], known)
  return document
}

function path(resource, all) {
  const { prose } = all
  const words = all.say('resources', resource.path, `the resource ${resource.name}`)
  const ids = Object.entries(all.say('finds', resource.find, `the resource ${resource.name}`))
  const item = {}
  if (ids.length) {
    item.parameters = ids.map(([name, schema]) =>
      ({ name, in: 'path', required: true, description: all.say('ids', schema, resource.name), schema: { type: 'string' } }))
  }
  const shared = { tags: [words.tag], ...(words.open ? { security: [] } : {}) }
  const needs = sentence('Feature: ', all.say('features', resource.feature, resource.name)) + sentence('Needs: ', all.say('roles', resource.role, resource.name))
  if (resource.read) {
    const read = words.read ?? {}
    if (!words.read) all.missing.push(`prose.yaml, resources: ${resource.path} has no read, which the table has`)
    item.get = compact({
      ...shared, operationId: `get${camel(resource)}`,
      summary: read.summary, description: [read.description, needs.trim()].filter(Boolean).join(' '),
      parameters: (read.query ?? []).map(name => query(resource, name, all)),
      responses: { 200: answer('Success', readReply(read, all)), ...refused(all, words.open) },
    })
  }
  if (resource.update) {
    item.put = change('PUT', resource, all, shared, needs)
  }
  if (resource.create) item.post = change('POST', resource, all, shared, needs)
  if (resource.remove) item.delete = change('DELETE', resource, all, shared, needs)
  if (resource.operations.length) {
    const names = resource.operations.map(one => one.name)
    const partial = resource.operations.filter(one => all.sayOperation(resource, one).partial)
    item.post = compact({
      ...shared, operationId: `post${camel(resource)}`,
      summary: words.summary, description: [needs.trim(), names.map(name => `\`${name}\``).join(', ') + '.'].filter(Boolean).join(' '),
      parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }],
      requestBody: { required: true, content: { 'application/json': {
        schema: {
          oneOf: resource.operations.map(one => ref(formName(resource, one, all, 'Request'))),
          discriminator: { propertyName: 'operationName', mapping: Object.fromEntries(resource.operations.flatMap(one =>
            namesOf(one, all).map(name => [name, ref(formName(resource, one, all, 'Request')).$ref]))) },
        },
        examples: Object.fromEntries(resource.operations.map(one =>
          [one.name, { value: { operationName: one.name, ...all.sayOperation(resource, one).sample } }])),
      } } },
      'x-replies': Object.fromEntries(resource.operations.map(one => [one.name, replyNames(resource, one, all).map(ref)])),
      responses: {
        200: answer('Success', either([...new Set(resource.operations.flatMap(one => replyNames(resource, one, all)))].map(ref))),
        ...refused(all, false, partial.map(one => ref(formName(resource, one, all, 'Refusal')))),
      },
    })
    if (!words.summary) all.missing.push(`prose.yaml, resources: ${resource.path} has no summary, which its operations need`)
  }
  if (prose.resources[resource.path] && !prose.tags[words.tag]) all.missing.push(`prose.yaml has no tags: ${words.tag}, which ${resource.path} names`)
  return item
}

// What is changed without an operation's name: attributes, something new in a collection, a removal.
function change(verb, resource, all, shared, needs) {
  const words = all.say('changes', `${verb} ${resource.path}`, `the resource ${resource.name}`)
  return compact({
    ...shared, operationId: `${verb.toLowerCase()}${camel(resource)}`, summary: words.summary, description: [words.description, needs.trim()].filter(Boolean).join(' '),
    parameters: verb === 'POST' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [],
    requestBody: verb === 'DELETE' ? undefined : { required: true, content: { 'application/json': { schema: words.body ?? {} } } },
    responses: { 200: answer('Success', words.reply ? success(words.reply) : ref('Done')), ...refused(all, false) },
  })
}

const camel = resource => resource.name.split('_').map(one => one[0] + one.slice(1).toLowerCase()).join('')

// Of every operation.
const headers = all => ({
  IdempotencyKey: { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: all.limits.key },
    description: 'Names the request: repeated within 24 hours with the same path and body it gives the same answer and is done once; with others 409.' },
})

const sentence = (begin, words) => words ? `${begin}${words}. ` : ''

const either = schemas => schemas.length === 1 ? schemas[0] : { anyOf: schemas }

const answer = (description, schema) => ({ description, content: { 'application/json': { schema } } })

// A name that ends with ? is not always there.
function success(members) {
  const names = Object.keys(members)
  return { type: 'object', required: ['statusCode', ...names.filter(name => !name.endsWith('?'))],
    properties: { statusCode: { const: 0 }, ...Object.fromEntries(names.map(name => [name.replace('?', ''), members[name]])) } }
}

// Of a directory some fields may be asked for, and pages.
function readReply({ reply, list }, all) {
  if (!list) return success(reply ?? {})
  const part = list.some ? { title: `${list.of}, as far as asked for`, type: 'object', properties: all.schemas[list.of].properties } : null
  const items = part ? { anyOf: [ref(list.of), part] } : ref(list.of)
  const page = list.some || list.pages ? { 'cursor?': { description: More, type: 'string' } } : {}
  return { anyOf: [
    { title: 'Without fields', ...success({ uris: { type: 'array', items: ref('Uri') }, ...page }) },
    { title: 'With fields', ...success({ [list.key]: { type: 'array', items: list.of ? items : { not: {} } }, ...page }) },
  ] }
}

const More = 'Where more follow: goes on behind the last one.'

function query(resource, name, all) {
  const { description, schema } = all.prose.queries[`${resource.path} ${name}`] ?? all.say('queries', name, `the resource ${resource.name}`)
  const maximum = typeof schema.maximum === 'string' ? { maximum: all.limits[schema.maximum] } : {}
  return { name, in: 'query', description, schema: { ...schema, ...maximum } }
}

// --- refusals: one response for each HTTP status of the table

const statusName = status => `Refused${status}`

function refusals(all) {
  const byStatus = Map.groupBy ? Map.groupBy(all.errors, one => one.http) : group(all.errors)
  return Object.fromEntries([...byStatus].filter(([status]) => status !== 200).sort(([a], [b]) => a - b).map(([status, rows]) => {
    const codes = [...new Set(rows.map(one => one.code))].sort((a, b) => a - b)
    const description = codes.map(code => `${code}: ${all.say('codes', code, `the errors with ${code}`)}`).join('; ')
    return [statusName(status), {
      description,
      ...(status === 429 || status === 503 ? { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } } } : {}),
      content: { 'application/json': { schema: refusal(codes, rows.map(one => one.text)) } },
    }]
  }))
}

function group(rows) {
  const groups = new Map()
  for (const row of rows) groups.set(row.http, [...groups.get(row.http) ?? [], row])
  return groups
}

function refusal(codes, texts, members = {}) {
  return {
    type: 'object', required: ['statusCode', 'statusMessage', ...Object.keys(members)],
    properties: { statusCode: { enum: codes }, statusMessage: { type: 'string', minLength: 1, examples: [...new Set(texts)] }, ...members },
  }
}

// What is open needs no login.
function refused(all, isOpen, others = []) {
  const statuses = [...new Set(all.errors.map(one => one.http))].filter(status => status !== 200).sort((a, b) => a - b)
    .filter(status => !(isOpen && [401, 403, 429].includes(status)))
  return Object.fromEntries(statuses.map(status => {
    const usual = { $ref: `#/components/responses/${statusName(status)}` }
    if (!others.length) return [status, usual]
    const { description, headers, content } = refusals(all)[statusName(status)]
    return [status, { description, ...(headers ? { headers } : {}),
      content: { 'application/json': { schema: { anyOf: [content['application/json'].schema, ...others] } } } }]
  }))
}

// --- operations

export function namesOf(operation, all) {
  return [operation.name, ...all.aliases.filter(one => one.resource === operation.resource && one.operation === operation.name).map(one => one.name)]
}

// The same operation on two resources has one form, unless it takes other parameters there, or means something else.
function formName(resource, operation, all, what) {
  const alike = all.operations.filter(one => one.name === operation.name)
  const isOne = alike.every(one => JSON.stringify(one.parameters) === JSON.stringify(operation.parameters))
  const isUsual = !all.prose.operations[`${resource.path} ${operation.name}`]
  return isOne && isUsual ? `${operation.name}${what}` : `${operation.name}${what}_${resource.name}`
}

const replyOf = (operation, all) => all.say('acts', operation.act, `the row of ${operation.name}`) || 'Done'

function replyNames(resource, operation, all) {
  const { partial } = all.sayOperation(resource, operation)
  return [replyOf(operation, all), ...(partial ? [formName(resource, operation, all, 'Partial')] : [])]
}

function formsOf(resource, operation, all) {
  const { partial } = all.sayOperation(resource, operation)
  const forms = [[formName(resource, operation, all, 'Request'), request(resource, operation, all)]]
  if (partial) {
    const codes = [...new Set(all.errors.map(one => one.code))].sort((a, b) => a - b)
    forms.push([formName(resource, operation, all, 'Partial'), { title: `${operation.name}: some of it was done`, ...refusal([7], ['Partial success'], partial) }])
    forms.push([formName(resource, operation, all, 'Refusal'), { title: `${operation.name}: nothing was done`, ...refusal(codes.filter(code => code && code !== 7), [], partial) }])
  }
  return forms
}

function request(resource, operation, all) {
  const words = all.sayOperation(resource, operation)
  const { where = [] } = all.commands[operation.command] ?? {}
  const by = where.length ? `May be done by ${where.map(one => all.say('standings', one, `command.def's ${operation.command}`)).join(' or ')}.` : ''
  const names = namesOf(operation, all)
  const properties = { operationName: names.length === 1 ? { const: operation.name } : { enum: names } }
  const required = ['operationName'], alternatives = []
  for (const parameter of operation.parameters) {
    const make = kinds[parameter.kind]
    if (!make) throw new Error(`api/openapi.mjs does not know ${parameter.kind}, a kind of parameter of ${operation.name}`)
    const isRequired = parameter.need === 'REQUIRED', several = parameter.names.split('|')
    for (const name of several) {
      const schema = make(parameter, all)
      const description = words.parameters?.[name] ?? all.say('parameters', name, `the row of ${operation.name}`)
      // null is absent, so of several names each may be null, and of what is optional.
      properties[name] = { description, ...(isRequired && several.length === 1 ? schema : nullable(schema)) }
    }
    if (isRequired && several.length === 1) required.push(several[0])
    else if (isRequired) alternatives.push(several)
  }
  return compact({
    title: operation.name, description: [`${words.summary ?? ''}.`, words.description, by].filter(Boolean).join(' '),
    type: 'object', required, properties,
    anyOf: alternatives.length === 1 ? alternatives[0].map(name =>
      ({ required: [name], properties: { [name]: { not: { type: 'null' } } } })) : undefined,
  })
}

function nullable(schema) {
  return { ...schema, type: [schema.type, 'null'].flat(), ...(schema.enum ? { enum: [...schema.enum, null] } : {}) }
}
