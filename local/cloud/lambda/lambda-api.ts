// Lambda's API as far as functions call each other with it.
import { AwsError } from '../aws/aws-error.ts'
import type { RestAnswer, RestRequest } from '../aws/aws-request.ts'
import type { Identity } from '../iam/identities.ts'
import { FunctionError, RequestTooLargeError, TooManyRequestsError } from './function-error.ts'
import type { LambdaFunction } from './lambda-function.ts'

export type LambdaApi = { call(request: RestRequest, caller: Identity): Promise<RestAnswer> }

/** @param find the function of an ARN or a name */
export function createLambdaApi(find: (name: string) => LambdaFunction | undefined): LambdaApi {
  const json = (body: unknown, headers: Record<string, string> = {}): RestAnswer => ({
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

  return {
    async call({ method, path, headers, body }, caller) {
      const [, name = '', invocations] =
        /^\/2015-03-31\/functions\/([^/]+)(\/invocations)?\/?$/.exec(path) ?? []
      const wanted = decodeURIComponent(name)
      const found = find(wanted)
      const action = invocations ? 'InvokeFunction' : 'GetFunction'
      caller.authorize({ action: `lambda:${action}`, resource: found?.arn ?? wanted })
      if (found === undefined) {
        throw new AwsError('ResourceNotFoundException', `Function not found: ${wanted}`, { status: 404 })
      }
      if (method === 'POST' && invocations) {
        const type = headers['x-amz-invocation-type'] ?? 'RequestResponse'
        if (type !== 'RequestResponse') {
          throw new AwsError(
            'InvalidParameterValueException',
            `The local Lambda does no invocations of type ${type}.`,
          )
        }
        const executed = { 'x-amz-executed-version': '$LATEST' }
        try {
          return json(await found.invoke(JSON.parse(body.toString() || 'null')), executed)
        } catch (error) {
          if (error instanceof FunctionError)
            return json(error.payload, { ...executed, 'x-amz-function-error': 'Unhandled' })
          if (error instanceof TooManyRequestsError)
            throw new AwsError(error.name, error.message, { status: 429 })
          if (error instanceof RequestTooLargeError)
            throw new AwsError(error.name, error.message, { status: 413 })
          throw error
        }
      }
      if (method === 'GET' && name !== '') {
        return json({ Configuration: { FunctionName: found.name, FunctionArn: found.arn, State: 'Active' } })
      }
      throw new AwsError('UnknownOperationException', `The local Lambda does not answer ${method} ${path}.`)
    },
  }
}
