// AWS::SSM::Parameter: read by stacks alone, through parameters of the type AWS::SSM::Parameter::Value<…>.
import * as z from 'zod'
import { generatedName, parseProperties, type ResourceKind } from './resource-kind.ts'

const schema = z.object({
  Name: z.string().optional(),
  Type: z.enum(['String', 'StringList']),
  Value: z.string(),
})

export const ssmParameter: ResourceKind = {
  actedOn: ['Name', 'Type', 'Value', 'Description'],
  deploy(declaration, { parameterStore }) {
    const { Name: given, Type, Value } = parseProperties(declaration, schema)
    const name = given ?? generatedName(declaration)
    parameterStore.set(name, Value)
    return { ref: name, attributes: { Type, Value } }
  },
}
