// dynalite is reached through its request listener, in this process, without a port of its own.
import { Readable } from 'node:stream'
import dynalite from 'dynalite'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'

export type DynaliteEngine = {
  /** Runs one operation, or throws an AwsError. */
  call(operation: string, input: AwsJson): Promise<AwsJson>
  close(): Promise<void>
}

// dynalite insists on a signature but does not check it; who calls was established before.
const signature =
  'AWS4-HMAC-SHA256 Credential=local/20200101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local'

export function openDynalite(options: { path?: string }): DynaliteEngine {
  const server = dynalite({ ...options, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  return {
    async call(operation, input) {
      const { status, text } = await exchange(server, operation, input)
      const answer = JSON.parse(text) as AwsJson
      if (status === 200) return answer
      const { __type: type, message, Message, ...members } = answer
      throw new AwsError(String(type), String(message ?? Message ?? ''), { status, members })
    },
    // dynalite closes its store when its server closes, and only a server that listened can be closed.
    close: () =>
      new Promise((resolve, reject) => {
        server.listen(0, '127.0.0.1', () => {
          server.close((error) => (error ? reject(error) : resolve()))
        })
      }),
  }
}

function exchange(server: ReturnType<typeof dynalite>, operation: string, input: AwsJson) {
  return new Promise<{ status: number; text: string }>((resolve) => {
    const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(input))]), {
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20200101T000000Z',
        authorization: signature,
      },
    })
    const response = {
      statusCode: 200,
      setHeader() {},
      end(text: string) {
        resolve({ status: response.statusCode, text })
      },
    }
    server.emit('request', request, response)
  })
}
