// docs.mjs - the documents as one page to read: no script, no request to anywhere but its own style (docs.css).
import { namesOf } from './openapi.mjs'

const escape = text => String(text).replace(/[&<>"]/g, one => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one])

// What prose.yaml uses of Markdown: paragraphs and `code`.
const inline = text => escape(text ?? '').replace(/`([^`]+)`/g, '<code>$1</code>')
const paragraphs = text => text.trim().split(/\n\s*\n?/).map(one => `<p>${inline(one)}</p>`).join('\n')

const slug = text => text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
const refName = schema => schema?.$ref?.split('/').at(-1)

export function docs(rest, push, all) {
  const page = new Page(rest, push, all)
  return `<!DOCTYPE html>
<!-- Written by api/write.mjs from the product's tables. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(rest.info.title)} API</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<header><h1>${escape(rest.info.title)} API <small>${escape(rest.info.version)}</small></h1>
<p>${inline(rest.info.summary)}</p>
<p class="files"><a href="/openapi.json">OpenAPI 3.1</a> <a href="/asyncapi.json">AsyncAPI 3.0</a></p></header>
<nav aria-label="Contents">${page.contents()}</nav>
<main>
<section id="overview"><h2>Overview</h2>
${paragraphs(rest.info.description)}
${page.signingIn()}
</section>
<section id="codes"><h2>Status codes</h2>
${page.codes()}
</section>
${page.tags()}
<section id="notifications"><h2>Notifications</h2>
${paragraphs(push.info.description)}
${page.topics()}
${page.messages()}
</section>
<section id="schemas"><h2>Schemas</h2>
${page.schemas()}
</section>
</main>
</body>
</html>
`
}

class Page {
  constructor(rest, push, all) {
    Object.assign(this, { rest, push, all })
    this.shown = Object.entries({ ...push.components.schemas, ...rest.components.schemas }).filter(([name]) => all.schemas[name])
  }

  // --- contents
  contents() {
    const item = (id, text) => `\n<li><a href="#${id}">${text}</a></li>`
    const lists = this.rest.tags.map(({ name }) => [name, this.resourcesOf(name).flatMap(resource => [
      ...(resource.read ? [item(this.readId(resource), `<code>GET ${escape(resource.path)}</code>`)] : []),
      ...this.changesOf(resource).map(verb => item(`${verb}-${slug(resource.path)}`, `<code>${verb.toUpperCase()} ${escape(resource.path)}</code>`)),
      ...resource.operations.map(one => item(this.operationId(resource, one), escape(one.name))),
    ])])
    const messages = this.told().map(one => item(`message-${slug(one.name)}`, escape(one.name)))
    const section = (id, title, items) => `\n<li><a href="#${id}">${title}</a>${items?.length ? `<ul>${items.join('')}</ul>` : ''}</li>`
    return `<ul>${section('overview', 'Overview')}${section('codes', 'Status codes')}${lists.map(([name, items]) => section(slug(name), name, items)).join('')}` +
      `${section('notifications', 'Notifications', messages)}${section('schemas', 'Schemas')}</ul>`
  }

  resourcesOf(tag) { return this.all.resources.filter(one => this.all.prose.resources[one.path]?.tag === tag) }

  readId(resource) { return `get-${slug(resource.path)}` }

  operationId(resource, { name }) {
    const isAlone = this.all.operations.filter(one => one.name === name).length === 1
    return isAlone ? name : `${name}-${slug(resource.path)}`
  }

  // --- overview
  signingIn() {
    const rows = Object.entries(this.rest.components.securitySchemes).map(([name, one]) => [`<code>${name}</code>`, inline(one.description)])
    return `<h3>Signing in</h3>${table(['', ''], rows)}`
  }

  codes() {
    const { errors, prose } = this.all
    const codes = [...new Set(errors.map(one => one.code))].sort((a, b) => a - b)
    return table(['statusCode', 'means', 'HTTP status and statusMessage'], codes.map(code => [
      `<code>${code}</code>`, inline(prose.codes[code]),
      errors.filter(one => one.code === code).map(one => `<code>${one.http}</code> ${escape(one.text)}`).join('<br>'),
    ]))
  }

  // --- REST
  tags() {
    return this.rest.tags.map(({ name, description }) => `<section id="${slug(name)}"><h2>${escape(name)}</h2>\n<p>${inline(description)}</p>\n` +
      `${this.resourcesOf(name).map(one => this.resource(one)).join('\n')}</section>`).join('\n')
  }

  resource(resource) {
    const item = this.rest.paths[resource.path]
    return `${item.get ? this.read(resource, item.get) : ''}${this.changesOf(resource).map(verb => this.change(verb, resource, item[verb])).join('')}${resource.operations.map(one => this.operation(resource, one)).join('\n')}`
  }

  read(resource, get) {
    return `<article id="${this.readId(resource)}"><h3><code class="method">GET</code> <code>${escape(resource.path)}</code></h3>
<p>${inline(get.summary)}. ${inline(get.description)}</p>
${get.parameters ? table(['parameter', 'type', ''], get.parameters.map(one => [`<code>${one.name}</code>`, this.type(one.schema), inline(one.description)])) : ''}
<p class="reply">Reply: ${this.reply(get.responses[200].content['application/json'].schema)}</p>
</article>`
  }

  // Without the name of an operation: PUT, POST on a collection, DELETE.
  changesOf(resource) {
    return [['post', resource.create], ['put', resource.update], ['delete', resource.remove]].filter(([, has]) => has).map(([verb]) => verb)
  }

  change(verb, resource, one) {
    return `<article id="${verb}-${slug(resource.path)}"><h3><code class="method">${verb.toUpperCase()}</code> <code>${escape(resource.path)}</code></h3>
<p>${inline(one.summary)}. ${inline(one.description)}</p>
${one.requestBody ? this.members(one.requestBody.content['application/json'].schema) : ''}
<p class="reply">Reply: ${this.reply(one.responses[200].content['application/json'].schema)}</p>
</article>`
  }

  reply(schema) {
    if (schema.anyOf) return schema.anyOf.map(one => this.reply(one)).join(' or ')
    if (schema.$ref) return this.reply(this.rest.components.schemas[refName(schema)])
    const members = Object.entries(schema.properties).map(([name, one]) =>
      name === 'statusCode' ? `"statusCode": ${one.const ?? one.enum[0]}` : `"${name}": ${this.type(one)}`)
    return `<span class="json">{ ${members.join(', ')} }</span>`
  }

  operation(resource, operation) {
    const post = this.rest.paths[resource.path].post
    const content = post.requestBody.content['application/json']
    const names = namesOf(operation, this.all)
    const name = refName({ $ref: content.schema.discriminator.mapping[operation.name] })
    const schema = this.rest.components.schemas[name]
    const rows = Object.entries(schema.properties).filter(([key]) => key !== 'operationName').map(([key, one]) => [
      `<code>${key}</code>`, this.type(one), this.need(schema, key), inline(one.description)])
    const [own] = post['x-replies'][operation.name]
    const feature = this.all.prose.features[resource.feature], role = this.all.prose.roles[resource.role]
    return `<article id="${this.operationId(resource, operation)}"><h3>${escape(operation.name)}</h3>
<p class="request"><code class="method">POST</code> <code>${escape(resource.path)}</code></p>
<p>${inline(schema.description)}${names.length > 1 ? ` Also taken: ${names.slice(1).map(one => `<code>${one}</code>`).join(', ')}.` : ''}</p>
${role || feature ? `<p class="needs">${[role && `Needs ${inline(role)}.`, feature && `Feature ${inline(feature)}.`].filter(Boolean).join(' ')}</p>` : ''}
${rows.length ? table(['parameter', 'type', '', ''], rows) : ''}
<pre><code>${escape(JSON.stringify(content.examples[operation.name].value))}</code></pre>
<p class="reply">Reply: ${this.reply(own)}</p>
</article>`
  }

  need(schema, key) {
    if (schema.required.includes(key)) return 'required'
    return schema.anyOf?.some(one => one.required.includes(key)) ? 'one of these' : 'optional'
  }

  // --- types in a few words
  type(schema) {
    if (schema === true || !schema) return 'any'
    const name = refName(schema)
    if (name) return `<a href="#schema-${name}">${name}</a>`
    if (schema.title?.endsWith('as far as asked for')) return 'a part of it'
    if (schema.anyOf) return schema.anyOf.map(one => this.type(one)).join(' or ')
    if (schema.not) return 'nothing'
    if ('const' in schema) return `<code>${escape(JSON.stringify(schema.const))}</code>`
    if (schema.enum) return schema.enum.filter(one => one !== null).map(one => `<code>${escape(one)}</code>`).join(' ') + this.standard(schema)
    const types = [schema.type ?? 'object'].flat().filter(one => one !== 'null' || schema.type.length > 2)
    if (types[0] === 'array') return `array of ${schema.maxItems === 0 ? 'nothing' : this.type(schema.items)}${this.bounds(schema.minItems, schema.maxItems, '')}`
    return types.join(', ') + this.bounds(schema.minLength, schema.maxLength, ' characters') + this.bounds(schema.minimum, schema.maximum, '') + this.standard(schema)
  }

  standard({ default: otherwise }) { return otherwise === undefined ? '' : `, else <code>${escape(otherwise)}</code>` }

  bounds(least, most, unit) {
    if (most === undefined || most === 0) return ''
    return ` <span class="bounds">${least ?? 0}–${most}${unit}</span>`
  }

  // --- notifications
  topics() {
    const told = Object.values(this.push.channels)
    const rows = told.filter(one => !one.parameters).filter(one => one.messages || !one.description.startsWith(this.all.prose.silent)).map(one => [
      `<code>${escape(one.address)}</code>`, inline(one.description),
      Object.keys(one.messages ?? {}).map(name => `<a href="#message-${slug(name)}">${name}</a>`).join(', ')])
    const silent = told.filter(one => !one.messages && one.description === this.all.prose.silent)
    return `<h3>Topics</h3>${table(['topic', '', 'messages'], rows)}
<p>${inline(this.all.prose.silent)} ${silent.map(one => `<code>${escape(one.address)}</code>`).join(', ')}</p>`
  }

  told() { return Object.values(this.push.components.messages).filter(one => one.payload.properties) }

  messages() {
    return this.told().map(one => `<article id="message-${slug(one.name)}"><h3>${escape(one.name)}</h3>
<p>${inline(one.summary)} ${inline(one.description)}</p>
${this.members(one.payload)}
</article>`).join('\n')
  }

  // --- schemas
  schemas() {
    return this.shown.sort(([a], [b]) => a < b ? -1 : 1).map(([name, schema]) => `<article id="schema-${name}"><h3>${name}</h3>
${schema.description ? `<p>${inline(schema.description)}</p>` : ''}
${schema.properties ? this.members(schema) : `<p>${this.type(schema)}${schema.pattern ? ` <code>${escape(schema.pattern)}</code>` : ''}</p>`}
</article>`).join('\n')
  }

  members(schema) {
    return table(['field', 'type', ''], Object.entries(schema.properties).map(([key, one]) => [
      `<code>${key}</code>${schema.required?.includes(key) ? '' : ' <span class="optional">optional</span>'}`, this.type(one), inline(one.description)]))
      + Object.entries(schema.properties).filter(([, one]) => one.type === 'object' && one.properties).map(([key, one]) =>
        `<p>In <code>${key}</code>:</p>${this.members(one)}`).join('')
  }
}

function table(heads, rows) {
  const head = heads.some(Boolean) ? `<thead><tr>${heads.map(one => `<th>${one}</th>`).join('')}</tr></thead>` : ''
  return `<div class="table"><table>${head}<tbody>
${rows.map(cells => `<tr>${cells.map(one => `<td>${one}</td>`).join('')}</tr>`).join('\n')}
</tbody></table></div>`
}
