import { callsOf, type FlowCheck, reachable, starts } from '../flow.ts'

const pages = ['showForm', 'customForm', 'customHTMLTemplate', 'customHtmlMessage', 'customMessage']

/** An error message is shown on the page before it. Where none was shown, it ends the whole flow. */
export const errorsHaveAPage: FlowCheck = (flow) => {
  const shown = new Set(callsOf(flow, ...pages).map(({ id }) => id))
  const before = reachable(
    flow,
    starts(flow).map(({ id }) => id),
    ({ source }) => !shown.has(source),
  )
  return callsOf(flow, 'customErrorMessage').flatMap(({ id, label }) =>
    before.has(id) ? [`${label} can be reached before any page was shown.`] : [],
  )
}
