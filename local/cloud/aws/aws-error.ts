/** An object as the AWS JSON protocols carry it. */
export type AwsJson = { [member: string]: unknown }

/** A refusal in the words of an AWS service: `type` is the error's name as SDK clients report it. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly type: string
  readonly status: number
  /** Further members of the answer, for example `Item`. */
  readonly members: AwsJson

  constructor(type: string, message: string, options: { status?: number; members?: AwsJson } = {}) {
    super(message)
    this.type = type
    this.status = options.status ?? 400
    this.members = options.members ?? {}
  }
}
