// Brings up the whole of MyHotels on this machine: the local PingOne, the local cloud from the synthesized templates,
// the people, and the chat host.
import { randomBytes, randomInt } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { Amounts } from '../lambdas/identity/desired-state/amounts.ts'
import type { ApprovalAuthentication } from '../lambdas/identity/settings.ts'
import type { Configuration } from '../lib/configuration.ts'
import { callbackUrl } from './chat/callback-url.ts'
import { type Chat, startChat } from './chat/start.ts'
import { type Cloud, startCloud } from './cloud/start.ts'
import { holdDirectory } from './cloud/state/hold-directory.ts'
import { listenLoopback, PortInUseError } from './http/listen-loopback.ts'
import { invitePeople, type Person } from './people.ts'
import { type PingOne, startPingOne } from './pingone/start.ts'
import { synthesize } from './synthesize.ts'

export const services = [
  'chat',
  'sandbox',
  'mcp',
  'hotelApi',
  'aws',
  'pingOneAuth',
  'pingOneApi',
  'phone',
] as const
export type Ports = Record<(typeof services)[number], number>

export const defaultPorts: Ports = {
  chat: 4100,
  sandbox: 4101,
  mcp: 4110,
  hotelApi: 4111,
  aws: 4112,
  pingOneAuth: 4120,
  pingOneApi: 4121,
  phone: 4122,
}

/** The addresses that `.local/endpoints.json` holds. */
export type Endpoints = {
  chat: string
  mcp: string
  hotelApi: string
  pingOneAuth: string
  pingOneApi: string
  phone: string
  environmentId: string
  issuer: string
  redirectUris: string[]
  approval: Configuration['approval']
  users: Person[]
}

export type MyHotels = {
  endpoints: Endpoints
  ports: Ports
  /** The connector's credentials, as an operator would copy them into a host's settings. */
  connector: { clientId: string; clientSecret: string }
  cloud: Cloud
  pingOne: PingOne
  chat: Chat
  stop(): Promise<void>
}

/** A service's port is not free; the message also says how to choose others. */
export class ServicePortInUseError extends Error {
  override readonly name = 'ServicePortInUseError'
}

export type RunOptions = {
  /** State, logs and addresses; survives a restart. @example '.local' */
  directory: string
  ports?: Ports
  /** Forgets what is in the directory first. */
  reset?: boolean
  onProgress?: (step: string) => void
  /** As REST APIs and some front doors do; HTTP APIs are disputed. */
  renameWwwAuthenticate?: boolean
  /** Seconds that a person has to answer an approval request. @default 120, as PingOne gives */
  approvalExpiresIn?: number
  /** How a person shows who they are when they approve. @default what the stage says in `cdk.json` */
  approvalAuthentication?: ApprovalAuthentication
  /** Numbers of the policy. @default what the stage says in `cdk.json` */
  policy?: Partial<Amounts>
  /** A directory to record there which grants of the templates were used. */
  accessRecord?: string
  /** Chat page and sandbox are left out where nobody looks. @default true */
  withChat?: boolean
}

/** Starts everything and returns when every address answers. */
export async function runMyHotels(options: RunOptions): Promise<MyHotels> {
  const progress = options.onProgress ?? (() => {})
  const ports = options.ports ?? (await freePorts())
  if (options.ports) await refuseUsedPorts(ports)
  // Before anything is written or forgotten: another run may live in there.
  const release = holdDirectory(options.directory)
  const stops: (() => Promise<unknown>)[] = [async () => release()]
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each()
  }
  try {
    if (options.reset) await forget(options.directory)
    progress('Starting the local PingOne')
    const pingOne = await startPingOne({
      stateFile: `${options.directory}/pingone.json`,
      ports: { auth: ports.pingOneAuth, api: ports.pingOneApi, phone: ports.phone },
      ...(options.approvalExpiresIn === undefined ? {} : { cibaExpiresIn: options.approvalExpiresIn }),
    })
    stops.push(() => pingOne.stop())
    await writePrivately(`${options.directory}/worker.json`, pingOne.worker)

    progress('Synthesizing the CDK app')
    const assemblyDirectory = `${options.directory}/cdk.out`
    const configuration = await synthesize({
      directory: assemblyDirectory,
      configuration: {
        pingOne: {
          environmentId: pingOne.environmentId,
          hosts: { api: new URL(pingOne.apiUrl).origin, auth: pingOne.authUrl },
          customDomain: undefined,
        },
        connector: { redirectUris: redirectUris(ports) },
        ...(options.policy === undefined ? {} : { policy: options.policy }),
        ...(options.approvalAuthentication === undefined
          ? {}
          : { approval: { authentication: options.approvalAuthentication } }),
      },
    })

    progress('Deploying the templates to the local cloud; the custom resource configures PingOne')
    const cloud = await startCloud({
      assemblyDirectory,
      stateDirectory: `${options.directory}/cloud`,
      logDirectory: `${options.directory}/logs`,
      secrets: { [configuration.pingOne.workerSecretName]: pingOne.worker },
      ports: { 'MyHotels-Mcp': ports.mcp, 'MyHotels-HotelApi': ports.hotelApi, aws: ports.aws },
      onProgress: progress,
      ...(options.accessRecord === undefined ? {} : { accessRecord: options.accessRecord }),
      ...(options.renameWwwAuthenticate ? { renameWwwAuthenticate: true } : {}),
    })
    stops.push(() => cloud.stop())
    await writePrivately(`${options.directory}/aws.json`, {
      endpoint: cloud.awsEndpoint,
      region: cloud.region,
      credentials: cloud.credentials,
      workerSecretName: configuration.pingOne.workerSecretName,
    })

    progress('Inviting the people')
    const users = await invitePeople(pingOne, await readPeople(options.directory))
    const connector = await readConnector(cloud)
    await writePrivately(`${options.directory}/connector.json`, connector)
    const addresses = apiAddresses(cloud)
    const chat =
      options.withChat === false
        ? ({ chatUrl: '', sandboxUrl: '', callbackUrl: '', stop: async () => {} } as Chat)
        : await startChat({
            mcpUrl: addresses.mcp,
            connector,
            ports: { chat: ports.chat, sandbox: ports.sandbox },
            phoneUrl: pingOne.phoneUrl,
            users,
          })
    stops.push(() => chat.stop())

    const endpoints: Endpoints = {
      chat: chat.chatUrl,
      mcp: addresses.mcp,
      hotelApi: addresses.hotelApi,
      pingOneAuth: pingOne.authUrl,
      pingOneApi: pingOne.apiUrl,
      phone: pingOne.phoneUrl,
      environmentId: pingOne.environmentId,
      issuer: pingOne.issuer,
      redirectUris: redirectUris(ports),
      approval: configuration.approval,
      users,
    }
    await writePrivately(`${options.directory}/endpoints.json`, endpoints)
    return { endpoints, ports, connector, cloud, pingOne, chat, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Removes what runs leave behind, by name: the directory may be one that holds other things too. */
async function forget(directory: string): Promise<void> {
  const files = ['aws', 'worker', 'pingone', 'people', 'connector', 'endpoints'].map((name) => `${name}.json`)
  for (const name of ['cdk.out', 'cloud', 'logs', ...files]) {
    await rm(`${directory}/${name}`, { recursive: true, force: true })
  }
}

/** The chat host's callback, and one on the loopback for command-line clients and tests. */
export function redirectUris(ports: Ports): string[] {
  return [callbackUrl(ports.chat), 'http://127.0.0.1:4199/callback']
}

function apiAddresses(cloud: Cloud): { mcp: string; hotelApi: string } {
  const find = (output: string) => {
    for (const outputs of Object.values(cloud.outputs)) {
      const value = outputs[output]
      if (value !== undefined) return value
    }
    throw new Error(`No stack has the output ${output}. Look at lib/ for the stacks' outputs.`)
  }
  return { mcp: find('McpUrl'), hotelApi: find('HotelApiUrl') }
}

async function readConnector(cloud: Cloud): Promise<{ clientId: string; clientSecret: string }> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
  const client = new SecretsManagerClient({
    endpoint: cloud.awsEndpoint,
    region: cloud.region,
    credentials: cloud.credentials,
  })
  const arn = Object.values(cloud.outputs)
    .map((outputs) => outputs.ConnectorSecretArn)
    .find((value) => value !== undefined)
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
  client.destroy()
  return JSON.parse(SecretString ?? '{}')
}

/** Two people with passwords of their own, made on the first start and kept. */
async function readPeople(directory: string): Promise<Person[]> {
  const file = `${directory}/people.json`
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    const password = () => `${randomBytes(9).toString('base64url')}-A1`
    const people: Person[] = [
      { username: 'anna', givenName: 'Anna', password: password(), inGroup: true },
      { username: 'ben', givenName: 'Ben', password: password(), inGroup: false },
    ]
    await writePrivately(file, people)
    return people
  }
}

async function writePrivately(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
}

/**
 * Eight free ports in a row, below those that systems hand out by themselves: a port that is free now is needed
 * seconds later, and by then any connection of this machine could have been given one of those.
 */
export async function freePorts(): Promise<Ports> {
  for (let triesLeft = 1000; ; triesLeft -= 1) {
    const ports = portsFrom(randomInt(10_100, 32_000))
    try {
      await refuseUsedPorts(ports)
      return ports
    } catch (error) {
      if (!(error instanceof ServicePortInUseError) || triesLeft === 0) throw error
    }
  }
}

/** Eight ports in a row. */
export function portsFrom(first: number): Ports {
  return Object.fromEntries(services.map((service, index) => [service, first + index])) as Ports
}

/** @throws {ServicePortInUseError} naming the first of them that is in use */
export async function refuseUsedPorts(ports: Ports): Promise<void> {
  for (const service of services) {
    try {
      await (await listenLoopback({ port: ports[service], what: service })).stop()
    } catch (cause) {
      if (!(cause instanceof PortInUseError)) throw cause
      throw new ServicePortInUseError(
        `Port ${ports[service]} (${service}) is in use. Stop what listens there, or choose others with --first-port.`,
      )
    }
  }
}
