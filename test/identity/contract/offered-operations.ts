import { PingOneEnvironment } from '../../../local/pingone/environment.ts'
import { managementOperations } from '../../../local/pingone/management/api.ts'
import type { ManagementContext } from '../../../local/pingone/management/operation.ts'

export type Offered = {
  method: string
  /** With variables, and with `#action+json` for an operation that a media type chooses. */
  path: string
}

/** What the local PingOne offers, and so what the contract has to be about. */
export function offeredOperations(): Offered[] {
  const environment = new PingOneEnvironment({
    environmentId: '{environmentID}',
    organizationId: '{organizationID}',
  })
  // Operations are listed, not called: no part of the context beyond the environment is looked at.
  return managementOperations({ environment, options: {}, clock: Date.now } as unknown as ManagementContext)
    .flatMap(({ method, path, mediaTypes = [undefined] }) =>
      mediaTypes.map((mediaType) => ({ method, path: path + actionSuffix(mediaType) })),
    )
    .sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1))
}

/** @example actionSuffix('application/vnd.pingidentity.password.set+json') // '#set+json' */
export function actionSuffix(mediaType: string | undefined): string {
  const action = /^application\/vnd\.pingidentity\.(?:\w+\.)+(\w+)(?:\+json)?$/.exec(mediaType ?? '')?.[1]
  return action === undefined ? '' : `#${action}+json`
}

/** Documents name the variables of one path differently. */
export const shapeOf = (path: string): string => path.replace(/\{[^}]+\}/g, '{}')
