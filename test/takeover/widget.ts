import type { Party } from '../attacks/row.ts'

/** Script that found its way into the widget's frame, or into a page that calls as the widget would. */
export const widget: Party = {
  party: 'the widget',
  holds: 'what the host hands to its frame, and the tools that a widget may call',
  rows: [
    {
      tries: 'calls the server from its own frame',
      stoppedBy: '403 rejected:403: -32600',
      async attack({ tool, tell }) {
        return tell(
          await tool(undefined, 'search_hotels', { city: 'Florence' }, { headers: { origin: 'null' } }),
        )
      },
    },
    {
      tries: 'calls the server from a page elsewhere',
      stoppedBy: '403 rejected:403: -32600',
      async attack({ tool, tell }) {
        const headers = { origin: 'https://elsewhere.example' }
        return tell(await tool(undefined, 'search_hotels', { city: 'Florence' }, { headers }))
      },
    },
    {
      tries: 'calls a tool that needs sign-in without the host',
      stoppedBy: '401 refused:missing_token: 401',
      async attack({ tool, stay, tell }) {
        return tell(await tool(undefined, 'prepare_booking', stay('cheap')))
      },
    },
    {
      tries: 'says in the call’s metadata that somebody else is signed in',
      stoppedBy: '200 failed:unknown_booking',
      async attack({ invite, bystander, mcp, tell }) {
        const { transactionId } = bystander.booking
        const _meta = {
          'openai/subject': bystander.id,
          'openai/userId': bystander.username,
          sub: bystander.id,
        }
        const call = { name: 'finalize_booking', arguments: { transactionId }, _meta }
        return tell(await mcp('tools/call', call, { token: await (await invite()).token() }))
      },
    },
    {
      tries: 'reads a file of the server as if it were a widget',
      stoppedBy: '401 refused:missing_token: 401',
      async attack({ mcp, tell }) {
        return tell(await mcp('resources/read', { uri: 'file:///var/task/index.mjs' }))
      },
    },
    {
      tries: 'reads a file of the server by a path below the widget’s',
      stoppedBy: '401 refused:missing_token: 401',
      async attack({ mcp, tell }) {
        return tell(await mcp('resources/read', { uri: 'ui://widget/../../etc/passwd' }))
      },
    },
    {
      tries: 'finishes a booking that the person has not approved, again and again at once',
      stoppedBy: '200 ok: pending; the booking is pending',
      async attack({ invite, pending, tool, tell, statusOf }) {
        const person = await invite()
        const { transactionId } = await pending(person)
        const attempts = await Promise.all(
          Array.from({ length: 6 }, async () =>
            tell(await tool(person, 'finalize_booking', { transactionId })),
          ),
        )
        return `${[...new Set(attempts)].join(', ')}; the booking is ${await statusOf(transactionId)}`
      },
    },
  ],
}
