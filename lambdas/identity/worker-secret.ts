import * as z from 'zod'

/** The secret of the worker that may configure PingOne. */
export const workerSecretSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** The environment that owns the worker, when it is not the configured one. */
  environmentId: z.guid().optional(),
})
