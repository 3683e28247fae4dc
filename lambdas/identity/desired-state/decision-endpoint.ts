// Where the MCP server asks for decisions.
import { type DesiredObject, ref } from './desired-object.ts'
import { owned } from './ownership.ts'

/**
 * The endpoint evaluates one tagged version of the policies. Without a version it would follow the editor's draft,
 * which PingOne throttles and which a person may be halfway through changing.
 *
 * @param policiesByApi false when the tenant refuses the policy editor's API: policies are then imported by hand,
 * and the endpoint follows the draft until a version is chosen in the console
 */
export function describeDecisionEndpoint(options: { policiesByApi: boolean }): DesiredObject[] {
  return [
    {
      key: 'decisionEndpoint.mcp',
      kind: 'decisionEndpoint',
      name: 'MyHotels MCP',
      wanted: {
        name: 'MyHotels MCP',
        description: owned('Decides the tool calls of the MCP server.'),
        // Requests carry the person's access token: no copies of it in a list of recent decisions.
        recordRecentRequests: false,
        ...(options.policiesByApi
          ? {
              policyId: ref('authorize.policy'),
              authorizationVersion: { id: ref('taggedVersion') },
            }
          : {}),
      },
    },
  ]
}
