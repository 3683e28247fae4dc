import { callsOf, type FlowCheck } from '../flow.ts'

/** A node that shows a form knows all that the form can be left by, and no more. */
export const offersEveryOutcome: FlowCheck = (flow) =>
  callsOf(flow, 'showForm').flatMap(({ label, properties, outcomes }) => {
    const form = flow.forms.get(String(properties.form))
    if (form === undefined) return [`${label} shows the form ${String(properties.form)}, which there is not.`]
    const results = outcomes.map(({ result }) => result)
    return [
      ...[...form.results]
        .filter((result) => !results.includes(result))
        .map((result) => `${label} has no outcome for "${result}", by which its form can be left.`),
      ...results
        .filter((result) => !form.results.has(result))
        .map((result) => `${label} has an outcome "${result}", which its form does not have.`),
    ]
  })
