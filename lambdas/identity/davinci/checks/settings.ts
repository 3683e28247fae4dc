import type { FlowCheck } from '../flow.ts'

/** Pages run inline scripts, and debug logs hold what people type. */
export const settings: FlowCheck = ({ settings: { csp, logLevel, cibaFlow }, isCiba }) => [
  ...(typeof csp === 'string' && !csp.includes("'unsafe-inline'")
    ? ["The content security policy keeps DaVinci's own pages from running: it lacks 'unsafe-inline'."]
    : []),
  ...(logLevel === 3 ? ['The flow logs at the level of debugging (3), which holds what people type.'] : []),
  ...(cibaFlow !== undefined && cibaFlow !== isCiba
    ? ['The setting cibaFlow and the trigger of the flow disagree.']
    : []),
]
