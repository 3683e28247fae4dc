// AWS::SecretsManager::Secret.
import { createHash } from 'node:crypto'
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
  deploy(declaration, { secretsManager }) {
    const {
      Name: given,
      SecretString: value,
      GenerateSecretString: generate,
    } = parseProperties(declaration, secretSchema)
    const { stack, logicalId } = declaration
    // CloudFormation leaves out the stack's name and adds twelve characters.
    const digest = createHash('sha256').update(`${stack.name} ${logicalId}`).digest('hex')
    const name = given ?? `${logicalId}-${digest.slice(0, 12)}`
    const arn = secretsManager.keep({
      name,
      region: stack.region,
      account: stack.account,
      initial: () => value ?? generateSecretString(generate),
    })
    return { ref: arn, attributes: { Id: arn } }
  },
}
