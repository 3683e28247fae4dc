import type { FlowNode } from '../graph.ts'
import { slateText } from '../slate.ts'

/** Shows a message on the form that was shown last, which can then be tried again. The branch ends there. */
export const refuse = (id: string, title: string, message: string): FlowNode => ({
  id,
  connector: 'errors',
  capability: 'customErrorMessage',
  title,
  properties: { errorMessage: slateText(message) },
})
