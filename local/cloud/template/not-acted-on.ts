// The list of what the templates say and the local cloud does not do. It is only worth something when it is complete
// and short enough to be read, so equal findings are grouped.

type Finding = { what: string; resource: string }

export class NotActedOn {
  readonly #findings: Finding[] = []

  /** A whole resource, or a fact about it, that has no effect here. */
  add(what: string, resource: string): void {
    this.#findings.push({ what, resource })
  }

  /**
   * Compares a resource's properties with what is acted on: paths with dots, `*` for the elements of a list. A path
   * covers everything below it.
   */
  addProperties(resource: string, type: string, properties: unknown, actedOn: readonly string[]): void {
    for (const path of uncovered(properties, actedOn)) {
      // Tags have no effect on any type: one line for all.
      this.add(/(^|\.)Tags$/.test(path) ? 'Tags' : `${type} ${path}`, resource)
    }
  }

  /** One line for each group, such as `AWS::Lambda::Function TracingConfig (MyHotels-Mcp/McpServer)`. */
  lines(): string[] {
    const groups = new Map<string, Set<string>>()
    for (const { what, resource } of this.#findings) {
      const group = groups.get(what) ?? new Set()
      groups.set(what, group.add(resource))
    }
    return [...groups]
      .map(([what, resources]) => `${what} (${named([...resources])})`)
      .sort((a, b) => (a < b ? -1 : 1))
  }
}

const most = 6

function named(resources: string[]): string {
  if (resources.length <= most) return resources.join(', ')
  return `${resources.slice(0, most - 1).join(', ')} and ${resources.length - most + 1} more`
}

function uncovered(value: unknown, actedOn: readonly string[], path: readonly string[] = []): Set<string> {
  const here = path.join('.')
  if (actedOn.includes(here)) return new Set()
  const below = here === '' || actedOn.some((covered) => covered.startsWith(`${here}.`))
  if (!below || value === null || typeof value !== 'object') return new Set([here])
  const found = new Set<string>()
  for (const [key, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? '*' : key
    for (const missing of uncovered(member, actedOn, [...path, step])) found.add(missing)
  }
  return found
}
