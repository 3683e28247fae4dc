// What the person sent from a page, as the flow gets it.
import { parseJson } from '../../../lambdas/http/parse-json.ts'
import type { Stored } from '../environment.ts'
import type { Screen } from './capability.ts'

export type Submission =
  /** `kept` is the output without what was typed into password fields or signed by a passkey. */
  | { kind: 'sent'; result: string; output: Record<string, unknown>; kept: Record<string, unknown> }
  /** The page has to be shown again. */
  | { kind: 'incomplete'; problem: string }

export type FormField = {
  type: string
  key?: string
  label?: string
  content?: string
  required?: boolean
  action?: string
}

/** The fields of a form, row by row. */
export function fieldsOf(form: Stored): FormField[] {
  const { fields } = form.components as { fields: (FormField & { position: { row: number; col: number } })[] }
  return fields.toSorted(
    (left, right) => left.position.row - right.position.row || left.position.col - right.position.col,
  )
}

/** The exit that a button of a form leads to; `undefined` for what is no button. */
export function resultOf(field: FormField): string | undefined {
  if (field.type === 'SUBMIT_BUTTON' || isPasskey(field)) return 'submit'
  return field.type === 'FLOW_BUTTON' || field.type === 'FLOW_LINK' ? field.key : undefined
}

export const isInput = ({ type, key }: FormField): boolean =>
  (type === 'TEXT' || type === 'PASSWORD') && key !== undefined && key !== ''

/** Asks the browser for a passkey, and sends the form with what it signed. */
export const isPasskey = ({ type, action }: FormField): boolean =>
  type === 'FIDO2' && action === 'AUTHENTICATE'

const longestValue = 1000
const longestAssertion = 8000

/** @param sent the fields of the page; `button` names the one that was pressed */
export function readSubmission(screen: Screen, sent: URLSearchParams): Submission {
  const button = sent.get('button') ?? ''
  if (screen.kind === 'message') return sentAs('', {})
  if (screen.kind === 'html') return sentAs('', { buttonValue: button })
  const fields = fieldsOf(screen.form)
  if (!fields.some((field) => resultOf(field) === button))
    return { kind: 'incomplete', problem: 'Choose one of the buttons.' }
  const formData: Record<string, unknown> = {}
  const kept: Record<string, unknown> = {}
  for (const field of fields.filter(isInput)) {
    const value = (sent.get(field.key ?? '') ?? '').slice(0, longestValue)
    if (button === 'submit' && field.required === true && value === '')
      return { kind: 'incomplete', problem: 'Fill in every field that is required.' }
    const path = (field.key ?? '').split('.')
    put(formData, path, value)
    if (field.type !== 'PASSWORD') put(kept, path, value)
  }
  for (const { key = '' } of fields.filter(isPasskey)) {
    const signed = parseJson((sent.get(key) ?? '').slice(0, longestAssertion))
    if (signed === undefined)
      return { kind: 'incomplete', problem: 'No passkey was used. Open the link on the phone that has it.' }
    put(formData, [...key.split('.'), 'assertionValue'], signed)
  }
  return sentAs(button, { formData }, { formData: kept })
}

function sentAs(
  result: string,
  output: Record<string, unknown>,
  kept: Record<string, unknown> = output,
): Submission {
  return { kind: 'sent', result, output, kept }
}

/** A field with the key `user.password` comes back as `{ user: { password } }`. */
function put(target: Record<string, unknown>, [first = '', ...rest]: string[], value: unknown): void {
  const own = Object.hasOwn(target, first) ? target[first] : undefined
  const member = own !== null && typeof own === 'object' ? (own as Record<string, unknown>) : {}
  if (rest.length > 0) put(member, rest, value)
  Object.defineProperty(target, first, {
    value: rest.length > 0 ? member : value,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}
