import { mcpUrlOf } from '../mcp-call.ts'
import type { Probe } from '../probe.ts'
import { sendRaw } from '../send-raw.ts'

export const oddTargets: Probe = {
  id: 'odd-targets',
  about: 'AWS',
  asks: 'What becomes of request targets that are no ordinary paths?',
  expects: 'They are answered or refused below 500, whether they reach the function or not.',
  otherwise: {
    means: 'Anybody can make the service look broken.',
    change: '`requestFromEvent` in `lambdas/http/lambda-http.ts`.',
  },
  async ask({ deployed }) {
    const url = mcpUrlOf(deployed)
    const { host } = new URL(url)
    const targets = [
      ['GET', '///'],
      ['GET', `http://${host}/mcp`],
      ['OPTIONS', '*'],
      ['GET', '/%00%ff'],
    ] as const
    const seen: string[] = []
    let worst = 0
    for (const [method, path] of targets) {
      // Some front doors close the connection without a word.
      const { status } = await sendRaw(url, { method, path }).catch(() => ({ status: 0 }))
      seen.push(`${method} ${path.replace(host, '<host>')} ${status || 'closed'}`)
      worst = Math.max(worst, status)
    }
    return { asExpected: worst < 500, saw: seen.join(', ') }
  },
}
