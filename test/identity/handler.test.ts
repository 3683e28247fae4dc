import { afterEach, describe, expect, test } from '@jest/globals'

const original = process.env.WORKER_SECRET_ID

afterEach(() => {
  if (original === undefined) delete process.env.WORKER_SECRET_ID
  else process.env.WORKER_SECRET_ID = original
})

// One module instance per registry: the variable is read when the module is loaded.
describe('the function', () => {
  test('does not start without the variable that names the secret of the worker', async () => {
    delete process.env.WORKER_SECRET_ID
    await expect(import('../../lambdas/identity/handler.ts')).rejects.toThrow(/WORKER_SECRET_ID/)
  })
})
