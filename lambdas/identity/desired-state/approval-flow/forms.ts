// The pages that the flow shows, as forms of PingOne. A form's buttons are the outcomes that the flow branches on.
import type { DesiredObject, Wanted } from '../desired-object.ts'
import { owned } from '../ownership.ts'

export type Field = { type: string; [member: string]: Wanted }

export type Form = {
  /** What nodes refer to, as `form.<key>`. */
  key: string
  name: string
  description: string
  /** From top to bottom. */
  fields: readonly Field[]
}

const paragraph = (...texts: object[]) => ({ type: 'paragraph', children: texts })
const label = (text: string) => JSON.stringify([paragraph({ text })])
const block = (key: string, blocks: readonly object[]): Field => ({
  type: 'SLATE_TEXTBLOB',
  key,
  content: JSON.stringify(blocks),
})

export const heading = (text: string): Field =>
  block('title-text', [{ type: 'align-center', children: [{ type: 'heading-1', children: [{ text }] }] }])

/**
 * One paragraph for each text. `{{name}}` stands for the row of the node's `dynamicText` with that key, and stands alone
 * in its run of text: whether PingOne fills in one among other words is not sure everywhere.
 */
export const words = (...paragraphs: string[]): Field =>
  block(
    'help-text',
    paragraphs.map((text) => paragraph(...runs(text))),
  )

/** Several rows of a name and what it is. */
export const list = (rows: { [name: string]: string }): Field =>
  block('list-text', [
    {
      type: 'bulleted-list',
      children: Object.entries(rows).map(([name, text]) => ({
        type: 'list-item',
        children: [{ text: `${name}: ` }, ...runs(text).map((run) => ({ ...run, fontWeight: 'bold' }))],
      })),
    },
  ])

const runs = (text: string): { text: string }[] =>
  text
    .split(/(\{\{\w+\}\})/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part }))

export const errors: Field = { type: 'ERROR_DISPLAY' }

/** Leaves the form by the outcome of its key, without a look at the fields. */
export const button = (key: string, text: string): Field => ({
  type: 'FLOW_BUTTON',
  key,
  label: label(text),
})

/** Leaves the form by the outcome `submit`. */
export const submit = (text: string): Field => ({ type: 'SUBMIT_BUTTON', label: label(text) })

export const passwordField = (key: string, text: string): Field => ({
  type: 'PASSWORD',
  key,
  label: label(text),
  required: true,
  showPasswordRequirements: false,
  validation: { type: 'NONE' },
})

/** Asks the browser for a passkey. Leaves the form by the outcome `submit`. */
export const passkeyField = (key: string, text: string): Field => ({
  type: 'FIDO2',
  key,
  label: text,
  action: 'AUTHENTICATE',
  trigger: 'BUTTON',
})

export function describeForm({ key, name, description, fields }: Form): DesiredObject {
  return {
    key: `form.${key}`,
    kind: 'form',
    name,
    need: 'approvals',
    wanted: {
      name,
      description: owned(description),
      category: 'CUSTOM',
      cols: 4,
      markOptional: true,
      markRequired: false,
      passwordAutoCompleteEnabled: true,
      components: { fields: fields.map((field, row) => ({ ...field, position: { row, col: 0 } })) },
    },
  }
}
