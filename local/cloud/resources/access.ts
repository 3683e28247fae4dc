// AWS::IAM::Role, AWS::IAM::Policy and AWS::IAM::ManagedPolicy.
import * as z from 'zod'
import { CloudError } from '../cloud-error.ts'
import { parsePolicy, type Statement } from '../iam/policy.ts'
import {
  type CloudParts,
  type Declaration,
  generatedName,
  parseProperties,
  type ResourceKind,
} from './resource-kind.ts'

// What these allow concerns services that have no part here, such as the logs.
const withoutEffect = /\/(service-role\/AWSLambda(Basic|VPCAccess)ExecutionRole|AWSXRayDaemonWriteAccess)$/

const roleSchema = z.object({
  RoleName: z.string().optional(),
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
})

export const role: ResourceKind = {
  actedOn: ['RoleName', 'Description', 'AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies'],
  deploy(declaration, parts) {
    const properties = parseProperties(declaration, roleSchema)
    const name = properties.RoleName ?? generatedName(declaration)
    const arn = `arn:aws:iam::${declaration.stack.account}:role/${name}`
    const statements = properties.Policies.flatMap(({ PolicyDocument: document }) =>
      statementsOf(declaration, document, parts),
    )
    for (const managed of properties.ManagedPolicyArns) {
      const own = parts.identities.managedPolicy(managed)
      if (own) statements.push(...own)
      else if (!withoutEffect.test(managed)) {
        parts.notActedOn.add(
          `AWS::IAM::Role ManagedPolicyArns ${managed}: allows nothing here`,
          declaration.path,
        )
      }
    }
    parts.identities.addRole({
      name,
      arn,
      statements,
      trusted: trustedServices(properties.AssumeRolePolicyDocument),
    })
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } }
  },
}

const policySchema = z.object({
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
  ManagedPolicyName: z.string().optional(),
})

export const policy: ResourceKind = {
  actedOn: ['PolicyDocument', 'PolicyName', 'Roles'],
  deploy(declaration, parts) {
    const { PolicyDocument: document, Roles: roles } = parseProperties(declaration, policySchema)
    attach(roles, statementsOf(declaration, document, parts), declaration, parts)
    return { ref: generatedName(declaration), attributes: { Id: generatedName(declaration) } }
  },
}

export const managedPolicy: ResourceKind = {
  actedOn: ['PolicyDocument', 'ManagedPolicyName', 'Description', 'Path', 'Roles'],
  deploy(declaration, parts) {
    const properties = parseProperties(declaration, policySchema)
    const name = properties.ManagedPolicyName ?? generatedName(declaration)
    const arn = `arn:aws:iam::${declaration.stack.account}:policy/${name}`
    const statements = statementsOf(declaration, properties.PolicyDocument, parts)
    parts.identities.addManagedPolicy(arn, statements)
    attach(properties.Roles, statements, declaration, parts)
    return { ref: arn, attributes: { PolicyArn: arn } }
  },
}

function attach(roles: string[], statements: Statement[], { path }: Declaration, parts: CloudParts): void {
  for (const name of roles) {
    const found = parts.identities.roleByName(name)
    if (!found) throw new CloudError(`${path} is for the role ${name}, which the templates do not hold.`)
    found.statements.push(...statements)
  }
}

function statementsOf(
  { path, type }: Declaration,
  document: unknown,
  { notActedOn }: CloudParts,
): Statement[] {
  const { statements, unknownConditions } = parsePolicy(document)
  for (const condition of unknownConditions) {
    notActedOn.add(`${type} condition ${condition}: counts as not met`, path)
  }
  return statements
}

function trustedServices(document: unknown): string[] {
  const { Statement: raw } = (document ?? {}) as { Statement?: unknown }
  return (Array.isArray(raw) ? raw : [raw]).flatMap((statement) => {
    const { Effect: effect, Principal: principal } = (statement ?? {}) as {
      Effect?: unknown
      Principal?: { Service?: unknown }
    }
    const services = principal?.Service
    if (effect !== 'Allow' || services === undefined) return []
    return (Array.isArray(services) ? services : [services]).map(String)
  })
}
