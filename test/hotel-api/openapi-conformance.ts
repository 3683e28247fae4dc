// Holds real answers against the OpenAPI document.

import Ajv2020Module from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'

type Json = { [key: string]: unknown }
type Operation = { responses: Record<string, { content: Record<string, unknown>; description: string }> }

// Both packages are CommonJS with a default export.
const Ajv2020 = Ajv2020Module.default ?? Ajv2020Module
const addFormats = addFormatsModule.default ?? addFormatsModule

export class NonconformingAnswerError extends Error {
  override readonly name = 'NonconformingAnswerError'
}

export function createConformanceCheck(document: Json) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, multipleOfPrecision: 6 })
  addFormats(ajv)
  ajv.addSchema(document, 'openapi.json')
  const paths = document.paths as Record<string, Record<string, Operation>>
  const seen = new Set<string>()

  return {
    /** What was answered so far: `GET /hotels 200`, `GET /hotels 404 unknown_city`. */
    seen,
    /** @throws {NonconformingAnswerError} */
    check(request: Request, response: Response, body: unknown): void {
      const { pathname } = new URL(request.url)
      const template = Object.keys(paths).find((path) => matches(path, pathname))
      const operation = template ? paths[template]?.[request.method.toLowerCase()] : undefined
      const name = `${request.method} ${template ?? pathname} ${response.status}`
      const type = response.headers.get('content-type') ?? ''
      if (!template || !operation) {
        if (response.status !== 404 && response.status !== 405) throw nonconforming(name, 'no such operation')
        assertValid(name, '#/components/schemas/Problem', body)
        return
      }
      const documented = operation.responses[String(response.status)]
      if (documented === undefined)
        throw nonconforming(name, `status is not documented: ${JSON.stringify(body)}`)
      if (!(type in documented.content)) throw nonconforming(name, `content type ${type} is not documented`)
      const pointer = ['', 'paths', template, request.method.toLowerCase(), 'responses', response.status]
        .concat(['content', type, 'schema'])
        .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
        .join('/')
      assertValid(name, `#${pointer}`, body)
      const code = (body as Json).code
      if (type === 'application/problem+json') {
        if (!documented.description.includes(`\`${code}\``))
          throw nonconforming(name, `code ${code} is not documented`)
        if ((body as Json).status !== response.status)
          throw nonconforming(name, 'status of the problem differs')
      }
      seen.add(type === 'application/problem+json' ? `${name} ${code}` : name)
    },
  }

  function assertValid(name: string, pointer: string, body: unknown): void {
    const validate = ajv.getSchema(`openapi.json${pointer}`)
    if (validate === undefined) throw nonconforming(name, `${pointer} does not resolve`)
    if (!validate(body))
      throw nonconforming(name, `${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`)
  }
}

function nonconforming(name: string, problem: string): NonconformingAnswerError {
  return new NonconformingAnswerError(`${name}: ${problem}`)
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`).test(path)
}
