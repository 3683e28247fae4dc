// S3 as far as a deployment needs it: buckets with objects, addressed by path.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError } from '../aws/aws-error.ts'
import type { RestAnswer, RestRequest } from '../aws/aws-request.ts'
import { xmlFrom } from '../aws/xml.ts'
import type { Identity } from '../iam/identities.ts'

export type S3 = {
  /** Makes sure that the bucket is there. */
  keepBucket(name: string): void
  /** @throws {AwsError} while there are objects in the bucket */
  removeBucket(name: string): void
  read(bucket: string, key: string): Uint8Array | undefined
  call(request: RestRequest, caller: Identity): RestAnswer
  /** Every bucket with its objects. */
  list(): Record<string, string[]>
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

export function openS3(options: { directory: string }): S3 {
  const { directory } = options
  const bucketPath = (bucket: string) => join(directory, fileName(bucket))
  const objectPath = (bucket: string, key: string) => join(bucketPath(bucket), fileName(key))
  const keysOf = (bucket: string) => readdirSync(bucketPath(bucket)).map(decodeURIComponent).sort()

  function read(bucket: string, key: string): Uint8Array | undefined {
    const file = objectPath(bucket, key)
    return key !== '' && existsSync(file) ? readFileSync(file) : undefined
  }

  function call({ method, path, query, headers, body, region }: RestRequest, caller: Identity): RestAnswer {
    const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(path)) ?? []
    const arn = key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`
    const authorize = (action: string) => caller.authorize({ action: `s3:${action}`, resource: arn })
    if (bucket === '' || !existsSync(bucketPath(bucket))) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 })
    }
    if (key === '' && method === 'GET') {
      if (query.has('location')) {
        authorize('GetBucketLocation')
        // The one region without a name of its own is the oldest.
        return xml(xmlFrom('LocationConstraint', region === 'us-east-1' ? '' : region, namespace))
      }
      if (query.has('encryption')) {
        authorize('GetEncryptionConfiguration')
        return xml(
          xmlFrom(
            'ServerSideEncryptionConfiguration',
            {
              Rule: {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
                BucketKeyEnabled: false,
              },
            },
            namespace,
          ),
        )
      }
      if (query.get('list-type') === '2') {
        authorize('ListBucket')
        return xml(xmlFrom('ListBucketResult', listing(bucket, query), namespace))
      }
    }
    if (key !== '' && method === 'PUT') {
      authorize('PutObject')
      const content = contentOf(headers, body)
      writeFileSync(objectPath(bucket, key), content)
      return { status: 200, headers: { etag: etagOf(content) }, body: '' }
    }
    if (key !== '' && (method === 'GET' || method === 'HEAD')) {
      authorize('GetObject')
      const content = read(bucket, key)
      if (content === undefined) {
        throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 })
      }
      return { status: 200, headers: { etag: etagOf(content) }, body: content }
    }
    throw new AwsError('NotImplemented', `The local S3 does not answer ${method} ${path}?${query}.`, {
      status: 501,
    })
  }

  function listing(bucket: string, query: URLSearchParams) {
    const prefix = query.get('prefix') ?? ''
    const most = Number(query.get('max-keys') ?? 1000)
    const keys = keysOf(bucket).filter((key) => key.startsWith(prefix))
    return {
      Name: bucket,
      Prefix: prefix,
      KeyCount: Math.min(keys.length, most),
      MaxKeys: most,
      IsTruncated: keys.length > most,
      Contents: keys.slice(0, most).map((key) => {
        const { size, mtime } = statSync(objectPath(bucket, key))
        return { Key: key, LastModified: mtime, Size: size, StorageClass: 'STANDARD' }
      }),
    }
  }

  return {
    keepBucket(name) {
      mkdirSync(bucketPath(name), { recursive: true })
    },
    removeBucket(name) {
      if (!existsSync(bucketPath(name))) return
      if (keysOf(name).length > 0) {
        throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty (Bucket ${name}).`)
      }
      rmSync(bucketPath(name), { recursive: true })
    },
    read,
    call,
    list() {
      const buckets = existsSync(directory) ? readdirSync(directory).map(decodeURIComponent) : []
      return Object.fromEntries(buckets.map((bucket) => [bucket, keysOf(bucket)]))
    },
  }
}

// A key may be any text, also one that leads out of its directory.
const fileName = (text: string) => encodeURIComponent(text).replaceAll('.', '%2E')

const xml = (body: string): RestAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
})

const etagOf = (content: Uint8Array) => `"${createHash('md5').update(content).digest('hex')}"`

/** SDKs send a stream in chunks of their own, each after its length in hexadecimal, with a checksum after the last. */
function contentOf(headers: RestRequest['headers'], body: Buffer): Buffer {
  if (!String(headers['content-encoding'] ?? '').includes('aws-chunked')) return body
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.subarray(at, end).toString(), 16)
    if (end < 0 || Number.isNaN(length)) {
      throw new AwsError('IncompleteBody', 'The chunks of the request body cannot be read')
    }
    if (length === 0) return Buffer.concat(chunks)
    chunks.push(body.subarray(end + 2, end + 2 + length))
    at = end + 2 + length + 2
  }
}
