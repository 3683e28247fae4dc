// AWS::ApiGatewayV2::Api, Integration, Route and Stage: HTTP APIs in front of functions.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { startHttpApi } from '../apigateway/http-api.ts'
import { CloudError } from '../cloud-error.ts'
import { matchesWildcard } from '../iam/policy.ts'
import {
  booleanLike,
  type CloudParts,
  type Declaration,
  numberLike,
  parseProperties,
  type ResourceKind,
} from './resource-kind.ts'

const apiSchema = z.object({
  Name: z.string(),
  ProtocolType: z.literal('HTTP', 'the local cloud runs HTTP APIs, not WebSocket APIs'),
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()).optional(),
      AllowMethods: z.array(z.string()).optional(),
      AllowHeaders: z.array(z.string()).optional(),
      ExposeHeaders: z.array(z.string()).optional(),
      MaxAge: numberLike.optional(),
      AllowCredentials: booleanLike.optional(),
    })
    .optional(),
})

export const httpApi: ResourceKind = {
  actedOn: ['Name', 'Description', 'ProtocolType', 'CorsConfiguration'],
  createOnly: ['ProtocolType'],
  async deploy(declaration, parts) {
    const { Name: name, CorsConfiguration: cors } = parseProperties(declaration, apiSchema)
    const { stack, logicalId } = declaration
    const id = identifier(declaration)
    const sourceArn = `arn:aws:execute-api:${stack.region}:${stack.account}:${id}`
    // Absent and undefined mean the same to the settings.
    const settings = { name, cors: cors && JSON.parse(JSON.stringify(cors)) }
    const running = parts.apis.get(id)
    if (running) {
      running.configure(settings)
      return { ref: id, attributes: { ApiId: id, ApiEndpoint: running.url } }
    }
    const api = await startHttpApi({
      id,
      settings,
      account: stack.account,
      port: parts.portOf({ name, logicalId, stack }),
      clock: parts.clock,
      renameWwwAuthenticate: parts.renameWwwAuthenticate,
      async invoke(functionArn, event) {
        return parts.functions.get(functionArn)?.invoke(event)
      },
      mayInvoke: (functionArn, stage, routeKey) =>
        [...parts.permissions.values()].some(
          (permission) =>
            permission.functionArn === functionArn &&
            permission.principal === 'apigateway.amazonaws.com' &&
            (permission.sourceArn === undefined ||
              matchesWildcard(permission.sourceArn, `${sourceArn}/${stage}/${routeKey.replace(' ', '')}`)),
        ),
    })
    parts.apis.set(id, api)
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: api.url } }
  },
  async remove(_declaration, { ref: id }, { apis }) {
    await apis.get(id)?.stop()
    apis.delete(id)
  },
}

const integrationSchema = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'the local cloud knows functions behind an API, nothing else'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'the local cloud speaks payload format 2.0'),
  TimeoutInMillis: numberLike.default(30_000),
})

export const integration: ResourceKind = {
  actedOn: [
    'ApiId',
    'IntegrationType',
    'IntegrationUri',
    'IntegrationMethod',
    'PayloadFormatVersion',
    'TimeoutInMillis',
  ],
  createOnly: ['ApiId'],
  deploy(declaration, parts) {
    const { IntegrationUri: uri, TimeoutInMillis: timeoutMilliseconds } = parseProperties(
      declaration,
      integrationSchema,
    )
    const functionArn = /(arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w-]+)/.exec(uri)?.[1] ?? uri
    const id = identifier(declaration)
    // Routes hold the integration itself, so a change reaches them.
    parts.integrations.set(
      id,
      Object.assign(parts.integrations.get(id) ?? {}, { functionArn, timeoutMilliseconds }),
    )
    return { ref: id, attributes: { IntegrationId: id } }
  },
  remove(_declaration, { ref: id }, { integrations }) {
    integrations.delete(id)
  },
}

const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z
    .literal('NONE', 'the local cloud has no authorizers; verify the token in the function')
    .default('NONE'),
})

export const route: ResourceKind = {
  actedOn: ['ApiId', 'RouteKey', 'Target', 'AuthorizationType'],
  createOnly: ['ApiId'],
  deploy(declaration, parts) {
    const { ApiId: apiId, RouteKey: key, Target: target } = parseProperties(declaration, routeSchema)
    const found = parts.integrations.get(target.replace('integrations/', ''))
    if (!found) throw new CloudError(`${declaration.path} leads to ${target}, which is no integration.`)
    const id = identifier(declaration)
    apiOf(apiId, declaration, parts).routes.set(id, { key, integration: found })
    return { ref: id, attributes: {} }
  },
  remove({ properties }, { ref: id }, { apis }) {
    apis.get(String(properties.ApiId))?.routes.delete(id)
  },
}

const limitSchema = z.object({
  ThrottlingRateLimit: numberLike.optional(),
  ThrottlingBurstLimit: numberLike.optional(),
})

const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  DefaultRouteSettings: limitSchema.optional(),
  RouteSettings: z.record(z.string(), limitSchema).default({}),
})

export const stage: ResourceKind = {
  actedOn: [
    'ApiId',
    'StageName',
    'AutoDeploy',
    'Description',
    'DefaultRouteSettings.ThrottlingRateLimit',
    'DefaultRouteSettings.ThrottlingBurstLimit',
    'RouteSettings',
  ],
  createOnly: ['ApiId', 'StageName'],
  deploy(declaration, parts) {
    const properties = parseProperties(declaration, stageSchema)
    const limits = limitsOf(properties.DefaultRouteSettings)
    const routeLimits = Object.entries(properties.RouteSettings).map(
      ([key, settings]) => [key, limitsOf(settings)] as const,
    )
    apiOf(properties.ApiId, declaration, parts).setStage({
      name: properties.StageName,
      ...(limits ? { limits } : {}),
      routeLimits: Object.fromEntries(routeLimits.flatMap(([key, one]) => (one ? [[key, one]] : []))),
    })
    return { ref: properties.StageName, attributes: {} }
  },
  remove({ properties }, _deployed, { apis }) {
    apis.get(String(properties.ApiId))?.setStage(undefined)
  },
}

function limitsOf(settings: z.infer<typeof limitSchema> | undefined) {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {}
  if (rate === undefined && burst === undefined) return undefined
  return { rate: rate ?? Number.POSITIVE_INFINITY, burst: burst ?? rate ?? 1 }
}

function apiOf(id: string, { path }: Declaration, { apis }: CloudParts) {
  const api = apis.get(id)
  if (api) return api
  throw new CloudError(`${path} belongs to the API ${id}, which the templates do not hold.`)
}

/** Ten letters and digits, as API Gateway gives them; the same at every start. */
function identifier(declaration: Declaration): string {
  const digest = createHash('sha256').update(declaration.generatedName).digest('hex')
  return BigInt(`0x${digest}`).toString(36).slice(0, 10)
}
