import { apiUrl, type createTestPingOne, environmentId } from '../identity/pingone-environment.ts'

/** Decisions of a configured local PingOne, whoever asks for them. */
export function decideByPingOne(
  pingOne: ReturnType<typeof createTestPingOne>,
  endpointId: string,
): (parameters: Record<string, unknown>) => Promise<unknown> {
  const url = `${apiUrl}/environments/${environmentId}/decisionEndpoints/${endpointId}`
  return async (parameters) => {
    const response = await pingOne.api(
      new Request(url, {
        method: 'POST',
        headers: { authorization: 'Bearer worker-token', 'content-type': 'application/json' },
        body: JSON.stringify({ parameters }),
      }),
    )
    return response.json()
  }
}
