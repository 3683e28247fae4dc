// Reads a JSON secret from Secrets Manager, checks it, and keeps it in memory for five minutes.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type * as z from 'zod'
import { type Clock, systemClock } from '../clock.ts'

const freshFor = 5 * 60 * 1000
/** A secret that was dropped is read again, but not more often than this: a wrong one stays wrong for a while. */
const droppedFor = 10_000

const dropped = new WeakSet<object>()

/** Somebody refused these credentials, a secret's value or a part of it: it is read anew when it is next needed. */
export function dropSecret(credentials: object): void {
  dropped.add(credentials)
}

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
    if (known && clock() - known.readAt < (isDropped(known.value) ? droppedFor : freshFor))
      return Promise.resolve(known.value)
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

function isDropped(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  return dropped.has(value) || Object.values(value).some((part) => dropped.has(part as object))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own error quotes the text, and errors are logged.
    throw new Error('The secret is not JSON.')
  }
}
