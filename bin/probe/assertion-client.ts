import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Answer } from './answer.ts'
import type { Tools } from './probe.ts'

/** A client of the probe's own that authenticates with a key (RFC 7523), and how it asks for a token. */
export async function createAssertionClient({
  pingOne,
  playground,
}: Pick<Tools, 'pingOne' | 'playground'>): Promise<
  (claims: { aud: string; jti?: string }) => Promise<Answer>
> {
  const pair = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'probe', alg: 'RS256', use: 'sig' }
  const api = await playground.hotelApi()
  const { clientId } = await playground.client(
    `key-${Math.random().toString(36).slice(2, 8)}`,
    {
      grantTypes: ['CLIENT_CREDENTIALS'],
      tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT',
      jwks: JSON.stringify({ keys: [jwk] }),
    },
    [api],
  )
  return async function ask(claims) {
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'probe' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(pair.privateKey)
    return pingOne.post('token', {
      grant_type: 'client_credentials',
      scope: api.scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
  }
}
