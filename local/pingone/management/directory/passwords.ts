// Passwords: one path, and media types that say what is to happen to them.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { forgetFailures } from '../../authorization-server/verify-password.ts'
import type { Stored } from '../../environment.ts'
import { invalidData } from '../api-error.ts'
import { parseBody } from '../body.ts'
import { present } from '../hal.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'

const shortest = 8

/** The part of the password policy that holds here: length. The history is checked where one exists. */
export function checkPassword(target: string, password: string): void {
  if (password.length >= shortest && password.length <= 255) return
  throw invalidData({
    code: 'INVALID_VALUE',
    target,
    message: `The password did not satisfy the password policy: at least ${shortest} and at most 255 characters.`,
  })
}

const value = z.strictObject({ value: z.string().min(1), forceChange: z.boolean().default(false) })
const path = '/environments/{environmentID}/users/{userID}/password'
const mediaType = (action: string) => `application/vnd.pingidentity.password.${action}`

export function passwordOperations(
  context: ManagementContext,
  requireUser: (call: Call) => Stored,
): Operation[] {
  const { environment } = context

  const show = (user: Stored) => ({
    status: 200,
    body: present(context, `/environments/${environment.id}/users/${user.id}/password`, {
      status:
        environment.passwords[user.id] === undefined
          ? 'NO_PASSWORD'
          : user.passwordChangeForced === true
            ? 'MUST_CHANGE_PASSWORD'
            : 'OK',
    }),
  })
  const set = (call: Call, target: string, password: string, forceChange: boolean) => {
    const user = requireUser(call)
    checkPassword(target, password)
    // The history outlives a change of password, so it is kept as digests beside the user.
    const history = (environment.values.passwordHistory ?? {}) as Record<string, string[]>
    const digests = history[user.id] ?? []
    const digest = createHash('sha256').update(`${user.id}:${password}`).digest('base64url')
    if (environment.passwords[user.id] === password || digests.includes(digest)) {
      throw invalidData({
        code: 'INVALID_VALUE',
        target,
        message: 'The password did not satisfy the password policy: it was used before.',
      })
    }
    environment.passwords[user.id] = password
    forgetFailures(environment, user.id)
    environment.values.passwordHistory = { ...history, [user.id]: [digest, ...digests].slice(0, 6) }
    const updated = { ...user, passwordChangeForced: forceChange, updatedAt: context.timestamp() }
    environment.put('users', updated)
    return show(updated)
  }

  return [
    { method: 'GET', path, right: 'identity:read', handle: (call) => show(requireUser(call)) },
    {
      method: 'PUT',
      path,
      mediaTypes: [mediaType('set+json'), mediaType('setValue+json')],
      right: 'identity:write',
      handle(call) {
        const input = parseBody(value, call.body)
        return set(call, 'value', input.value, input.forceChange)
      },
    },
    {
      method: 'PUT',
      path,
      mediaTypes: [mediaType('reset+json')],
      right: 'identity:write',
      handle(call) {
        const { newPassword } = parseBody(z.strictObject({ newPassword: z.string().min(1) }), call.body)
        return set(call, 'newPassword', newPassword, true)
      },
    },
    {
      method: 'POST',
      path,
      mediaTypes: [mediaType('forceChange'), mediaType('forceChange+json')],
      right: 'identity:write',
      handle(call) {
        const user = { ...requireUser(call), passwordChangeForced: true }
        environment.put('users', user)
        return show(user)
      },
    },
  ]
}
