// The committed contract as schemas for whole exchanges.
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { readContractFile } from './contract-file.ts'
import { actionSuffix, shapeOf } from './offered-operations.ts'

type Json = { [member: string]: unknown }
type Content = { [mediaType: string]: { schema?: Json } }
type OperationObject = { parameters?: Json[]; requestBody?: Json; responses: { [status: string]: Json } }
type Path = { [method: string]: OperationObject } & { parameters?: Json[] }
type Document = Json & { paths: { [path: string]: Path }; components: Json }

export type Exchange = {
  method: string
  /** The path with variables. */
  operation: string
  mediaType: string | undefined
  query: [string, string][]
  requestBody: unknown
  status: number
  responseBody: unknown
}

export type Contract = {
  /** Which document describes the operation; undefined when none does. */
  describes(exchange: Exchange): string | undefined
  /** What of the exchange is not as described. */
  check(exchange: Exchange): string[]
}

export function readContract(): Contract {
  const ajv = new Ajv2020.default({ strict: false, allErrors: true, validateFormats: true, logger: false })
  addFormats.default(ajv)
  const documents = readContractFile().documents.map(({ provenance: { name: file }, ...reduced }) => {
    const document = adapt(reduced) as Document
    ajv.addSchema({ ...document, $id: file })
    return { file, document }
  })
  const validators = new Map<string, ValidateFunction>()

  function find(exchange: Exchange) {
    const method = exchange.method.toLowerCase()
    const plain = shapeOf(exchange.operation)
    const action = actionSuffix(exchange.mediaType)
    for (const { file, document } of documents) {
      // An action is a path of its own or one of the media types of the plain path.
      const path = Object.keys(document.paths).find(
        (candidate) =>
          shapeOf(candidate) === plain + action ||
          (shapeOf(candidate) === plain && takes(document.paths[candidate]?.[method], exchange.mediaType)),
      )
      const operation = path && document.paths[path]?.[method]
      if (operation) {
        const parameters = [...(document.paths[path]?.parameters ?? []), ...(operation.parameters ?? [])]
        return { file, document, operation, parameters }
      }
    }
    return undefined
  }

  function takes(operation: OperationObject | undefined, mediaType: string | undefined): boolean {
    const { content = {} } = (operation?.requestBody ?? {}) as { content?: Content }
    return mediaType !== undefined && Object.hasOwn(content, mediaType)
  }

  function schemaOf(
    document: Document,
    holder: Json | undefined,
    mediaType: string | undefined,
  ): Json | undefined {
    const { content } = follow(document, holder) as { content?: Content }
    if (content === undefined) return undefined
    return (
      content[mediaType ?? 'application/json'] ??
      content['application/json'] ??
      Object.values(content)[0]
    )?.schema
  }

  function validate(file: string, schema: Json, value: unknown, isStrict: boolean): string[] {
    const key = `${file} ${isStrict} ${JSON.stringify(schema)}`
    let validator = validators.get(key)
    if (validator === undefined) {
      const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', `"$ref":"${file}#`)) as Json
      // A member that the document does not know is a misspelt one.
      validator = ajv.compile(isStrict ? { allOf: [absolute], unevaluatedProperties: false } : absolute)
      validators.set(key, validator)
    }
    if (validator(value)) return []
    return (validator.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    )
  }

  return {
    describes: (exchange) => find(exchange)?.file,
    check(exchange) {
      const found = find(exchange)
      if (found === undefined) return []
      const { file, document, operation, parameters } = found
      const problems: string[] = []
      for (const [name, value] of exchange.query) {
        const parameter = parameters
          .map((described) => follow(document, described))
          .find((described) => described.in === 'query' && described.name === name)
        if (parameter === undefined) problems.push(`query parameter ${name} is not described`)
        const { schema } = (parameter ?? {}) as { schema?: Json }
        if (schema === undefined) continue
        const typed = follow(document, schema).type === 'integer' ? Number(value) : value
        problems.push(...validate(file, schema, typed, false).map((problem) => `query ${name} ${problem}`))
      }
      if (exchange.requestBody !== undefined) {
        const schema = schemaOf(document, operation.requestBody, exchange.mediaType)
        if (schema !== undefined) {
          problems.push(
            ...validate(file, schema, exchange.requestBody, true).map((problem) => `request ${problem}`),
          )
        }
      }
      const response = operation.responses[String(exchange.status)]
      if (response === undefined) problems.push(`response status ${exchange.status} is not described`)
      else if (exchange.responseBody !== undefined) {
        const schema = schemaOf(document, response, undefined)
        if (schema !== undefined) {
          problems.push(
            ...validate(file, schema, exchange.responseBody, true)
              .filter((problem) => !ofEnvelope.test(problem))
              .map((problem) => `response ${problem}`),
          )
        }
      }
      return problems
    },
  }
}

/** Every object and list has these members, whether its document names them or not. */
const ofEnvelope = /^\/ must NOT have unevaluated .*"(createdAt|updatedAt|environment|_links|count|size)"}$/

function follow(document: Document, value: Json | undefined): Json {
  const reference = value?.$ref
  if (typeof reference !== 'string') return value ?? {}
  const parts = reference
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return parts.reduce<Json>((at, part) => at[part] as Json, document)
}

/**
 * What OpenAPI says in words of its own, in words of JSON Schema: `nullable`, and `discriminator`, whose branches are
 * chosen by a member where `oneOf` alone would match several of these permissive schemas.
 */
function adapt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(adapt)
  if (value === null || typeof value !== 'object') return value
  const { discriminator, oneOf, nullable, ...rest } = value as Json & { oneOf?: Json[] }
  const adapted = Object.fromEntries(
    Object.entries(rest).map(([name, member]) => [name, adapt(member)]),
  ) as Json
  if (oneOf !== undefined) {
    const { propertyName, mapping } = (discriminator ?? {}) as {
      propertyName?: string
      mapping?: Record<string, string>
    }
    if (propertyName !== undefined && mapping !== undefined) {
      adapted.properties = {
        ...(adapted.properties as Json | undefined),
        [propertyName]: { enum: Object.keys(mapping) },
      }
      adapted.required = [...((adapted.required as string[] | undefined) ?? []), propertyName]
      adapted.allOf = Object.entries(mapping).map(([name, reference]) => ({
        if: { properties: { [propertyName]: { const: name } } },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
        then: { $ref: reference },
      }))
    } else {
      adapted.anyOf = adapt(oneOf)
    }
  }
  if (nullable === true && typeof adapted.type === 'string') adapted.type = [adapted.type, 'null']
  return adapted
}
