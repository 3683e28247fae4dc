import type { Fields } from '../model/read-value.ts'
import { fields, text } from '../model/read-value.ts'
import { isNotCarriedOut, isSignInRejection, readToolResult, type ToolResult } from '../model/tool-result.ts'
import type { Host } from './host.ts'

/** Longer than the server takes for any call: what has not come by then is lost or very late. */
export const answerPatience = 40_000

export type Answer =
  | ToolResult
  /** The call may or may not have been carried out: its answer did not come, or cannot be read. */
  | { kind: 'lost'; words: string | undefined }

export type CallOptions = {
  setTimeout: (work: () => void, milliseconds: number) => unknown
  /** Hears of the answer that comes after the call was given up. */
  late?: (result: ToolResult) => void
}

/** Calls a tool of ours through the host. Never rejects. */
export function callTool(
  host: Host | undefined,
  name: string,
  args: Fields,
  { setTimeout, late }: CallOptions,
): Promise<Answer> {
  if (host?.abilities().callTools !== true) {
    return Promise.resolve({
      kind: 'refusal',
      words: 'This chat lets the page do nothing by itself. Ask in the chat.',
    })
  }
  return new Promise((resolve) => {
    let isGivenUp = false
    setTimeout(() => {
      isGivenUp = true
      resolve({ kind: 'lost', words: undefined })
    }, answerPatience)
    host.callTool(name, args).then(
      (value) => {
        const result = readToolResult(value)
        if (isGivenUp) late?.(result)
        else resolve(result.kind === 'nothing' ? { kind: 'lost', words: undefined } : result)
      },
      (error) => {
        const words = text(fields(error).message, 300)
        if (isSignInRejection(error)) resolve({ kind: 'sign-in', words: undefined })
        else if (isNotCarriedOut(error)) {
          resolve({
            kind: 'refusal',
            words: words ?? 'That did not work. Please try again.',
          })
        } else resolve({ kind: 'lost', words })
      },
    )
  })
}
