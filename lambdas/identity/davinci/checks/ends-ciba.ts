import { callsOf, type FlowCheck, reachable, starts } from '../flow.ts'

/** The request can end either way, and only after the link was opened. */
export const endsCiba: FlowCheck = (flow) => {
  if (!flow.isCiba) return []
  const resumed = new Set(callsOf(flow, 'oobContinue').map(({ id }) => id))
  const opened = reachable(flow, [...resumed])
  const unopened = reachable(
    flow,
    starts(flow).map(({ id }) => id),
    ({ source }) => !resumed.has(source),
  )
  return (['returnCibaSuccess', 'returnCibaError'] as const).flatMap((capability) => {
    const ends = callsOf(flow, capability)
    if (!ends.some(({ id }) => opened.has(id)))
      return [`After the link was opened, nothing leads to ${capability}.`]
    return ends.flatMap(({ id, label }) =>
      unopened.has(id) ? [`${label} ends the request before the link was opened.`] : [],
    )
  })
}
