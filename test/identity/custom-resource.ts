// The custom resource on a local PingOne: its events, its secrets, its log.
import {
  type ConfigurePingOneDependencies,
  type CustomResourceAnswer,
  type CustomResourceEvent,
  createPingOneConfigurator,
} from '../../lambdas/identity/configure-pingone.ts'
import { defaultSettings, type Settings } from '../../lambdas/identity/settings.ts'
import { publicKeyOf } from './client-keys.ts'
import { apiUrl, authUrl, environmentId, issuer, type TestPingOne, worker } from './pingone-environment.ts'

export const redirectUri = 'https://chatgpt.com/connector/oauth/example'

export const settings: Settings = { ...defaultSettings, connector: { redirectUris: [redirectUri] } }

export type LogLine = { level: string; message: string; [field: string]: unknown }

export const logPlace = { group: '/aws/lambda/configure', stream: '2026/11/23/[$LATEST]abc' }

export function createCustomResource(
  pingOne: TestPingOne,
  options: Partial<Pick<ConfigurePingOneDependencies, 'environmentId' | 'readWorker' | 'readPublicKey'>> = {},
) {
  const secrets = new Map<string, string>()
  const secretWrites: string[] = []
  const log: LogLine[] = []
  const logAt = (level: string) => (message: string, fields: Record<string, unknown>) => {
    log.push({ level, message, ...fields })
  }
  const configure = createPingOneConfigurator({
    environmentId,
    stage: 'dev',
    logPlace,
    readWorker: async () => worker,
    readPublicKey: async (arn) => publicKeyOf(arn),
    async publishSecret(secretId, value) {
      const text = JSON.stringify(value)
      if (secrets.get(secretId) === text) return 'unchanged'
      secrets.set(secretId, text)
      secretWrites.push(secretId)
      return 'written'
    },
    fetch: pingOne.fetch,
    clock: pingOne.clock,
    sleep: pingOne.sleep,
    random: () => 0.5,
    log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    ...options,
  })
  const properties = (changes: Record<string, string> = {}) => ({
    ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:provider',
    ApiUrl: apiUrl,
    AuthUrl: authUrl,
    EnvironmentId: environmentId,
    Issuer: issuer,
    Settings: JSON.stringify(settings),
    ClientKeys: JSON.stringify({
      mcpServer: ['arn:key/mcp-server'],
      approvalTask: ['arn:key/approval-task'],
      hotelApi: ['arn:key/hotel-api'],
    }),
    ConnectorSecretArn: 'arn:connector',
    KeepOnDelete: 'false',
    ConfigurationHash: 'one',
    ...changes,
  })
  const send = (
    type: CustomResourceEvent['RequestType'],
    changes: Record<string, string> = {},
    id?: string,
  ): Promise<CustomResourceAnswer> =>
    configure({
      RequestType: type,
      ...(id === undefined ? {} : { PhysicalResourceId: id }),
      ResourceProperties: properties(changes),
    })
  return { configure, send, properties, secrets, secretWrites, log }
}
