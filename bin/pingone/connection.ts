// Which environment a command works on, and as whom: the laptop's, or one that options and variables name.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import {
  createManagementClient,
  type ManagementClient,
} from '../../lambdas/identity/reconcile/management-client.ts'
import type { Worker } from '../../lambdas/identity/reconcile/worker-token.ts'
import { defaultSettings, type Settings, settingsSchema } from '../../lambdas/identity/settings.ts'
import { workerSecretSchema } from '../../lambdas/identity/worker-secret.ts'
import {
  type Configuration,
  parseConfiguration,
  pingOneDomains,
  pingOneSettings,
} from '../../lib/configuration.ts'
import { pingOneAddresses } from '../../lib/pingone-addresses.ts'

export type ConnectionOptions = {
  isLocal: boolean
  stage: string | undefined
  redirectUris: readonly string[]
  variables: { [name: string]: string | undefined }
  /** Where `cdk.json` is. */
  directory: string
  /** Where the laptop system keeps its state. @default '.local' of the directory */
  localDirectory?: string
  /** How long all calls together may take, in milliseconds. */
  patience?: number
}

export type Connection = {
  client: ManagementClient
  settings: Settings
  issuer: string
  apiUrl: string
  authUrl: string
  environmentId: string
  worker: Worker
}

/** The command cannot know what to work on; the message says what to give it. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

const endpointsSchema = z.object({
  pingOneAuth: z.url(),
  pingOneApi: z.url(),
  environmentId: z.guid().optional(),
  issuer: z.url().optional(),
  redirectUris: z.array(z.url()).min(1).optional(),
  approval: settingsSchema.shape.approval.default(defaultSettings.approval),
})

const regions = Object.keys(pingOneDomains) as (keyof typeof pingOneDomains)[]
const tenMinutes = 10 * 60_000

export async function connect(options: ConnectionOptions): Promise<Connection> {
  const target = options.isLocal ? await readLocal(options) : await readRemote(options)
  const settings = settingsSchema.parse({
    ...target.settings,
    connector:
      options.redirectUris.length > 0 ? { redirectUris: options.redirectUris } : target.settings.connector,
  })
  const end = Date.now() + (options.patience ?? tenMinutes)
  const client = createManagementClient({
    apiUrl: target.apiUrl,
    authUrl: target.authUrl,
    environmentId: target.environmentId,
    worker: target.worker,
    fetch,
    clock: Date.now,
    sleep: async (milliseconds) => {
      await sleep(milliseconds)
    },
    random: Math.random,
    requestTimeout: 10_000,
    deadline: () => end,
  })
  return { ...target, settings, client }
}

type Target = Omit<Connection, 'client'>

async function readLocal({ directory, localDirectory, variables }: ConnectionOptions): Promise<Target> {
  const state = resolve(directory, localDirectory ?? '.local')
  const endpoints = endpointsSchema.parse(await readJson(`${state}/endpoints.json`, startFirst))
  const worker = workerSecretSchema.parse(await readJson(`${state}/worker.json`, startFirst))
  const environmentId = endpoints.environmentId ?? worker.environmentId ?? variables.PINGONE_ENVIRONMENT_ID
  if (environmentId === undefined) {
    throw new ConnectionError('Set PINGONE_ENVIRONMENT_ID to the environment of the running laptop system.')
  }
  const authUrl = withoutSlash(endpoints.pingOneAuth)
  const apiUrl = withoutSlash(endpoints.pingOneApi)
  return {
    apiUrl: apiUrl.endsWith('/v1') ? apiUrl : `${apiUrl}/v1`,
    authUrl,
    environmentId,
    issuer: endpoints.issuer ?? `${authUrl}/${environmentId}/as`,
    worker: { ...worker, environmentId: worker.environmentId ?? environmentId },
    settings: {
      ...defaultSettings,
      approval: endpoints.approval,
      // The redirect URIs of the running chat host stay, unless others are asked for.
      connector: endpoints.redirectUris ? { redirectUris: endpoints.redirectUris } : {},
    },
  }
}

const startFirst = 'Start the laptop system with "npm start" and run this again beside it.'

async function readRemote(options: ConnectionOptions): Promise<Target> {
  const { variables } = options
  const stage = await readStage(options)
  const region = variables.PINGONE_REGION ?? stage?.pingOne.region
  const environmentId = variables.PINGONE_ENVIRONMENT_ID ?? stage?.pingOne.environmentId
  const missing = [
    ...(region === undefined ? ['PINGONE_REGION'] : []),
    ...(environmentId === undefined ? ['PINGONE_ENVIRONMENT_ID'] : []),
    ...['PINGONE_WORKER_CLIENT_ID', 'PINGONE_WORKER_CLIENT_SECRET'].filter((name) => !variables[name]),
  ]
  if (missing.length > 0) {
    throw new ConnectionError(
      `Set ${missing.join(', ')}, or name a stage of cdk.json with --stage, or use --local beside "npm start".`,
    )
  }
  const known = regions.find((code) => code === region?.toUpperCase())
  if (known === undefined) {
    throw new ConnectionError(`There is no PingOne region "${region}". Use one of ${regions.join(', ')}.`)
  }
  const id = z.guid().safeParse(environmentId)
  if (!id.success)
    throw new ConnectionError('PINGONE_ENVIRONMENT_ID is not a UUID. Copy it from the console.')
  const customDomain = variables.PINGONE_CUSTOM_DOMAIN ?? stage?.pingOne.customDomain
  return {
    ...pingOneAddresses({
      region: known,
      environmentId: id.data,
      customDomain,
      // A region that is named outright means that region's hosts.
      hosts: variables.PINGONE_REGION === undefined ? stage?.pingOne.hosts : undefined,
    }),
    environmentId: id.data,
    worker: {
      clientId: variables.PINGONE_WORKER_CLIENT_ID ?? '',
      clientSecret: variables.PINGONE_WORKER_CLIENT_SECRET ?? '',
      environmentId: variables.PINGONE_WORKER_ENVIRONMENT_ID ?? id.data,
    },
    settings: stage ? pingOneSettings(stage) : defaultSettings,
  }
}

/** The stage of cdk.json that --stage names; without --stage, none. */
async function readStage({ stage, directory }: ConnectionOptions): Promise<Configuration | undefined> {
  if (stage === undefined) return undefined
  const file = `${directory}/cdk.json`
  const cdk = z
    .object({ context: z.object({ myhotels: z.record(z.string(), z.unknown()) }) })
    .parse(await readJson(file, 'Run this in the directory of the project.'))
  return parseConfiguration(stage, cdk.context.myhotels[stage])
}

async function readJson(file: string, otherwise: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    throw new ConnectionError(`${file} cannot be read. ${otherwise}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new ConnectionError(`${file} is not JSON. ${otherwise}`)
  }
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')
