// Evaluates an attribute mapping. The expression has been parsed and is written anew for spel2js with a variable
// in the place of every text, number and reference: the library computes operators, conditions, lists and maps,
// and never navigates an object.
import spel2js from 'spel2js'
import { type Expression, parseAttribute } from './parse-attribute.ts'

/** What `#root` holds while a token is minted. */
export type AttributeContext = {
  user: Record<string, unknown> | null
  context: {
    requestData: Record<string, unknown>
    appConfig: Record<string, unknown>
  }
}

/** A reference led through null, as SpEL reports when a property of null is read. */
class NullNavigation extends Error {}

/**
 * The value of the attribute; `null` where PingOne would leave the claim out.
 *
 * @example evaluateAttribute('${user.username}', { user: { username: 'anna' }, … }) // 'anna'
 * @example evaluateAttribute('(#root.user.id)', …) // '(#root.user.id)': without the wrapper it is text
 * @throws {ExpressionSyntaxError}
 */
export function evaluateAttribute(value: string, root: AttributeContext): unknown {
  const parts = parseAttribute(value)
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'expression') return evaluate(only.expression, root)
  return parts
    .map((part) => (part.kind === 'text' ? part.text : String(evaluate(part.expression, root) ?? '')))
    .join('')
}

function evaluate(expression: Expression, root: AttributeContext): unknown {
  const variables = Object.create(null) as Record<string, unknown>
  let count = 0
  // Read when spel2js asks for it: the branch of a condition that is not taken reads nothing.
  const variable = (get: () => unknown) => {
    const name = `v${count++}`
    Object.defineProperty(variables, name, { get, enumerable: true })
    return `#${name}`
  }
  const text = write(expression, variable, root)
  try {
    return spel2js.SpelExpressionEvaluator.compile(text).eval({}, variables) ?? null
  } catch (error) {
    if (error instanceof NullNavigation) return null
    throw error
  }
}

function write(
  expression: Expression,
  variable: (get: () => unknown) => string,
  root: AttributeContext,
): string {
  const inner = (each: Expression) => write(each, variable, root)
  switch (expression.kind) {
    case 'literal':
      return variable(() => expression.value)
    case 'reference':
      return variable(() => read(root, expression.path))
    case 'not':
      return `(!${inner(expression.operand)})`
    case 'binary':
      return `(${inner(expression.left)} ${expression.operator} ${inner(expression.right)})`
    case 'ternary':
      return `(${inner(expression.condition)} ? ${inner(expression.consequent)} : ${inner(expression.alternate)})`
    case 'list':
      return `{${expression.elements.map(inner).join(', ')}}`
    case 'map':
      return expression.entries.length === 0
        ? '{:}'
        : `{${expression.entries.map(([key, each]) => `${variable(() => key)}: ${inner(each)}`).join(', ')}}`
  }
}

/** A member that is not there is null; a member of null is an error. */
function read(root: AttributeContext, path: readonly string[]): unknown {
  let value: unknown = root
  for (const member of path) {
    if (value === null || value === undefined) throw new NullNavigation()
    value = typeof value === 'object' && Object.hasOwn(value, member) ? (value as never)[member] : null
  }
  return value ?? null
}
