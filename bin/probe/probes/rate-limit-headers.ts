import type { Probe } from '../probe.ts'

export const rateLimitHeaders: Probe = {
  id: 'rate-limit-headers',
  about: 'PingOne',
  asks: 'Do answers say how many requests are left?',
  expects: 'No: limits show as status 429 alone, perhaps with `Retry-After`.',
  otherwise: {
    means: 'Calls could slow down before they are refused.',
    change: 'Read the headers in `lambdas/http/fetch-with-retry.ts`.',
  },
  async ask({ pingOne }) {
    const answers = [
      await pingOne.api('GET', 'groups?limit=1'),
      await pingOne.post('token', { grant_type: 'client_credentials' }),
    ]
    const names = new Set(
      answers.flatMap(({ headers }) => [...headers.keys()].filter((name) => /rate-?limit|quota/i.test(name))),
    )
    return {
      asExpected: names.size === 0,
      saw: names.size === 0 ? 'no header of that kind' : `headers ${[...names].join(', ')}`,
    }
  },
}
