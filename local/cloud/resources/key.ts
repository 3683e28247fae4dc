// AWS::KMS::Key and AWS::KMS::Alias.
import * as z from 'zod'
import { arn, parseProperties, type ResourceKind } from './resource-kind.ts'

const keySchema = z.object({
  KeySpec: z.literal('SYMMETRIC_DEFAULT', 'only symmetric keys are known here').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT', 'only keys that encrypt are known here').optional(),
})

export const key: ResourceKind = {
  actedOn: ['Description', 'KeySpec', 'KeyUsage'],
  createOnly: [],
  deploy(declaration, { kms }) {
    parseProperties(declaration, keySchema)
    const { stack } = declaration
    const created = kms.keep({
      name: declaration.generatedName,
      region: stack.region,
      account: stack.account,
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
