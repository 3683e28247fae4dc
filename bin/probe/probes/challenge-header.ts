import { mcpCall } from '../mcp-call.ts'
import type { Probe } from '../probe.ts'

export const challengeHeader: Probe = {
  id: 'challenge-header',
  about: 'AWS',
  asks: 'Does `WWW-Authenticate` arrive under its own name?',
  expects: 'Yes: HTTP APIs do not rename it, as REST APIs do.',
  otherwise: {
    means:
      'Hosts find sign-in through the well-known documents alone, and a step-up to more scopes does not work.',
    change: 'A custom domain with CloudFront in front, or a function URL, in `lib/http-front.ts`.',
  },
  async ask({ deployed, pingOne, record }) {
    const answer = await mcpCall(deployed, pingOne.fetch, 'search_hotels_member_rates')
    record('challenge', { ...answer, body: 'left out' })
    const challenge = answer.headers.get('www-authenticate') ?? ''
    const renamed = [...answer.headers.keys()].filter((name) => /remapped/i.test(name))
    return {
      asExpected: answer.status === 401 && challenge.includes('resource_metadata='),
      saw: challenge
        ? `${answer.status}, under its own name`
        : `${answer.status}, ${renamed.join(', ') || 'no challenge'}`,
    }
  },
}
