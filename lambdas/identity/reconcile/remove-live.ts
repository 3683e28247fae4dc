import { idOf, type Kind } from './kind.ts'
import type { Live, ManagementClient } from './management-client.ts'

/** Deletes one object; what is gone already is deleted. */
export async function removeLive(
  client: ManagementClient,
  kind: Kind,
  parentId: string,
  live: Live,
): Promise<void> {
  const path = kind.path(parentId)
  if (kind.remove) return kind.remove(client, live, path)
  await client.delete(`${path}/${encodeURIComponent(idOf(live))}`)
}
