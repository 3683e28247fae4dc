import { checkAttribute } from '../expressions/check-attribute.ts'
import { invalidValue } from './api-error.ts'

/**
 * Refuses a claim mapping whose expression cannot be read or refers to what does not exist.
 *
 * @throws {ApiError} 400 INVALID_DATA naming `target`
 */
export function checkClaim(target: string, value: string): void {
  const problem = checkAttribute(value)
  if (problem) throw invalidValue(target, problem.message)
}
