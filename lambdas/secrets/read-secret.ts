// Reads a JSON secret from Secrets Manager, checks it, and keeps it in memory for five minutes.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type * as z from 'zod'
import { type Clock, systemClock } from '../clock.ts'

const freshFor = 5 * 60 * 1000

/**
 * A function that returns the parsed secret. When Secrets Manager fails after a first success, the value that
 * is known is used until it answers again.
 */
export function createSecretReader<Schema extends z.ZodType>(options: {
  secretId: string
  schema: Schema
  client: () => Promise<SecretsManagerClient>
  clock?: Clock
}): () => Promise<z.infer<Schema>> {
  const clock = options.clock ?? systemClock
  let known: { value: z.infer<Schema>; readAt: number } | undefined
  let reading: Promise<z.infer<Schema>> | undefined
  return function readSecret() {
    if (known && clock() - known.readAt < freshFor) return Promise.resolve(known.value)
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function read(): Promise<z.infer<Schema>> {
    try {
      const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
      const client = await options.client()
      const answer = await client.send(new GetSecretValueCommand({ SecretId: options.secretId }))
      const value = options.schema.parse(parseJson(answer.SecretString ?? 'null'))
      known = { value, readAt: clock() }
      return value
    } catch (cause) {
      if (known) return known.value
      throw cause
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own error quotes the text, and errors are logged.
    throw new Error('The secret is not JSON.')
  }
}
