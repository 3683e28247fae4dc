// Who may call: the functions and state machines of the templates, each as its role, and the person who runs the
// local cloud as an administrator.
import { createHash, randomBytes } from 'node:crypto'
import { AwsError } from '../aws/aws-error.ts'
import { CloudError } from '../cloud-error.ts'
import type { AccessRecord } from './access-record.ts'
import { type AccessRequest, grantsBehind, isAllowed, isDenied, type Statement } from './policy.ts'

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

export type Identity = {
  arn: string
  /** Throws AWS's AccessDeniedException unless the role's policies allow the call. */
  authorize(request: Omit<AccessRequest, 'context'> & { context?: AccessRequest['context'] }): void
}

export type Role = {
  name: string
  arn: string
  statements: Statement[]
  /** The services and the account roots that may act as the role. */
  trusted: string[]
}

type KnownRole = Role & { attached: Map<string, readonly Statement[]> }

export class Identities {
  readonly #roles = new Map<string, KnownRole>()
  readonly #managedPolicies = new Map<string, readonly Statement[]>()
  readonly #resourcePolicies = new Map<string, readonly Statement[]>()
  readonly #byAccessKey = new Map<string, Identity>()
  readonly #record: AccessRecord | undefined
  /** May do everything that no resource denies; for the program that runs the local cloud. */
  readonly administrator: Credentials

  /** @param record hears what roles are used for */
  constructor(record?: AccessRecord) {
    this.#record = record
    this.administrator = {
      accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(20).toString('hex'),
    }
    const arn = 'arn:aws:iam::123456789012:user/administrator'
    this.#byAccessKey.set(this.administrator.accessKeyId, {
      arn,
      authorize: (request) => this.#refuseDenied(arn, arn, request),
    })
  }

  putRole(role: Role): void {
    this.#roles.set(role.arn, { ...role, attached: this.#roles.get(role.arn)?.attached ?? new Map() })
  }

  removeRole(arn: string): void {
    this.#roles.delete(arn)
  }

  /** The names of all roles. */
  list(): string[] {
    return [...this.#roles.values()].map(({ name }) => name)
  }

  role(arn: string): Role | undefined {
    return this.#roles.get(arn)
  }

  /** Gives a role the statements of a policy, in place of those that the policy had; false when there is no such role. */
  attach(policy: string, roleName: string, statements: readonly Statement[]): boolean {
    const role = [...this.#roles.values()].find(({ name }) => name === roleName)
    role?.attached.set(policy, statements)
    return role !== undefined
  }

  /** Takes the policy from every role. */
  detach(policy: string): void {
    for (const { attached } of this.#roles.values()) attached.delete(policy)
  }

  putManagedPolicy(arn: string, statements: readonly Statement[]): void {
    this.#managedPolicies.set(arn, statements)
  }

  removeManagedPolicy(arn: string): void {
    this.#managedPolicies.delete(arn)
  }

  managedPolicy(arn: string): readonly Statement[] | undefined {
    return this.#managedPolicies.get(arn)
  }

  /** The denials in the policy of a resource; they hold for everybody. */
  putResourcePolicy(arn: string, statements: readonly Statement[]): void {
    this.#resourcePolicies.set(arn, statements)
  }

  removeResourcePolicy(arn: string): void {
    this.#resourcePolicies.delete(arn)
  }

  #refuseDenied(
    caller: string,
    principal: string,
    { action, resource }: Parameters<Identity['authorize']>[0],
  ) {
    const context = { 'aws:principalarn': [principal], 'aws:principalisawsservice': ['false'] }
    const policy = this.#resourcePolicies.get(resource) ?? []
    if (!isDenied(policy, { action, resource, context })) return
    throw new AwsError(
      'AccessDeniedException',
      `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in a resource-based policy`,
    )
  }

  /** @throws {CloudError} unless the role lets the service act as it. */
  expectTrust(roleArn: string, service: string, path: string): void {
    if (this.#roles.get(roleArn)?.trusted.includes(service)) return
    throw new CloudError(`${path} cannot use the role ${roleArn}: the role does not trust ${service}.`)
  }

  /** The identity of a session that acts as a role, for example a function's. */
  assume(roleArn: string, session: string): Identity {
    const account = roleArn.split(':')[4] ?? ''
    const roleName = roleArn.split('/').at(-1) ?? ''
    const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`
    // Looked up at each call: a role may be changed while it is in use.
    const statements = () => {
      const role = this.#roles.get(roleArn)
      return role === undefined ? [] : [...role.statements, ...[...role.attached.values()].flat()]
    }
    return {
      arn,
      authorize: ({ action, resource, context = {} }) => {
        // Everything that there is belongs to the one account.
        const everywhere = { 'aws:resourceaccount': [account], 's3:resourceaccount': [account] }
        const request = { action, resource, context: { ...everywhere, ...context } }
        this.#refuseDenied(arn, roleArn, request)
        if (isAllowed(statements(), request)) {
          this.#record?.use(grantsBehind(statements(), request))
          return
        }
        this.#record?.deny({ caller: session, role: roleName, action, resource })
        throw new AwsError(
          'AccessDeniedException',
          `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
        )
      },
    }
  }

  /** Credentials whose calls are checked against the role. They are the same after a restart. */
  issueCredentials(roleArn: string, session: string): Credentials {
    const digest = createHash('sha256').update(`${roleArn} ${session}`).digest('hex')
    const accessKeyId = `ASIA${digest.slice(0, 16).toUpperCase()}`
    this.#byAccessKey.set(accessKeyId, this.assume(roleArn, session))
    return { accessKeyId, secretAccessKey: digest.slice(16, 56), sessionToken: `local-${session}` }
  }

  /** @throws {AwsError} when nobody holds the key. */
  byAccessKey(accessKeyId: string | undefined): Identity {
    const identity = accessKeyId === undefined ? undefined : this.#byAccessKey.get(accessKeyId)
    if (identity) return identity
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      { status: 403 },
    )
  }
}
