import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { parseJson } from '../../lambdas/http/parse-json.ts'
import { workerSecretSchema } from '../../lambdas/identity/worker-secret.ts'
import { ConnectionError } from '../pingone/connection.ts'
import type { Deployed } from './deployed.ts'

type Variables = { [name: string]: string | undefined }

const names = ['PINGONE_WORKER_CLIENT_ID', 'PINGONE_WORKER_CLIENT_SECRET'] as const

/**
 * The worker of a deployed stage, where the variables name none: the secret that the deployment itself uses.
 *
 * @returns what to lay under the variables
 * @throws {ConnectionError} when the account does not give it
 */
export async function stageWorker({ secrets }: Deployed, variables: Variables): Promise<Variables> {
  if (secrets === undefined || names.some((name) => variables[name])) return {}
  const { client, workerSecretName } = secrets
  const otherwise = `Set ${names.join(' and ')} instead.`
  const answer = await client
    .send(new GetSecretValueCommand({ SecretId: workerSecretName }))
    .catch((error: Error) => {
      throw new ConnectionError(
        `AWS does not give the worker's secret "${workerSecretName}" to this terminal (${error.name}). ${otherwise}`,
      )
    })
  const worker = workerSecretSchema.safeParse(parseJson(answer.SecretString ?? '')).data
  if (worker === undefined)
    throw new ConnectionError(
      `The secret "${workerSecretName}" holds no clientId and clientSecret. ${otherwise}`,
    )
  return {
    PINGONE_WORKER_CLIENT_ID: worker.clientId,
    PINGONE_WORKER_CLIENT_SECRET: worker.clientSecret,
    ...(worker.environmentId === undefined ? {} : { PINGONE_WORKER_ENVIRONMENT_ID: worker.environmentId }),
  }
}
