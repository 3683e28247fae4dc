// Where the two enforcement points ask for decisions.
import { type DesiredObject, ref } from './desired-object.ts'
import { owned } from './ownership.ts'

/**
 * Each endpoint evaluates one tagged version of the policies. Without a version it would follow the editor's draft,
 * which PingOne throttles and which a person may be halfway through changing.
 *
 * @param policiesByApi false when the tenant refuses the policy editor's API: policies are then imported by hand,
 * and the endpoints follow the draft until a version is chosen in the console
 */
export function describeDecisionEndpoints(options: { policiesByApi: boolean }): DesiredObject[] {
  const endpoint = (key: string, name: string, description: string): DesiredObject => ({
    key: `decisionEndpoint.${key}`,
    kind: 'decisionEndpoint',
    name,
    wanted: {
      name,
      description: owned(description),
      // Requests carry the person's access token: no copies of it in a list of recent decisions.
      recordRecentRequests: false,
      ...(options.policiesByApi
        ? {
            policyId: ref('authorize.policy'),
            authorizationVersion: { id: ref('taggedVersion') },
          }
        : {}),
    },
  })
  return [
    endpoint('mcp', 'MyHotels MCP', 'Decides the tool calls of the MCP server.'),
    endpoint('hotelApi', 'MyHotels Hotel API', 'Decides the bookings of the hotel API.'),
  ]
}
