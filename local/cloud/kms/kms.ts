// KMS with symmetric keys (AES-256-GCM, the encryption context bound as additional authenticated data) and with RSA keys
// that sign.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { Identity } from '../iam/identities.ts'
import { openJsonFile } from '../state/json-file.ts'

export const keySpecs = ['SYMMETRIC_DEFAULT', 'RSA_2048'] as const
type KeySpec = (typeof keySpecs)[number]

/**
 * `material` is the key in base64, of an RSA key the private one as PKCS #8. `deletionDate`, in seconds since the epoch, is
 * there when the key waits for its deletion.
 */
type Key = { id: string; arn: string; spec?: KeySpec; material: string; deletionDate?: number }

/** The one algorithm that is known here; AWS has more for an RSA key. */
const signingAlgorithm = 'RSASSA_PKCS1_V1_5_SHA_256'

export type Kms = {
  call(operation: string, input: AwsJson, caller: Identity): Promise<AwsJson>
  /** Makes sure that the key of this name is there. */
  keep(options: { name: string; region: string; account: string; spec?: KeySpec }): {
    id: string
    arn: string
  }
  alias(alias: string, keyId: string): void
  removeAlias(alias: string): void
  /** AWS deletes no key at once: it waits for thirty days, and of no use meanwhile. */
  scheduleDeletion(keyId: string): void
  /** Every key that is there, with those that wait for their deletion. */
  list(): { arn: string; isUsable: boolean }[]
}

// A ciphertext: one byte for this format, the key's id (a UUID in ASCII), the nonce, the tag, what is encrypted.
const format = 1
const idLength = 36
const nonceLength = 12
const tagLength = 16

export function openKms(options: { file: string; clock?: () => number }): Kms {
  const { value: keys, save } = openJsonFile<Record<string, Key>>(options.file, {})
  const aliases = new Map<string, string>()

  function find(id: unknown): Key | undefined {
    const name = String(id)
    const alias = aliases.get(name.includes(':alias/') ? name.slice(name.indexOf('alias/')) : name)
    return Object.values(keys).find((key) => [key.id, key.arn].includes(alias ?? name))
  }

  function authorized(id: unknown, action: string, input: AwsJson, caller: Identity): Key {
    const key = find(id)
    const encryptionContext = (input.EncryptionContext ?? {}) as Record<string, string>
    const context: Record<string, string[]> = {}
    for (const [name, value] of Object.entries(encryptionContext)) {
      context[`kms:encryptioncontext:${name.toLowerCase()}`] = [value]
    }
    if (Object.keys(encryptionContext).length > 0) {
      context['kms:encryptioncontextkeys'] = Object.keys(encryptionContext)
    }
    for (const [name, member] of [
      ['kms:signingalgorithm', input.SigningAlgorithm],
      ['kms:messagetype', input.MessageType],
    ] as const) {
      if (member !== undefined) context[name] = [String(member)]
    }
    caller.authorize({ action: `kms:${action}`, resource: key?.arn ?? String(id), context })
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${id}' does not exist`)
    if (key.deletionDate !== undefined && action !== 'DescribeKey')
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`)
    if (action !== 'DescribeKey' && signs(key) !== ['Sign', 'GetPublicKey'].includes(action)) {
      throw action === 'GetPublicKey'
        ? new AwsError('UnsupportedOperationException', '')
        : new AwsError(
            'InvalidKeyUsageException',
            `${key.arn} key usage is ${usage(key)} which is not valid for ${action}.`,
          )
    }
    return key
  }

  async function call(operation: string, input: AwsJson, caller: Identity): Promise<AwsJson> {
    switch (operation) {
      case 'Encrypt': {
        const key = authorized(input.KeyId, operation, input, caller)
        const plaintext = Buffer.from(String(input.Plaintext), 'base64')
        if (plaintext.length < 1 || plaintext.length > 4096) throw tooLong('plaintext')
        return {
          CiphertextBlob: encrypt(key, plaintext, input),
          KeyId: key.arn,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        }
      }
      case 'GenerateDataKey':
      case 'GenerateDataKeyWithoutPlaintext': {
        const key = authorized(input.KeyId, operation, input, caller)
        const plaintext = randomBytes(dataKeyLength(input))
        return {
          CiphertextBlob: encrypt(key, plaintext, input),
          KeyId: key.arn,
          ...(operation === 'GenerateDataKey' ? { Plaintext: plaintext.toString('base64') } : {}),
        }
      }
      case 'Decrypt': {
        const blob = Buffer.from(String(input.CiphertextBlob), 'base64')
        const made = blob[0] === format ? find(blob.subarray(1, 1 + idLength).toString()) : undefined
        const key = authorized(input.KeyId ?? made?.arn ?? 'unknown', operation, input, caller)
        if (made && key !== made) {
          throw new AwsError(
            'IncorrectKeyException',
            'The key ID in the request does not identify a CMK that can perform this operation.',
          )
        }
        return {
          Plaintext: decrypt(key, blob, input).toString('base64'),
          KeyId: key.arn,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        }
      }
      case 'Sign': {
        const key = authorized(input.KeyId, operation, input, caller)
        const message = Buffer.from(String(input.Message), 'base64')
        if (input.SigningAlgorithm !== signingAlgorithm || (input.MessageType ?? 'RAW') !== 'RAW') {
          throw new AwsError('UnsupportedOperationException', `The local KMS signs ${signingAlgorithm}, RAW.`)
        }
        if (message.length < 1 || message.length > 4096) throw tooLong('message')
        return {
          KeyId: key.arn,
          Signature: sign('sha256', message, privateKey(key)).toString('base64'),
          SigningAlgorithm: signingAlgorithm,
        }
      }
      case 'GetPublicKey': {
        const key = authorized(input.KeyId, operation, input, caller)
        return {
          KeyId: key.arn,
          KeySpec: key.spec,
          KeyUsage: usage(key),
          PublicKey: createPublicKey(privateKey(key))
            .export({ type: 'spki', format: 'der' })
            .toString('base64'),
          SigningAlgorithms: [signingAlgorithm],
        }
      }
      case 'DescribeKey': {
        const key = authorized(input.KeyId, operation, input, caller)
        const { id, arn, deletionDate } = key
        return {
          KeyMetadata: {
            KeyId: id,
            Arn: arn,
            Enabled: deletionDate === undefined,
            KeySpec: key.spec ?? 'SYMMETRIC_DEFAULT',
            KeyUsage: usage(key),
            ...(deletionDate === undefined
              ? { KeyState: 'Enabled' }
              : { KeyState: 'PendingDeletion', DeletionDate: deletionDate }),
          },
        }
      }
      default:
        throw new AwsError('UnknownOperationException', `The local KMS does not offer ${operation}.`)
    }
  }

  return {
    call,
    keep({ name, region, account, spec = 'SYMMETRIC_DEFAULT' }) {
      let id = uuidFrom(name)
      // A key that waits for its deletion does not come back under the same template: that makes a new one.
      for (let count = 2; keys[id]?.deletionDate !== undefined; count++) id = uuidFrom(`${name} ${count}`)
      const key = keys[id] ?? {
        id,
        arn: `arn:aws:kms:${region}:${account}:key/${id}`,
        spec,
        material: (spec === 'RSA_2048' ? newPrivateKey() : randomBytes(32)).toString('base64'),
      }
      if (!keys[id]) {
        keys[id] = key
        save()
      }
      return { id, arn: key.arn }
    },
    alias(alias, keyId) {
      aliases.set(alias, keyId)
    },
    removeAlias(alias) {
      aliases.delete(alias)
    },
    scheduleDeletion(id) {
      const key = keys[id]
      if (key === undefined) return
      key.deletionDate = Math.floor((options.clock ?? Date.now)() / 1000) + 30 * 86_400
      save()
    },
    list: () =>
      Object.values(keys).map(({ arn, deletionDate }) => ({ arn, isUsable: deletionDate === undefined })),
  }
}

const signs = ({ spec }: Key) => spec === 'RSA_2048'
const usage = (key: Key) => (signs(key) ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT')

const pkcs8 = { type: 'pkcs8', format: 'der' } as const
const newPrivateKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pkcs8)
const privateKey = ({ material }: Key) => createPrivateKey({ key: Buffer.from(material, 'base64'), ...pkcs8 })

const tooLong = (member: string) =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length between 1 and 4096, inclusive`,
  )

function encrypt(key: Key, plaintext: Buffer, input: AwsJson): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), nonce)
  cipher.setAAD(additionalData(key, input))
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([
    Buffer.of(format),
    Buffer.from(key.id),
    nonce,
    cipher.getAuthTag(),
    encrypted,
  ]).toString('base64')
}

function decrypt(key: Key, blob: Buffer, input: AwsJson): Buffer {
  const nonceAt = 1 + idLength
  const tagAt = nonceAt + nonceLength
  const contentAt = tagAt + tagLength
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      Buffer.from(key.material, 'base64'),
      blob.subarray(nonceAt, tagAt),
      { authTagLength: tagLength },
    )
    decipher.setAAD(additionalData(key, input))
    decipher.setAuthTag(blob.subarray(tagAt, contentAt))
    return Buffer.concat([decipher.update(blob.subarray(contentAt)), decipher.final()])
  } catch {
    throw new AwsError('InvalidCiphertextException', '')
  }
}

function additionalData(key: Key, { EncryptionContext: context = {} }: AwsJson): Buffer {
  const entries = Object.entries(context as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify([key.arn, entries]))
}

function dataKeyLength({ KeySpec: spec, NumberOfBytes: bytes }: AwsJson): number {
  if (spec === 'AES_256') return 32
  if (spec === 'AES_128') return 16
  if (spec === undefined && Number.isInteger(bytes) && Number(bytes) >= 1 && Number(bytes) <= 1024)
    return Number(bytes)
  throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.')
}

function uuidFrom(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
