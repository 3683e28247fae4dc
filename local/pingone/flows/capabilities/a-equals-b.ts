import { type Capability, failed, succeeded } from '../capability.ts'
import { toText } from '../resolve-value.ts'

/** Compares two values; `type` says as what, text being the default. */
export const aEqualsB: Capability = {
  connector: 'functionsConnector',
  name: 'AEqualsB',
  run(call) {
    const type = call.text('type')
    const comparable = (property: string): unknown => {
      const text = toText(call.value(property))
      if (type === 'boolean') return text.trim().toLowerCase()
      if (type === 'number') return text.trim() === '' ? undefined : Number(text)
      return call.value('caseSensitive') === false ? text.toLowerCase() : text
    }
    const left = comparable('leftValueA')
    return left !== undefined && left === comparable('rightValueB') ? succeeded() : failed()
  },
}
