import type { ClientRole } from '../desired-state/applications.ts'
import type { Reconciler } from './reconcile.ts'

/** The id of a client, which is there once the desired state was applied. */
export function readClientId(reconciler: Reconciler, role: ClientRole): string {
  const id = reconciler.id(`application.${role}`)
  if (id === undefined) throw new Error(`The client ${role} does not exist`)
  return id
}

/** What an operator enters in a host's settings. The secret is read, never rotated. */
export async function readConnector(
  reconciler: Reconciler,
): Promise<{ clientId: string; clientSecret: string }> {
  return {
    clientId: readClientId(reconciler, 'connector'),
    clientSecret: await reconciler.secret('application.connector'),
  }
}
