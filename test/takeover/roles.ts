import type { ClientRole } from '../../lambdas/identity/desired-state/applications.ts'
import type { Party, Row } from '../attacks/row.ts'
import type { SigningFunction } from '../attacks/world/clients.ts'
import type { RoleName, World } from '../attacks/world/world.ts'

const denied = '400 AccessDeniedException'

/** A call of AWS that the role does not allow. */
const refused = (
  role: RoleName,
  tries: string,
  target: string,
  input: (world: World) => object | Promise<object>,
  stoppedBy = denied,
): Row => ({
  tries: `${tries} (${target})`,
  stoppedBy,
  attack: async (world) => world.tell(await world.aws(role, target, await input(world))),
})

const bookingKey = ({ bookingTable, bystander }: World) => ({
  TableName: bookingTable,
  Key: { id: { S: `intent#${bystander.booking.transactionId}` } },
})
const approvalKey = ({ approvalTable, bystander }: World) => ({
  TableName: approvalTable,
  Key: { transactionId: { S: bystander.pending.transactionId } },
})
const connectorSecret = ({ cloud }: World) => ({
  SecretId: Object.values(cloud.outputs).find(({ ConnectorSecretArn }) => ConnectorSecretArn)
    ?.ConnectorSecretArn,
})
const workerSecret = ({ variables }: World) => ({
  SecretId: variables('/PingOneConfiguration').WORKER_SECRET_ID,
})
const sealKey = ({ variables }: World) => variables('/McpServer').APPROVAL_KEY_ARN
const workflow = ({ variables }: World) => variables('/McpServer').APPROVAL_WORKFLOW_ARN
const functionName = (path: string) => (world: World) => ({ FunctionName: world.functionOf(path).name })
const execution = (world: World) => ({
  executionArn: `${workflow(world)?.replace(':stateMachine:', ':execution:')}:${world.bystander.pending.transactionId}`,
})

const bookingsTable = (role: RoleName): Row[] => [
  refused(role, 'reads a booking in the hotel API’s table', 'dynamodb:GetItem', bookingKey),
  refused(role, 'writes a confirmed booking into the hotel API’s table', 'dynamodb:PutItem', (world) => ({
    TableName: world.bookingTable,
    Item: { ...bookingKey(world).Key, status: { S: 'confirmed' } },
  })),
]
const approvalsTable = (role: RoleName): Row[] => [
  refused(role, 'reads an approval in the MCP domain’s table', 'dynamodb:GetItem', approvalKey),
]
const othersSecrets = (role: RoleName): Row[] => [
  refused(
    role,
    'reads the secret of the worker that configures PingOne',
    'secretsmanager:GetSecretValue',
    workerSecret,
  ),
  refused(role, 'reads the connector’s secret', 'secretsmanager:GetSecretValue', connectorSecret),
]
const seal = (role: RoleName): Row[] => [
  refused(role, 'has a key made with the seal’s key', 'kms:GenerateDataKey', (world) => ({
    KeyId: sealKey(world),
    KeySpec: 'AES_256',
    EncryptionContext: { transactionId: world.bystander.pending.transactionId },
  })),
]
const startWorkflow = (role: RoleName): Row[] => [
  refused(role, 'starts a workflow', 'states:StartExecution', (world) => ({
    stateMachineArn: workflow(world),
    name: 'mine',
    input: '{}',
  })),
]

const signature = {
  Message: Buffer.from('mine').toString('base64'),
  MessageType: 'RAW',
  SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
}
const othersKeys = (role: RoleName, ...others: SigningFunction[]): Row[] =>
  others.map((other) =>
    refused(role, `signs with the key of another function, ${other}`, 'kms:Sign', ({ clients }) => ({
      ...signature,
      KeyId: clients.keyOf(other),
    })),
  )
const ownKey = (role: SigningFunction, client: ClientRole): Row[] => [
  refused(role, 'signs with its key by another algorithm', 'kms:Sign', ({ clients }) => ({
    ...signature,
    KeyId: clients.keyOf(role),
    SigningAlgorithm: 'RSASSA_PSS_SHA_256',
  })),
  {
    tries: `signs an assertion of the client ${client}, which is another function’s`,
    stoppedBy: '401 invalid_client',
    attack: async ({ clients, tell }) =>
      tell(await clients.postSigned(client, 'token', { grant_type: 'client_credentials' }, role)),
  },
]

export const server: Party = {
  party: 'the MCP server’s role',
  holds: 'the credentials of the function behind the MCP endpoint',
  rows: [
    ...bookingsTable('server'),
    ...othersSecrets('server'),
    ...othersKeys('server', 'task', 'hotelApi'),
    ...ownKey('server', 'workflow'),
    refused('server', 'reads all approvals', 'dynamodb:Scan', ({ approvalTable }) => ({
      TableName: approvalTable,
    })),
    refused('server', 'removes an approval', 'dynamodb:DeleteItem', approvalKey),
    refused('server', 'has a key made without a transaction', 'kms:GenerateDataKey', (world) => ({
      KeyId: sealKey(world),
      KeySpec: 'AES_256',
    })),
    refused('server', 'invokes the hotel API past its front', 'lambda:Invoke', functionName('/HotelApi')),
    refused('server', 'invokes the workflow’s task', 'lambda:Invoke', functionName('/AdvanceApproval')),
    refused('server', 'stops a workflow', 'states:StopExecution', execution),
    refused('server', 'reads the history of a workflow', 'states:GetExecutionHistory', execution),
    {
      tries: 'writes into the table that a booking was approved, with a token of its own making',
      stoppedBy: 'the booking is pending',
      async attack(world) {
        const person = await world.invite()
        const { transactionId } = await world.pending(person)
        const key = { TableName: world.approvalTable, Key: { transactionId: { S: transactionId } } }
        const { json } = await world.aws('server', 'dynamodb:GetItem', key)
        const junk = { S: Buffer.from('mine').toString('base64') }
        await world.aws('server', 'dynamodb:PutItem', {
          TableName: world.approvalTable,
          Item: {
            ...json.Item,
            status: { S: 'approved' },
            sealedToken: { M: { key: junk, iv: junk, ciphertext: junk, tag: junk } },
            nextStepAt: { N: '0' },
            leasedUntil: { N: '0' },
          },
        })
        await world.finalize(person, transactionId)
        return `the booking is ${await world.statusOf(transactionId)}`
      },
    },
    {
      tries: 'asks the person, as the approval client, with a cheaper stay than the one that waits',
      stoppedBy: '403 approval_required: approval of another hotel; the booking is pending',
      async attack(world) {
        const person = await world.invite()
        const { json } = await world.intent(person)
        const shown = { ...world.shownOf(json), hotel_name: 'Foresteria del Forno', amount: '79.00' }
        const token = await world.approvalOf(person, shown)
        return world.tellWith(await world.confirm(json.transactionId, token), json.transactionId)
      },
    },
  ],
}

export const hotelApi: Party = {
  party: 'the hotel API’s role',
  holds: 'the credentials of the hotel API’s function',
  rows: [
    ...approvalsTable('hotelApi'),
    ...othersSecrets('hotelApi'),
    ...othersKeys('hotelApi', 'server', 'task'),
    ...ownKey('hotelApi', 'decision'),
    ...seal('hotelApi'),
    ...startWorkflow('hotelApi'),
    refused('hotelApi', 'reads all bookings at once', 'dynamodb:Scan', ({ bookingTable }) => ({
      TableName: bookingTable,
    })),
    refused('hotelApi', 'removes a booking', 'dynamodb:DeleteItem', bookingKey),
    refused('hotelApi', 'invokes the MCP server past its front', 'lambda:Invoke', functionName('/McpServer')),
  ],
}

export const task: Party = {
  party: 'the approval task’s role',
  holds: 'the credentials of the function that takes an approval one step further',
  rows: [
    ...bookingsTable('task'),
    ...othersSecrets('task'),
    ...othersKeys('task', 'server', 'hotelApi'),
    ...ownKey('task', 'exchange'),
    ...startWorkflow('task'),
    refused('task', 'reads all approvals', 'dynamodb:Scan', ({ approvalTable }) => ({
      TableName: approvalTable,
    })),
    refused('task', 'invokes the hotel API past its front', 'lambda:Invoke', functionName('/HotelApi')),
  ],
}

export const configuration: Party = {
  party: 'the custom resource’s role',
  holds: 'the credentials of the function that configures PingOne, and with them the worker’s secret',
  rows: [
    ...bookingsTable('configuration'),
    ...approvalsTable('configuration'),
    ...seal('configuration'),
    ...othersKeys('configuration', 'server', 'task', 'hotelApi'),
    ...startWorkflow('configuration'),
  ],
}

export const workflowRole: Party = {
  party: 'the workflow',
  holds: 'the credentials of the state machine, and what its executions hold',
  rows: [
    ...bookingsTable('workflow'),
    ...approvalsTable('workflow'),
    ...othersSecrets('workflow'),
    ...othersKeys('workflow', 'server', 'task', 'hotelApi'),
    ...seal('workflow'),
    refused('workflow', 'invokes the hotel API past its front', 'lambda:Invoke', functionName('/HotelApi')),
    refused(
      'workflow',
      'invokes the configuration of PingOne',
      'lambda:Invoke',
      functionName('/PingOneConfiguration'),
    ),
    {
      tries: 'tells the task that a booking is confirmed',
      stoppedBy: '200 waiting; the booking is pending',
      async attack(world) {
        const { transactionId } = await world.pending(await world.invite())
        const Payload = { transactionId, status: 'confirmed', approved: true }
        const { status, json } = await world.aws('workflow', 'lambda:Invoke', {
          ...functionName('/AdvanceApproval')(world),
          Payload,
        })
        return `${status} ${json.status}; the booking is ${await world.statusOf(transactionId)}`
      },
    },
    {
      tries: 'runs the task of a booking that never was',
      stoppedBy: '200 expired',
      async attack(world) {
        const Payload = { transactionId: '00000000-0000-8000-8000-000000000000' }
        const { status, json } = await world.aws('workflow', 'lambda:Invoke', {
          ...functionName('/AdvanceApproval')(world),
          Payload,
        })
        return `${status} ${json.status}`
      },
    },
    {
      tries: 'runs the task ten times at once, so that PingOne is polled too fast',
      stoppedBy: 'no poll was called too fast; the booking is pending',
      async attack(world) {
        const { transactionId } = await world.pending(await world.invite())
        const input = { ...functionName('/AdvanceApproval')(world), Payload: { transactionId } }
        await Promise.all(Array.from({ length: 10 }, () => world.aws('workflow', 'lambda:Invoke', input)))
        const tooFast = world.wire.exchanges.some(({ answered }) => answered.includes('"slow_down"'))
        return `${tooFast ? 'a' : 'no'} poll was called too fast; the booking is ${await world.statusOf(transactionId)}`
      },
    },
  ],
}

export const tableReader: Party = {
  party: 'the hotel API’s table reader',
  holds: 'everything that the table of quotes and bookings says',
  rows: [
    {
      tries: 'confirms a booking whose id is in the table',
      stoppedBy: '401 missing_token; the booking is pending',
      async attack({ bystander, hotelApi, tellWith }) {
        const { transactionId } = bystander.pending
        return tellWith(await hotelApi(`POST /booking-intents/${transactionId}/confirm`), transactionId)
      },
    },
    {
      tries: 'presents every text in the table as a token',
      stoppedBy: '401 invalid_token',
      async attack({ scan, bookingTable, hotelApi, stay, tell }) {
        const texts = new Set(
          textsIn(await scan(bookingTable)).filter((text) => /^[\w.~+/-]+$/.test(text) && text.length > 20),
        )
        const ends = new Set<string>()
        for (const token of [...texts].slice(0, 40))
          ends.add(
            (await tell(await hotelApi('POST /booking-quotes', { token, body: stay() }))).split(':')[0] ?? '',
          )
        return [...ends].join(', ')
      },
    },
    {
      tries: 'books from a quote whose id is in the table',
      stoppedBy: '404 unknown_quote: owner',
      async attack({ invite, scan, bookingTable, bystander, exchanged, hotelApi, tell }) {
        const subject = await bystander.subject()
        const quote = (await scan(bookingTable)).find(
          ({ kind, owner }) => kind === 'quote' && owner === subject,
        )
        const token = await exchanged(await invite())
        const headers = { 'idempotency-key': 'theirs' }
        const body = { quoteId: quote?.id.replace('quote#', '') }
        return tell(await hotelApi('POST /booking-intents', { token, headers, body }))
      },
    },
    {
      tries: 'looks a booking up by its confirmation code',
      stoppedBy: '404 unknown_booking: form',
      async attack({ invite, bystander, exchanged, hotelApi, tell }) {
        const token = await exchanged(await invite())
        return tell(await hotelApi(`GET /booking-intents/${bystander.booking.confirmationCode}`, { token }))
      },
    },
    {
      tries: 'asks the assistant for a booking whose id is in the table',
      stoppedBy: '200 failed:unknown_booking',
      async attack({ invite, bystander, tool, tell }) {
        const { transactionId } = bystander.booking
        return tell(await tool(await invite(), 'finalize_booking', { transactionId }))
      },
    },
  ],
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}
