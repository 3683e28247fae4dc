import { accessFailed } from '../api-error.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'

/** A product outside the bill of materials has no API. */
export function requireProduct(
  { environment }: ManagementContext,
  { product }: Operation,
  _call: Call,
): void {
  if (product !== undefined && !environment.billOfMaterials.includes(product)) throw accessFailed()
}
