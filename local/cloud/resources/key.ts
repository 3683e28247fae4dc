// AWS::KMS::Key and AWS::KMS::Alias.
import * as z from 'zod'
import { keySpecs } from '../kms/kms.ts'
import { arn, parseProperties, type ResourceKind } from './resource-kind.ts'

const keySchema = z
  .object({
    KeySpec: z.enum(keySpecs, `only ${keySpecs.join(' and ')} are known here`).default('SYMMETRIC_DEFAULT'),
    KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'SIGN_VERIFY']).default('ENCRYPT_DECRYPT'),
  })
  .refine(({ KeySpec, KeyUsage }) => (KeySpec === 'RSA_2048') === (KeyUsage === 'SIGN_VERIFY'), {
    path: ['KeyUsage'],
    message: 'only symmetric keys that encrypt and RSA keys that sign are known here',
  })

export const key: ResourceKind = {
  actedOn: ['Description', 'KeySpec', 'KeyUsage'],
  createOnly: [],
  deploy(declaration, { kms }) {
    const { KeySpec: spec } = parseProperties(declaration, keySchema)
    const { stack } = declaration
    const created = kms.keep({
      name: declaration.generatedName,
      region: stack.region,
      account: stack.account,
      spec,
    })
    return { ref: created.id, attributes: { Arn: created.arn, KeyId: created.id } }
  },
  remove: (_declaration, { ref }, { kms }) => kms.scheduleDeletion(ref),
}

const aliasSchema = z.object({ AliasName: z.string(), TargetKeyId: z.string() })

export const alias: ResourceKind = {
  actedOn: ['AliasName', 'TargetKeyId'],
  createOnly: ['AliasName'],
  deploy(declaration, { kms }) {
    const { AliasName: name, TargetKeyId: target } = parseProperties(declaration, aliasSchema)
    kms.alias(name, target)
    return { ref: name, attributes: { Arn: arn(declaration, 'kms', name) } }
  },
  remove: (_declaration, { ref }, { kms }) => kms.removeAlias(ref),
}
