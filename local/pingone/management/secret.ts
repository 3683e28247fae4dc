// The secret of an application or a resource: a sub-resource of its own, never part of its parent.
import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { accessFailed, invalidData, notFound } from './api-error.ts'
import { parseBody } from './body.ts'
import { fillPath } from './collection.ts'
import { present } from './hal.ts'
import type { Answer, Call, ManagementContext, Operation } from './operation.ts'
import { permissionsOf, type Right, rolesOf } from './rights.ts'

export const newSecret = (): string => randomBytes(48).toString('base64url')

const rotationSchema = z.strictObject({
  previous: z.looseObject({ expiresAt: z.iso.datetime({ offset: true }) }).optional(),
})

const minute = 60_000
const longestOverlap = 30 * 24 * 60 * minute

/** Read, rotate, and drop the previous secret. */
export function secretOperations(
  context: ManagementContext,
  owner: { path: string; collection: string; variable: string; rights: { read: Right; write: Right } },
): Operation[] {
  const { environment } = context
  const path = `${owner.path}/{${owner.variable}}/secret`

  const requireSecret = (call: Call) => {
    const id = call.variables[owner.variable] ?? ''
    const secret = environment.secrets[id]
    if (!environment.get(owner.collection, id) || !secret) throw notFound()
    // The caller's roles must be a superset of the application's, or reading its secret would lend them.
    const idsOf = (clientId: string) =>
      [...rolesOf(context, clientId)].flatMap((role) => permissionsOf(context, role)).map(({ id }) => id)
    const own = new Set(idsOf(call.clientId))
    if (!idsOf(id).every((each) => own.has(each))) throw accessFailed()
    return { id, secret }
  }
  const show = (call: Call, id: string): Answer => {
    const kept = environment.secrets[id]
    const previous = kept?.previous
    const alive = previous && Date.parse(previous.expiresAt) > context.clock() ? previous : undefined
    return {
      status: 200,
      body: present(context, fillPath(path, call.variables), {
        secret: kept?.secret,
        ...(alive ? { previous: alive } : {}),
      }),
    }
  }

  return [
    {
      method: 'GET',
      path,
      right: owner.rights.read,
      lagsBehind: owner.variable,
      handle: (call) => show(call, requireSecret(call).id),
    },
    {
      method: 'POST',
      path,
      right: owner.rights.write,
      lagsBehind: owner.variable,
      handle(call) {
        const { id, secret } = requireSecret(call)
        const { previous } = parseBody(rotationSchema, call.body ?? {}, ['secret'])
        if (previous) {
          const ahead = Date.parse(previous.expiresAt) - context.clock()
          if (ahead < minute || ahead > longestOverlap) {
            throw invalidData({
              code: 'OUT_OF_RANGE',
              target: 'previous.expiresAt',
              message: 'must be between 1 minute and 30 days ahead',
            })
          }
        }
        environment.secrets[id] = {
          secret: newSecret(),
          ...(previous ? { previous: { secret: secret.secret, expiresAt: previous.expiresAt } } : {}),
        }
        environment.changed()
        return show(call, id)
      },
    },
    {
      method: 'DELETE',
      path,
      right: owner.rights.write,
      lagsBehind: owner.variable,
      handle(call) {
        const { id, secret } = requireSecret(call)
        environment.secrets[id] = { secret: secret.secret }
        environment.changed()
        return { status: 204 }
      },
    },
  ]
}
