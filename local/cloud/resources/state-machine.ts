// AWS::StepFunctions::StateMachine.
import * as z from 'zod'
import type { Identity } from '../iam/identities.ts'
import { arn, booleanLike, parseProperties, ResourceFailure, type ResourceKind } from './resource-kind.ts'

/** What the role must allow where executions are logged (Step Functions Developer Guide, "Logging", IAM policies). */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]
/** What it must allow where they are traced ("AWS X-Ray and Step Functions", IAM policies). */
const tracing = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
]

const stateMachineSchema = z.object({
  StateMachineName: z.string().optional(),
  StateMachineType: z
    .literal('STANDARD', 'the local cloud runs Standard state machines, whose executions outlast a restart')
    .default('STANDARD'),
  DefinitionString: z.string().optional(),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.coerce.string()).default({}),
  RoleArn: z.string(),
  LoggingConfiguration: z.object({ Level: z.string().default('OFF') }).default({ Level: 'OFF' }),
  TracingConfiguration: z.object({ Enabled: booleanLike.default(false) }).default({ Enabled: false }),
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
    const identity = identities.assume(properties.RoleArn, name)
    if (properties.LoggingConfiguration.Level !== 'OFF' && !mayDoAll(identity, logDelivery)) {
      throw new ResourceFailure(
        `Resource handler returned message: "The state machine IAM Role is not authorized to access the Log Destination (Service: Sfn, Status Code: 400)"`,
      )
    }
    // Without it, traces are missing and nothing else; a denial is recorded.
    if (properties.TracingConfiguration.Enabled) mayDoAll(identity, tracing)
    const text = properties.DefinitionString ?? JSON.stringify(properties.Definition)
    stepFunctions.addStateMachine({
      name,
      arn: machineArn,
      definition: Object.entries(properties.DefinitionSubstitutions).reduce(
        (result, [key, value]) => result.replaceAll(`\${${key}}`, () => value),
        text,
      ),
      identity,
    })
    return { ref: machineArn, attributes: { Arn: machineArn, Name: name } }
  },
  remove: (_declaration, { ref }, { stepFunctions }) => stepFunctions.removeStateMachine(ref),
}

function mayDoAll(identity: Identity, actions: readonly string[]): boolean {
  return actions
    .map((action) => {
      try {
        identity.authorize({ action, resource: '*' })
        return true
      } catch {
        return false
      }
    })
    .every(Boolean)
}
