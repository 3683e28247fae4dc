// A tool's result as the widget understands it, wherever it came from.
import { type Booking, readBooking } from './booking.ts'
import { readBookingText } from './booking-text.ts'
import { type Fields, fields, isFields, text } from './read-value.ts'
import { readSearchResult, type SearchResult } from './search-result.ts'

export type ToolResult =
  | { kind: 'search'; search: SearchResult }
  | { kind: 'booking'; booking: Booking }
  /** The person has to sign in first. */
  | { kind: 'sign-in'; words: string | undefined }
  /** Refused or failed, in the server's words. `code` is the server's own, where the host passes it on. */
  | {
      kind: 'refusal'
      words: string
      code?: string
      retryable?: true /** With `stay_overlaps`. */
      transactionId?: string
    }
  /** Done, but all that arrived is text: some hosts strip the structured content. */
  | { kind: 'words'; words: string }
  /** Nothing that can be read. */
  | { kind: 'nothing' }

/** The text blocks; `result` is where older builds of `window.openai.callTool` put the text. */
function texts(result: Fields, isWanted: (block: Fields) => boolean = () => true): string[] {
  const blocks = Array.isArray(result.content) ? result.content.slice(0, 10).map(fields) : []
  return [
    ...blocks.filter((block) => block.type === 'text' && isWanted(block)).map((block) => block.text),
    result.result,
  ]
    .map((words) => text(words, 20_000))
    .filter((words) => words !== undefined)
}

/** How to go on is told to the model in a block of its own. */
function isForPerson(block: Fields): boolean {
  const { audience } = fields(block.annotations)
  return !Array.isArray(audience) || audience.includes('user')
}

function parsed(words: string): unknown {
  if (!words.startsWith('{')) return undefined
  try {
    return JSON.parse(words)
  } catch {
    return undefined
  }
}

/** Reads a CallToolResult. Never throws. Only `isError` makes it a failure: a result may lack all else. */
export function readToolResult(value: unknown): ToolResult {
  const result = fields(value)
  const said = texts(result)
  const words = text(said.filter((block) => parsed(block) === undefined).join('\n'), 4000)
  const meta = fields(result._meta)
  // The challenge travels in `_meta`, where hosts of ChatGPT's kind look for it.
  if (meta['mcp/www_authenticate'] !== undefined) return { kind: 'sign-in', words }
  // MCP asks servers to repeat the structured content as text, and some hosts pass on only that.
  const contents = [result.structuredContent, ...said.map(parsed)]
  const booking = first(contents, readBooking)
  if (result.isError === true) {
    if (booking !== undefined && booking.status === 'refused') {
      return { kind: 'booking', booking: { ...booking, message: booking.message ?? words } }
    }
    const error = fields(meta['myhotels/error'])
    const code = text(error.code, 60)
    const transactionId = text(error.transactionId, 100)
    return {
      kind: 'refusal',
      words: text(texts(result, isForPerson).join('\n'), 4000) ?? 'That did not work. Please try again.',
      ...(code === undefined ? {} : { code }),
      ...(transactionId === undefined ? {} : { transactionId }),
      ...(error.retryable === true ? { retryable: true } : {}),
    }
  }
  if (booking !== undefined) return { kind: 'booking', booking }
  const search = first(contents, readSearchResult)
  if (search !== undefined) return { kind: 'search', search }
  if (words === undefined) return { kind: 'nothing' }
  const told = readBookingText(words)
  return told === undefined ? { kind: 'words', words } : { kind: 'booking', booking: told }
}

function first<Value>(contents: readonly unknown[], read: (content: unknown) => Value | undefined) {
  for (const content of contents) {
    const value = content === undefined ? undefined : read(content)
    if (value !== undefined) return value
  }
  return undefined
}

/** Whether a rejected call means that the person has to sign in (a host's report of HTTP 401 or 403). */
export function isSignInRejection(error: unknown): boolean {
  const shape = isFields(error) ? error : {}
  if (shape.code === 401 || shape.code === 403) return true
  const data = fields(shape.data)
  if (data['mcp/www_authenticate'] !== undefined || data.wwwAuthenticate !== undefined) return true
  const words = typeof shape.message === 'string' ? shape.message.slice(0, 500) : ''
  return /\b401\b|unauthori[sz]ed|www-authenticate|insufficient_scope|invalid_token|sign[ -]?in required/i.test(
    words,
  )
}

/** JSON-RPC 2.0: the request was never carried out. After any other rejection nobody knows. */
const notCarriedOut = new Set([-32700, -32600, -32601, -32602])

/** Whether a rejected call was certainly not carried out. */
export const isNotCarriedOut = (error: unknown): boolean =>
  isFields(error) && typeof error.code === 'number' && notCarriedOut.has(error.code)
