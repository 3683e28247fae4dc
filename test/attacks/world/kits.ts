// What forgeries on the running system start from: tokens that it really issued.
import { decodeJwt, exportSPKI, generateKeyPair, importJWK, type JWK, type JWTPayload } from 'jose'
import type { Kit } from '../forgeries.ts'
import type { Json } from './answer.ts'
import type { Guest } from './guests.ts'
import type { World } from './world.ts'

type Kits = {
  person: Guest
  /** For the MCP server, for the hotel API, and for the confirmation of `intent`. */
  host: Kit
  exchanged: Kit
  approval: Kit
  intent: Json
}

const made = new WeakMap<World['pingOne'], Promise<Kits>>()

export function kitsOf(world: World): Promise<Kits> {
  const kits = made.get(world.pingOne) ?? makeKits(world)
  made.set(world.pingOne, kits)
  return kits
}

async function makeKits(world: World): Promise<Kits> {
  const { pingOne, forge } = world
  const [jwk] = pingOne.environment.values.signingKeys as JWK[]
  const { kty, n, e } = jwk ?? {}
  const publicKey = await exportSPKI(
    (await importJWK({ kty: kty ?? 'RSA', n: n ?? '', e: e ?? '' }, 'RS256')) as CryptoKey,
  )
  const foreignKey = (await generateKeyPair('RS256')).privateKey
  const kitFrom = (token: string): Kit => {
    const { exp, iat, jti, ...claims } = decodeJwt(token) as JWTPayload
    return { claims, forge, now: () => Math.floor(Date.now() / 1000), foreignKey, publicKey }
  }
  const person = await world.invite()
  const { json: intent } = await world.intent(person, world.stay())
  return {
    person,
    host: kitFrom(await person.token()),
    exchanged: kitFrom(await world.exchanged(person)),
    approval: kitFrom(await world.approvalOf(person, world.shownOf(intent))),
    intent,
  }
}
