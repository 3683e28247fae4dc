import { AwsError } from '../aws/aws-error.ts'
import { kindOf } from '../resources/kinds.ts'
import type { CloudParts, Declaration, Deployed, Existing } from '../resources/resource-kind.ts'

/** Deploys through the resource's kind; what the local cloud knows nothing of has a name and an ARN. */
export async function deployedBy(
  declaration: Declaration,
  parts: CloudParts,
  existing: Existing | undefined,
): Promise<Deployed> {
  const { type, stack, generatedName: name } = declaration
  const kind = kindOf(type)
  if (kind) return kind.deploy(declaration, parts, existing)
  return { ref: name, attributes: { Arn: `arn:aws:local:${stack.region}:${stack.account}:${name}` } }
}

/** What a resource's failure is in its event. */
export function messageOf(error: unknown): string {
  if (error instanceof AwsError)
    return `Resource handler returned message: "${error.message}" (HandlerErrorCode: ${error.type})`
  return error instanceof Error ? error.message : String(error)
}
