import { MyHotelsError } from '../../errors/my-hotels-error.ts'

/** PingOne refused a request; another try would be refused alike. */
export class PingOneRefusedError extends MyHotelsError {
  /** The HTTP status, PingOne's `code`, and the codes and targets of its details. */
  readonly answer: PingOneAnswer

  constructor(request: string, answer: PingOneAnswer) {
    // Codes and names of members alone: PingOne's words may repeat what was sent, and that may be a secret.
    const reasons = answer.details
      .map(({ target, code }) => [target, code].filter(Boolean).join(' '))
      .filter((reason) => reason !== '')
    const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : ''
    super({
      name: 'PingOneRefusedError',
      code: 'pingone_refused',
      status: 502,
      message: `PingOne refused ${request}: ${answer.status} ${answer.code ?? 'without a code'}${why}. Correct what it names and run again.`,
      detail: answer,
    })
    this.answer = answer
  }
}

export type PingOneAnswer = {
  status: number
  code?: string | undefined
  message?: string | undefined
  details: {
    code?: string | undefined
    target?: string | undefined
    message?: string | undefined
  }[]
}

/** PingOne answered with success and something that is not what it documents. */
export class UnusableAnswerError extends MyHotelsError {
  constructor(subject: string, cause?: unknown) {
    super({
      name: 'UnusableAnswerError',
      code: 'unusable_answer',
      status: 502,
      message: `PingOne's answer about ${subject} cannot be used. Check that the address of the API is PingOne's.`,
      cause,
    })
  }
}

/** PingOne gave no usable answer until the deadline. */
export class PingOneUnavailableError extends MyHotelsError {
  constructor(request: string, lastProblem: string, cause?: unknown) {
    super({
      name: 'PingOneUnavailableError',
      code: 'pingone_unavailable',
      status: 503,
      retryable: true,
      message: `PingOne did not answer ${request} in time (${lastProblem}). Check the region and the domain of PingOne in cdk.json, or run again later.`,
      cause,
    })
  }
}

/** The worker may not do this; the message says what to do. */
export class WorkerRefusedError extends MyHotelsError {
  constructor(message: string, detail?: unknown) {
    super({ name: 'WorkerRefusedError', code: 'worker_refused', status: 403, message, detail })
  }
}

/** An object of the same name was made by someone else and differs: it is not touched. */
export class ForeignObjectError extends MyHotelsError {
  readonly sentences: readonly string[]

  constructor(sentences: readonly string[]) {
    super({
      name: 'ForeignObjectError',
      code: 'foreign_object',
      status: 409,
      message: `Nothing was changed. ${sentences.join(' ')}`,
    })
    this.sentences = sentences
  }
}

/** PingOne took a change and did not keep it. */
export class ChangeNotKeptError extends MyHotelsError {
  constructor(object: string, path: string) {
    super({
      name: 'ChangeNotKeptError',
      code: 'change_not_kept',
      status: 502,
      message: `PingOne accepted the change of ${path} of the ${object} but did not keep it. Change it in the console, or delete the object there, and run again.`,
    })
  }
}

/** The environment lacks a product without which nothing works. */
export class EnvironmentUnfitError extends MyHotelsError {
  constructor(message: string) {
    super({ name: 'EnvironmentUnfitError', code: 'environment_unfit', status: 409, message })
  }
}
