// Where the deployed MyHotels is, and which account it is in.
import { readFile } from 'node:fs/promises'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { parseConfiguration } from '../../lib/configuration.ts'
import { readStageOutputs } from '../stage-outputs.ts'
import type { Deployed } from './deployed.ts'

const endpointsSchema = z.object({ mcp: z.url(), hotelApi: z.url() })
const localAwsSchema = z.object({
  endpoint: z.url(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  workerSecretName: z.string(),
})
const cdkSchema = z.object({ context: z.object({ myhotels: z.record(z.string(), z.unknown()) }) })

/** @param options.local the directory of the laptop system, or else a stage that was deployed from here */
export async function readDeployed(options: {
  local: string | undefined
  stage: string | undefined
}): Promise<Deployed> {
  if (options.local !== undefined) return readLocal(options.local)
  if (options.stage === undefined)
    return { mcpUrl: undefined, hotelApiUrl: undefined, secrets: undefined, keys: undefined }
  const outputs = readStageOutputs(options.stage)
  const cdk = cdkSchema.parse(JSON.parse(await readFile('cdk.json', 'utf8')))
  const { region, pingOne } = parseConfiguration(options.stage, cdk.context.myhotels[options.stage])
  return {
    mcpUrl: outputs?.McpUrl,
    hotelApiUrl: outputs?.HotelApiUrl,
    secrets: {
      client: new SecretsManagerClient({ region, maxAttempts: 2 }),
      workerSecretName: pingOne.workerSecretName,
    },
    keys: new KMSClient({ region, maxAttempts: 2 }),
  }
}

async function readLocal(directory: string): Promise<Deployed> {
  const read = async (name: string): Promise<unknown> =>
    readFile(`${directory}/${name}.json`, 'utf8').then(JSON.parse, () => undefined)
  const endpoints = endpointsSchema.safeParse(await read('endpoints')).data
  const aws = localAwsSchema.safeParse(await read('aws')).data
  return {
    mcpUrl: endpoints?.mcp,
    hotelApiUrl: endpoints?.hotelApi,
    secrets: aws && {
      client: new SecretsManagerClient({ ...aws, maxAttempts: 1 }),
      workerSecretName: aws.workerSecretName,
    },
    keys: aws && new KMSClient({ ...aws, maxAttempts: 1 }),
  }
}
