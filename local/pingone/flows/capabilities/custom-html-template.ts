import { type Capability, succeeded } from '../capability.ts'
import { toText } from '../resolve-value.ts'

/** Shows the HTML of the node; `{{name}}` in it is the node's own property of that name. */
export const customHTMLTemplate: Capability = {
  connector: 'httpConnector',
  name: 'customHTMLTemplate',
  run(call) {
    const html = call
      .text('customHTML')
      .replaceAll(/\{\{([\w-]+)\}\}/g, (_, name: string) => escapeHtml(toText(call.value(name))))
    if (html === '') return succeeded()
    return { kind: 'screen', screen: { kind: 'html', title: call.text('messageTitle'), html } }
  },
}

const escapeHtml = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
