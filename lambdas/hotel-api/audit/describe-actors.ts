import type { AccessToken } from '../../oauth/verify-access-token.ts'
import type { HotelApiSettings } from '../dependencies.ts'
import type { Entry } from './entry.ts'

type Actors = Extract<Entry, { event: 'confirmed' }>['actors']

/** The actor chain of a token, each client with the part that it plays here. */
export function describeActors({ clients }: HotelApiSettings, token: AccessToken): Actors {
  const actors: Actors = []
  for (let actor = token.actor; actor !== undefined; actor = actor.act) {
    const { sub } = actor
    const name = Object.entries(clients).find(([, clientId]) => clientId === sub)?.[0]
    actors.push({ clientId: sub, name: name ?? 'unknown' })
  }
  return actors
}
