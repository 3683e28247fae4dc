import { member, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const introspectionAfterDeletion: Probe = {
  id: 'introspection-after-deletion',
  about: 'PingOne',
  asks: 'Is the token of a person who was deleted still active?',
  expects: 'No: `active` is false in the next request.',
  otherwise: {
    means: 'Somebody who has left can read and book until their token expires.',
    change: 'Shorten `accessTokenValiditySeconds` in `lambdas/identity/desired-state/resources.ts`.',
  },
  async ask({ pingOne, playground, record }) {
    const mcp = await playground.mcp()
    const person = await playground.makeUser('leaver')
    const token = text(await playground.signedIn({}, person), 'access_token')
    await pingOne.management.delete(`users/${person.id}`)
    const answer = await pingOne.post('introspect', { token }, { clientId: mcp.id, clientSecret: mcp.secret })
    record('answer', answer)
    const isActive = member(answer, 'active')
    return { asExpected: isActive === false, saw: `active is ${String(isActive)}` }
  },
}
