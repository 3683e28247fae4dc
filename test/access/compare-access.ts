// IAM both ways: what the templates grant against what was used, and what was denied.
import type * as z from 'zod'
import { type accessRecordSchema, type Denial, grantName } from '../../local/cloud/iam/access-record.ts'

type Template = {
  Parameters?: Record<string, { Default?: unknown }>
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>
}

/** A stack as it was synthesized. */
export type GrantingStack = { id: string; name: string; template: Template }

/** One action on one resource, in words that stay the same when a construct's hash changes. */
export type Grant = {
  /** The stack and the role, for example `MyHotels-Mcp McpServerRole`. */
  role: string
  /** `managed policy` for all that a policy of somebody else's allows. */
  action: string
  /** For example `Approvals.Arn`. */
  resource: string
}

export type AccessException = Grant & { reason: string }

export type Comparison = {
  grants: number
  /** Granted, used by no test, and no exception. */
  unused: Grant[]
  /** Wanted by somebody who may not. */
  denied: Denial[]
  /** Exceptions for grants that are used, or that there are none of. */
  needless: AccessException[]
}

export function compareAccess(options: {
  stacks: readonly GrantingStack[]
  records: readonly z.infer<typeof accessRecordSchema>[]
  exceptions: readonly AccessException[]
}): Comparison {
  const used = new Set(options.records.flatMap((record) => record.used))
  const granted = options.stacks.flatMap(grantsOf)
  const unused = granted.filter(({ name }) => !used.has(name)).map(({ grant }) => grant)
  const isSame = (one: Grant) => (other: Grant) =>
    one.role === other.role && one.action === other.action && one.resource === other.resource
  const ours = options.stacks.map(({ name }) => `${name}-`)
  const denials = options.records
    .flatMap((record) => record.denied)
    .filter(({ role }) => ours.some((start) => role.startsWith(start)))
  return {
    grants: granted.length,
    unused: unused.filter((grant) => !options.exceptions.some(isSame(grant))),
    denied: [...new Map(denials.map((denial) => [JSON.stringify(denial), denial])).values()],
    needless: options.exceptions.filter((exception) => !unused.some(isSame(exception))),
  }
}

function grantsOf(stack: GrantingStack): { name: string; grant: Grant }[] {
  const { Resources: resources } = stack.template
  return Object.entries(resources).flatMap(([logicalId, { Type: type, Properties: properties = {} }]) => {
    const labelled = (id: string) => `${stack.id} ${withoutHash(id)}`
    if (type === 'AWS::IAM::Role') {
      const inline = list(properties.Policies).flatMap((policy, index) =>
        grantsIn((policy as { PolicyDocument: unknown }).PolicyDocument, {
          stack,
          policy: `${logicalId}/Policies/${index}`,
          role: labelled(logicalId),
        }),
      )
      const managed = list(properties.ManagedPolicyArns).map((arn) => ({
        name: '',
        grant: { role: labelled(logicalId), action: 'managed policy', resource: label(arn, stack) },
      }))
      return [...inline, ...managed]
    }
    if (type !== 'AWS::IAM::Policy' && type !== 'AWS::IAM::ManagedPolicy') return []
    const roles = list(properties.Roles).map((role) => String((role as { Ref?: string }).Ref))
    if (roles.length !== 1) {
      throw new Error(
        `${stack.id} ${logicalId} is for ${roles.length} roles: whose use it is cannot be told. Give each role a policy of its own.`,
      )
    }
    return grantsIn(properties.PolicyDocument, { stack, policy: logicalId, role: labelled(roles[0] ?? '') })
  })
}

function grantsIn(
  document: unknown,
  { stack, policy, role }: { stack: GrantingStack; policy: string; role: string },
): { name: string; grant: Grant }[] {
  return list((document as { Statement: unknown }).Statement).flatMap((raw, index) => {
    const statement = raw as { Effect: string; Action?: unknown; Resource?: unknown }
    if (statement.Effect !== 'Allow') return []
    if (statement.Action === undefined || statement.Resource === undefined) {
      throw new Error(`${role} is granted everything but something: name the actions and resources.`)
    }
    return list(statement.Action).flatMap((action) =>
      list(statement.Resource).map((resource, at) => ({
        name: grantName(`${stack.name}/${policy}/${index}`, String(action), at),
        grant: { role, action: String(action), resource: label(resource, stack) },
      })),
    )
  })
}

/** A resource as a person would name it: `Approvals.Arn` for the attribute of a construct's resource. */
function label(value: unknown, stack: GrantingStack): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const [[key, argument] = ['', undefined]] = Object.entries(value)
  switch (key) {
    case 'Ref': {
      const stored = stack.template.Parameters?.[String(argument)]?.Default
      return stored === undefined ? withoutHash(String(argument)) : String(stored)
    }
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = argument as [string, string]
      return `${withoutHash(logicalId)}.${attribute}`
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]]
      return parts.map((part) => label(part, stack)).join(separator)
    }
    default:
      return JSON.stringify(value)
  }
}

/** The CDK ends logical ids in eight digits of a hash. */
const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '')

const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat())
