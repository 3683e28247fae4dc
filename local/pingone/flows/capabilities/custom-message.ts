import type { Capability } from '../capability.ts'

/** Shows a message; with a button only where the node asks for one. */
export const customMessage: Capability = {
  connector: 'pingOneFormsConnector',
  name: 'customMessage',
  run(call) {
    return {
      kind: 'screen',
      screen: {
        kind: 'message',
        message: call.text('message'),
        ...(call.value('showContinueButton') === true
          ? { continueLabel: call.text('buttonText') || 'Submit' }
          : {}),
      },
    }
  },
}
