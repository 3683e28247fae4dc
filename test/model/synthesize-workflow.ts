import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { ApprovalWorkflow } from '../../lib/approval-workflow.ts'
import type { Definition } from './virtual-workflow.ts'

/** The definition of the approval workflow as it is deployed, with references filled in. */
export function synthesizeWorkflow(): Definition {
  const stack = new Stack(new App(), 'Workflow')
  const task = new LambdaFunction(stack, 'Advance', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
  })
  new ApprovalWorkflow(stack, 'ApprovalWorkflow', { task })
  const machines = Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine')
  const { DefinitionString } = (Object.values(machines)[0] as { Properties: unknown }).Properties as {
    DefinitionString: { 'Fn::Join': [string, (string | object)[]] }
  }
  const [separator, parts] = DefinitionString['Fn::Join']
  return JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : 'aws')).join(separator),
  ) as Definition
}
