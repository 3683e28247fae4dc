// The custom resource: Create, Update and Delete of everything that MyHotels has in PingOne.
import * as z from 'zod'
import type { Clock } from '../clock.ts'
import { MyHotelsError } from '../errors/my-hotels-error.ts'
import { parseJson } from '../http/parse-json.ts'
import { clientKeysSchema, type PublicKeys, type ReadPublicKey, type Signer } from './client-keys.ts'
import { failureReason, type LogPlace } from './failure-reason.ts'
import { describeLeftBehind, nothingLeftBehind } from './left-behind.ts'
import type { PublishSecret } from './publish-secret.ts'
import { destroy } from './reconcile/destroy.ts'
import { createJournal } from './reconcile/journal.ts'
import { createManagementClient, type ManagementClient } from './reconcile/management-client.ts'
import type { Finding } from './reconcile/preflight/check.ts'
import { prepare } from './reconcile/prepare.ts'
import { readClientId, readConnector } from './reconcile/read-client.ts'
import type { Reconciler, Step } from './reconcile/reconcile.ts'
import type { Sleep } from './reconcile/retry.ts'
import { settingsSchema } from './settings.ts'

/** Where PingOne is. A Delete needs no more, so it works with properties of whatever age. */
const placeSchema = z.object({
  ApiUrl: z.url(),
  AuthUrl: z.url(),
  EnvironmentId: z.guid(),
  KeepOnDelete: z.enum(['true', 'false']).default('false'),
})

/** Text that holds JSON of a shape. */
const json = <Schema extends z.ZodType>(schema: Schema, complaint: string) =>
  z.string().transform((text, context): z.infer<Schema> => {
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    context.addIssue({ code: 'custom', message: complaint })
    return z.NEVER
  })

/** Values of CloudFormation are strings; a shape that was once deployed keeps arriving, so none may be removed. */
const propertiesSchema = placeSchema.extend({
  Issuer: z.url(),
  Settings: json(settingsSchema, 'is not the JSON of audiences, scopes and connector'),
  ClientKeys: json(clientKeysSchema, 'is not the JSON of the ARNs of keys, by function'),
  ConnectorSecretArn: z.string().min(1),
  ConfigurationHash: z.string().optional(),
})

type Place = z.infer<typeof placeSchema>
type Properties = z.infer<typeof propertiesSchema>

/** An event of the CDK's provider framework. */
export type CustomResourceEvent = {
  RequestType: 'Create' | 'Update' | 'Delete'
  PhysicalResourceId?: string
  ResourceProperties: { [name: string]: unknown }
  /** Of an Update. */
  OldResourceProperties?: { [name: string]: unknown }
}

export type CustomResourceAnswer = {
  PhysicalResourceId: string
  Data?: Record<string, string>
}

export type ConfigurePingOneDependencies = {
  /** The environment that the stage uses: no other is cleaned up. */
  environmentId: string
  stage: string
  logPlace: LogPlace
  readWorker: () => Promise<{ clientId: string; clientSecret: string; environmentId?: string | undefined }>
  readPublicKey: ReadPublicKey
  publishSecret: PublishSecret
  fetch: (request: Request) => Promise<Response>
  clock: Clock
  sleep: Sleep
  random: () => number
  /** One structured line each; nothing that is secret gets here. */
  log: {
    info(message: string, fields: Record<string, unknown>): void
    warn(message: string, fields: Record<string, unknown>): void
    error(message: string, fields: Record<string, unknown>): void
  }
}

const minute = 60_000
/** The function may run 14 minutes. What remains after this is for taking back a Create that fails. */
const timeToChange = 9 * minute
const timeToTakeBack = 4 * minute
const timeToLookBack = minute / 2
const requestTimeout = 10_000

/** The properties are wrong, or the way to Secrets Manager is. */
export class ConfigurationFailedError extends MyHotelsError {
  constructor(message: string, cause?: unknown) {
    super({ name: 'ConfigurationFailedError', code: 'configuration_failed', status: 500, message, cause })
  }
}

export function createPingOneConfigurator(dependencies: ConfigurePingOneDependencies) {
  const { clock, log } = dependencies

  return async function configurePingOne(event: CustomResourceEvent): Promise<CustomResourceAnswer> {
    try {
      return event.RequestType === 'Delete'
        ? await remove(event)
        : await change(event, parseProperties(event))
    } catch (error) {
      const what = event.RequestType === 'Delete' ? 'PingOne is not cleaned up' : 'PingOne is not configured'
      log.error(what, errorFields(error))
      const failure = new Error(failureReason(error, dependencies.logPlace))
      // The provider framework hands the stack over as part of the reason.
      failure.stack = failure.message
      throw failure
    }
  }

  function parseProperties(event: CustomResourceEvent): Properties {
    const parsed = propertiesSchema.safeParse(event.ResourceProperties)
    if (parsed.success) return parsed.data
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new ConfigurationFailedError(`Correct these properties: ${problems.join('; ')}.`)
  }

  async function connect(properties: Place, patience = timeToChange) {
    const worker = await dependencies.readWorker().catch((cause: unknown) => {
      throw new ConfigurationFailedError(
        'The secret of the worker cannot be read. Put {"clientId":"…","clientSecret":"…"} into it and deploy again.',
        cause,
      )
    })
    const deadline = { at: clock() + patience }
    const client = createManagementClient({
      apiUrl: properties.ApiUrl,
      authUrl: properties.AuthUrl,
      environmentId: properties.EnvironmentId,
      worker: {
        clientId: worker.clientId,
        clientSecret: worker.clientSecret,
        environmentId: worker.environmentId ?? properties.EnvironmentId,
      },
      fetch: dependencies.fetch,
      clock,
      sleep: dependencies.sleep,
      random: dependencies.random,
      requestTimeout,
      deadline: () => deadline.at,
    })
    return { client, worker, deadline }
  }

  async function change(event: CustomResourceEvent, properties: Properties): Promise<CustomResourceAnswer> {
    const { client, worker, deadline } = await connect(properties)
    const publicKeys = await readPublicKeys(properties)
    const journal = createJournal()
    try {
      const { reconciler } = await prepare({
        client,
        settings: properties.Settings,
        issuer: properties.Issuer,
        workerClientId: worker.clientId,
        publicKeys,
        clock,
        journal,
        report: logStep,
        reportFindings: logFindings,
      })
      await reconciler.apply(() => publish(properties, reconciler))
      const endpointUrl = (of: 'mcp' | 'hotelApi') =>
        `${properties.ApiUrl}/environments/${properties.EnvironmentId}/decisionEndpoints/${reconciler.id(`decisionEndpoint.${of}`) ?? ''}`
      return {
        PhysicalResourceId: physicalId(properties.EnvironmentId),
        Data: {
          ConnectorClientId: readClientId(reconciler, 'connector'),
          ExchangeClientId: readClientId(reconciler, 'exchange'),
          ApprovalClientId: readClientId(reconciler, 'approval'),
          WorkflowClientId: readClientId(reconciler, 'workflow'),
          DecisionClientId: readClientId(reconciler, 'decision'),
          DecisionEndpointUrl: endpointUrl('mcp'),
          HotelApiDecisionClientId: readClientId(reconciler, 'hotelApiDecision'),
          HotelApiDecisionEndpointUrl: endpointUrl('hotelApi'),
          Issuer: properties.Issuer,
          LeftBehind: await leftBehind(event, properties),
        },
      }
    } catch (error) {
      // CloudFormation never deletes what a failed Create made, nor what a failed Update made in an environment that
      // it was to move to. Any other failed Update is followed by another one.
      const isNew = event.PhysicalResourceId !== physicalId(properties.EnvironmentId)
      if (event.RequestType === 'Create' || isNew) {
        deadline.at = clock() + timeToTakeBack
        await takeBack(client, journal)
      }
      throw error
    }
  }

  async function leftBehind(event: CustomResourceEvent, { EnvironmentId }: Properties): Promise<string> {
    const { data: old } = placeSchema.safeParse(event.OldResourceProperties)
    if (old === undefined || old.EnvironmentId === EnvironmentId) return nothingLeftBehind
    const count = await connect(old, timeToLookBack)
      .then(({ client }) => destroy({ client, clock, isRehearsal: true }))
      .then(
        ({ length }) => length,
        // Not to know is no failure of the update.
        () => undefined,
      )
    return describeLeftBehind({ count, environmentId: old.EnvironmentId, stage: dependencies.stage })
  }

  async function takeBack(
    client: ManagementClient,
    journal: ReturnType<typeof createJournal>,
  ): Promise<void> {
    try {
      await journal.takeBack(client, (kind, action) =>
        log.info('object', { event: 'pingone.object', kind: kind.name, action: `take back by ${action}` }),
      )
    } catch (error) {
      log.error('not everything could be taken back', errorFields(error))
    }
  }

  async function readPublicKeys({ ClientKeys }: Properties): Promise<PublicKeys> {
    try {
      const read = (signer: Signer) => Promise.all(ClientKeys[signer].map(dependencies.readPublicKey))
      const [mcpServer, approvalTask, hotelApi] = await Promise.all([
        read('mcpServer'),
        read('approvalTask'),
        read('hotelApi'),
      ])
      return { mcpServer, approvalTask, hotelApi }
    } catch (cause) {
      throw new ConfigurationFailedError(
        'A public key of our clients cannot be read. Check that the keys in KMS are there and that the function may read their public halves, and deploy again.',
        cause,
      )
    }
  }

  async function publish(properties: Properties, reconciler: Reconciler): Promise<void> {
    const connector = await readConnector(reconciler)
    const outcome = await dependencies
      .publishSecret(properties.ConnectorSecretArn, connector)
      .catch((cause: unknown) => {
        throw new ConfigurationFailedError(
          'The secret for the connector cannot be written. Check that the function may read and write it, and deploy again.',
          cause,
        )
      })
    log.info('secret', { event: 'pingone.secret', name: 'connector', action: outcome })
  }

  async function remove(event: CustomResourceEvent): Promise<CustomResourceAnswer> {
    const id = event.PhysicalResourceId ?? ''
    const answer = { PhysicalResourceId: id }
    const { data: properties } = placeSchema.safeParse(event.ResourceProperties)
    if (properties === undefined || id !== physicalId(properties.EnvironmentId)) {
      // The id of a Create that was sent nonsense or never came to an end, or of another environment.
      log.info('nothing to delete', { event: 'pingone.delete', reason: 'unknown id' })
      return answer
    }
    if (properties.EnvironmentId !== dependencies.environmentId) {
      // The stage has moved to another environment, or back from one that it was to move to. The functions of the
      // other stacks work in the old one until they are updated too, so it is not this event that may clean it up.
      log.warn('The environment that the stage has left stays as it is', {
        event: 'pingone.delete',
        reason: 'another environment',
        environmentId: properties.EnvironmentId,
      })
      return answer
    }
    if (properties.KeepOnDelete === 'true') {
      log.info('PingOne stays as it is', { event: 'pingone.delete', reason: 'KeepOnDelete' })
      return answer
    }
    const { client } = await connect(properties)
    await destroy({ client, clock, report: logStep })
    return answer
  }

  function logStep(step: Step, milliseconds: number): void {
    log.info('object', {
      event: 'pingone.object',
      kind: step.kind.name,
      name: step.name,
      action: step.action,
      ...(step.id === undefined ? {} : { id: step.id }),
      // Paths only: values may be secret.
      ...(step.differences.length > 0 ? { changed: step.differences.map(({ path }) => path) } : {}),
      ...(step.reason === undefined ? {} : { reason: step.reason }),
      milliseconds,
    })
  }

  function logFindings(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const fields = { event: 'pingone.preflight', ...finding }
      if (finding.level === 'ok') log.info(finding.subject, fields)
      else log.warn(finding.subject, fields)
    }
  }
}

/** Stable for as long as the environment is the same: another id would make CloudFormation delete this one. */
const physicalId = (environmentId: string) => `${environmentId}/myhotels`

function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: 'unknown' }
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : undefined
  return {
    error: error.name,
    reason: error.message,
    ...(error instanceof MyHotelsError ? { code: error.code } : { stack: error.stack }),
    ...(cause === undefined ? {} : { cause }),
  }
}
