// AWS::StepFunctions::StateMachine.
import * as z from 'zod'
import { arn, parseProperties, type ResourceKind } from './resource-kind.ts'

const stateMachineSchema = z.object({
  StateMachineName: z.string().optional(),
  StateMachineType: z
    .literal('STANDARD', 'the local cloud runs Standard state machines, whose executions outlast a restart')
    .default('STANDARD'),
  DefinitionString: z.string().optional(),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.coerce.string()).default({}),
  RoleArn: z.string(),
})

export const stateMachine: ResourceKind = {
  actedOn: [
    'StateMachineName',
    'StateMachineType',
    'DefinitionString',
    'Definition',
    'DefinitionSubstitutions',
    'RoleArn',
  ],
  createOnly: ['StateMachineName', 'StateMachineType'],
  deploy(declaration, { stepFunctions, identities }) {
    const properties = parseProperties(declaration, stateMachineSchema)
    const name = properties.StateMachineName ?? declaration.generatedName
    const machineArn = arn(declaration, 'states', `stateMachine:${name}`)
    identities.expectTrust(properties.RoleArn, 'states.amazonaws.com', declaration.path)
    const text = properties.DefinitionString ?? JSON.stringify(properties.Definition)
    stepFunctions.addStateMachine({
      name,
      arn: machineArn,
      definition: Object.entries(properties.DefinitionSubstitutions).reduce(
        (result, [key, value]) => result.replaceAll(`\${${key}}`, () => value),
        text,
      ),
      identity: identities.assume(properties.RoleArn, name),
    })
    return { ref: machineArn, attributes: { Arn: machineArn, Name: name } }
  },
  remove: (_declaration, { ref }, { stepFunctions }) => stepFunctions.removeStateMachine(ref),
}
