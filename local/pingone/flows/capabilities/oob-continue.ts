import { type Capability, succeeded } from '../capability.ts'

/** Where the link leads; until it is opened nothing happens here. */
export const oobContinue: Capability = {
  connector: 'flowConnector',
  name: 'oobContinue',
  run: ({ challenge }) => (challenge === undefined ? { kind: 'wait' } : succeeded({ challenge })),
}
