// What the Management API asks before it stores an attribute mapping.
import { type Expression, ExpressionSyntaxError, parseAttribute } from './parse-attribute.ts'

/** Attributes of a user that PingOne's own schema has. */
const userAttributes = new Set([
  'id',
  'username',
  'email',
  'name',
  'nickname',
  'title',
  'type',
  'accountId',
  'externalId',
  'address',
  'photo',
  'primaryPhone',
  'mobilePhone',
  'locale',
  'preferredLanguage',
  'timezone',
  'enabled',
  'lifecycle',
  'account',
  'mfaEnabled',
  'population',
  'memberOfGroupIDs',
  'memberOfGroupNames',
  'createdAt',
  'updatedAt',
])

const requestData = new Set([
  'grantType',
  'scope',
  'subjectToken',
  'actorToken',
  'clientAssertion',
  'clientAssertionHeader',
])
const appConfig = new Set(['clientId', 'tokenEndpointAuthMethod', 'envId', 'orgId'])

export type AttributeProblem = {
  /** One sentence for the `message` of the error's detail. */
  message: string
  /** The reference that nothing answers to, when that is what is wrong. */
  reference?: string
}

/**
 * What is wrong with the value of an attribute mapping, `undefined` when nothing is.
 *
 * @param customUserAttributes names that the environment's user schema adds
 * @example checkAttribute('${actor.client_id}') // { message: '…', reference: 'actor.client_id' }
 */
export function checkAttribute(
  value: string,
  customUserAttributes: readonly string[] = [],
): AttributeProblem | undefined {
  try {
    for (const part of parseAttribute(value)) {
      if (part.kind === 'text') continue
      const reference = unknownReference(part.expression, customUserAttributes)
      if (reference !== undefined)
        return { message: `The expression refers to "${reference}", which does not exist.`, reference }
    }
    return undefined
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return { message: `${error.message}.` }
    throw error
  }
}

function unknownReference(expression: Expression, custom: readonly string[]): string | undefined {
  const among = (expressions: readonly Expression[]) => {
    for (const each of expressions) {
      const unknown = unknownReference(each, custom)
      if (unknown !== undefined) return unknown
    }
    return undefined
  }
  switch (expression.kind) {
    case 'literal':
      return undefined
    case 'reference':
      return isKnown(expression.path, custom) ? undefined : expression.path.join('.')
    case 'not':
      return among([expression.operand])
    case 'binary':
      return among([expression.left, expression.right])
    case 'ternary':
      return among([expression.condition, expression.consequent, expression.alternate])
    case 'list':
      return among(expression.elements)
    case 'map':
      return among(expression.entries.map(([, value]) => value))
  }
}

function isKnown([root, second, third]: readonly string[], custom: readonly string[]): boolean {
  if (root === 'user') return second === undefined || userAttributes.has(second) || custom.includes(second)
  if (root !== 'context') return false
  switch (second) {
    case undefined:
      return true
    case 'requestData':
      return third === undefined || requestData.has(third)
    case 'appConfig':
      return third === undefined || appConfig.has(third)
    default:
      return false
  }
}
