// Tokens that PingOne never issued, or issued for something else. They start from a token that is good, and change one
// thing. The same ones are tried on a running system, and on code whose checks were switched off.
import { type JWTPayload, SignJWT } from 'jose'
import { cut, glue, type Header } from './world/forge.ts'

/** What forgeries are made from. */
export type Kit = {
  /** Claims of a token that is good where it is presented. */
  claims: JWTPayload
  /** Signs as PingOne does, or with another key; `undefined` removes a claim or a header. */
  forge(claims: JWTPayload, header?: Header, key?: CryptoKey | Uint8Array): Promise<string>
  /** Seconds since the epoch, where the token is presented. */
  now(): number
  /** A key that is not PingOne's. */
  foreignKey: CryptoKey
  /** PingOne's public key, as everybody can read it. */
  publicKey: string
}

export type Forgery = {
  /** Reads on from "presents a token …". */
  what: string
  /** Why it is refused, as the log of the server names it. */
  because: string
  token(kit: Kit): Promise<string>
}

const claimFailed = 'ERR_JWT_CLAIM_VALIDATION_FAILED'
const badSignature = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'
const badAlgorithm = 'ERR_JOSE_ALG_NOT_ALLOWED'

/** A claim that is wrong, of the wrong type, or absent. */
export const claim = (name: string, what: string, value: unknown, because: string): Forgery => ({
  what: `${value === undefined ? 'without' : 'with'} ${what}`,
  because,
  token: ({ claims, forge }) => forge({ ...claims, [name]: value }),
})

const header = (what: string, value: Header, because: string, foreign = false): Forgery => ({
  what: `with ${what}`,
  because,
  token: ({ claims, forge, foreignKey }) => forge(claims, value, foreign ? foreignKey : undefined),
})

const handmade = (
  what: string,
  because: string,
  make: (token: string, kit: Kit) => string | Promise<string>,
): Forgery => ({
  what,
  because,
  token: async (kit) => make(await kit.forge(kit.claims), kit),
})

const anHour = 3600
const deep = (levels: number): object => (levels === 0 ? { sub: 'a' } : { sub: 'a', act: deep(levels - 1) })

const registeredClaims: Forgery[] = [
  claim('iss', 'another issuer', 'https://auth.elsewhere.example/as', claimFailed),
  claim('iss', 'an issuer', undefined, claimFailed),
  claim('iss', 'a number as its issuer', 1, claimFailed),
  claim('aud', 'another audience', 'another-api', claimFailed),
  claim('aud', 'an audience', undefined, claimFailed),
  claim('aud', 'an empty list of audiences', [], claimFailed),
  claim('aud', 'an audience in other letters', ['MYHOTELS-HOTELAPI', 'MyHotels-HotelMcp'], claimFailed),
  claim('exp', 'an end', undefined, claimFailed),
  claim('exp', 'a text as its end', '9999999999', claimFailed),
  claim('iat', 'a time of issue', undefined, claimFailed),
  claim('iat', 'a text as its time of issue', 'today', claimFailed),
  {
    what: 'that has ended',
    because: 'ERR_JWT_EXPIRED',
    token: ({ claims, forge, now }) => forge({ ...claims, iat: now() - 120, exp: now() - 60 }),
  },
  {
    what: 'that is not valid yet',
    because: claimFailed,
    token: ({ claims, forge, now }) => forge({ ...claims, nbf: now() + anHour }),
  },
]

const oauthClaims: Forgery[] = [
  claim('client_id', 'a client', undefined, 'client_id is missing'),
  claim('client_id', 'an empty client', '', 'client_id is missing'),
  claim('client_id', 'a number as its client', 7, 'client_id is missing'),
  claim('act', 'a text as its actor', 'me', 'the actor claim is no chain of actors'),
  claim('act', 'nothing as its actor', null, 'the actor claim is no chain of actors'),
  claim('act', 'an actor without a name', { act: { sub: 'a' } }, 'an actor has no subject'),
  claim('act', 'a number as its actor’s name', { sub: 1 }, 'an actor has no subject'),
  claim('act', 'more actors than anybody acts through', deep(6), 'the actor claim is no chain of actors'),
]

/** Signed by PingOne, for another purpose (RFC 8725 section 3.11). */
const otherPurposes: Forgery[] = [
  ...['nonce', 'at_hash', 'c_hash', 's_hash', 'events'].map((name) =>
    claim(
      name,
      `the claim ${name}, as other tokens have it`,
      name === 'events' ? {} : 'x',
      `the token carries ${name}`,
    ),
  ),
  ...[
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'token-introspection+jwt',
    'application/logout+jwt',
    'JOSE',
  ].map((typ) => header(`the type ${typ}`, { typ }, 'the token is of another type')),
]

const signatures: Forgery[] = [
  handmade('without a signature, as alg none allows', badAlgorithm, (token) => {
    const { claims, header } = cut(token)
    return glue({ ...header, alg: 'none' }, claims, '')
  }),
  handmade('signed with PingOne’s public key as if it were a secret', badAlgorithm, (_token, kit) =>
    new SignJWT(kit.claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(kit.publicKey)),
  ),
  handmade('whose claims were changed after it was signed', badSignature, (token) => {
    const { header, claims, signature } = cut(token)
    return glue(header, { ...claims, scope: `${claims.scope} admin` }, signature)
  }),
  handmade('whose signature was cut', badSignature, (token) => token.slice(0, -8)),
  handmade('whose signature is another token’s', badSignature, async (token, kit) => {
    const other = cut(await kit.forge({ ...kit.claims, sub: 'another' }))
    return `${token.slice(0, token.lastIndexOf('.'))}.${other.signature}`
  }),
  handmade('of five parts', 'ERR_JWS_INVALID', (token) => `${token}.a.b`),
  handmade('that is no token at all', 'ERR_JWS_INVALID', () => 'bearer'),
  handmade(
    'whose header is no JSON',
    'ERR_JWS_INVALID',
    (token) => `bm90IGpzb24${token.slice(token.indexOf('.'))}`,
  ),
  header('a key of its own under PingOne’s key id', {}, badSignature, true),
  header('a key of its own in its header', { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }, badSignature, true),
  header('an address for its key', { jku: 'https://elsewhere.example/jwks' }, badSignature, true),
  header('an address for its certificate', { x5u: 'https://elsewhere.example/cert' }, badSignature, true),
  header('no key id and a key of its own', { kid: undefined }, badSignature, true),
  header('a key id that nobody has', { kid: 'nobody' }, 'ERR_JWKS_NO_MATCHING_KEY'),
  header('a path as its key id', { kid: '../../../../dev/null' }, 'ERR_JWKS_NO_MATCHING_KEY'),
  header('a query as its key id', { kid: "x' UNION SELECT 'secret" }, 'ERR_JWKS_NO_MATCHING_KEY'),
]

/** Refused by whoever verifies a token, before anything else is looked at. */
export const forgeries: readonly Forgery[] = [
  ...registeredClaims,
  ...oauthClaims,
  ...otherPurposes,
  ...signatures,
]
