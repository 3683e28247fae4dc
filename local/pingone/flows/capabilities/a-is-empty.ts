import { type Capability, failed, succeeded } from '../capability.ts'

/** Holds for an empty text, and for a reference to nothing where `checkNullORUndefined` says so. */
export const aIsEmpty: Capability = {
  connector: 'functionsConnector',
  name: 'AIsEmpty',
  run(call) {
    const value = call.value('leftValueA')
    const isNothing = value === undefined || value === null
    const isEmpty = isNothing ? call.value('checkNullORUndefined') === true : value === ''
    return isEmpty ? succeeded() : failed()
  },
}
