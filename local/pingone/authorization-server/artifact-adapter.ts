// oidc-provider's storage interface over the artifact store and, for clients, over the environment.
import type { Adapter, Payload } from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { clientMetadata } from './client-metadata.ts'

/** Kinds that end with the consent they came from. */
const grantable = ['AccessToken', 'AuthorizationCode', 'RefreshToken', 'BackchannelAuthenticationRequest']

/** An expired artifact is kept this long, so that "expired" can be told from "never existed". */
const keepExpiredMs = 3_600_000

export function createArtifactAdapter(options: {
  environment: PingOneEnvironment
  store: ArtifactStore
  clock: Clock
}): (kind: string) => Adapter {
  const { environment, store } = options
  // oidc-provider reads the machine's clock; times are moved between its time and ours at this border.
  const ahead = () => Math.round((options.clock() - Date.now()) / 1000)

  return (kind) => ({
    async upsert(id, payload, expiresIn) {
      const keepUntil =
        expiresIn === undefined ? Number.MAX_SAFE_INTEGER : options.clock() + expiresIn * 1000 + keepExpiredMs
      store.put(kind, id, shiftTimes(payload, ahead()), keepUntil)
    },

    async find(id) {
      // Read anew each time: the Management API may have changed or deleted the application.
      if (kind === 'Client') return clientMetadata(environment, id, options.clock)
      const found = read(store.get(kind, id))
      return kind === 'RefreshToken' ? withinGrace(found) : found
    },

    async findByUid(uid) {
      return read(store.list(kind).find(([, value]) => value.uid === uid)?.[1])
    },

    async findByUserCode(userCode) {
      return read(store.list(kind).find(([, value]) => value.userCode === userCode)?.[1])
    },

    async consume(id) {
      const value = store.get(kind, id)
      if (value === undefined) return
      const exp = typeof value.exp === 'number' ? value.exp * 1000 : options.clock()
      store.put(
        kind,
        id,
        // What is used again within its grace period does not begin another.
        { ...value, consumed: value.consumed ?? Math.floor(options.clock() / 1000) },
        Math.max(exp, options.clock()) + keepExpiredMs,
      )
    },

    async destroy(id) {
      store.delete(kind, id)
    },

    async revokeByGrantId(grantId) {
      for (const each of grantable) {
        for (const [id, value] of store.list(each)) if (value.grantId === grantId) store.delete(each, id)
      }
    },
  })

  /** A refresh token that was rotated may be used again for as long as the application allows. */
  function withinGrace(token: Payload | undefined): Payload | undefined {
    if (token?.consumed === undefined) return token
    const grace = environment.get(
      'applications',
      String(token.clientId),
    )?.refreshTokenRollingGracePeriodDuration
    const { consumed, ...unused } = token
    const age = Math.floor(options.clock() / 1000) - Number(consumed)
    return typeof grace === 'number' && age < grace ? unused : token
  }

  function read(value: Payload | undefined): Payload | undefined {
    return value === undefined ? undefined : shiftTimes(value, -ahead())
  }
}

function shiftTimes(payload: Payload, seconds: number): Payload {
  const moved = { ...payload }
  for (const member of ['iat', 'exp', 'loginTs', 'authTime']) {
    const time = moved[member]
    if (typeof time === 'number') moved[member] = time + seconds
  }
  return moved
}
