// The Security Token Service: who calls, and the roles that somebody may act as.
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { Identities, Identity } from '../iam/identities.ts'

export type Sts = { call(operation: string, input: AwsJson, caller: Identity): AwsJson }

const sessionSeconds = 3600

export function createSts(options: { identities: Identities; clock: () => number }): Sts {
  const { identities } = options
  return {
    call(operation, input, caller) {
      switch (operation) {
        case 'GetCallerIdentity':
          return {
            Arn: caller.arn,
            UserId: `AIDA${caller.arn.split('/').at(-1)}`,
            Account: accountOf(caller.arn),
          }
        case 'AssumeRole': {
          const roleArn = String(input.RoleArn)
          const session = String(input.RoleSessionName)
          const trusts = identities.role(roleArn)?.trusted ?? []
          // An account or its root stands for everybody in it whom a policy of their own allows.
          const account = accountOf(caller.arn)
          if (!trusts.includes(account) && !trusts.includes(`arn:aws:iam::${account}:root`)) {
            throw new AwsError(
              'AccessDenied',
              `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
              { status: 403 },
            )
          }
          caller.authorize({ action: 'sts:AssumeRole', resource: roleArn })
          const { accessKeyId, secretAccessKey, sessionToken } = identities.issueCredentials(roleArn, session)
          return {
            Credentials: {
              AccessKeyId: accessKeyId,
              SecretAccessKey: secretAccessKey,
              SessionToken: sessionToken,
              Expiration: new Date(options.clock() + sessionSeconds * 1000),
            },
            AssumedRoleUser: {
              Arn: identities.assume(roleArn, session).arn,
              AssumedRoleId: `AROA${roleArn.split('/').at(-1)}:${session}`,
            },
          }
        }
        default:
          throw new AwsError('InvalidAction', `The local STS does not offer ${operation}.`)
      }
    },
  }
}

const accountOf = (arn: string) => arn.split(':')[4] ?? ''
