// `{{…}}` in the properties of nodes. DaVinci fills one in where it is a link of a Slate text, or all of a run of it.
import type { FlowNode } from './flow.ts'

export type FlowReference = {
  /** Without the braces: `local.findperson.payload.output.matchedUser.id`. */
  path: string
  property: string
  /** False where DaVinci leaves the words as they are. */
  isFilledIn: boolean
}

/** All references of a node, however deep in its properties. */
export const referencesOf = (node: FlowNode): FlowReference[] =>
  Object.entries(node.properties).flatMap(([property, value]) =>
    // Code and pages have a syntax of their own.
    property === 'code' || property === 'customHTML' || property === 'customScript'
      ? []
      : find(value, property),
  )

/** The nodes that a value is computed from, by reference path. */
export const pathsIn = (value: unknown): string[] => find(value, '').map(({ path }) => path)

function find(value: unknown, property: string): FlowReference[] {
  if (typeof value === 'string') return inText(value, property)
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap((part) => find(part, property))
}

function inText(value: string, property: string): FlowReference[] {
  const slate = parseSlate(value)
  if (slate === undefined) return references(value).map((path) => ({ path, property, isFilledIn: false }))
  return runsOf(slate).flatMap(({ text, data }) => [
    ...references(data).map((path) => ({ path, property, isFilledIn: true })),
    ...references(text).map((path) => ({ path, property, isFilledIn: text.trim() === `{{${path}}}` })),
  ])
}

const references = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map(([, path = '']) => path)

/** @returns undefined when the text is no Slate document */
export function parseSlate(value: string): unknown[] | undefined {
  if (!/^\s*\[/.test(value)) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return Array.isArray(parsed) && parsed.every((block) => isObject(block) && 'children' in block)
      ? parsed
      : undefined
  } catch {
    return undefined
  }
}

/** The words of a Slate document, links left out; undefined when it is none. */
export function plainWords(value: unknown): string | undefined {
  const slate = typeof value === 'string' ? parseSlate(value) : undefined
  return (
    slate &&
    runsOf(slate)
      .map(({ text }) => text)
      .join('')
  )
}

function runsOf(part: unknown): { text: string; data: string }[] {
  if (Array.isArray(part)) return part.flatMap(runsOf)
  if (!isObject(part)) return []
  if (typeof part.data === 'string') return [{ text: '', data: part.data }]
  if (typeof part.text === 'string') return [{ text: part.text, data: '' }]
  return runsOf(part.children)
}

const isObject = (value: unknown): value is { [name: string]: unknown } =>
  value !== null && typeof value === 'object'
