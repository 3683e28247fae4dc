// What a property of a node says once the flow runs. References stand in Slate texts only (JSON text that holds
// `[{"children":[…]}]`): a `link` or `moustache` child, or a text that is one reference and nothing else. A text
// without Slate is taken as it is, and so is a reference within a longer text.

/** What references read: `{{global.parameters.…}}` and `{{local.<node>.payload.…}}`. */
export type Scope = { global: Record<string, unknown>; local: Record<string, unknown> }

type SlateChild = { type?: unknown; text?: unknown; data?: unknown; children?: unknown }

/**
 * The value of a property, or of a row's `value`. A Slate text that is a single reference keeps the type of what it
 * refers to; `undefined` is a reference to nothing.
 */
export function resolveValue(written: unknown, scope: Scope): unknown {
  const children = slateChildren(written)
  if (children === undefined) return written
  const parts = children.flatMap((child) => partOf(child)).reduce(joinTexts, [] as Part[])
  const values = parts
    .map((part) =>
      part.kind === 'reference' ? readReference(part.text, scope) : fillWhole(part.text, scope),
    )
    .filter((value) => value !== '')
  if (values.length === 0) return ''
  return values.length === 1 ? values[0] : values.map((value) => toText(value)).join('')
}

/** A value in the middle of a text: nothing for nothing, JSON for objects. */
export function toText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

type Part = { kind: 'reference' | 'text'; text: string }

function slateChildren(written: unknown): SlateChild[] | undefined {
  if (typeof written !== 'string' || !written.trimStart().startsWith('[')) return undefined
  let blocks: unknown
  try {
    blocks = JSON.parse(written)
  } catch {
    return undefined
  }
  if (!Array.isArray(blocks)) return undefined
  const children = blocks.map((block) => (block as SlateChild | null)?.children)
  if (children.length === 0 || !children.every((each) => Array.isArray(each))) return undefined
  return children.flat() as SlateChild[]
}

function partOf(child: SlateChild | null): Part[] {
  if ((child?.type === 'link' || child?.type === 'moustache') && typeof child.data === 'string')
    return [{ kind: 'reference', text: child.data }]
  if (typeof child?.text === 'string') return child.text === '' ? [] : [{ kind: 'text', text: child.text }]
  return Array.isArray(child?.children) ? child.children.flatMap((each) => partOf(each as SlateChild)) : []
}

/** The editor splits texts at will; neighbours belong together. */
function joinTexts(parts: Part[], part: Part): Part[] {
  const last = parts.at(-1)
  if (last?.kind !== 'text' || part.kind !== 'text') return [...parts, part]
  return [...parts.slice(0, -1), { kind: 'text', text: last.text + part.text }]
}

const wholeReference = /^\s*\{\{([^{}]+)\}\}\s*$/

function fillWhole(text: string, scope: Scope): unknown {
  return wholeReference.test(text) ? readReference(text, scope) : text
}

function readReference(text: string, scope: Scope): unknown {
  const path = wholeReference.exec(text)?.[1]?.trim()
  if (path === undefined) return undefined
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>(
      (value, member) =>
        value !== null && typeof value === 'object' && Object.hasOwn(value, member)
          ? (value as Record<string, unknown>)[member]
          : undefined,
      scope,
    )
}
