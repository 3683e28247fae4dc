import { type Capability, succeeded } from '../capability.ts'

/** Answers the request that started the flow. */
export const createSuccessResponse: Capability = {
  connector: 'httpConnector',
  name: 'createSuccessResponse',
  run: () => succeeded({}, [{ kind: 'answered' }]),
}
