import { type Capability, unexpectedError } from '../capability.ts'
import { toText } from '../resolve-value.ts'

/** Shows a form of the environment. */
export const showForm: Capability = {
  connector: 'pingOneFormsConnector',
  name: 'showForm',
  run(call) {
    const form = call.environment.get('forms', call.text('form'))
    if (form === undefined) return unexpectedError
    const rows = (property: string) =>
      Object.fromEntries(call.rows(property, 'key').map(({ name, value }) => [name, toText(value)]))
    const requestOptions = call.text('publicKeyCredentialRequestOptions')
    return {
      kind: 'screen',
      screen: {
        kind: 'form',
        form,
        texts: rows('dynamicText'),
        values: rows('formData'),
        ...(requestOptions === '' ? {} : { requestOptions }),
      },
    }
  },
}
