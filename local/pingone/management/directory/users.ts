// People: their profile, password, switch, and memberships.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { invalidValue, notFound, notUnique } from '../api-error.ts'
import { parseBody, requireObject } from '../body.ts'
import { type Collection, collectionOperations, type Members } from '../collection.ts'
import { page, present } from '../hal.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'
import { checkPassword, passwordOperations } from './passwords.ts'

const text = z.string().min(1).max(256)
const schema = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\p{L}\p{M}\p{Zs}\p{S}\p{N}\p{P}]*$/u),
  email: z.email(),
  name: z
    .strictObject({
      given: text.optional(),
      family: text.optional(),
      middle: text.optional(),
      formatted: text.optional(),
      honorificPrefix: text.optional(),
      honorificSuffix: text.optional(),
    })
    .optional(),
  population: z.looseObject({ id: z.guid() }).optional(),
  password: z.strictObject({ value: z.string().min(1), forceChange: z.boolean().default(false) }).optional(),
  nickname: text.optional(),
  title: text.optional(),
  type: text.optional(),
  locale: text.optional(),
  preferredLanguage: text.optional(),
  timezone: z
    .string()
    .regex(/^\w+\/\w+$/)
    .optional(),
  primaryPhone: z.string().min(1).max(32).optional(),
  mobilePhone: z.string().max(32).optional(),
  externalId: z.string().min(1).max(1024).optional(),
  photo: z.strictObject({ href: z.url() }).optional(),
  address: z
    .strictObject({
      streetAddress: text.optional(),
      locality: text.optional(),
      region: text.optional(),
      postalCode: text.optional(),
      countryCode: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .optional(),
    })
    .optional(),
})

type UserInput = z.infer<typeof schema>

const path = '/environments/{environmentID}/users'
const importMediaType = 'application/vnd.pingidentity.user.import+json'
const rights = { read: 'identity:read', write: 'identity:write' } as const

export function users(context: ManagementContext): Operation[] {
  const { environment } = context

  const groupsOf = (userId: string): Stored[] =>
    environment.children('memberOfGroups', userId).flatMap(({ id }) => environment.get('groups', id) ?? [])

  const show = (user: Stored, call: Call): Members => {
    const include = (call.query.get('include') ?? '').split(',')
    return {
      ...user,
      ...(include.includes('memberOfGroupNames')
        ? { memberOfGroupNames: groupsOf(user.id).map((group) => group.name) }
        : {}),
      ...(include.includes('memberOfGroupIDs')
        ? { memberOfGroupIDs: groupsOf(user.id).map((group) => group.id) }
        : {}),
    }
  }

  const collection: Collection<UserInput> = {
    path,
    variable: 'userID',
    collection: 'users',
    rights,
    schema,
    readOnly: [
      'enabled',
      'emailVerified',
      'account',
      'lifecycle',
      'identityProvider',
      'lastSignOn',
      'memberOfGroupIDs',
      'memberOfGroupNames',
      'mfaEnabled',
      'verifyStatus',
    ],
    unique: ['username'],
    filterable: {
      username: ['eq', 'sw'],
      email: ['eq', 'sw'],
      id: ['eq'],
      externalId: ['eq'],
      enabled: ['eq'],
      'population.id': ['eq'],
      'name.given': ['eq', 'sw'],
      'name.family': ['eq', 'sw'],
    },
    members(input, call, existing) {
      const { password, ...members } = input
      if (password && call.mediaType !== importMediaType) {
        throw invalidValue('password', `is taken with the media type ${importMediaType}`)
      }
      if (password) checkPassword('password.value', password.value)
      const population =
        input.population?.id ??
        (existing?.population as Stored | undefined)?.id ??
        environment.list('populations').find((each) => each.default === true)?.id
      if (population === undefined || !environment.get('populations', population)) {
        throw invalidValue('population.id', 'there is no such population')
      }
      return {
        ...members,
        population: { id: population },
        enabled: existing?.enabled ?? true,
        emailVerified: existing?.emailVerified ?? false,
        mfaEnabled: existing?.mfaEnabled ?? false,
        verifyStatus: existing?.verifyStatus ?? 'NOT_INITIATED',
        lifecycle: existing?.lifecycle ?? { status: 'ACCOUNT_OK' },
        account: existing?.account ?? { canAuthenticate: true, status: 'OK' },
        identityProvider: existing?.identityProvider ?? { type: 'PING_ONE' },
      }
    },
    created(item, call) {
      const { password } = parseBody(schema, call.body, collection.readOnly)
      if (password) {
        environment.passwords[item.id] = password.value
        environment.changed()
      }
    },
    changed(_before, after, call) {
      if (after) return
      const history = { ...(environment.values.passwordHistory as object | undefined) }
      environment.values.passwordHistory = Object.fromEntries(
        Object.entries(history).filter(([id]) => id !== call.variables.userID),
      )
    },
    show,
  }

  const requireUser = (call: Call): Stored => {
    const user = environment.get('users', call.variables.userID ?? '')
    if (!user) throw notFound()
    return user
  }
  const membershipsPath = `${path}/{userID}/memberOfGroups`
  const showMembership = (user: Stored, group: Stored) =>
    present(context, `/environments/${environment.id}/users/${user.id}/memberOfGroups/${group.id}`, {
      id: group.id,
      name: group.name,
      type: 'DIRECT',
    })

  return [
    ...collectionOperations(context, collection).map((operation) =>
      operation.method === 'POST'
        ? { ...operation, mediaTypes: ['application/json', importMediaType] }
        : operation,
    ),
    {
      // The one PATCH that the Management API has among the collections here.
      method: 'PATCH',
      path: `${path}/{userID}`,
      right: rights.write,
      handle(call) {
        const user = requireUser(call)
        const patch = requireObject(call.body)
        const merged = parseBody(schema, { ...pickProfile(user), ...patch }, collection.readOnly)
        const twin = environment
          .list('users')
          .find((other) => other.id !== user.id && other.username === merged.username)
        if (twin) throw notUnique('username', twin.id)
        const members = collection.members?.(merged, call, user) ?? {}
        const updated = {
          id: user.id,
          ...members,
          createdAt: user.createdAt,
          updatedAt: context.timestamp(),
        }
        environment.put('users', updated)
        const body = present(context, `/environments/${environment.id}/users/${user.id}`, show(updated, call))
        return { status: 200, body }
      },
    },
    {
      method: 'GET',
      path: `${path}/{userID}/enabled`,
      right: rights.read,
      handle: (call) => ({ status: 200, body: { enabled: requireUser(call).enabled } }),
    },
    {
      method: 'PUT',
      path: `${path}/{userID}/enabled`,
      right: rights.write,
      handle(call) {
        const user = requireUser(call)
        const { enabled } = parseBody(z.strictObject({ enabled: z.boolean() }), call.body)
        environment.put('users', { ...user, enabled, updatedAt: context.timestamp() })
        return { status: 200, body: { enabled } }
      },
    },
    {
      method: 'GET',
      path: `${path}/{userID}/mfaEnabled`,
      right: rights.read,
      product: 'PING_ONE_MFA',
      handle: (call) => ({ status: 200, body: { mfaEnabled: requireUser(call).mfaEnabled } }),
    },
    {
      method: 'PUT',
      path: `${path}/{userID}/mfaEnabled`,
      right: rights.write,
      product: 'PING_ONE_MFA',
      handle(call) {
        const user = requireUser(call)
        const { mfaEnabled } = parseBody(z.strictObject({ mfaEnabled: z.boolean() }), call.body)
        environment.put('users', { ...user, mfaEnabled, updatedAt: context.timestamp() })
        return { status: 200, body: { mfaEnabled } }
      },
    },
    {
      method: 'GET',
      path: membershipsPath,
      right: rights.read,
      handle(call) {
        const user = requireUser(call)
        return {
          status: 200,
          body: page(
            context,
            groupsOf(user.id),
            { path: call.path, query: call.query, embedded: 'groupMemberships' },
            (group) => showMembership(user, group),
          ),
        }
      },
    },
    {
      method: 'POST',
      path: membershipsPath,
      right: rights.write,
      handle(call) {
        const user = requireUser(call)
        const { id } = z.looseObject({ id: z.guid() }).safeParse(requireObject(call.body)).data ?? {}
        const group = id === undefined ? undefined : environment.get('groups', id)
        if (!group) throw invalidValue('id', 'there is no such group')
        if (environment.getChild('memberOfGroups', user.id, group.id)) throw notUnique('id', group.id)
        environment.putChild('memberOfGroups', user.id, { id: group.id })
        return { status: 201, body: showMembership(user, group) }
      },
    },
    {
      method: 'GET',
      path: `${membershipsPath}/{groupID}`,
      right: rights.read,
      handle(call) {
        const user = requireUser(call)
        const group = groupsOf(user.id).find(({ id }) => id === call.variables.groupID)
        if (!group) throw notFound()
        return { status: 200, body: showMembership(user, group) }
      },
    },
    {
      method: 'DELETE',
      path: `${membershipsPath}/{groupID}`,
      right: rights.write,
      handle(call) {
        const user = requireUser(call)
        const group = groupsOf(user.id).find(({ id }) => id === call.variables.groupID)
        if (!group) throw notFound()
        environment.deleteChild('memberOfGroups', user.id, group.id)
        return { status: 204 }
      },
    },
    ...passwordOperations(context, requireUser),
  ]
}

const profile = Object.keys(schema.shape)
const pickProfile = (user: Stored): Members =>
  Object.fromEntries(Object.entries(user).filter(([name]) => profile.includes(name)))
