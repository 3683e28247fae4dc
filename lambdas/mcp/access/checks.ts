import type { AccessCheck, AccessRequest, Refusal } from './access-request.ts'
import { refuseInvalidToken } from './refuse-invalid-token.ts'
import { scopeForTool } from './scope-for-tool.ts'
import { signInAtConnect } from './sign-in-at-connect.ts'
import { signInForPrompt } from './sign-in-for-prompt.ts'
import { signInForResource } from './sign-in-for-resource.ts'
import { signInForTool } from './sign-in-for-tool.ts'

/** In this order; the first refusal stands. */
export const accessChecks: readonly AccessCheck[] = [
  refuseInvalidToken,
  signInAtConnect,
  signInForTool,
  signInForResource,
  signInForPrompt,
  scopeForTool,
]

export function findRefusal(request: AccessRequest): Refusal | undefined {
  for (const check of accessChecks) {
    const refusal = check(request)
    if (refusal) return refusal
  }
  return undefined
}
