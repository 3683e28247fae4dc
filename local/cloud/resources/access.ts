// AWS::IAM::Role, AWS::IAM::Policy and AWS::IAM::ManagedPolicy.
import * as z from 'zod'
import { CloudError } from '../cloud-error.ts'
import { awsManagedPolicy } from '../iam/aws-managed-policies.ts'
import { parsePolicy, type Statement } from '../iam/policy.ts'
import { type CloudParts, type Declaration, parseProperties, type ResourceKind } from './resource-kind.ts'

// What these allow concerns services that have no part here.
const withoutEffect = /\/service-role\/AWSLambdaVPCAccessExecutionRole$/

const roleSchema = z.object({
  RoleName: z.string().optional(),
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
})

export const role: ResourceKind = {
  actedOn: ['RoleName', 'Description', 'AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies'],
  createOnly: ['RoleName'],
  deploy(declaration, parts) {
    const properties = parseProperties(declaration, roleSchema)
    const name = properties.RoleName ?? declaration.generatedName
    const arn = `arn:aws:iam::${declaration.stack.account}:role/${name}`
    const statements = properties.Policies.flatMap(({ PolicyDocument: document }, index) =>
      statementsOf(declaration, document, parts, `/Policies/${index}`),
    )
    for (const managed of properties.ManagedPolicyArns) {
      const own = parts.identities.managedPolicy(managed) ?? awsManagedPolicy(managed)
      if (own) statements.push(...own)
      else if (!withoutEffect.test(managed)) {
        parts.notActedOn.add(
          `AWS::IAM::Role ManagedPolicyArns ${managed}: allows nothing here`,
          declaration.path,
        )
      }
    }
    parts.identities.putRole({
      name,
      arn,
      statements,
      trusted: trustedPrincipals(properties.AssumeRolePolicyDocument),
    })
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } }
  },
  remove: (_declaration, { attributes }, { identities }) => identities.removeRole(String(attributes.Arn)),
}

const policySchema = z.object({
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
  ManagedPolicyName: z.string().optional(),
})

export const policy: ResourceKind = {
  actedOn: ['PolicyDocument', 'PolicyName', 'Roles'],
  createOnly: [],
  deploy(declaration, parts) {
    const { PolicyDocument: document, Roles: roles } = parseProperties(declaration, policySchema)
    const { generatedName: id } = declaration
    attach(id, roles, statementsOf(declaration, document, parts), declaration, parts)
    return { ref: id, attributes: { Id: id } }
  },
  remove: (_declaration, { ref }, { identities }) => identities.detach(ref),
}

export const managedPolicy: ResourceKind = {
  actedOn: ['PolicyDocument', 'ManagedPolicyName', 'Description', 'Path', 'Roles'],
  createOnly: ['ManagedPolicyName', 'Description', 'Path'],
  deploy(declaration, parts) {
    const properties = parseProperties(declaration, policySchema)
    const name = properties.ManagedPolicyName ?? declaration.generatedName
    const arn = `arn:aws:iam::${declaration.stack.account}:policy/${name}`
    const statements = statementsOf(declaration, properties.PolicyDocument, parts)
    parts.identities.putManagedPolicy(arn, statements)
    attach(arn, properties.Roles, statements, declaration, parts)
    return { ref: arn, attributes: { PolicyArn: arn } }
  },
  remove(_declaration, { ref }, { identities }) {
    identities.detach(ref)
    identities.removeManagedPolicy(ref)
  },
}

function attach(
  id: string,
  roles: string[],
  statements: Statement[],
  { path }: Declaration,
  { identities }: CloudParts,
): void {
  const missing = roles.find((name) => !identities.attach(id, name, statements))
  if (missing !== undefined)
    throw new CloudError(`${path} is for the role ${missing}, which the templates do not hold.`)
}

function statementsOf(
  { path, type, stack, logicalId }: Declaration,
  document: unknown,
  { notActedOn }: CloudParts,
  place = '',
): Statement[] {
  const { statements, unknownConditions } = parsePolicy(document, `${stack.name}/${logicalId}${place}`)
  for (const condition of unknownConditions) {
    notActedOn.add(`${type} condition ${condition}: counts as not met`, path)
  }
  return statements
}

/** The services and the account roots that may act as the role. */
function trustedPrincipals(document: unknown): string[] {
  const { Statement: raw } = (document ?? {}) as { Statement?: unknown }
  return (Array.isArray(raw) ? raw : [raw]).flatMap((statement) => {
    const { Effect: effect, Principal: principal } = (statement ?? {}) as {
      Effect?: unknown
      Principal?: { Service?: unknown; AWS?: unknown }
    }
    if (effect !== 'Allow') return []
    return [principal?.Service ?? [], principal?.AWS ?? []].flat(2).map(String)
  })
}
