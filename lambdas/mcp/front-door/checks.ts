import type { FrontDoorCheck } from './check.ts'
import { checkContentType } from './check-content-type.ts'
import { checkHost } from './check-host.ts'
import { checkMethod } from './check-method.ts'
import { checkOrigin } from './check-origin.ts'

/** In this order. */
export const frontDoorChecks: readonly FrontDoorCheck[] = [
  checkHost,
  checkOrigin,
  checkMethod,
  checkContentType,
]
