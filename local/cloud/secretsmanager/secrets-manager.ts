import { createHash, randomInt, randomUUID } from 'node:crypto'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { Identity } from '../iam/identities.ts'
import { openJsonFile } from '../state/json-file.ts'

type Version = { id: string; value: string; createdAt: number }
type Secret = { name: string; arn: string; description?: string; current: Version; previous?: Version }

export type SecretsManager = {
  /** @param region of the call, for the ARN of what it creates */
  call(operation: string, input: AwsJson, caller: Identity, region: string): Promise<AwsJson>
  /** Makes sure that a secret is there and holds `value`, when one is given; returns its ARN. */
  keep(options: {
    name: string
    region: string
    account: string
    value?: string
    initial?: () => string
  }): string
  /** Deletes a secret without a time to think it over, as CloudFormation does. */
  remove(arn: string): void
  /** The names of all secrets. */
  list(): string[]
}

/** Secrets Manager with string secrets and the stages AWSCURRENT and AWSPREVIOUS, kept in one file. */
export function openSecretsManager(options: { file: string; clock: () => number }): SecretsManager {
  const { clock } = options
  const { value: secrets, save } = openJsonFile<Record<string, Secret>>(options.file, {})

  function find(id: unknown): Secret | undefined {
    const all = Object.values(secrets)
    const exact = all.find(({ name, arn }) => id === name || id === arn)
    // An ARN may come without the hyphen and the six characters that Secrets Manager adds to the name. One that ends so
    // is taken for whole, whatever the name is: a secret whose own name ends so is not found by such an ARN.
    if (exact !== undefined || /-[A-Za-z0-9]{6}$/.test(String(id))) return exact
    return all.find(({ arn }) => id === arn.slice(0, -7))
  }

  function authorized(id: unknown, action: string, caller: Identity): Secret {
    const secret = find(id)
    // In AWS a missing secret may also be denied; here it is the more helpful thing to hear.
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    }
    caller.authorize({ action: `secretsmanager:${action}`, resource: secret.arn })
    return secret
  }

  function put(secret: Secret, value: string, id: string): void {
    if (id === secret.current.id) {
      if (value === secret.current.value) return
      throw new AwsError(
        'ResourceExistsException',
        'A resource with the ID you requested already exists: a version cannot change its content.',
      )
    }
    secret.previous = secret.current
    secret.current = { id, value, createdAt: clock() }
    save()
  }

  function create(name: string, arn: string, value: string, id: string, description?: string): Secret {
    const secret: Secret = {
      name,
      arn,
      ...(description === undefined ? {} : { description }),
      current: { id, value, createdAt: clock() },
    }
    secrets[name] = secret
    save()
    return secret
  }

  async function call(operation: string, input: AwsJson, caller: Identity, region: string): Promise<AwsJson> {
    if (input.SecretBinary !== undefined) {
      throw new AwsError('InvalidParameterException', 'The local Secrets Manager keeps strings only.')
    }
    const token = input.ClientRequestToken === undefined ? randomUUID() : String(input.ClientRequestToken)
    switch (operation) {
      case 'GetSecretValue': {
        const secret = authorized(input.SecretId, operation, caller)
        const version = versionOf(secret, input)
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          SecretString: version.value,
          VersionStages: [version === secret.current ? 'AWSCURRENT' : 'AWSPREVIOUS'],
          CreatedDate: version.createdAt / 1000,
        }
      }
      case 'PutSecretValue':
      case 'UpdateSecret': {
        const secret = authorized(input.SecretId, operation, caller)
        if (input.Description !== undefined) secret.description = String(input.Description)
        if (input.SecretString !== undefined) put(secret, String(input.SecretString), token)
        else if (operation === 'PutSecretValue') {
          throw new AwsError(
            'InvalidRequestException',
            'You must provide either SecretString or SecretBinary.',
          )
        }
        save()
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: secret.current.id,
          VersionStages: ['AWSCURRENT'],
        }
      }
      case 'DescribeSecret': {
        const { arn, name, description, current, previous } = authorized(input.SecretId, operation, caller)
        return {
          ARN: arn,
          Name: name,
          ...(description === undefined ? {} : { Description: description }),
          VersionIdsToStages: {
            [current.id]: ['AWSCURRENT'],
            ...(previous ? { [previous.id]: ['AWSPREVIOUS'] } : {}),
          },
        }
      }
      case 'CreateSecret': {
        const name = String(input.Name)
        const arn = secretArn(name, region, caller.arn.split(':')[4] ?? '')
        caller.authorize({ action: 'secretsmanager:CreateSecret', resource: arn })
        if (secrets[name]) {
          throw new AwsError(
            'ResourceExistsException',
            `The operation failed because the secret ${name} already exists.`,
          )
        }
        const description = input.Description === undefined ? undefined : String(input.Description)
        create(name, arn, String(input.SecretString ?? ''), token, description)
        return { ARN: arn, Name: name, VersionId: token }
      }
      case 'DeleteSecret': {
        const secret = authorized(input.SecretId, operation, caller)
        // The time to think it over, seven days or more, is not kept here.
        if (input.ForceDeleteWithoutRecovery !== true)
          throw new AwsError(
            'InvalidParameterException',
            'The local Secrets Manager deletes at once: ask for ForceDeleteWithoutRecovery.',
          )
        delete secrets[secret.name]
        save()
        return { ARN: secret.arn, Name: secret.name, DeletionDate: clock() / 1000 }
      }
      case 'ListSecrets': {
        caller.authorize({ action: 'secretsmanager:ListSecrets', resource: '*' })
        const list = Object.values(secrets).filter((secret) => matchesFilters(secret, input.Filters))
        return { SecretList: list.map(({ arn, name }) => ({ ARN: arn, Name: name })) }
      }
      default:
        throw new AwsError(
          'UnknownOperationException',
          `The local Secrets Manager does not offer ${operation}.`,
        )
    }
  }

  return {
    call,
    keep({ name, region, account, value, initial }) {
      const secret =
        secrets[name] ??
        create(name, secretArn(name, region, account), value ?? initial?.() ?? '', randomUUID())
      if (value !== undefined && secret.current.value !== value) put(secret, value, randomUUID())
      return secret.arn
    },
    remove(arn) {
      const secret = find(arn)
      if (secret === undefined) return
      delete secrets[secret.name]
      save()
    },
    list: () => Object.keys(secrets),
  }
}

/** Names are matched from their beginning, as AWS does; other filters are not known here. */
function matchesFilters({ name }: Secret, filters: unknown): boolean {
  if (filters === undefined) return true
  const all = filters as { Key?: string; Values?: string[] }[]
  if (all.some(({ Key: key }) => key !== 'name'))
    throw new AwsError('InvalidParameterException', 'The local Secrets Manager filters by name alone.')
  return all.every(({ Values: values = [] }) => values.some((value) => name.startsWith(value)))
}

function versionOf(secret: Secret, { VersionId: id, VersionStage: stage }: AwsJson): Version {
  const versions = { AWSCURRENT: secret.current, AWSPREVIOUS: secret.previous }
  const version =
    id === undefined
      ? versions[(stage ?? 'AWSCURRENT') as keyof typeof versions]
      : [secret.current, secret.previous].find((one) => one?.id === id)
  if (version) return version
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${id ?? `staging label: ${stage}`}`,
  )
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

function secretArn(name: string, region: string, account: string): string {
  const digest = createHash('sha256').update(name).digest()
  const suffix = Array.from(digest.subarray(0, 6), (byte) => letters[byte % letters.length]).join('')
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`
}

/** What `GenerateSecretString` of a template asks for. */
export function generateSecretString(wanted: AwsJson): string {
  const classes = [
    wanted.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    wanted.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    wanted.ExcludeNumbers ? '' : '0123456789',
    wanted.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    wanted.IncludeSpace ? ' ' : '',
  ]
    .map((characters) =>
      [...characters].filter((one) => !String(wanted.ExcludeCharacters ?? '').includes(one)),
    )
    .filter((characters) => characters.length > 0)
  const all = classes.flat()
  const length = Number(wanted.PasswordLength ?? 32)
  const pick = (from: string[]) => from[randomInt(from.length)]
  let password: string
  do password = Array.from({ length }, () => pick(all)).join('')
  while (
    wanted.RequireEachIncludedType !== false &&
    length >= classes.length &&
    !classes.every((characters) => characters.some((one) => password.includes(one)))
  )
  if (wanted.GenerateStringKey === undefined) return password
  const template = JSON.parse(String(wanted.SecretStringTemplate ?? '{}')) as AwsJson
  return JSON.stringify({ ...template, [String(wanted.GenerateStringKey)]: password })
}
