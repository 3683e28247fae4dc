import { type Capability, succeeded, unexpectedError } from '../capability.ts'

/** The person has declined, or could not be made sure of. */
export const returnCibaError: Capability = {
  connector: 'pingOneAuthenticationConnector',
  name: 'returnCibaError',
  run: ({ branch }) => (branch === 'link' ? succeeded({}, [{ kind: 'denied' }]) : unexpectedError),
}
