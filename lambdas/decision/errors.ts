import { MyHotelsError } from '../errors/my-hotels-error.ts'
import type { Verdict } from './permit.ts'

/** The policy said no. The message is the policy's own words where it gave some. */
export class DecisionDeniedError extends MyHotelsError {
  readonly effect: Verdict['effect']
  readonly verdict: Verdict
  constructor(options: { verdict: Verdict; words?: string | undefined; detail?: unknown }) {
    super({
      name: 'DecisionDeniedError',
      code: 'denied_by_policy',
      status: 403,
      message: options.words ?? 'MyHotels does not allow this for you. Nothing was changed.',
      detail: options.detail,
    })
    this.effect = options.verdict.effect
    this.verdict = options.verdict
  }
}

/** Whether the policy itself said no: not that it did not know, and not that nobody could be asked. */
export const isDenial = (error: unknown): error is DecisionDeniedError =>
  error instanceof DecisionDeniedError && error.effect === 'DENY'

/** No decision was to be had, so nothing is permitted. */
export class DecisionUnavailableError extends MyHotelsError {
  constructor(detail: unknown, cause?: unknown) {
    super({
      name: 'DecisionUnavailableError',
      code: 'decision_unavailable',
      status: 503,
      retryable: true,
      message:
        'MyHotels cannot check at the moment whether this is allowed, so nothing was done. Try again shortly.',
      detail,
      cause,
    })
  }
}
