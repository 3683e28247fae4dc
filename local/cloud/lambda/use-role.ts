import type { Identity } from '../iam/identities.ts'

/**
 * What Lambda itself does in the name of a function's role: it writes the log and, where tracing is active, the traces.
 * Neither is refused here; in AWS both are missing where the role does not allow them, so a denial is recorded.
 */
export function useRole(
  identity: Identity,
  options: { logGroupArn: string; logStream: string; isTraced: boolean },
): void {
  const note = (action: string, resource: string) => {
    try {
      identity.authorize({ action, resource })
    } catch {
      // It is on record.
    }
  }
  const stream = `${options.logGroupArn}:log-stream:${options.logStream}`
  note('logs:CreateLogStream', stream)
  note('logs:PutLogEvents', stream)
  if (!options.isTraced) return
  note('xray:PutTraceSegments', '*')
  note('xray:PutTelemetryRecords', '*')
}
