// One structured logger for every function. It redacts nothing because nothing secret may be handed to it:
// log names, outcomes, durations and correlation ids, never tokens, bodies or personal data.
import { Logger } from '@aws-lambda-powertools/logger'

export const logger = new Logger()
export type { Logger } from '@aws-lambda-powertools/logger'
