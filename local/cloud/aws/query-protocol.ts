// The query protocol of AWS (CloudFormation, IAM, STS): a form with dotted names comes in, XML goes out.
import type { AwsError, AwsJson } from './aws-error.ts'
import { xmlFrom } from './xml.ts'

/** Members by name; lists are written `Tags.member.1.Key=…`. */
export function parseQuery(form: string): { operation: string; version: string; input: AwsJson } {
  const { Action: operation, Version: version, ...input } = nested(new URLSearchParams(form)) as AwsJson
  return { operation: String(operation), version: String(version), input }
}

function nested(form: URLSearchParams): unknown {
  const root: { [part: string]: unknown } = Object.create(null)
  for (const [name, value] of form) {
    const parts = name.split('.')
    const last = parts.pop() ?? ''
    let at = root
    for (const part of parts) {
      const below = at[part]
      at[part] = typeof below === 'object' && below !== null ? below : Object.create(null)
      at = at[part] as typeof root
    }
    at[last] = value
  }
  return withLists(root)
}

function withLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { member, ...others } = value as { [part: string]: unknown }
  if (typeof member === 'object' && member !== null && Object.keys(others).length === 0) {
    return Object.entries(member)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, one]) => withLists(one))
  }
  // An empty list is a name without a value.
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withLists(one)]))
}

/** Lists are elements named `member`. */
export function queryAnswer(options: {
  operation: string
  namespace: string
  result: AwsJson
  requestId: string
}): string {
  const { operation, namespace, result, requestId } = options
  const content = {
    [`${operation}Result`]: withMembers(result),
    ResponseMetadata: { RequestId: requestId },
  }
  return xmlFrom(`${operation}Response`, content, namespace)
}

export function queryError(error: AwsError, namespace: string, requestId: string): string {
  const content = {
    Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.type, Message: error.message },
    RequestId: requestId,
  }
  return xmlFrom('ErrorResponse', content, namespace)
}

function withMembers(value: unknown): unknown {
  if (Array.isArray(value)) return { member: value.map(withMembers) }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMembers(member)]))
}
