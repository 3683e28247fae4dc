// AWS::Logs::LogGroup: only its name means something here; the logs are files.
import * as z from 'zod'
import { arn, generatedName, parseProperties, type ResourceKind } from './resource-kind.ts'

export const logGroup: ResourceKind = {
  actedOn: ['LogGroupName'],
  deploy(declaration) {
    const { LogGroupName: given } = parseProperties(
      declaration,
      z.object({ LogGroupName: z.string().optional() }),
    )
    const name = given ?? generatedName(declaration)
    return { ref: name, attributes: { Arn: arn(declaration, 'logs', `log-group:${name}:*`) } }
  },
}
