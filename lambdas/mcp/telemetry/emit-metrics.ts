// CloudWatch metrics in the embedded metric format: one log line per request, no call to CloudWatch.
import type { Metrics } from '@aws-lambda-powertools/metrics'
import type { CallLine } from './call-record.ts'

/** Counts and times a request by method, tool and outcome; times the hops of a tool call. */
export function emitMetrics(metrics: Metrics, line: CallLine): void {
  const call = metrics.singleMetric()
  call.addDimension('method', line.method)
  if (line.tool !== undefined) call.addDimension('tool', line.tool)
  call.addDimension('outcome', line.outcome)
  call.addMetric('Requests', 'Count', 1)
  if (line.tool === undefined) return
  const timing = metrics.singleMetric()
  timing.addDimension('tool', line.tool)
  timing.addMetric('Duration', 'Milliseconds', line.duration)
  for (const [hop, duration] of Object.entries(line.hops)) {
    const hopTiming = metrics.singleMetric()
    hopTiming.addDimension('hop', hop)
    hopTiming.addMetric('HopDuration', 'Milliseconds', duration)
  }
}
