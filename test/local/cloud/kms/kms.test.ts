import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Identity } from '../../../../local/cloud/iam/identities.ts'
import { openKms } from '../../../../local/cloud/kms/kms.ts'

const root = mkdtempSync(join(tmpdir(), 'kms-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const anyone = { arn: 'arn:aws:iam::123456789012:user/anyone', authorize() {} }
const place = { region: 'eu-central-1', account: '123456789012' }

describe('KMS', () => {
  const file = join(root, 'keys.json')
  const kms = openKms({ file })
  const { id, arn } = kms.keep({ name: 'one', ...place })
  const other = kms.keep({ name: 'two', ...place })
  const call = (operation: string, input: object) => kms.call(operation, { ...input }, anyone)
  const Plaintext = Buffer.from('sealed').toString('base64')
  const EncryptionContext = { a: '1', b: '2' }
  const encrypt = async (KeyId: string) =>
    (await call('Encrypt', { KeyId, Plaintext, EncryptionContext })).CiphertextBlob

  test('opens what it sealed, by key, in any order of the context', async () => {
    kms.alias('alias/one', id)
    for (const KeyId of [id, arn, 'alias/one']) {
      const CiphertextBlob = await encrypt(KeyId)
      const opened = await call('Decrypt', { CiphertextBlob, EncryptionContext: { b: '2', a: '1' } })
      expect(opened).toMatchObject({ Plaintext, KeyId: arn })
    }
  })

  test('seals the same content differently each time', async () => {
    expect(await encrypt(id)).not.toBe(await encrypt(id))
  })

  test('opens after a restart', async () => {
    const CiphertextBlob = await encrypt(id)
    const again = openKms({ file })
    expect(await again.call('Decrypt', { CiphertextBlob, EncryptionContext }, anyone)).toMatchObject({
      Plaintext,
    })
  })

  test.each<[string, object, string]>([
    ['another context', { EncryptionContext: { a: '1', b: '3' } }, 'InvalidCiphertextException'],
    ['no context', { EncryptionContext: {} }, 'InvalidCiphertextException'],
    ['another key', { EncryptionContext, KeyId: other.arn }, 'IncorrectKeyException'],
    ['an unknown key', { EncryptionContext, KeyId: 'nobody' }, 'NotFoundException'],
  ])('opens nothing under %s', async (_what, input, type) => {
    const CiphertextBlob = await encrypt(id)
    await expect(call('Decrypt', { CiphertextBlob, ...input })).rejects.toMatchObject({ type })
  })

  test('opens nothing that was changed anywhere', async () => {
    const blob = Buffer.from(String(await encrypt(id)), 'base64')
    for (let at = 37; at < blob.length; at++) {
      const changed = Buffer.from(blob)
      changed[at] = (changed[at] ?? 0) ^ 1
      await expect(
        call('Decrypt', { CiphertextBlob: changed.toString('base64'), EncryptionContext }),
      ).rejects.toMatchObject({
        type: 'InvalidCiphertextException',
      })
    }
  })

  test('makes data keys of the length asked for', async () => {
    const lengthOf = async (input: object) =>
      Buffer.from(String((await call('GenerateDataKey', { KeyId: id, ...input })).Plaintext), 'base64').length
    expect(await lengthOf({ KeySpec: 'AES_256' })).toBe(32)
    expect(await lengthOf({ KeySpec: 'AES_128' })).toBe(16)
    expect(await lengthOf({ NumberOfBytes: 64 })).toBe(64)
    await expect(lengthOf({})).rejects.toMatchObject({ type: 'ValidationException' })
    expect(
      (await call('GenerateDataKeyWithoutPlaintext', { KeyId: id, KeySpec: 'AES_256' })).Plaintext,
    ).toBeUndefined()
  })

  test('knows its limits', async () => {
    const large = Buffer.alloc(4097).toString('base64')
    await expect(call('Encrypt', { KeyId: id, Plaintext: large })).rejects.toMatchObject({
      type: 'ValidationException',
    })
    await expect(call('ReEncrypt', { KeyId: id })).rejects.toMatchObject({
      message: 'The local KMS does not offer ReEncrypt.',
    })
  })
})

describe('A key that signs', () => {
  const file = join(root, 'signing-keys.json')
  const kms = openKms({ file })
  const { id, arn } = kms.keep({ name: 'signs', spec: 'RSA_2048', ...place })
  const sealing = kms.keep({ name: 'seals', ...place })
  const call = (operation: string, input: object, by: Identity = anyone) =>
    kms.call(operation, { ...input }, by)
  const message = 'what is signed'
  const request = {
    KeyId: arn,
    Message: Buffer.from(message).toString('base64'),
    MessageType: 'RAW',
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  }
  const publicKey = async (from = kms) => {
    const { PublicKey } = await from.call('GetPublicKey', { KeyId: id }, anyone)
    return createPublicKey({ key: Buffer.from(String(PublicKey), 'base64'), type: 'spki', format: 'der' })
  }

  test('signs what its public key verifies, also after a restart', async () => {
    const { Signature, KeyId } = await call('Sign', request)
    const again = await publicKey(openKms({ file }))

    expect(KeyId).toBe(arn)
    expect(again.asymmetricKeyDetails?.modulusLength).toBe(2048)
    expect(verify('sha256', Buffer.from(message), again, Buffer.from(String(Signature), 'base64'))).toBe(true)
    expect(verify('sha256', Buffer.from('else'), again, Buffer.from(String(Signature), 'base64'))).toBe(false)
  })

  test('gives out its public key alone', async () => {
    const given = await call('GetPublicKey', { KeyId: id })

    expect(given).toMatchObject({ KeyId: arn, KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })
    expect((await publicKey()).type).toBe('public')
    const { KeyMetadata } = await call('DescribeKey', { KeyId: id })
    expect(KeyMetadata).toMatchObject({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })
  })

  test('is asked for the right to sign with the algorithm that is named', async () => {
    const asked: unknown[] = []
    await call('Sign', request, { arn: anyone.arn, authorize: (access) => void asked.push(access) })

    expect(asked).toEqual([
      {
        action: 'kms:Sign',
        resource: arn,
        context: {
          'kms:signingalgorithm': ['RSASSA_PKCS1_V1_5_SHA_256'],
          'kms:messagetype': ['RAW'],
        },
      },
    ])
  })

  test.each<[string, string, object, string]>([
    [
      'another algorithm',
      'Sign',
      { SigningAlgorithm: 'RSASSA_PSS_SHA_256' },
      'UnsupportedOperationException',
    ],
    ['a digest', 'Sign', { MessageType: 'DIGEST' }, 'UnsupportedOperationException'],
    ['a long message', 'Sign', { Message: Buffer.alloc(4097).toString('base64') }, 'ValidationException'],
    ['a signature of a key that seals', 'Sign', { KeyId: sealing.arn }, 'InvalidKeyUsageException'],
    ['the public key of one', 'GetPublicKey', { KeyId: sealing.arn }, 'UnsupportedOperationException'],
    ['a seal', 'GenerateDataKey', { KeySpec: 'AES_256' }, 'InvalidKeyUsageException'],
  ])('is not there for %s', async (_what, operation, changes, type) => {
    await expect(call(operation, { ...request, ...changes })).rejects.toMatchObject({ type })
  })

  test('signs nothing once it waits for its deletion', async () => {
    const old = kms.keep({ name: 'old', spec: 'RSA_2048', ...place })
    kms.scheduleDeletion(old.id)

    await expect(call('Sign', { ...request, KeyId: old.arn })).rejects.toMatchObject({
      type: 'KMSInvalidStateException',
    })
  })
})
