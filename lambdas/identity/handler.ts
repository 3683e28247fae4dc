// The function behind the custom resource Custom::PingOneEnvironment (CDK provider framework, onEvent).
import { setTimeout as sleep } from 'node:timers/promises'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { systemClock } from '../clock.ts'
import { logger } from '../telemetry/logger.ts'
import { createPingOneConfigurator } from './configure-pingone.ts'
import { createSecretPublisher } from './publish-secret.ts'
import { createPublicKeyReader } from './read-public-key.ts'
import { readWorkerSecret } from './worker-secret.ts'

const environment = z
  .object({
    WORKER_SECRET_ID: z.string().min(1),
    PINGONE_ENVIRONMENT_ID: z.guid(),
    STAGE: z.string().min(1),
    AWS_LAMBDA_LOG_GROUP_NAME: z.string().min(1),
    AWS_LAMBDA_LOG_STREAM_NAME: z.string().min(1),
  })
  .parse(process.env)

let secretsManager: Promise<SecretsManagerClient> | undefined
function secretsManagerClient(): Promise<SecretsManagerClient> {
  secretsManager ??= import('@aws-sdk/client-secrets-manager').then(
    ({ SecretsManagerClient: Client }) => new Client({}),
  )
  return secretsManager
}

export const handler = createPingOneConfigurator({
  environmentId: environment.PINGONE_ENVIRONMENT_ID,
  stage: environment.STAGE,
  logPlace: {
    group: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    stream: environment.AWS_LAMBDA_LOG_STREAM_NAME,
  },
  // Read anew for each event: a secret that was just corrected must count at once, also in a warm function.
  readWorker: async () => readWorkerSecret(await secretsManagerClient(), environment.WORKER_SECRET_ID),
  readPublicKey: createPublicKeyReader(async () => {
    const { KMSClient } = await import('@aws-sdk/client-kms')
    return new KMSClient({})
  }),
  publishSecret: createSecretPublisher(secretsManagerClient),
  fetch,
  clock: systemClock,
  sleep: async (milliseconds) => {
    await sleep(milliseconds)
  },
  random: Math.random,
  log: logger,
})
