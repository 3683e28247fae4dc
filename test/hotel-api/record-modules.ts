// Runs in a process of its own: prints what the handler answers and the modules that were loaded by then.
import { registerHooks } from 'node:module'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'

const loaded: string[] = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
const { handler } = await import('../../lambdas/hotel-api/handler.ts')
const [rawQueryString, authorization] = JSON.parse(process.argv[2] ?? '[]')
const answer = await handler(
  {
    headers: authorization ? { authorization } : {},
    rawPath: '/hotels',
    rawQueryString,
    requestContext: { domainName: 'hotels.example', http: { method: 'GET' } },
  } as APIGatewayProxyEventV2,
  { awsRequestId: 'request-1', functionName: 'hotel-api' } as Context,
)
process.stdout.write(`\n${JSON.stringify({ answer, loaded })}\n`)
