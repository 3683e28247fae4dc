import { DeleteSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import type { Deployed } from './deployed.ts'
import { NotAskedError } from './not-asked.ts'
import { namePrefix } from './scratch.ts'

/** @throws {NotAskedError} when no account is known */
export function secretsOf({ secrets }: Deployed): NonNullable<Deployed['secrets']> {
  if (secrets === undefined) throw new NotAskedError('no AWS account is known (name a stage with --stage)')
  return secrets
}

/** The name of an AWS error. @throws {NotAskedError} when it says that one may not ask, or that nobody answered */
export function nameOf(error: Error): string {
  if (/AccessDenied|Credentials|UnrecognizedClient|ExpiredToken/.test(error.name))
    throw new NotAskedError(`AWS refuses the credentials of this terminal (${error.name})`)
  return error.name
}

/** Deletes the secrets that earlier runs left behind. @returns how many there were; none where nobody may look */
export async function sweepSecrets({ secrets }: Deployed): Promise<number> {
  if (secrets === undefined) return 0
  const { client } = secrets
  const listing = new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [`${namePrefix}-`] }] })
  const { SecretList: list = [] } = await client.send(listing).catch(() => ({ SecretList: [] }))
  for (const { ARN: arn } of list)
    await client.send(new DeleteSecretCommand({ SecretId: String(arn), ForceDeleteWithoutRecovery: true }))
  return list.length
}
