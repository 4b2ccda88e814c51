// shapes.mjs - values as a schema of the OpenAPI document describes them, and values that are nearly so, for fast-check.
import fc from 'fast-check'

// Text that looks like what people write, and text that does not: every kind of white space, controls, directions, halves of a surrogate pair.
const odd = fc.constantFrom('\0', '\u0007', '\t', '\n', '\r\n', ' ', '\u00a0', '\u200b', '\u202e', '\ufeff', '\u2028', '\ud83d\ude00', '\ud83d', '\udc00', '"', '\\', '<', '%00',
  'é', 'e\u0301', 'ß', '漢')
const text = (least, most) => fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: least, maxLength: Math.min(most, least + 40) }) },
  { weight: 2, arbitrary: fc.array(odd, { minLength: Math.max(1, least), maxLength: Math.max(1, Math.min(most, least + 8)) }).map(parts => parts.join('')) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(most), ' '.repeat(Math.max(1, least))) })

// known: what is there in this centre that a parameter may name, by the parameter.
export function valid(schema, name, known) {
  const own = known[name]
  if (own) return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...own) }, { weight: 1, arbitrary: shaped(schema, name, known) })
  return shaped(schema, name, known)
}

function shaped(schema, name, known) {
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const type = [schema.type ?? 'object'].flat()[0]
  if (type === 'string') return schema.pattern ? fc.webUrl({ withFragments: true }) : text(schema.minLength ?? 0, schema.maxLength ?? 300)
  if (type === 'number' || type === 'integer') return fc.nat(schema.maximum ?? 1000)
  if (type === 'boolean') return fc.boolean()
  if (type === 'array') {
    return fc.array(valid(schema.items, name, known), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 5) })
  }
  return fc.dictionary(text(1, 30), fc.oneof(text(0, 60), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)), { maxKeys: 5 })
}

// Of another type, too short or too long by one, in another case, nested.
export function nearly(schema) {
  const others = [fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', [], {}, [[]], { a: { b: {} } }, 'null', '0', Number.MAX_SAFE_INTEGER + 2)]
  if (schema.maxLength) others.push(fc.constant('x'.repeat(schema.maxLength + 1)))
  if (schema.maxItems) others.push(fc.constant(Array(schema.maxItems + 1).fill('x')))
  if (schema.enum) others.push(fc.constantFrom(...schema.enum.filter(Boolean).flatMap(one => [one.toLowerCase(), `${one} `, one.slice(1)])))
  if (schema.items) others.push(fc.array(fc.oneof(fc.constant(null), fc.integer(), fc.constant([])), { minLength: 1, maxLength: 3 }))
  if ([schema.type].flat().includes('object')) {
    others.push(fc.constant({ '': '' }), fc.constant({ a: [1] }), fc.constant({ a: { b: 1 } }), fc.constant({ a: true }),
      fc.constant(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, i]))), fc.constant({ a: 'x'.repeat(33 * 1024) }))
  }
  return fc.oneof(...others)
}

// A body for one form of the document: mostly as it should be; sometimes one parameter is wrong or missing, or there is more.
export function bodyOf(schema, known) {
  const names = Object.keys(schema.properties).filter(name => name !== 'operationName')
  const optional = name => !schema.required.includes(name)
  const good = fc.record(Object.fromEntries(names.map(name => [name,
    optional(name) ? fc.option(valid(schema.properties[name], name, known), { nil: undefined }) : valid(schema.properties[name], name, known)])))
  const operationName = fc.constantFrom(...[schema.properties.operationName.const ?? schema.properties.operationName.enum].flat())
  const whole = fc.tuple(operationName, good).map(([name, parameters]) => ({ operationName: name, ...parameters }))
  const spoilt = names.length
    ? fc.constantFrom(...names).chain(name => fc.tuple(whole, fc.option(nearly(schema.properties[name]), { nil: undefined }))
      .map(([body, value]) => ({ ...body, [name]: value })))
    : whole
  const renamed = fc.tuple(whole, fc.oneof(nearly({ type: 'string' }), operationName.map(one => one.toLowerCase()), text(1, 40)))
    .map(([body, name]) => ({ ...body, operationName: name }))
  const more = fc.tuple(whole, fc.dictionary(text(1, 12), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 }))
    .map(([body, extra]) => ({ ...extra, ...body }))
  return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 4, arbitrary: spoilt }, { weight: 1, arbitrary: renamed }, { weight: 2, arbitrary: more })
}

// As bytes: mostly the JSON of it; sometimes cut short, said twice, or not JSON at all.
export function bytesOf(body) {
  const json = fc.constant(JSON.stringify(body))
  return fc.oneof({ weight: 12, arbitrary: json },
    { weight: 1, arbitrary: json.map(one => one.slice(0, -1)) },
    { weight: 1, arbitrary: json.map(one => `${one.slice(0, -1)},"operationName":${JSON.stringify(body.operationName ?? '')}}`) },
    { weight: 1, arbitrary: json.map(one => `[${one}]`) },
    { weight: 1, arbitrary: json.map(one => `${'{"a":'.repeat(20)}${one}${'}'.repeat(20)}`) },
    { weight: 1, arbitrary: fc.constantFrom('', 'null', '{}', '\ufeff{}', '{"operationName":"\\ud800"}', `{"operationName":"Leave","x":"${'x'.repeat(65 * 1024)}"}`) })
}
