import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import type { Probe } from '../probe.ts'
import { nameOf, secretsOf } from '../secrets.ts'

export const secretNameLikeASuffix: Probe = {
  id: 'secret-name-like-a-suffix',
  about: 'AWS',
  asks: 'Is a secret whose name ends in a hyphen and six characters found by its partial ARN?',
  expects: 'No: the ending is taken for the one that Secrets Manager adds.',
  otherwise: {
    means: 'The rule for names in `lib/configuration.ts` is stricter than it must be.',
    change:
      '`secretName` in `lib/configuration.ts`, `find` in `local/cloud/secretsmanager/secrets-manager.ts`.',
  },
  async ask({ deployed, scratch }) {
    const { client } = secretsOf(deployed)
    // Ends in a hyphen and six characters, as every name of a probe does.
    const name = scratch.name('secret')
    const { ARN: arn } = await client.send(
      new CreateSecretCommand({ Name: name, Description: 'Made by the MyHotels probe.', SecretString: '{}' }),
    )
    const remove = () =>
      client.send(new DeleteSecretCommand({ SecretId: String(arn), ForceDeleteWithoutRecovery: true }))
    scratch.onEnd(remove)
    const answer = await client.send(new DescribeSecretCommand({ SecretId: String(arn).slice(0, -7) })).then(
      () => 'found',
      (error: Error) => nameOf(error),
    )
    return { asExpected: answer === 'ResourceNotFoundException', saw: answer }
  },
}
