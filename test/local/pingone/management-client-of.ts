import {
  createManagementClient,
  type ManagementClient,
} from '../../../lambdas/identity/reconcile/management-client.ts'
import type { PingOne } from '../../../local/pingone/start.ts'

/** A client of a running local PingOne's Management API, as the set-up worker. */
export function managementClientOf(
  pingOne: Pick<PingOne, 'apiUrl' | 'authUrl' | 'environmentId' | 'worker'>,
): ManagementClient {
  return createManagementClient({
    apiUrl: pingOne.apiUrl,
    authUrl: pingOne.authUrl,
    environmentId: pingOne.environmentId,
    worker: { ...pingOne.worker, environmentId: pingOne.environmentId },
    fetch,
    clock: Date.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
    requestTimeout: 10_000,
    deadline: () => Date.now() + 60_000,
  })
}
