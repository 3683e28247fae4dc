// What one request leaves behind: names, outcomes and durations. Nothing in it is a token, a body or personal.
import { performance } from 'node:perf_hooks'
import type { CallTrace } from '../tool.ts'

/** The line of one request. Durations in milliseconds. */
export type CallLine = {
  correlationId: string
  /** One of the protocol's methods, or `other`. */
  method: string
  /** One of this server's tools, or `unknown`; only for `tools/call`. */
  tool?: string
  protocolVersion?: string
  signedIn?: boolean
  /** `ok`, `refused:<error>`, `failed:<code>` or `rejected:<status>`. */
  outcome: string
  /** The decision's effect, with the approval it asked for. */
  decision?: string
  status: number
  duration: number
  /** By hop: decision, exchange, hotelApi and whatever else a tool times. */
  hops: Record<string, number>
  /** Private detail of a failure: error names and reasons, for the log alone. */
  failure?: { name: string; code?: string; detail?: unknown; cause?: string }
}

export class CallRecord implements CallTrace {
  readonly correlationId: string
  readonly #startedAt = performance.now()
  readonly #hops: Record<string, number> = {}
  method = 'other'
  tool: string | undefined
  protocolVersion: string | undefined
  signedIn: boolean | undefined
  outcome: string | undefined
  decision: string | undefined
  failure: CallLine['failure']

  constructor(correlationId: string) {
    this.correlationId = correlationId
  }

  async time<T>(hop: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    try {
      return await work()
    } finally {
      this.#hops[hop] = round((this.#hops[hop] ?? 0) + performance.now() - startedAt)
    }
  }

  /** The finished line for an answer with this HTTP status. */
  line(status: number): CallLine {
    const given = {
      tool: this.tool,
      protocolVersion: this.protocolVersion,
      signedIn: this.signedIn,
      decision: this.decision,
      failure: this.failure,
    }
    return {
      correlationId: this.correlationId,
      method: this.method,
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      outcome: this.outcome ?? (status < 400 ? 'ok' : `rejected:${status}`),
      status,
      duration: round(performance.now() - this.#startedAt),
      hops: this.#hops,
    }
  }
}

const round = (milliseconds: number) => Math.round(milliseconds * 10) / 10
