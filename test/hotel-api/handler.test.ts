import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { variables } from './environment.ts'

const program = fileURLToPath(new URL('./record-modules.ts', import.meta.url))

/** Starts the real handler in a new process, as a cold start does, and calls it once. */
async function coldStart(query: string, authorization?: string) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, JSON.stringify([query, authorization])],
    {
      env: {
        ...variables,
        POWERTOOLS_SERVICE_NAME: 'hotel-api',
        POWERTOOLS_METRICS_NAMESPACE: 'MyHotels',
        AWS_REGION: 'eu-central-1',
      },
    },
  )
  const lines = stdout.trim().split('\n')
  const { answer, loaded } = JSON.parse(lines.pop() ?? '') as {
    answer: { statusCode: number; headers: Record<string, string>; body: string }
    loaded: string[]
  }
  return { answer, loaded, log: lines.filter(Boolean).map((line) => JSON.parse(line)) }
}

const loads = (loaded: string[], name: string) => loaded.some((url) => url.includes(`/node_modules/${name}/`))

describe('the function', () => {
  test('answers a public search without loading the client of the table or the code for signatures', async () => {
    const { answer, loaded, log } = await coldStart('city=Firenze')

    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(answer.body).city.name).toBe('Florence')
    expect(loads(loaded, '@middy/core')).toBe(true)
    expect(loads(loaded, 'jose')).toBe(false)
    expect(loads(loaded, '@aws-sdk/client-dynamodb')).toBe(false)
    expect(loads(loaded, '@aws-sdk/lib-dynamodb')).toBe(false)
    expect(log[0]).toMatchObject({
      message: 'request',
      route: 'GET /hotels',
      status: 200,
      service: 'hotel-api',
    })
    expect(log[1]).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'MyHotels' }] },
      route: 'GET /hotels',
    })
  })

  test('loads the code for signatures with the first token, and still no client of the table', async () => {
    const { answer, loaded } = await coldStart('city=Firenze&memberRates=true', 'Bearer not.a.token')

    expect(answer.statusCode).toBe(401)
    expect(loads(loaded, 'jose')).toBe(true)
    expect(loads(loaded, '@aws-sdk/client-dynamodb')).toBe(false)
  })
})
