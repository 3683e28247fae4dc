import { decodeJwt, decodeProtectedHeader } from 'jose'

/** One HTTP answer. */
export type Answer = {
  status: number
  headers: Headers
  /** Parsed when it is JSON, otherwise the text. */
  body: unknown
}

/** A JWT, of which header and claims are looked at. */
export type Token = { token: string }

/** A member of an answer's body, `undefined` when it is not there. */
export function member(answer: Answer, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined,
    answer.body,
  )
}

/** A member that is a text, otherwise an empty one. */
export function text(answer: Answer, ...path: (string | number)[]): string {
  const value = member(answer, ...path)
  return typeof value === 'string' ? value : ''
}

export async function readAnswer(response: Response): Promise<Answer> {
  const body = await response.text()
  try {
    return { status: response.status, headers: response.headers, body: JSON.parse(body) }
  } catch {
    return { status: response.status, headers: response.headers, body }
  }
}

export const headerOf = ({ token }: Token): Record<string, unknown> => ({ ...decodeProtectedHeader(token) })
export const claimsOf = ({ token }: Token): Record<string, unknown> => decodeJwt(token)

/** An OAuth answer in short: `400 invalid_grant`, or the status alone. */
export function brief(answer: Answer): string {
  return [String(answer.status), text(answer, 'error') || text(answer, 'code')].filter(Boolean).join(' ')
}
