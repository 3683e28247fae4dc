// The CDK's own provider framework in front of a handler: what CloudFormation gets to read.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

type Answer = { status: 'SUCCESS' | 'FAILED'; reason: string; data?: Record<string, string>; bytes: number }

const load = createRequire(import.meta.url)
const runtime = fileURLToPath(
  new URL('../../node_modules/aws-cdk-lib/custom-resources/lib/provider-framework/runtime/', import.meta.url),
)

/** What a JSON error report of Lambda's Node.js runtime holds. */
const report = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

/** Sends an event of CloudFormation's to the handler, through the framework, and returns the answer. */
export async function throughFramework(
  handler: (event: never) => Promise<unknown>,
  event: { RequestType: string; [member: string]: unknown },
): Promise<Answer> {
  const outbound = load(`${runtime}outbound.js`) as Record<string, unknown>
  const framework = load(`${runtime}framework.js`) as { onEvent(event: object): Promise<void> }
  const util = load(`${runtime}util.js`) as { includeStackTraces?: boolean; log: unknown }
  process.env.USER_ON_EVENT_FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:configure'
  util.log = () => {}
  let body = ''
  outbound.invokeFunction = async ({ Payload }: { Payload: string }) =>
    handler(JSON.parse(Payload) as never).then(
      (answer) => ({ Payload: JSON.stringify(answer) }),
      (error: unknown) => ({ FunctionError: 'Unhandled', Payload: JSON.stringify(report(error)) }),
    )
  outbound.httpRequest = async (_options: unknown, sent: string) => {
    body = sent
  }
  await framework.onEvent({
    ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:provider',
    ResponseURL:
      'https://cloudformation-custom-resource-response-eucentral1.s3.amazonaws.com/answer?signature=x',
    StackId:
      'arn:aws:cloudformation:eu-central-1:111122223333:stack/MyHotels-Identity-production-eu/5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d',
    RequestId: '5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d',
    LogicalResourceId: 'PingOneEnvironment',
    ResourceType: 'Custom::PingOneEnvironment',
    ...event,
  })
  const { Status, Reason, Data } = JSON.parse(body) as {
    Status: Answer['status']
    Reason: string
    Data?: Record<string, string>
  }
  return { status: Status, reason: Reason, bytes: Buffer.byteLength(body), ...(Data ? { data: Data } : {}) }
}
