import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openS3, type S3 } from '../../../../local/cloud/s3/s3.ts'

const root = mkdtempSync(join(tmpdir(), 's3-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const anyone = { arn: 'arn:aws:iam::123456789012:user/anyone', authorize() {} }

describe('S3', () => {
  let s3: S3
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(root, 'state-'))
    s3 = openS3({ directory: join(directory, 's3') })
    s3.keepBucket('assets')
  })
  const call = (method: string, target: string, body = '', headers: Record<string, string> = {}) => {
    const [path = '', search = ''] = target.split('?')
    const query = new URLSearchParams(search)
    const request = { service: 's3', method, path, query, headers, body: Buffer.from(body) }
    return s3.call({ ...request, accessKeyId: 'x', region: 'eu-central-1' }, anyone)
  }

  test('keeps what is put, and lists it by prefix', () => {
    call('PUT', '/assets/a%2Fb.zip', 'content')
    call('PUT', '/assets/c.zip', 'other')
    const list = String(call('GET', '/assets/?list-type=2&prefix=a%2F&max-keys=1').body)

    expect(Buffer.from(s3.read('assets', 'a/b.zip') ?? []).toString()).toBe('content')
    expect(list).toContain('<KeyCount>1</KeyCount>')
    expect(list).toContain('<Key>a/b.zip</Key>')
  })

  test('reads what an SDK sends in chunks', () => {
    const chunks = '3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n'
    call('PUT', '/assets/key', chunks, { 'content-encoding': 'aws-chunked' })
    expect(Buffer.from(s3.read('assets', 'key') ?? []).toString()).toBe('abcde')
  })

  test.each(['../../outside', '..', '.', '/etc/passwd'])('keeps the key %s within its bucket', (key) => {
    call('PUT', `/assets/${encodeURIComponent(key)}`, 'x')
    expect(Object.values(s3.list())).toEqual([[key]])
    expect(existsSync(join(directory, 'outside'))).toBe(false)
  })

  test.each([
    ['a bucket', 'GET', '/nowhere/?location=', 'NoSuchBucket'],
    ['an object', 'GET', '/assets/nothing', 'NoSuchKey'],
    ['what it does not do', 'DELETE', '/assets/key', 'NotImplemented'],
  ])('refuses %s that is not there by name', (_what, method, target, type) => {
    expect(() => call(method, target)).toThrow(expect.objectContaining({ type }))
  })

  test('deletes a bucket only when it is empty', () => {
    call('PUT', '/assets/key', 'x')
    expect(() => s3.removeBucket('assets')).toThrow(expect.objectContaining({ type: 'BucketNotEmpty' }))
  })
})
