import { type ClientRole, clientRoles } from '../desired-state/applications.ts'
import type { Reconciler } from './reconcile.ts'

export type Client = { clientId: string; clientSecret: string }

/** Ids and secrets of the clients. They are read, never rotated. */
export async function readClients(reconciler: Reconciler): Promise<Record<ClientRole, Client>> {
  const clients = await Promise.all(
    clientRoles.map(async (role) => {
      const key = `application.${role}`
      const clientId = reconciler.id(key)
      if (clientId === undefined) throw new Error(`${key} does not exist`)
      return [role, { clientId, clientSecret: await reconciler.secret(key) }] as const
    }),
  )
  return Object.fromEntries(clients) as Record<ClientRole, Client>
}
