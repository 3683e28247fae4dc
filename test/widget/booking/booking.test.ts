import { describe, expect, test } from '@jest/globals'
import { checkBookingRequest, newRequestId } from '../../../widget/booking/booking-request.ts'
import { pollBooking } from '../../../widget/booking/poll-booking.ts'
import type { Answer } from '../../../widget/host/call-tool.ts'
import { type Booking, readBooking } from '../../../widget/model/booking.ts'
import { readToolResult } from '../../../widget/model/tool-result.ts'
import { booking, refusal, signInNeeded } from '../fixtures.ts'

const today = { day: '2026-11-23', words: 'Mon, 23 Nov 2026 in Milan' }

describe('a booking request', () => {
  test.each([
    ['2026-11-23', '1'],
    ['2026-12-31', '30'],
    ['2027-01-01', ' 2 '],
  ])('from %s for %s nights is right', (startDate, nights) => {
    expect(checkBookingRequest(startDate, nights, today)).toEqual({})
  })

  test.each([
    ['', '1', 'startDate', /arrive/],
    [
      '2026-11-22',
      '1',
      'startDate',
      /passed: it is Mon, 23 Nov 2026 in Milan\. Choose that day or a later one/,
    ],
    ['2027-02-30', '1', 'startDate', /does not exist/],
    ['2026-12-01', '0', 'nights', /at least 1/],
    ['2026-12-01', '31', 'nights', /at most 30/],
    ['2026-12-01', '', 'nights', /number/],
    ['2026-12-01', '1.5', 'nights', /number/],
    ['2026-12-01', '-1', 'nights', /number/],
    ['2026-12-01', '1e3', 'nights', /number/],
  ] as const)('from %p for %p nights is wrong in %s', (startDate, nights, field, words) => {
    expect(checkBookingRequest(startDate, nights, today)[field]).toMatch(words)
  })

  test('has a key of its own each time', () => {
    const keys = Array.from({ length: 50 }, () => newRequestId())

    expect(new Set(keys).size).toBe(50)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  })
})

/** Time that passes only when told to. */
function scriptedTimers() {
  let now = 0
  let last = 0
  const due = new Map<number, { at: number; work: () => void }>()
  return {
    timers: {
      setTimeout: (work: () => void, milliseconds: number) => {
        last += 1
        due.set(last, { at: now + milliseconds, work })
        return last
      },
      clearTimeout: (timer: number) => void due.delete(timer),
    },
    waiting: () => due.size,
    async pass(seconds: number) {
      now += seconds * 1000
      for (const [timer, { at, work }] of [...due]) {
        if (at > now) continue
        due.delete(timer)
        work()
        // Promises that the work waits for.
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
      }
    },
  }
}

describe('polling', () => {
  const pending = (more: object = {}) =>
    readBooking(booking('pending', { pollAfterSeconds: 5, ...more }).structuredContent) as Booking
  const start = (answers: Answer[]) => {
    const clock = scriptedTimers()
    const heard: string[] = []
    let asked = 0
    const poll = pollBooking(
      pending(),
      async () => {
        asked += 1
        const answer = answers.shift()
        if (answer === undefined) throw new Error('no more answers')
        return answer
      },
      {
        booking: ({ status }) => heard.push(status),
        signIn: () => heard.push('sign-in'),
        problem: (_, again) => heard.push(again ? 'problem' : 'gave up'),
      },
      clock.timers,
    )
    return { ...clock, poll, heard, asked: () => asked }
  }
  const answer = (status: string, more: object = {}) => readToolResult(booking(status, more))

  test('asks no earlier than the server wants, and ends with a final state', async () => {
    const { pass, heard, asked, waiting } = start([
      answer('pending', { pollAfterSeconds: 10 }),
      answer('confirmed'),
    ])

    await pass(4)
    expect(asked()).toBe(0)
    await pass(1)
    expect(heard).toEqual(['pending'])
    await pass(9)
    expect(asked()).toBe(1)
    await pass(1)
    expect(heard).toEqual(['pending', 'confirmed'])
    expect(waiting()).toBe(0)
  })

  test('pauses while nobody looks, and asks at once when somebody does', async () => {
    const { pass, poll, asked } = start([answer('pending'), answer('pending')])

    poll.pause()
    await pass(60)
    expect(asked()).toBe(0)
    poll.resume()
    await pass(0)
    expect(asked()).toBe(1)
  })

  const lost: Answer = { kind: 'lost', words: undefined }
  test('goes slower after failures, and gives up after five', async () => {
    const { pass, heard, waiting } = start([
      lost,
      readToolResult(refusal('busy')),
      lost,
      readToolResult({ content: [{ type: 'text', text: 'Something else.' }] }),
      lost,
    ])

    for (let round = 0; round < 5; round += 1) await pass(30)

    expect(heard).toEqual(['problem', 'problem', 'problem', 'problem', 'gave up'])
    expect(waiting()).toBe(0)
  })

  test('stops when the person has to sign in', async () => {
    const { pass, heard, waiting } = start([readToolResult(signInNeeded)])

    await pass(5)

    expect(heard).toEqual(['sign-in'])
    expect(waiting()).toBe(0)
  })

  test('says nothing after it was stopped', async () => {
    const { pass, poll, heard } = start([answer('confirmed')])

    const passing = pass(5)
    poll.stop()
    await passing

    expect(heard).toEqual([])
  })
})
