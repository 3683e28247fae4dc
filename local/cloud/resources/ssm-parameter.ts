// AWS::SSM::Parameter.
import * as z from 'zod'
import { parseProperties, type ResourceKind } from './resource-kind.ts'

const parameterSchema = z.object({
  Name: z.string().optional(),
  Type: z.enum(['String', 'StringList'], 'CloudFormation makes no parameters of other types'),
  Value: z.string(),
})

export const ssmParameter: ResourceKind = {
  actedOn: ['Name', 'Type', 'Value', 'Description'],
  createOnly: ['Name'],
  deploy(declaration, { parameterStore }) {
    const { Name: given, Type: type, Value: value } = parseProperties(declaration, parameterSchema)
    const { stack, generatedName } = declaration
    const name = given ?? generatedName
    parameterStore.keep({ name, region: stack.region, account: stack.account, value })
    return { ref: name, attributes: { Type: type, Value: value } }
  },
  remove: (_declaration, { ref }, { parameterStore }) => parameterStore.remove(ref),
}
