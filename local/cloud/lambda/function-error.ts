/** A function failed; in the words in which Lambda reports it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
  readonly errorType: string
  readonly trace: readonly string[]

  constructor(report: { errorType: string; errorMessage: string; trace?: readonly string[] }) {
    super(report.errorMessage)
    this.errorType = report.errorType
    this.trace = report.trace ?? []
  }

  /** The payload of a failed invocation. */
  get payload(): { errorType: string; errorMessage: string; trace: readonly string[] } {
    return { errorType: this.errorType, errorMessage: this.message, trace: this.trace }
  }
}

/** The function was not called at all: as many instances as it may have are busy. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsException'

  constructor(functionName: string) {
    super(`Rate Exceeded: all reserved instances of ${functionName} are busy`)
  }
}

/** The function was not called at all: Lambda takes events of at most 6 MiB. */
export class RequestTooLargeError extends Error {
  override readonly name = 'RequestTooLargeException'

  constructor(bytes: number, largest: number) {
    super(
      `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${largest} bytes)`,
    )
  }
}
