import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager'
import type { Probe } from '../probe.ts'
import { nameOf, secretsOf } from '../secrets.ts'

export const secretByPartialArn: Probe = {
  id: 'secret-by-partial-arn',
  about: 'AWS',
  asks: 'Is the worker’s secret found by its ARN without the six characters that Secrets Manager adds?',
  expects: 'Yes, because its name does not itself end like one.',
  otherwise: {
    means: 'The first deployment cannot read its worker secret.',
    change: '`pingOne.workerSecretName` in `cdk.json`.',
  },
  async ask({ deployed }) {
    const { client, workerSecretName } = secretsOf(deployed)
    const whole = await client.send(new DescribeSecretCommand({ SecretId: workerSecretName }))
    const partial = String(whole.ARN).slice(0, -7)
    const found = await client.send(new DescribeSecretCommand({ SecretId: partial })).then(
      ({ ARN }) => ARN === whole.ARN,
      (error: Error) => nameOf(error),
    )
    return { asExpected: found === true, saw: found === true ? 'found' : String(found) }
  },
}
