// XML as AWS's query and REST protocols write it.

type Value = string | number | boolean | Date | null | undefined | Value[] | { [member: string]: Value }

/** The element with its content. A list repeats the element; what is undefined is left out. */
export function xmlFrom(name: string, value: unknown, namespace?: string): string {
  return element(name, value as Value, namespace === undefined ? '' : ` xmlns="${namespace}"`)
}

function element(name: string, value: Value, attributes = ''): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((one) => element(name, one, attributes)).join('')
  return `<${name}${attributes}>${content(value)}</${name}>`
}

function content(value: Exclude<Value, null | undefined | Value[]>): string {
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object') return escaped(String(value))
  return Object.entries(value)
    .map(([name, member]) => element(name, member))
    .join('')
}

// What XML 1.0 cannot hold even as a reference becomes a question mark.
const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
}

const escaped = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '?')
    .replaceAll(/[&<>"\r]/g, (character) => escapes[character] ?? character)
