// AWS::Logs::LogGroup: only its name means something here; the logs are files.
import * as z from 'zod'
import { arn, parseProperties, type ResourceKind } from './resource-kind.ts'

export const logGroup: ResourceKind = {
  actedOn: ['LogGroupName'],
  createOnly: ['LogGroupName'],
  deploy(declaration) {
    const { LogGroupName: name = declaration.generatedName } = parseProperties(
      declaration,
      z.object({ LogGroupName: z.string().optional() }),
    )
    return { ref: name, attributes: { Arn: arn(declaration, 'logs', `log-group:${name}:*`) } }
  },
  remove() {},
}
