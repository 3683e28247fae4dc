// Values of the Trust Framework: each has a type, and text becomes a value of a type or fails to.
import type { ValueType } from './model.ts'

export type StatusCode = 'MISSING_ATTRIBUTE' | 'TYPE_CONVERSION_ERROR' | 'PROCESSING_ERROR' | 'TIMEOUT'

/** Why a value could not be had. It makes the rule that needed it INDETERMINATE. */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure'
  readonly code: StatusCode

  constructor(code: StatusCode, message: string) {
    super(message)
    this.code = code
  }
}

export type Value = { type: ValueType; value: unknown }

const patterns: Partial<Record<ValueType, RegExp>> = {
  DATE_TIME: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/,
  ZONED_DATE_TIME: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)(\[[\w/+-]+\])?$/,
  LOCAL_DATE_TIME: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/,
  LOCAL_DATE: /^\d{4}-\d\d-\d\d$/,
  LOCAL_TIME: /^\d\d:\d\d(:\d\d(\.\d+)?)?$/,
  DURATION: /^-?P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
  PERIOD: /^-?P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$/,
  TIME_PERIOD: /^-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
}

/**
 * Turns what a resolver, a processor or a constant gave into a value of a type. Numbers and booleans are taken in
 * their own form and as text.
 *
 * @throws {EvaluationFailure} TYPE_CONVERSION_ERROR
 */
export function convert(raw: unknown, type: ValueType): Value {
  const fail = () => new EvaluationFailure('TYPE_CONVERSION_ERROR', `A value is not of the type ${type}`)
  switch (type) {
    case 'STRING':
    case 'XML':
      return { type, value: toText(raw) }
    case 'NUMBER': {
      const isNumeric = typeof raw === 'string' && /^\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/.test(raw)
      const number = typeof raw === 'number' ? raw : isNumeric ? Number(raw) : Number.NaN
      if (!Number.isFinite(number)) throw fail()
      return { type, value: number }
    }
    case 'BOOLEAN': {
      if (typeof raw === 'boolean') return { type, value: raw }
      const word = typeof raw === 'string' ? raw.trim().toLowerCase() : ''
      if (word !== 'true' && word !== 'false') throw fail()
      return { type, value: word === 'true' }
    }
    case 'JSON':
      return { type, value: typeof raw === 'string' ? parse(raw, fail) : raw }
    case 'COLLECTION': {
      const value = typeof raw === 'string' ? parse(raw, fail) : raw
      if (!Array.isArray(value)) throw fail()
      return { type, value }
    }
    default: {
      if (typeof raw !== 'string' || !patterns[type]?.test(raw)) throw fail()
      if (/DATE/.test(type) && Number.isNaN(Date.parse(raw.replace(/\[.*$/, '')))) throw fail()
      return { type, value: raw }
    }
  }
}

function parse(text: string, fail: () => EvaluationFailure): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fail()
  }
}

/** The text of a value, as it is put into payloads and requests: structures become JSON. */
export function toText(raw: unknown): string {
  if (typeof raw === 'string') return raw
  return raw !== null && typeof raw === 'object' ? JSON.stringify(raw) : String(raw)
}

/** A number that orders values of one type, or undefined where the type has no order but text's own. */
export function orderOf({ type, value }: Value): number | undefined {
  switch (type) {
    case 'NUMBER':
      return value as number
    case 'DATE_TIME':
    case 'ZONED_DATE_TIME':
      return Date.parse(String(value).replace(/\[.*$/, ''))
    case 'LOCAL_DATE':
    case 'LOCAL_DATE_TIME':
      // No zone is given, so any will do as long as it is the same for both sides.
      return Date.parse(type === 'LOCAL_DATE' ? String(value) : `${value}Z`)
    case 'LOCAL_TIME':
      return Date.parse(`1970-01-01T${value}Z`)
    case 'DURATION':
      return seconds(String(value))
    default:
      return undefined
  }
}

function seconds(duration: string): number {
  const found = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration) ?? []
  const [, sign, days = '0', hours = '0', minutes = '0', rest = '0'] = found
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(rest)
  return sign === '-' ? -total : total
}

/** Whether two JSON values are the same, whatever the order of members. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const [names, others] = [Object.keys(left), Object.keys(right)]
  return (
    names.length === others.length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) &&
        isSame((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
    )
  )
}
