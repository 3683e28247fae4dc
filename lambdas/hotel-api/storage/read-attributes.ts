/**
 * Plain values of an item in DynamoDB's wire format, for the kinds that this API stores: strings, numbers, booleans,
 * null and maps. `undefined` when there is no item or it holds another kind.
 */
export function readAttributes(item: unknown): Record<string, unknown> | undefined {
  if (item === null || typeof item !== 'object') return undefined
  const values: Record<string, unknown> = {}
  for (const [name, attribute] of Object.entries(item)) {
    const value = readAttribute(attribute)
    if (value === undefined) return undefined
    values[name] = value
  }
  return values
}

function readAttribute(attribute: unknown): unknown {
  const { S, N, BOOL, NULL, M } = (attribute ?? {}) as Record<string, unknown>
  if (typeof S === 'string') return S
  if (typeof N === 'string') return Number(N)
  if (typeof BOOL === 'boolean') return BOOL
  if (NULL === true) return null
  return M === undefined ? undefined : readAttributes(M)
}
