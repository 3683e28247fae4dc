// Custom resources: CloudFormation invokes the function that the service token names, and waits until somebody has put
// an answer at the address that the event holds.
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { type CloudParts, type Declaration, ResourceFailure, type ResourceKind } from './resource-kind.ts'

type Answer = {
  Status: 'SUCCESS' | 'FAILED'
  Reason?: string | undefined
  PhysicalResourceId: string
  Data?: Record<string, unknown> | undefined
}

export type CustomResources = {
  /** An address for one answer, and the answer's text once it is there. */
  expectAnswer(place: { stackArn: string; logicalId: string; requestId: string; region: string }): {
    url: string
    text: Promise<string>
    forget(): void
  }
  isAnswerPath(path: string): boolean
  /** Takes what was put at an address; who does not expect it hears nothing. */
  receive(path: string, body: Buffer): void
}

const bucketOf = (region: string) => `cloudformation-custom-resource-response-${region.replaceAll('-', '')}`

export function createCustomResources(): CustomResources {
  const expected = new Map<string, (text: string) => void>()
  return {
    expectAnswer({ stackArn, logicalId, requestId, region }) {
      const bucket = bucketOf(region)
      const key = encodeURIComponent(`${stackArn}|${logicalId}|${requestId}`)
      const path = `/${bucket}/${key}`
      const { promise: text, resolve } = Promise.withResolvers<string>()
      expected.set(path, resolve)
      return {
        url: `https://${bucket}.s3.${region}.amazonaws.com/${key}?X-Amz-Signature=${randomUUID()}`,
        text,
        forget: () => expected.delete(path),
      }
    },
    isAnswerPath: (path) => path.startsWith('/cloudformation-custom-resource-response-'),
    receive(path, body) {
      expected.get(path)?.(body.toString())
    },
  }
}

const answerSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1).max(1024),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  Data: z.record(z.string(), z.unknown()).optional(),
})

// CloudFormation's limit for the text of an answer.
const longestAnswer = 4096
const defaultTimeoutSeconds = 3600

type Request =
  | { RequestType: 'Create' }
  | { RequestType: 'Update'; PhysicalResourceId: string; OldResourceProperties: unknown }
  | { RequestType: 'Delete'; PhysicalResourceId: string }

export const customResource: ResourceKind = {
  // Whatever else there is belongs to the function.
  actedOn: ['*'],
  createOnly: [],
  async deploy(declaration, parts, existing) {
    if (existing === undefined) return deployed(await ask(declaration, { RequestType: 'Create' }, parts))
    if (isDeepStrictEqual(existing.properties, declaration.properties)) return existing
    if (existing.properties.ServiceToken !== declaration.properties.ServiceToken)
      throw new ResourceFailure('Modifying service token is not allowed.')
    const request = {
      RequestType: 'Update',
      PhysicalResourceId: existing.ref,
      OldResourceProperties: withStrings(existing.properties),
    } as const
    return deployed(await ask(declaration, request, parts))
  },
  async remove(declaration, { ref }, parts) {
    await ask(declaration, { RequestType: 'Delete', PhysicalResourceId: ref }, parts)
  },
}

const deployed = ({ PhysicalResourceId: ref, Data: attributes = {} }: Answer) => ({ ref, attributes })

async function ask(
  { stack, logicalId, type, properties, generatedName }: Declaration,
  request: Request,
  { functions, customResources }: CloudParts,
): Promise<Answer> {
  const requestId = randomUUID()
  // What a create made that never answered has a name all the same.
  const physicalId = 'PhysicalResourceId' in request ? request.PhysicalResourceId : generatedName
  const fail = (message: string, known = physicalId): never => {
    throw new ResourceFailure(`${message} (RequestId: ${requestId})`, { physicalId: known })
  }
  const handler = functions.get(String(properties.ServiceToken))
  if (handler === undefined) return fail(`The function ${properties.ServiceToken} does not exist`)

  const place = { stackArn: stack.arn, logicalId, requestId, region: stack.region }
  const { url, text, forget } = customResources.expectAnswer(place)
  const invocation = handler.invoke({
    ServiceToken: properties.ServiceToken,
    ResponseURL: url,
    StackId: stack.arn,
    RequestId: requestId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ResourceProperties: withStrings(properties),
    ...request,
  })
  // In AWS nobody hears that a function ended without an answer, and the time runs out; here it is known at once.
  const ended = invocation.then(
    () => undefined,
    () => undefined,
  )
  const timeoutSeconds = Number(properties.ServiceTimeout ?? defaultTimeoutSeconds)
  const received = await firstOf(text, ended, timeoutSeconds)
  forget()
  if (received === undefined) {
    return fail(
      `CloudFormation did not receive a response from your custom resource. Please check your logs for requestId [${requestId}]. The log: ${handler.logFile}`,
    )
  }
  await ended
  if (Buffer.byteLength(received) > longestAnswer) return fail('Response object is too long.')
  const answer = parseAnswer(received)
  if (answer === undefined)
    return fail('Invalid response object: it does not have the members that are required')
  if (
    answer.StackId !== stack.arn ||
    answer.RequestId !== requestId ||
    answer.LogicalResourceId !== logicalId
  )
    return fail('Invalid response object: it answers another request')
  if (answer.Status === 'FAILED') {
    return fail(
      `Received response status [FAILED] from custom resource. Message returned: ${answer.Reason}`,
      answer.PhysicalResourceId,
    )
  }
  return answer
}

async function firstOf(
  text: Promise<string>,
  ended: Promise<undefined>,
  timeoutSeconds: number,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutSeconds * 1000, undefined)
  })
  try {
    return await Promise.race([text, ended, timeout])
  } finally {
    clearTimeout(timer)
  }
}

function parseAnswer(text: string) {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** CloudFormation hands over every scalar as a string. */
function withStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrings)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withStrings(member)]))
  }
  return value === null || value === undefined ? value : String(value)
}
