// What the roles of the templates were used for: which grants, and what was denied for want of one.
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const denialSchema = z.object({
  /** The function or state machine, by its name. */
  caller: z.string(),
  role: z.string(),
  action: z.string(),
  resource: z.string(),
})

/** The content of one file of a record. */
export const accessRecordSchema = z.object({
  /** As `grantName` names them. */
  used: z.array(z.string()),
  denied: z.array(denialSchema),
})

export type Denial = z.infer<typeof denialSchema>

export type AccessRecord = {
  use(grants: readonly string[]): void
  deny(denial: Denial): void
  /** Writes a file of its own: others may record into the same directory. */
  save(): void
}

/**
 * The name of one grant: an action on a resource, in a statement of a policy.
 *
 * @param statement the policy's stack and logical id, and the number of the statement in it
 * @param resource the number of the resource in the statement
 * @example 'MyHotels-Mcp-dev/McpServerRoleDefaultPolicyA69F5DAB/2 dynamodb:GetItem #0'
 */
export const grantName = (statement: string, action: string, resource: number) =>
  `${statement} ${action} #${resource}`

export function openAccessRecord(directory: string): AccessRecord {
  const used = new Set<string>()
  const denied = new Map<string, Denial>()
  return {
    use(grants) {
      for (const grant of grants) used.add(grant)
    },
    deny: (denial) => void denied.set(JSON.stringify(denial), denial),
    save() {
      mkdirSync(directory, { recursive: true })
      const content: z.infer<typeof accessRecordSchema> = {
        used: [...used].sort(),
        denied: [...denied.values()],
      }
      writeFileSync(join(directory, `${randomUUID()}.json`), JSON.stringify(content, null, 2))
    },
  }
}
