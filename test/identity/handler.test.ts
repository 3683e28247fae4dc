import { afterEach, describe, expect, test } from '@jest/globals'

const names = [
  'WORKER_SECRET_ID',
  'PINGONE_ENVIRONMENT_ID',
  'STAGE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
]
const original = Object.fromEntries(names.map((name) => [name, process.env[name]]))

afterEach(() => {
  for (const [name, value] of Object.entries(original)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

// One module instance per registry: the variables are read when the module is loaded.
describe('the function', () => {
  test('does not start without its variables, and names each that is missing', async () => {
    for (const name of names) delete process.env[name]

    const failure: Error = await import('../../lambdas/identity/handler.ts').catch((error) => error)

    expect(failure).toBeInstanceOf(Error)
    for (const name of names) expect(failure.message).toContain(name)
  })
})
