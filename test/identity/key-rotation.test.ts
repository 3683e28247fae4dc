// The clients' keys on a running PingOne that the custom resource configured: whose signatures are taken for whom, and how
// one generation of keys follows another while calls go on. KMS is the local one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Signer, signers } from '../../lambdas/identity/client-keys.ts'
import { createPingOneConfigurator } from '../../lambdas/identity/configure-pingone.ts'
import { createPublicKeyReader } from '../../lambdas/identity/read-public-key.ts'
import { type ClientKey, clientKeyId } from '../../lambdas/oauth/client-key.ts'
import { createOAuthClient } from '../../lambdas/oauth/oauth-client.ts'
import { postAsClient } from '../../lambdas/oauth/post-as-client.ts'
import { openKms } from '../../local/cloud/kms/kms.ts'
import { type PingOne, startPingOne } from '../../local/pingone/start.ts'
import { logPlace, settings } from './custom-resource.ts'

const directory = mkdtempSync(join(tmpdir(), 'client-keys-'))
const kms = openKms({ file: join(directory, 'keys.json') })
const anybody = { arn: 'arn:aws:iam::111122223333:user/anybody', authorize() {} }

const arnOf = (signer: Signer, generation: number) =>
  kms.keep({
    name: `${signer}${generation}`,
    spec: 'RSA_2048',
    region: 'eu-central-1',
    account: '111122223333',
  }).arn

/** KMS as the official client speaks to it, without the wire. */
const kmsClient = {
  async send({ input }: { input: { KeyId: string } }) {
    const { PublicKey } = await kms.call('GetPublicKey', { ...input }, anybody)
    return { PublicKey: Buffer.from(String(PublicKey), 'base64') }
  },
} as unknown as KMSClient

const keyOf = (arn: string): ClientKey => ({
  id: clientKeyId(arn),
  async sign(text) {
    const { Signature } = await kms.call(
      'Sign',
      {
        KeyId: arn,
        Message: Buffer.from(text).toString('base64'),
        MessageType: 'RAW',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      },
      anybody,
    )
    return Buffer.from(String(Signature), 'base64')
  },
})

let pingOne: PingOne
let ids: Record<string, string>
beforeAll(async () => {
  pingOne = await startPingOne({})
  ids = (await configure('Create', [1])).Data ?? {}
})
afterAll(async () => {
  await pingOne?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** Runs the custom resource as a deployment with these generations of keys does. */
function configure(type: 'Create' | 'Update', generations: readonly number[]) {
  const { apiUrl, authUrl, environmentId, issuer, worker } = pingOne
  return createPingOneConfigurator({
    environmentId,
    stage: 'dev',
    logPlace,
    readWorker: async () => worker,
    readPublicKey: createPublicKeyReader(async () => kmsClient),
    publishSecret: async () => 'unchanged',
    fetch,
    clock: Date.now,
    sleep: async (milliseconds) => {
      await sleep(milliseconds)
    },
    random: Math.random,
    log: { info() {}, warn() {}, error() {} },
  })({
    RequestType: type,
    PhysicalResourceId: `${environmentId}/myhotels`,
    ResourceProperties: {
      ApiUrl: apiUrl,
      AuthUrl: authUrl,
      EnvironmentId: environmentId,
      Issuer: issuer,
      Settings: JSON.stringify(settings),
      ClientKeys: JSON.stringify(
        Object.fromEntries(
          signers.map((signer) => [signer, generations.map((generation) => arnOf(signer, generation))]),
        ),
      ),
      ConnectorSecretArn: 'arn:connector',
      KeepOnDelete: 'false',
    },
  })
}

/** Each client, with what it asks PingOne for, and who acts as it. What it gets is not looked at: only who it is. */
const clients = [
  {
    id: 'ExchangeClientId',
    actors: ['mcpServer'],
    parameters: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'none',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    },
  },
  {
    id: 'ApprovalClientId',
    actors: ['mcpServer', 'approvalTask'],
    parameters: { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'none' },
  },
  {
    id: 'WorkflowClientId',
    actors: ['approvalTask'],
    parameters: { grant_type: 'client_credentials', scope: 'my-hotels:api:close' },
  },
  { id: 'DecisionClientId', actors: ['mcpServer'], parameters: { grant_type: 'client_credentials' } },
  { id: 'HotelApiDecisionClientId', actors: ['hotelApi'], parameters: { grant_type: 'client_credentials' } },
] as const satisfies { id: string; actors: readonly Signer[]; parameters: Record<string, string> }[]
type Client = (typeof clients)[number]

/** One request of an instance that has just started: nothing is kept. */
async function ask({ id, parameters }: Client, signer: Signer, generation: number): Promise<string> {
  const { issuer } = pingOne
  const client = createOAuthClient({
    clientId: ids[id] ?? '',
    issuer,
    key: keyOf(arnOf(signer, generation)),
    clock: Date.now,
  })
  const { status, text } = await postAsClient(
    { fetch, clock: Date.now },
    client,
    { url: `${issuer}/token`, parameters, correlationId: undefined, repeatable: true },
    { deadline: 10_000, attemptTimeout: 10_000, attempts: 1 },
  )
  return status === 200 ? 'token' : String((JSON.parse(text) as { error: string }).error)
}

describe('the signature of', () => {
  test.each(clients.flatMap((client) => signers.map((signer) => [signer, client.id, client] as const)))(
    'the %s for %s is taken when it acts as that client, and refused otherwise',
    async (signer, _id, client) => {
      const answer = await ask(client, signer, 1)

      const mayAct = (client.actors as readonly Signer[]).includes(signer)
      expect(answer === 'invalid_client').toBe(!mayAct)
    },
  )
})

describe('a rotation', () => {
  const running: Record<Signer, number> = { mcpServer: 1, approvalTask: 1, hotelApi: 1 }
  afterEach(async () => {
    await configure('Update', [1])
    for (const signer of signers) running[signer] = 1
  })

  /** What all clients are answered while the work goes on, each with the key of the function as it runs. */
  async function answersDuring(work: () => Promise<void>): Promise<string[]> {
    const answers: string[] = []
    let isOver = false
    const load = clients.flatMap((client) =>
      client.actors.map(async (signer) => {
        do answers.push(await ask(client, signer, running[signer]))
        while (!isOver)
      }),
    )
    await work().finally(() => {
      isOver = true
    })
    await Promise.all(load)
    return answers
  }

  async function moveFunctions(generation: number) {
    for (const signer of ['hotelApi', 'approvalTask', 'mcpServer'] as const) {
      running[signer] = generation
      // Each update of a stack takes a while: one call of each client at the least.
      await Promise.all(clients.map((client) => ask(client, client.actors[0], running[client.actors[0]])))
    }
  }

  test('with both generations registered while the functions move fails no call', async () => {
    const answers = await answersDuring(async () => {
      await configure('Update', [2, 1])
      await moveFunctions(2)
      await configure('Update', [2])
    })

    expect(answers.length).toBeGreaterThan(50)
    expect(answers.filter((answer) => answer === 'invalid_client')).toEqual([])
    // The old keys are of no use any more.
    for (const client of clients) expect(await ask(client, client.actors[0], 1)).toBe('invalid_client')
  })

  test('without the previous generation cuts the functions off until they have moved', async () => {
    const answers = await answersDuring(async () => {
      await configure('Update', [3])
      await moveFunctions(3)
    })

    expect(answers.filter((answer) => answer === 'invalid_client').length).toBeGreaterThan(0)
    for (const client of clients) expect(await ask(client, client.actors[0], 3)).not.toBe('invalid_client')
  })
})
