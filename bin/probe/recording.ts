// The answers of a run, reduced to what can be shown to anybody: their shape, and the few values that are words of a
// protocol. The local PingOne is held against it (`test/bin/probe/probes.test.ts`).
import { readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { type Answer, claimsOf, headerOf, type Token } from './answer.ts'

/** A class of values such as `uuid`, a word of a protocol such as `= invalid_grant`, or what an object or list holds. */
export type Shape = string | { [member: string]: Shape } | Shape[]

const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.union([z.string(), z.record(z.string(), shapeSchema), z.array(shapeSchema)]),
)

const recordingSchema = z.strictObject({
  /** `the local PingOne` until somebody records a tenant: docs/probe.md says how. */
  madeAgainst: z.enum(['the local PingOne', 'a PingOne tenant']),
  /** YYYY-MM-DD */
  madeOn: z.iso.date(),
  /** By probe and label. */
  answers: z.record(z.string(), z.record(z.string(), shapeSchema)),
})

export type Recording = z.infer<typeof recordingSchema>

/** Members whose values are words of a protocol, not of this environment. */
const telling = new Set([
  'alg',
  'code',
  'decision',
  'effect',
  'error',
  'issued_token_type',
  'protocol',
  'status',
  'subtype',
  'target',
  'token_type',
  'typ',
  'type',
])
/**
 * In one case throughout, as words of protocols are and random values are not: `invalid_grant`, `OKAY`, `Bearer`. Codes
 * with hyphens, such as `DENIED-REASON`, are our own policy's.
 */
const word = /^([A-Z]?[a-z][a-z0-9_:+./-]{0,79}|[A-Z][A-Z0-9_]{0,79})$/

const classes: readonly [string, RegExp][] = [
  ['uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['hexadecimal', /^[0-9a-f]{16,}$/i],
  ['jwt', /^[\w-]{10,}\.[\w-]{10,}\.[\w-]*$/],
  ['url', /^https?:\/\//],
  ['time', /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/],
  ['email', /^[^@\s]+@[^@\s]+$/],
]

const classOf = (value: string): string => classes.find(([, pattern]) => pattern.test(value))?.[0] ?? 'text'

export function reduce(value: unknown, name = ''): Shape {
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    const shapes = new Map(
      value.map((item) => {
        const shape = reduce(item, name)
        return [JSON.stringify(shape), shape] as const
      }),
    )
    return [...shapes].sort(([one], [other]) => one.localeCompare(other)).map(([, shape]) => shape)
  }
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, item]) => [classOf(key) === 'text' ? key : classOf(key), reduce(item, key)]),
    )
  }
  if (typeof value !== 'string') return typeof value
  const kind = classOf(value)
  const isTelling = telling.has(name) || name.endsWith('_supported')
  return kind === 'text' && isTelling && word.test(value) ? `= ${value}` : kind
}

/** Only headers whose presence says something; `date` and what proxies add do not. */
const headersThatTell = /^(content-type|www-authenticate|retry-after|.*rate-?limit.*)$/

export function reduceSeen(seen: Answer | Token): Shape {
  if ('token' in seen) return { header: reduce(headerOf(seen)), claims: reduce(claimsOf(seen)) }
  const headers = [...seen.headers]
    .filter(([name]) => headersThatTell.test(name))
    .map(([name, value]) => [
      name,
      // A scheme or a media type, without what is said of it.
      name === 'content-type' || name === 'www-authenticate'
        ? `= ${value.split(/[;\s]/, 1)[0]}`
        : classOf(value),
    ])
  return { status: `= ${seen.status}`, headers: Object.fromEntries(headers), body: reduce(seen.body) }
}

/** @throws {Error} when the file is none */
export function readRecording(file: string): Recording {
  return recordingSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

export function writeRecording(file: string, recording: Recording): void {
  const sorted = Object.fromEntries(Object.entries(recording.answers).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify({ ...recording, answers: sorted }, null, 2)}\n`)
}

/**
 * Where answers differ from recorded ones, one sentence each. Probes that were not asked on both sides are left out:
 * what a tenant has no licence for is no difference.
 */
export function compareAnswers(recorded: Recording['answers'], now: Recording['answers']): string[] {
  return Object.entries(recorded).flatMap(([id, labels]) => {
    const own = now[id]
    if (own === undefined) return []
    return Object.entries(labels).flatMap(([label, shape]) =>
      own[label] === undefined
        ? [`${id}, ${label}: recorded, and not answered here`]
        : differences(shape, own[label], `${id}, ${label}`),
    )
  })
}

function differences(recorded: Shape, now: Shape, place: string): string[] {
  if (typeof recorded === 'string' || typeof now === 'string') {
    return recorded === now ? [] : [`${place}: recorded ${show(recorded)}, here ${show(now)}`]
  }
  if (Array.isArray(recorded) || Array.isArray(now)) {
    return JSON.stringify(recorded) === JSON.stringify(now)
      ? []
      : [`${place}: recorded ${show(recorded)}, here ${show(now)}`]
  }
  return [...new Set([...Object.keys(recorded), ...Object.keys(now)])].flatMap((name) => {
    const [one, other] = [recorded[name], now[name]]
    if (one === undefined) return [`${place}: "${name}" is here and was not recorded`]
    if (other === undefined) return [`${place}: "${name}" was recorded and is not here`]
    return differences(one, other, `${place}, ${name}`)
  })
}

const show = (shape: Shape): string => {
  const text = typeof shape === 'string' ? shape : JSON.stringify(shape)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
