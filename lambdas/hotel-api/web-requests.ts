import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { requestFromEvent, resultFromResponse } from '../http/lambda-http.ts'

/** Lets a handler speak web-standard requests and responses behind an HTTP API. */
export function webRequests(): MiddlewareObj<
  APIGatewayProxyEventV2 | Request,
  APIGatewayProxyStructuredResultV2 | Response
> {
  return {
    before(invocation) {
      invocation.event = requestFromEvent(invocation.event as APIGatewayProxyEventV2)
    },
    async after(invocation) {
      invocation.response = await resultFromResponse(invocation.response as Response)
    },
  }
}
