// The rules of a template: what must hold for its parameters before anything is deployed.
import { AwsError } from '../aws/aws-error.ts'
import { resolveValue, type TemplateScope } from '../template/resolve.ts'
import type { Template } from '../template/template.ts'

/** @throws {AwsError} with the descriptions of what does not hold */
export function checkRules({ Rules: rules = {} }: Template, scope: TemplateScope): void {
  const broken = Object.values(rules)
    .filter(({ RuleCondition: condition }) => condition === undefined || holds(condition, scope))
    .flatMap(({ Assertions: assertions }) =>
      assertions.filter(({ Assert: assertion }) => !holds(assertion, scope)),
    )
    .map(({ AssertDescription: description }) => description ?? 'Template error: a rule does not hold')
  if (broken.length > 0) throw new AwsError('ValidationError', `Template error: ${broken.join('; ')}`)
}

function holds(expression: unknown, scope: TemplateScope): boolean {
  const [[name, operand] = ['', undefined]] = Object.entries((expression ?? {}) as Record<string, unknown>)
  const operands = () => operand as unknown[]
  switch (name) {
    case 'Fn::Not':
      return !holds(operands()[0], scope)
    case 'Fn::And':
      return operands().every((one) => holds(one, scope))
    case 'Fn::Or':
      return operands().some((one) => holds(one, scope))
    case 'Fn::Equals': {
      const [first, second] = resolveValue(operands(), scope) as unknown[]
      return String(first) === String(second)
    }
    case 'Fn::Contains': {
      const [list, value] = resolveValue(operands(), scope) as [unknown[], unknown]
      return list.map(String).includes(String(value))
    }
    default:
      throw new AwsError(
        'ValidationError',
        `Template error: the local cloud does not know the rule function ${name}`,
      )
  }
}
