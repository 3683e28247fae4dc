// What the host says about the place where the widget is shown.
import { type Fields, fields, list, number, oneOf, text } from '../model/read-value.ts'
import type { DisplayMode } from './host.ts'

export type Insets = { top: number; right: number; bottom: number; left: number }

export type HostContext = {
  /** Undefined follows the person's system. */
  theme: 'light' | 'dark' | undefined
  locale: string | undefined
  timeZone: string | undefined
  /** The tool whose call made the chat show the widget. */
  tool: string | undefined
  displayMode: DisplayMode
  availableDisplayModes: readonly DisplayMode[]
  /** Pixels to fill, when the host fixed the height. */
  height: number | undefined
  maxHeight: number | undefined
  safeArea: Insets
  /** CSS custom properties of the host's style. */
  variables: readonly (readonly [name: string, value: string])[]
}

export const initialContext: HostContext = {
  theme: undefined,
  locale: undefined,
  timeZone: undefined,
  tool: undefined,
  displayMode: 'inline',
  availableDisplayModes: [],
  height: undefined,
  maxHeight: undefined,
  safeArea: { top: 0, right: 0, bottom: 0, left: 0 },
  variables: [],
}

const modes = ['inline', 'fullscreen', 'pip'] as const
const variableName = /^--(color|font|border|shadow)-[a-z0-9-]{1,60}$/
const loads = /url|image|src|expression|@import|[;{}<>\\]/i

/** A value of a custom property that can neither load anything nor leave its declaration. */
function variable([name, value]: [string, unknown]) {
  if (!variableName.test(name) || typeof value !== 'string') return undefined
  if (value.length > 300 || loads.test(value)) return undefined
  return [name, value] as const
}

function insets(value: unknown): Insets {
  const given = fields(value)
  const side = (pixels: unknown) => number(pixels, 0, 500) ?? 0
  return {
    top: side(given.top),
    right: side(given.right),
    bottom: side(given.bottom),
    left: side(given.left),
  }
}

const locale = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,4}$/

/** A BCP 47 tag, or undefined. */
export function readLocale(value: unknown): string | undefined {
  const tag = text(value, 40)
  return tag !== undefined && locale.test(tag) ? tag.replaceAll('_', '-') : undefined
}

/** Merges a part of `hostContext` (MCP Apps) into what is known; what cannot be read stays as it was. */
export function mergeContext(known: HostContext, value: unknown): HostContext {
  const given: Fields = fields(value)
  const dimensions = fields(given.containerDimensions)
  const variables = fields(fields(given.styles).variables)
  return {
    theme: oneOf(given.theme, ['light', 'dark']) ?? known.theme,
    locale: readLocale(given.locale) ?? known.locale,
    timeZone: text(given.timeZone, 60) ?? known.timeZone,
    tool: text(fields(fields(given.toolInfo).tool).name, 128) ?? known.tool,
    displayMode: oneOf(given.displayMode, modes) ?? known.displayMode,
    availableDisplayModes:
      given.availableDisplayModes === undefined
        ? known.availableDisplayModes
        : list(given.availableDisplayModes, 5, (mode) => oneOf(mode, modes)),
    height: given.containerDimensions === undefined ? known.height : number(dimensions.height, 100, 20_000),
    maxHeight:
      given.containerDimensions === undefined ? known.maxHeight : number(dimensions.maxHeight, 100, 20_000),
    safeArea: given.safeAreaInsets === undefined ? known.safeArea : insets(given.safeAreaInsets),
    variables:
      given.styles === undefined
        ? known.variables
        : list(Object.entries(variables), 200, (entry) => variable(entry as [string, unknown])),
  }
}

/** The same from the properties of `window.openai`. */
export const mergeOpenAiGlobals = (known: HostContext, globals: Fields): HostContext => {
  const merged = mergeContext(known, {
    theme: globals.theme,
    locale: globals.locale,
    displayMode: globals.displayMode,
    safeAreaInsets: fields(globals.safeArea).insets,
  })
  return { ...merged, maxHeight: number(globals.maxHeight, 100, 20_000) ?? known.maxHeight }
}
