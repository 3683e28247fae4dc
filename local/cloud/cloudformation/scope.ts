// What the expressions of a stack's template can refer to.
import type { Deployed, StackIdentity } from '../resources/resource-kind.ts'
import { noValue, resolveCondition, type TemplateScope } from '../template/resolve.ts'
import type { Template } from '../template/template.ts'
import type { StackParameter } from './stack.ts'

export function scopeOf(options: {
  stack: StackIdentity
  template: Template
  parameters: readonly StackParameter[]
  resource(logicalId: string): Deployed | undefined
  exported(name: string): string | undefined
  stackOutput(stackName: string, outputName: string): string | undefined
}): TemplateScope {
  const { stack, template } = options
  const values = parameterValues(template, options.parameters)
  const scope: TemplateScope = {
    reference: (name) => pseudoParameter(stack, name) ?? values[name] ?? options.resource(name)?.ref,
    attribute: (logicalId, attribute) => options.resource(logicalId)?.attributes[attribute],
    exported: options.exported,
    stackOutput: options.stackOutput,
    mapping: (map, first, second) => template.Mappings?.[map]?.[first]?.[second],
    condition(name) {
      const expression = template.Conditions?.[name]
      return expression === undefined
        ? undefined
        : resolveCondition(expression, scope, [stack.id, 'Conditions', name])
    },
  }
  return scope
}

function parameterValues(template: Template, parameters: readonly StackParameter[]): Record<string, unknown> {
  return Object.fromEntries(
    parameters.map(({ name, value, resolved }) => {
      const type = template.Parameters?.[name]?.Type ?? 'String'
      const isList = type === 'CommaDelimitedList' || type.includes('List<')
      return [name, isList ? (resolved ?? value).split(',') : (resolved ?? value)]
    }),
  )
}

function pseudoParameter(stack: StackIdentity, name: string): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return stack.account
    case 'AWS::Region':
      return stack.region
    case 'AWS::Partition':
      return 'aws'
    case 'AWS::URLSuffix':
      return 'amazonaws.com'
    case 'AWS::StackName':
      return stack.name
    case 'AWS::StackId':
      return stack.arn
    case 'AWS::NoValue':
      return noValue
    case 'AWS::NotificationARNs':
      return []
    default:
      return undefined
  }
}
