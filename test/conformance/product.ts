// The product as hosts meet it, for runs of other people's tools: the four tools, the real widget, and a city with hotels
// behind them.
import { buildWidget } from '../../widget/build.ts'
import { createStack, listen, productTools, signToken } from '../mcp/stack.ts'

/** Serves it twice: as a stranger sees it, and with Anna's token added to every request. */
export async function startProduct() {
  const html = await buildWidget()
  const { services } = await createStack()
  const calls: { tool: string; signedIn: boolean; outcome: string }[] = []
  const { server } = await createStack({
    tools: productTools(services),
    widget: async () => html,
    report: ({ tool, signedIn, outcome }) => {
      if (tool) calls.push({ tool, signedIn: signedIn === true, outcome })
    },
  })
  const token = await signToken()
  const anonymous = await listen(server)
  const signedIn = await listen((request) => {
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${token}`)
    return server(new Request(request, { headers }))
  })
  return {
    url: anonymous.url,
    signedInUrl: signedIn.url,
    token,
    /** The tool calls that arrived, oldest first. */
    calls,
    stop: async () => {
      await anonymous.stop()
      await signedIn.stop()
    },
  }
}

export type Product = Awaited<ReturnType<typeof startProduct>>
