import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MyHotelsError } from '../../lambdas/errors/my-hotels-error.ts'
import { failureReason } from '../../lambdas/identity/failure-reason.ts'

const log = { group: '/aws/lambda/configure', stream: '2026/11/23/[$LATEST]abc' }
const failure = (message: string) =>
  new MyHotelsError({ name: 'TestError', code: 'test', status: 500, message })
const pointer = ' The log has all of it: group /aws/lambda/configure, stream 2026/11/23/[$LATEST]abc.'

describe('the reason that CloudFormation is told', () => {
  test('is our sentence, and where the log is', () => {
    expect(failureReason(failure('PingOne is away.'), log)).toBe(`PingOne is away.${pointer}`)
  })

  test('tells nothing of an error that is not ours', () => {
    expect(failureReason(new Error('password=hunter2'), log)).toBe(`Something unexpected happened.${pointer}`)
    expect(failureReason('password=hunter2', log)).toBe(`Something unexpected happened.${pointer}`)
  })

  test('is one line of at most 2,500 bytes, ends in the pointer, and cuts no character in two', () => {
    const character = fc.constantFrom('a', '"', '\\', '\n', '\u0001', 'é', '€', '👨‍👩‍👧', '\ud83d', '😀')
    fc.assert(
      fc.property(fc.array(character, { maxLength: 4000 }), (characters) => {
        const message = characters.join('')

        const reason = failureReason(failure(message), log)

        expect(Buffer.byteLength(JSON.stringify(reason))).toBeLessThanOrEqual(2_502)
        expect(reason).not.toMatch(/\n/)
        expect(reason.endsWith(pointer)).toBe(true)
        const kept = reason.slice(0, -pointer.length).replace(/…$/, '')
        expect(message.replaceAll(/\s+/g, ' ').startsWith(kept)).toBe(true)
        // Half of a pair is there only where the message had it.
        if (message.isWellFormed()) expect(reason.isWellFormed()).toBe(true)
      }),
    )
  })
})
