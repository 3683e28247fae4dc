import { type Finding, refusalOf } from '../../lambdas/identity/reconcile/preflight/check.ts'
import type { Connection } from './connection.ts'

/**
 * Whether what is deployed works with what is in PingOne now: an object that was deleted there and made again has
 * another id, of which a deployment learns only when its custom resource runs.
 *
 * @param outputs what the stacks of the stage gave out
 */
export async function checkDeployment(
  { client, issuer }: Connection,
  stage: string,
  outputs: Record<string, string>,
): Promise<Finding> {
  const subject = 'Deployment'
  if (outputs.Issuer !== issuer) {
    return {
      subject,
      level: 'limited',
      sentence: `the stage ${stage} was deployed for ${outputs.Issuer}, cdk.json says ${issuer}`,
      toDo: `npm run deploy -- --stage ${stage}`,
    }
  }
  const paths = Object.entries(outputs).flatMap(([name, value]): [string, string][] => {
    if (name.endsWith('ClientId')) return [[name, `applications/${value}`]]
    if (name.endsWith('EndpointUrl')) return [[name, `decisionEndpoints/${value.split('/').at(-1)}`]]
    return []
  })
  const missing: string[] = []
  for (const [name, path] of paths) {
    if ((await refusalOf(client.get(path))) === 404) missing.push(name)
  }
  if (missing.length === 0) {
    return {
      subject,
      level: 'ok',
      sentence: `the ${paths.length} ids that its functions know are in PingOne`,
    }
  }
  return {
    subject,
    level: 'unfit',
    sentence: `the functions of the stage ${stage} know ids that PingOne no longer has: ${missing.join(', ')}`,
    toDo: `npm run deploy -- --stage ${stage} --repair`,
  }
}
