import { callsOf, type FlowCheck, rowsOf } from '../flow.ts'

/** The rows of a node that shows a form are for fields and texts that the form has, and no text stays empty. */
export const fillsInForms: FlowCheck = (flow) =>
  callsOf(flow, 'showForm').flatMap(({ label, properties }) => {
    const form = flow.forms.get(String(properties.form))
    if (form === undefined) return []
    const texts = keysOf(properties.dynamicText)
    return [
      ...keysOf(properties.formData)
        .filter((key) => !form.fields.has(key))
        .map((key) => `${label} fills in the field "${key}", which its form does not have.`),
      ...texts
        .filter((key) => !form.placeholders.has(key))
        .map((key) => `${label} has a text for {{${key}}}, which its form does not show.`),
      ...[...form.placeholders]
        .filter((key) => !texts.includes(key))
        .map((key) => `${label} has no text for {{${key}}} of its form.`),
    ]
  })

const keysOf = (rows: unknown): string[] => rowsOf(rows).map(({ key }) => String(key))
