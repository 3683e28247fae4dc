import { MyHotelsError } from '../../errors/my-hotels-error.ts'

/** A refusal that a model or the widget can act upon. */
export class ToolError extends MyHotelsError {
  /** How to go on, in words for a model alone. */
  readonly forModel: string | undefined
  /** Public: goes to the widget beside the code. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    options: ConstructorParameters<typeof MyHotelsError>[0] & {
      forModel?: string
      facts?: Record<string, unknown>
    },
  ) {
    super(options)
    this.forModel = options.forModel
    this.facts = options.facts ?? {}
  }
}
