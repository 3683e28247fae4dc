import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Definition } from './virtual-workflow.ts'

/** The definition of the approval workflow as it is deployed, with references filled in. */
export function synthesizeWorkflow(): Definition {
  // In a process of its own: the CDK loads in a second there, and in many under jest.
  return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url)], { encoding: 'utf8' }))
}

async function printDefinition(): Promise<void> {
  const { App, Stack } = await import('aws-cdk-lib')
  const { Template } = await import('aws-cdk-lib/assertions')
  const { Code, Function: LambdaFunction, Runtime } = await import('aws-cdk-lib/aws-lambda')
  const { ApprovalWorkflow } = await import('../../lib/approval-workflow.ts')
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
  console.log(parts.map((part) => (typeof part === 'string' ? part : 'aws')).join(separator))
}

if (import.meta.main) await printDefinition()
