// AWS::SecretsManager::Secret.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { generateSecretString } from '../secretsmanager/secrets-manager.ts'
import { parseProperties, type ResourceKind } from './resource-kind.ts'

const secretSchema = z.object({
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: z.record(z.string(), z.unknown()).default({}),
})

export const secret: ResourceKind = {
  actedOn: ['Name', 'Description', 'SecretString', 'GenerateSecretString'],
  createOnly: ['Name'],
  deploy(declaration, { secretsManager }, existing) {
    const {
      Name: given,
      SecretString: value,
      GenerateSecretString: generate,
    } = parseProperties(declaration, secretSchema)
    const { stack, logicalId, generatedName, properties } = declaration
    // CloudFormation leaves out the stack's name and adds twelve characters.
    const digest = createHash('sha256').update(generatedName).digest('hex')
    const name = given ?? `${logicalId}-${digest.slice(0, 12)}`
    // A value that was put into the secret stays, unless the template asks for another one.
    const changes =
      existing !== undefined &&
      ['SecretString', 'GenerateSecretString'].some(
        (property) => !isDeepStrictEqual(existing.properties[property], properties[property]),
      )
    const wanted = () => value ?? generateSecretString(generate)
    const arn = secretsManager.keep({
      name,
      region: stack.region,
      account: stack.account,
      initial: wanted,
      ...(changes ? { value: wanted() } : {}),
    })
    return { ref: arn, attributes: { Id: arn } }
  },
  remove: (_declaration, { ref }, { secretsManager }) => secretsManager.remove(ref),
}
