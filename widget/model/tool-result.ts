// A tool's result as the widget understands it, wherever it came from.
import { type Booking, readBooking } from './booking.ts'
import { fields, isFields, text } from './read-value.ts'
import { readSearchResult, type SearchResult } from './search-result.ts'

export type ToolResult =
  | { kind: 'search'; search: SearchResult }
  | { kind: 'booking'; booking: Booking }
  /** The person has to sign in first. */
  | { kind: 'sign-in'; words: string | undefined }
  /** Refused or failed, in the server's words. */
  | { kind: 'refusal'; words: string }

function contentText(content: unknown): string | undefined {
  if (!Array.isArray(content)) return undefined
  const words = content
    .slice(0, 10)
    .map((block) => fields(block))
    .filter((block) => block.type === 'text')
    .map((block) => text(block.text, 1000))
    .filter((words) => words !== undefined)
  return text(words.join(' '), 1000)
}

/** Reads a CallToolResult. Never throws; what cannot be understood is a refusal that says so. */
export function readToolResult(value: unknown): ToolResult {
  const result = fields(value)
  const words = contentText(result.content)
  // The challenge travels in `_meta`, where hosts of ChatGPT's kind look for it.
  if (fields(result._meta)['mcp/www_authenticate'] !== undefined) return { kind: 'sign-in', words }
  const booking = readBooking(result.structuredContent)
  if (result.isError === true) {
    if (booking !== undefined && booking.status === 'refused') {
      return { kind: 'booking', booking: { ...booking, message: booking.message ?? words } }
    }
    return { kind: 'refusal', words: words ?? 'That did not work. Please try again.' }
  }
  if (booking !== undefined) return { kind: 'booking', booking }
  const search = readSearchResult(result.structuredContent)
  if (search !== undefined) return { kind: 'search', search }
  return { kind: 'refusal', words: words ?? 'The answer could not be read. Please try again.' }
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
