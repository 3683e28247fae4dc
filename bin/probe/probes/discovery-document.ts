import { member, readAnswer, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

const needed = {
  grant_types_supported: [
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:openid:params:grant-type:ciba',
  ],
  code_challenge_methods_supported: ['S256'],
} as const

export const discoveryDocument: Probe = {
  id: 'discovery-document',
  about: 'PingOne',
  asks: 'What does the discovery document say that hosts look for?',
  expects: 'The issuer with `/as`, PKCE with S256, the CIBA endpoint, and no dynamic registration.',
  otherwise: {
    means: 'A host that reads the document may refuse to connect, or may try to register itself.',
    change: 'Hosts are told of another metadata document in `lambdas/mcp/metadata`.',
  },
  async ask({ pingOne, record }) {
    const answer = await readAnswer(await pingOne.fetch(`${pingOne.issuer}/.well-known/openid-configuration`))
    record('document', answer)
    const missing = Object.entries(needed).flatMap(([name, values]) => {
      const listed = member(answer, name)
      return values.filter((value) => !Array.isArray(listed) || !listed.includes(value))
    })
    if (text(answer, 'backchannel_authentication_endpoint') !== `${pingOne.issuer}/cibaAuthorization`)
      missing.push('backchannel_authentication_endpoint' as never)
    const registers = ['registration_endpoint', 'client_id_metadata_document_supported'].filter(
      (name) => member(answer, name) !== undefined,
    )
    const isIssuer = text(answer, 'issuer') === pingOne.issuer
    return {
      asExpected: isIssuer && missing.length === 0 && registers.length === 0,
      saw: [
        isIssuer ? 'the issuer is the one that is configured' : 'the issuer is another',
        missing.length === 0 ? 'nothing is missing' : `it does not name ${missing.join(', ')}`,
        ...(registers.length > 0 ? [`it has ${registers.join(', ')}`] : []),
      ].join(', '),
    }
  },
}
