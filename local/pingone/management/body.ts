// Request bodies: parsed once, bounded, and refused with details that name each wrong member.
import type * as z from 'zod'
import { type Detail, invalidData, invalidRequest } from './api-error.ts'

/** Flows carry whole HTML pages; nothing that MyHotels sends comes near this. */
const largestBody = 10 * 1024 * 1024
/** Validation and evaluation recurse along conditions and policies; deeper input is refused before either. */
const deepestNesting = 100

/** The JSON of a request body, or undefined when there is none. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await request.text()
  if (text === '') return undefined
  if (text.length > largestBody) {
    throw invalidRequest('The request body is too large.', {
      code: 'SIZE_LIMIT_EXCEEDED',
      message: `at most ${largestBody} characters`,
      innerError: { maximumValue: largestBody },
    })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw invalidRequest('The request body could not be read as JSON.')
  }
  if (isDeeperThan(json, deepestNesting)) throw invalidRequest('The request body is nested too deeply.')
  return json
}

function isDeeperThan(json: unknown, limit: number): boolean {
  let level: unknown[] = [json]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true
    level = level.flatMap((value) =>
      value !== null && typeof value === 'object' ? (Object.values(value) as unknown[]) : [],
    )
  }
  return false
}

export type JsonObject = { [member: string]: unknown }

export function requireObject(body: unknown): JsonObject {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw invalidRequest('The request body must be a JSON object.')
  }
  return body as JsonObject
}

/** What PingOne sets itself: accepted in a body, since callers send back what they read, and ignored. */
const alwaysReadOnly = ['id', 'environment', 'createdAt', 'updatedAt', '_links', '_embedded'] as const

/**
 * Validates a body. Read-only members and members that are null are as good as absent; below the top, null counts as
 * a value wherever the schema takes one.
 *
 * @throws {ApiError} 400 INVALID_DATA with one detail per wrong member
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, readOnly: readonly string[] = []): T {
  const given = requireObject(body)
  const ignored = new Set<string>([...alwaysReadOnly, ...readOnly])
  const members = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== null && !ignored.has(name)),
  )
  const result = parseWithoutNulls(schema, members)
  if (result.success) return result.data
  throw invalidData(...result.error.issues.flatMap((issue) => toDetails(issue, members)))
}

/** Clients that write every member of their model send null for what they leave out. */
function parseWithoutNulls<T>(schema: z.ZodType<T>, members: JsonObject): z.ZodSafeParseResult<T> {
  const result = schema.safeParse(members)
  if (result.success) return result
  const refused = result.error.issues
    .map(({ path }) => path)
    .filter((path) => valueAt(members, path) === null)
  if (refused.length === 0) return result
  const without = structuredClone(members)
  for (const path of refused) {
    const holder = valueAt(without, path.slice(0, -1))
    const name = path.at(-1)
    if (holder !== null && typeof holder === 'object' && !Array.isArray(holder) && name !== undefined)
      delete (holder as Record<PropertyKey, unknown>)[name]
  }
  return schema.safeParse(without)
}

function toDetails(issue: z.core.$ZodIssue, body: JsonObject): Detail[] {
  const target = toTarget(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'INVALID_PARAMETER',
        target: toTarget([...issue.path, key]),
        message: 'unknown property',
      }))
    case 'invalid_type':
    case 'invalid_union':
    case 'invalid_value': {
      if (valueAt(body, issue.path) === undefined) {
        return [{ code: 'REQUIRED_VALUE', target, message: 'must not be null' }]
      }
      const allowed = issue.code === 'invalid_value' ? issue.values.map(String) : undefined
      return [
        {
          code: 'INVALID_VALUE',
          target,
          message: allowed ? `must be one of ${allowed.join(', ')}` : 'has the wrong type',
          ...(allowed ? { innerError: { allowedValues: allowed } } : {}),
        },
      ]
    }
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') {
        return [{ code: 'EMPTY_VALUE', target, message: 'must not be empty' }]
      }
      return [
        {
          code: 'OUT_OF_RANGE',
          target,
          message: `must be at least ${issue.minimum}`,
          innerError: { rangeMinimumValue: Number(issue.minimum) },
        },
      ]
    case 'too_big':
      if (issue.origin === 'string' || issue.origin === 'array') {
        const maximumValue = Number(issue.maximum)
        return [
          {
            code: 'SIZE_LIMIT_EXCEEDED',
            target,
            message: `must not be longer than ${maximumValue}`,
            innerError: { maximumValue },
          },
        ]
      }
      return [
        {
          code: 'OUT_OF_RANGE',
          target,
          message: `must be at most ${issue.maximum}`,
          innerError: { rangeMaximumValue: Number(issue.maximum) },
        },
      ]
    case 'invalid_format':
      return [
        {
          code: 'INVALID_VALUE',
          target,
          message: `must be a valid ${issue.format}`,
          ...(issue.pattern ? { innerError: { allowedPattern: issue.pattern } } : {}),
        },
      ]
    default:
      return [{ code: 'INVALID_VALUE', target, message: issue.message }]
  }
}

function toTarget(path: readonly PropertyKey[]): string {
  return path.reduce<string>((target, part) => {
    if (typeof part === 'number') return `${target}[${part}]`
    return target === '' ? String(part) : `${target}.${String(part)}`
  }, '')
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (value === null || typeof value !== 'object') return undefined
    return Object.hasOwn(value, part) ? (value as Record<PropertyKey, unknown>)[part] : undefined
  }, body)
}
