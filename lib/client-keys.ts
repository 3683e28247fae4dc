// The keys that our functions prove themselves with at PingOne: one for each function, in KMS, which signs with them and
// gives out none. They are made before PingOne is configured, which registers their public halves.
import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { type Signer, signers } from '../lambdas/identity/client-keys.ts'
import type { Configuration } from './configuration.ts'
import type { MyHotelsFunction } from './myhotels-function.ts'
import { publishedValue, publishValue } from './published-values.ts'

export class ClientKeys extends Construct {
  /** The current generation first. */
  readonly arnsBySigner: Record<string, string[]>

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id)
    const keyOf = (signer: Signer, generation: number) => {
      const { keyArn } = new Key(this, `${signer}${generation}`, {
        description: `Proves at PingOne that a request comes from ${signer}`,
        keySpec: KeySpec.RSA_2048,
        keyUsage: KeyUsage.SIGN_VERIFY,
        // Nothing is lost with it: a new one is registered by the next deployment.
        removalPolicy: RemovalPolicy.DESTROY,
      })
      publishValue(this, configuration.stage, `client-key-${signer}-${generation}`, keyArn)
      return keyArn
    }
    this.arnsBySigner = Object.fromEntries(
      signers.map((signer) => [
        signer,
        generationsOf(configuration).map((generation) => keyOf(signer, generation)),
      ]),
    )
  }

  arns(): string[] {
    return Object.values(this.arnsBySigner).flat()
  }
}

/** Lets a function sign with its own key: with the one algorithm, and with nobody else's. */
export function bindClientKey(target: MyHotelsFunction, signer: Signer, configuration: Configuration): void {
  const arns = generationsOf(configuration).map((generation) =>
    publishedValue(target, configuration.stage, `client-key-${signer}-${generation}`),
  )
  target.addEnvironment('CLIENT_KEY_ARN', arns[0] ?? '')
  target.addToRolePolicy(
    new PolicyStatement({
      actions: ['kms:Sign'],
      // The previous one too: instances that still sign with it run until the function is updated.
      resources: arns,
      conditions: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } },
    }),
  )
}

function generationsOf({ clientKeys: { current, previous } }: Configuration): number[] {
  return previous === undefined ? [current] : [current, previous]
}
