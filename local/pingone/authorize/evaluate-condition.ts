// Conditions: three-valued logic, since a value that cannot be had makes a comparison neither true nor false.
import { BlockList, isIP } from 'node:net'
import type { Evaluation } from './evaluation.ts'
import type { Comparator, Condition } from './model.ts'
import { resolveAttribute } from './resolve-attribute.ts'
import { convert, EvaluationFailure, isSame, orderOf, toText, type Value } from './values.ts'

const deepestReferences = 50

/**
 * Whether a condition is met.
 *
 * AND is false as soon as one part is false, even where another part could not be evaluated; OR likewise with true.
 *
 * @throws {EvaluationFailure} when a value that decides it cannot be had
 */
export async function isMet(
  evaluation: Evaluation,
  condition: Condition,
  asking: readonly string[] = [],
  depth = 0,
): Promise<boolean> {
  if (depth > deepestReferences) {
    throw new EvaluationFailure('PROCESSING_ERROR', 'Conditions refer to each other')
  }
  switch (condition.type) {
    case 'AND':
    case 'OR': {
      const decisive = condition.type === 'OR'
      let failure: EvaluationFailure | undefined
      for (const each of condition.conditions) {
        try {
          if ((await isMet(evaluation, each, asking, depth + 1)) === decisive) return decisive
        } catch (error) {
          if (!(error instanceof EvaluationFailure)) throw error
          failure ??= error
        }
      }
      if (failure) throw failure
      return !decisive
    }
    case 'NOT':
      return !(await isMet(evaluation, condition.condition, asking, depth + 1))
    case 'REFERENCE': {
      const shared = evaluation.framework.conditions.get(condition.reference.id)
      if (!shared) {
        throw new EvaluationFailure('PROCESSING_ERROR', `There is no condition ${condition.reference.id}`)
      }
      return isMet(evaluation, shared.condition, asking, depth + 1)
    }
    case 'EMPTY':
      // A condition that was added and not filled in asks for nothing.
      return true
    case 'COMPARISON': {
      const left = await resolveAttribute(evaluation, condition.left.id, asking)
      const right =
        condition.right.type === 'ATTRIBUTE'
          ? await resolveAttribute(evaluation, condition.right.id, asking)
          : ({ type: 'STRING', value: condition.right.value } satisfies Value)
      return compare(evaluation, condition.comparator, left, right)
    }
  }
}

const opposites: Partial<Record<Comparator, Comparator>> = {
  NOT_EQUALS: 'EQUALS',
  NOT_CONTAINS: 'CONTAINS',
  NOT_STARTS_WITH: 'STARTS_WITH',
  NOT_ENDS_WITH: 'ENDS_WITH',
  NOT_MATCHES: 'MATCHES',
  IS_NOT_IN: 'IS_IN',
  IS_NOT_MEMBER_OF: 'IS_MEMBER_OF',
  NOT_IN_CIDR_BLOCK: 'IN_CIDR_BLOCK',
}

function compare(evaluation: Evaluation, comparator: Comparator, left: Value, right: Value): boolean {
  const opposite = opposites[comparator]
  if (opposite) return !compare(evaluation, opposite, left, right)
  switch (comparator) {
    case 'EQUALS':
      return isEqual(left, right)
    case 'CONTAINS':
      return Array.isArray(left.value)
        ? left.value.some((item) => isItem(item, right))
        : toText(left.value).includes(toText(right.value))
    case 'IS_IN':
      return collectionOf(right).some((item) => isItem(item, left))
    case 'GREATER_THAN':
      return order(left, right) > 0
    case 'GREATER_THAN_OR_EQUAL':
      return order(left, right) >= 0
    case 'LESSER_THAN':
      return order(left, right) < 0
    case 'LESSER_THAN_OR_EQUAL':
      return order(left, right) <= 0
    case 'STARTS_WITH':
      return toText(left.value).startsWith(toText(right.value))
    case 'ENDS_WITH':
      return toText(left.value).endsWith(toText(right.value))
    case 'REGULAR_EXPRESSION':
    case 'MATCHES':
      return pattern(toText(right.value)).test(toText(left.value))
    case 'IN_CIDR_BLOCK':
      return isInBlock(toText(left.value), toText(right.value))
    case 'IS_MEMBER_OF':
      return evaluation.directory.groupsOf(toText(left.value)).includes(toText(right.value))
    default:
      throw new EvaluationFailure('PROCESSING_ERROR', `The comparator ${comparator} is not offered here`)
  }
}

function isEqual(left: Value, right: Value): boolean {
  if (left.type === 'JSON' && typeof left.value === 'string') return left.value === toText(right.value)
  if (left.type === 'JSON' || left.type === 'COLLECTION') {
    return isSame(left.value, right.type === 'STRING' ? convert(right.value, 'JSON').value : right.value)
  }
  const other = convert(right.value, left.type)
  const [first, second] = [orderOf(left), orderOf(other)]
  return first !== undefined && second !== undefined ? first === second : isSame(left.value, other.value)
}

/** An item of a collection is equal to a value that is the same, or that has the same text. */
const isItem = (item: unknown, { value }: Value): boolean =>
  isSame(item, value) || (item !== null && typeof item !== 'object' && toText(item) === toText(value))

function collectionOf(value: Value): unknown[] {
  return convert(value.value, 'COLLECTION').value as unknown[]
}

function order(left: Value, right: Value): number {
  const other = convert(right.value, left.type)
  const [first, second] = [orderOf(left), orderOf(other)]
  if (first !== undefined && second !== undefined) return first - second
  if (left.type === 'STRING') {
    const [text, compared] = [String(left.value), String(other.value)]
    return text < compared ? -1 : text > compared ? 1 : 0
  }
  throw new EvaluationFailure('PROCESSING_ERROR', `Values of the type ${left.type} have no order`)
}

function pattern(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 'u')
  } catch {
    throw new EvaluationFailure('PROCESSING_ERROR', 'A regular expression cannot be read')
  }
}

function isInBlock(address: string, block: string): boolean {
  const [network = '', bits = ''] = block.split('/')
  const family = isIP(network)
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (family === 0 || !(prefix <= (family === 4 ? 32 : 128))) {
    throw new EvaluationFailure('TYPE_CONVERSION_ERROR', `${block} is not a CIDR block`)
  }
  if (isIP(address) === 0)
    throw new EvaluationFailure('TYPE_CONVERSION_ERROR', 'A value is not an IP address')
  if (isIP(address) !== family) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
