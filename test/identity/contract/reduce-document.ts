// An OpenAPI document reduced to its facts: paths, methods, media types, member names, types, enumerations, what is
// required and what is read-only. Sentences and examples stay behind.

export type Json = { [member: string]: unknown }

export type Document = {
  paths: { [path: string]: { [method: string]: Json } }
  components: { [kind: string]: { [name: string]: Json } }
}

/** Members of a schema that state a fact and hold no schema themselves. */
const facts = new Set([
  '$ref',
  'const',
  'default',
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'nullable',
  'pattern',
  'readOnly',
  'required',
  'type',
  'uniqueItems',
  'writeOnly',
])
const schemaMembers = new Set([
  'additionalProperties',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedProperties',
])
const schemaLists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const schemaMaps = new Set(['patternProperties', 'properties'])

/** Reduces a schema. What is no schema, such as `additionalProperties: false`, stays as it is. */
export function reduceSchema(schema: unknown): unknown {
  if (schema === null || typeof schema !== 'object') return schema
  const reduced: Json = {}
  for (const [name, value] of Object.entries(schema as Json)) {
    if (facts.has(name)) reduced[name] = value
    else if (schemaMembers.has(name)) reduced[name] = reduceSchema(value)
    else if (schemaLists.has(name)) reduced[name] = (value as unknown[]).map(reduceSchema)
    else if (schemaMaps.has(name)) reduced[name] = mapValues(value as Json, reduceSchema)
    else if (name === 'discriminator') {
      const { propertyName, mapping } = value as Json
      reduced[name] = { propertyName, ...(mapping === undefined ? {} : { mapping }) }
    }
  }
  return reduced
}

function reduceContent(content: unknown): Json {
  return mapValues(content as Json, (media) => {
    const { schema } = media as Json
    return schema === undefined ? {} : { schema: reduceSchema(schema) }
  })
}

const reduceParameter = ({ $ref, name, in: place, required, schema }: Json): Json =>
  $ref === undefined
    ? {
        name,
        in: place,
        ...(required === true ? { required } : {}),
        ...(schema === undefined ? {} : { schema: reduceSchema(schema) }),
      }
    : { $ref }

/** A request body or a response. */
const reduceMessage = ({ $ref, required, content }: Json): Json =>
  $ref === undefined
    ? {
        ...(required === true ? { required } : {}),
        ...(content === undefined ? {} : { content: reduceContent(content) }),
      }
    : { $ref }

/** Parameters of the path and of the header say nothing that the path and the security scheme do not. */
function reduceParameters(parameters: unknown, document: Document): { parameters?: Json[] } {
  const kept = ((parameters ?? []) as Json[]).filter(
    (parameter) => ((resolve(document, parameter.$ref) ?? parameter) as Json).in === 'query',
  )
  return kept.length === 0 ? {} : { parameters: kept.map(reduceParameter) }
}

function reduceOperation({ parameters, requestBody, responses }: Json, document: Document): Json {
  return {
    ...reduceParameters(parameters, document),
    ...(requestBody === undefined ? {} : { requestBody: reduceMessage(requestBody as Json) }),
    responses: mapValues(responses as Json, (response) => reduceMessage(response as Json)),
  }
}

const reducers: Record<string, (component: Json) => unknown> = {
  schemas: reduceSchema,
  parameters: reduceParameter,
  requestBodies: reduceMessage,
  responses: reduceMessage,
}

/**
 * The part of a document that describes some operations, with every component that they lead to.
 *
 * @param isWanted whether an operation belongs; `method` is in capitals
 */
export function reduceDocument(
  document: Document,
  isWanted: (method: string, path: string) => boolean,
): Document {
  const reduced: Document = { paths: {}, components: {} }
  for (const [path, { parameters, ...operations }] of Object.entries(document.paths)) {
    const wanted = Object.entries(operations).filter(([method]) => isWanted(method.toUpperCase(), path))
    if (wanted.length === 0) continue
    reduced.paths[path] = {
      ...(reduceParameters(parameters, document) as Json),
      ...Object.fromEntries(
        wanted.map(([method, operation]) => [method, reduceOperation(operation, document)] as const),
      ),
    } as { [method: string]: Json }
  }
  const waiting = referencesIn(reduced.paths)
  for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
    const { kind, name } = nameOf(reference)
    const kept = reduced.components[kind] ?? {}
    reduced.components[kind] = kept
    if (Object.hasOwn(kept, name)) continue
    const component = resolve(document, reference)
    const reduce = reducers[kind]
    if (component === undefined || reduce === undefined)
      throw new Error(`${reference} leads nowhere in the document.`)
    const reducedComponent = reduce(component) as Json
    kept[name] = reducedComponent
    waiting.push(...referencesIn(reducedComponent))
  }
  shareResponses(reduced)
  return { paths: sortMembers(reduced.paths), components: mapValues(reduced.components, sortMembers) }
}

/** The errors of every operation are the same few responses: each is kept once, and referred to. */
function shareResponses(document: Document): void {
  const shared = document.components.responses ?? {}
  const names = new Map<string, string>()
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    const responses = (operation.responses ?? {}) as { [status: string]: Json }
    for (const [status, response] of Object.entries(responses)) {
      if (response.$ref !== undefined) continue
      const text = JSON.stringify(response)
      const name = names.get(text) ?? `Response${names.size + 1}`
      names.set(text, name)
      shared[name] = response
      responses[status] = { $ref: `#/components/responses/${name}` }
    }
  }
  document.components.responses = shared
}

function nameOf(reference: string): { kind: string; name: string } {
  const [, , kind = '', escaped = ''] = reference.split('/')
  return { kind, name: escaped.replaceAll('~1', '/').replaceAll('~0', '~') }
}

function resolve(document: Document, reference: unknown): Json | undefined {
  if (typeof reference !== 'string') return undefined
  const { kind, name } = nameOf(reference)
  return document.components[kind]?.[name]
}

/** References stand in `$ref` and in a discriminator's `mapping`. */
function referencesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('#/components/') ? [value] : []
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(referencesIn)
}

const mapValues = <T, U>(members: { [name: string]: T }, change: (value: T) => U): { [name: string]: U } =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value)]))

const sortMembers = <T>(members: { [name: string]: T }): { [name: string]: T } =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
