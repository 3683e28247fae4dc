// The local cloud: reads what `cdk synth` wrote and brings it up in this process.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { localAccount, readAssembly } from './assembly/read-assembly.ts'
import { createDispatch } from './aws/dispatch.ts'
import { serveAws } from './aws/serve-aws.ts'
import { CloudError } from './cloud-error.ts'
import { createCloudFormation } from './cloudformation/cloudformation.ts'
import { deleteStack } from './cloudformation/delete-stack.ts'
import { deployAssembly } from './cloudformation/deploy-assembly.ts'
import type { Workshop } from './cloudformation/deploy-stack.ts'
import { openStackStore } from './cloudformation/stack-store.ts'
import { openDynamoDb } from './dynamodb/dynamodb.ts'
import { openAccessRecord } from './iam/access-record.ts'
import { type Credentials, Identities } from './iam/identities.ts'
import { inventoryOf } from './inventory.ts'
import { openKms } from './kms/kms.ts'
import { createLambdaApi } from './lambda/lambda-api.ts'
import { provideRuntime } from './lambda/provide-runtime.ts'
import { createCustomResources } from './resources/custom-resources.ts'
import type { CloudParts, DeployedFunction } from './resources/resource-kind.ts'
import { openS3 } from './s3/s3.ts'
import { openSecretsManager } from './secretsmanager/secrets-manager.ts'
import { openParameterStore } from './ssm/parameter-store.ts'
import { holdDirectory } from './state/hold-directory.ts'
import { openStepFunctions } from './stepfunctions/step-functions.ts'
import { createSts } from './sts/sts.ts'
import { NotActedOn } from './template/not-acted-on.ts'

export type CloudOptions = {
  /**
   * Where `cdk synth` wrote to, usually `cdk.out`: its stacks are brought up. Without it the cloud is empty, or as it was,
   * and waits for the CDK CLI.
   */
  assemblyDirectory?: string
  /** The region where there is no assembly to say it. @default 'us-east-1' */
  region?: string
  /** What outlasts a restart: tables, secrets, keys, executions, custom resources. */
  stateDirectory: string
  /** One log file for each function. @default `logs` in the state directory */
  logDirectory?: string
  /** Template parameters by name, or by `Stack.Name` for one stack. */
  parameters?: Record<string, string>
  /** Secrets that exist before the stacks, by name; a string, or JSON. */
  secrets?: Record<string, unknown>
  /** Fixed ports: `aws` for the AWS endpoint, the others by an API's name, logical id or stack. @default free ports */
  ports?: Record<string, number>
  clock?: () => number
  /** Waits and retry intervals of state machines are divided by this. @default 1 */
  speed?: number
  /** Renames the header `WWW-Authenticate` of answers, as REST APIs do. @default false */
  renameWwwAuthenticate?: boolean
  /** A directory to record there, at the stop, which grants of the templates were used and what was denied. */
  accessRecord?: string
  /** Hears what takes a while. */
  onProgress?: (message: string) => void
}

export type Cloud = {
  /** By stack id and output name. */
  outputs: Record<string, Record<string, string>>
  /** The address of each API, by the API's name. */
  apis: Record<string, string>
  functions: { name: string; logicalId: string; path: string; logFile: string }[]
  /**
   * Invokes a function by its name, ARN, logical id or path in the construct tree.
   *
   * @throws {FunctionError} as Lambda would report it
   */
  invoke(functionName: string, payload: unknown): Promise<unknown>
  awsEndpoint: string
  /** Credentials that may do everything at the AWS endpoint. */
  credentials: Credentials
  region: string
  /** What the templates say and the local cloud does not do, one readable line each. */
  notActedOn: string[]
  /** Since the start: invocations by function name, state transitions by execution ARN. */
  counters(): { invocations: Record<string, number>; transitions: Record<string, number> }
  /** The environment of each function, as its template says it, by the function's name. */
  environments(): Record<string, Record<string, string>>
  /**
   * The credentials that code which runs as a role has, by the role's name or a part of it that no other role's has.
   *
   * @throws {CloudError} when not exactly one role is meant
   */
  credentialsOf(roleName: string): Credentials
  /** Everything that there is, by kind and name. */
  inventory(): Promise<Record<string, string[]>>
  /** Deletes every stack, the last deployed first, and stops. */
  destroy(): Promise<void>
  /** Ends everything; executions go on at the next start. */
  stop(): Promise<void>
}

/**
 * Brings up every stack of a cloud assembly.
 *
 * @throws {CloudError | PortInUseError} one sentence; nothing is left running then
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { stateDirectory, clock = Date.now, onProgress = () => undefined, ports = {} } = options
  const stops: (() => unknown)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    const assembly = options.assemblyDirectory === undefined ? [] : readAssembly(options.assemblyDirectory)
    const { region, account } = assembly[0] ?? {
      region: options.region ?? 'us-east-1',
      account: localAccount,
    }
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
    stops.push(holdDirectory(stateDirectory))
    provideRuntime(stateDirectory)

    const record = options.accessRecord === undefined ? undefined : openAccessRecord(options.accessRecord)
    if (record) stops.push(record.save)
    const identities = new Identities(record)
    const functions = new Map<string, DeployedFunction>()
    const functionArn = (name: string) => arnOf(functions, name) ?? name
    const dynamoDb = openDynamoDb({ directory: join(stateDirectory, 'dynamodb'), clock })
    stops.push(dynamoDb.close)
    const secretsManager = openSecretsManager({ file: join(stateDirectory, 'secrets.json'), clock })
    for (const [name, value] of Object.entries(options.secrets ?? {})) {
      secretsManager.keep({
        name,
        region,
        account,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })
    }
    const kms = openKms({ file: join(stateDirectory, 'keys.json'), clock })
    const s3 = openS3({ directory: join(stateDirectory, 's3') })
    const parameterStore = openParameterStore({ file: join(stateDirectory, 'parameters.json') })
    const customResources = createCustomResources()
    const stacks = openStackStore(join(stateDirectory, 'stacks'))
    const stepFunctions = openStepFunctions({
      directory: join(stateDirectory, 'executions'),
      clock,
      speed: options.speed ?? 1,
      invoke: (name, payload) => functions.get(functionArn(name))?.invoke(payload),
      functionArn,
    })

    const tableArns = new Map<string, string>()
    const endpoint = await serveAws({
      handlers: createDispatch({
        identities,
        dynamoDb,
        secretsManager,
        kms,
        stepFunctions,
        parameterStore,
        s3,
        sts: createSts({ identities, clock }),
        // What it works with has the address of the endpoint.
        get cloudFormation() {
          return cloudFormation
        },
        lambda: createLambdaApi((name) => functions.get(functionArn(name))),
        customResources,
        tableArn: (name) => tableArns.get(name) ?? `arn:aws:dynamodb:${region}:${account}:table/${name}`,
      }),
      port: ports.aws ?? 0,
      what: 'the AWS endpoint',
    })
    stops.push(endpoint.stop)
    stops.push(() => Promise.all([...functions.values()].map((one) => one.stop())))

    const usedPorts = new Set(['aws'])
    const parts: CloudParts = {
      awsEndpoint: endpoint.url,
      stateDirectory,
      logDirectory: options.logDirectory ?? join(stateDirectory, 'logs'),
      clock,
      renameWwwAuthenticate: options.renameWwwAuthenticate ?? false,
      identities,
      dynamoDb,
      secretsManager,
      kms,
      stepFunctions,
      s3,
      parameterStore,
      customResources,
      notActedOn: new NotActedOn(),
      functions,
      bundles: new Map(),
      permissions: new Map(),
      apis: new Map(),
      integrations: new Map(),
      tableArns,
      portOf({ name, logicalId, stack }) {
        const key = [name, logicalId, stack.id, stack.name].find((candidate) => candidate in ports)
        if (key === undefined) return 0
        usedPorts.add(key)
        return ports[key] ?? 0
      },
    }
    stops.push(() => Promise.all([...parts.apis.values()].map((api) => api.stop())))
    // Before everything that a task needs: one that fails because the cloud stops has not failed.
    stops.push(stepFunctions.stop)
    const workshop: Workshop = { parts, stacks, clock, live: new Set(), onProgress }
    const cloudFormation = createCloudFormation(workshop, account)
    stops.push(cloudFormation.idle)
    const outputs = await deployAssembly(assembly, options.parameters ?? {}, workshop)
    // What configures others is not needed again before the next start.
    await Promise.all([...functions.values()].map((one) => one.rest()))
    const unusedPort = Object.keys(ports).find((key) => !usedPorts.has(key))
    if (unusedPort !== undefined)
      throw new CloudError(`No API is called "${unusedPort}", so it can have no port.`)
    stepFunctions.resume()

    return {
      outputs,
      apis: Object.fromEntries([...parts.apis.values()].map(({ name, url }) => [name, url])),
      functions: [...functions.values()].map(({ name, logicalId, path, logFile }) => ({
        name,
        logicalId,
        path,
        logFile,
      })),
      async invoke(name, payload) {
        const found = functions.get(functionArn(name))
        if (!found) throw new CloudError(`There is no function "${name}".`)
        return found.invoke(payload)
      },
      awsEndpoint: endpoint.url,
      credentials: identities.administrator,
      region,
      notActedOn: parts.notActedOn.lines(),
      counters: () => ({
        invocations: Object.fromEntries([...functions.values()].map((one) => [one.name, one.invocations()])),
        transitions: stepFunctions.transitions(),
      }),
      environments: () =>
        Object.fromEntries([...functions.values()].map(({ name, variables }) => [name, variables])),
      credentialsOf(roleName) {
        const meant = identities.list().filter((name) => name === roleName || name.includes(roleName))
        const [name] = meant
        if (name === undefined || meant.length > 1)
          throw new CloudError(`"${roleName}" means ${meant.length} roles: ${meant.join(', ')}`)
        return identities.issueCredentials(`arn:aws:iam::${account}:role/${name}`, `as-${name}`)
      },
      inventory: () => inventoryOf(workshop),
      async destroy() {
        try {
          for (const stack of stacks.all().reverse()) await deleteStack(stack, workshop)
        } finally {
          await stop()
        }
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The ARN of a function given by name, ARN (also one with a version), logical id or path. */
function arnOf(functions: ReadonlyMap<string, DeployedFunction>, name: string): string | undefined {
  const bare = name.replace(/:\$LATEST$/, '')
  if (functions.has(bare)) return bare
  return [...functions.values()].find((one) => [one.name, one.logicalId, one.path].includes(bare))?.arn
}
