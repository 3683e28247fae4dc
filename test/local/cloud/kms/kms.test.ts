import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
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
    await expect(call('Sign', { KeyId: id })).rejects.toMatchObject({
      message: 'The local KMS does not offer Sign.',
    })
  })
})
