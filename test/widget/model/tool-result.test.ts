import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Approval } from '../../../lambdas/mcp/approval/approval.ts'
import type { Intent } from '../../../lambdas/mcp/booking/booking-intents.ts'
import { answerForApproval, answerForIntent } from '../../../lambdas/mcp/booking/booking-output.ts'
import { readBooking } from '../../../widget/model/booking.ts'
import { readBookingText } from '../../../widget/model/booking-text.ts'
import { readSearchResult } from '../../../widget/model/search-result.ts'
import { isSignInRejection, readToolResult } from '../../../widget/model/tool-result.ts'
import { booking, memberRates, refusal, result, signInNeeded, standardRates } from '../fixtures.ts'

describe('a tool result', () => {
  test('of a search is read with its hotels', () => {
    const read = readToolResult(result(memberRates))

    expect(read).toMatchObject({
      kind: 'search',
      search: { memberRates: true, memberName: 'Anna', currency: 'EUR', city: { name: 'Milan' } },
    })
    expect(read.kind === 'search' && read.search.hotels).toHaveLength(6)
  })

  test('without member rates has hotels without savings', () => {
    const read = readToolResult(result(standardRates))

    expect(read.kind === 'search' && read.search.hotels.every(({ savings }) => savings === undefined)).toBe(
      true,
    )
  })

  test.each(['confirmed', 'pending', 'denied', 'expired', 'cancelled', 'refused'])(
    'of a booking that is %s is read as that',
    (status) => {
      const read = readToolResult(booking(status))

      expect(read).toMatchObject({ kind: 'booking', booking: { status, nights: 3, totalPrice: 453.6 } })
    },
  )

  test('with a challenge asks for sign-in, whatever else it holds', () => {
    expect(readToolResult({ ...signInNeeded, structuredContent: standardRates }).kind).toBe('sign-in')
  })

  test('that is an error is a refusal in its own words', () => {
    expect(readToolResult(refusal('Not above 1000 EUR.'))).toEqual({
      kind: 'refusal',
      words: 'Not above 1000 EUR.',
    })
  })

  test('that is an error keeps to itself what is for the model alone', () => {
    const error = refusal('You have this room.')
    const hint = { type: 'text', text: 'Call it again.', annotations: { audience: ['assistant'] } }
    const meta = { 'myhotels/error': { code: 'stay_overlaps', retryable: false, transactionId: 't-1' } }

    expect(readToolResult({ ...error, content: [...error.content, hint], _meta: meta })).toEqual({
      kind: 'refusal',
      words: 'You have this room.',
      code: 'stay_overlaps',
      transactionId: 't-1',
    })
  })

  test('that is an error is never shown as hotels', () => {
    const read = readToolResult({ ...result(standardRates), isError: true })

    expect(read.kind).toBe('refusal')
  })

  test('whose booking was refused keeps the words of the policy', () => {
    const refused = { ...booking('refused', { message: undefined }), ...refusal('Too expensive.') }

    expect(readToolResult(refused)).toMatchObject({
      kind: 'booking',
      booking: { status: 'refused', message: 'Too expensive.' },
    })
  })

  test('that is an error keeps the server’s code and whether trying again may help', () => {
    const error = { code: 'takes_too_long', retryable: true }

    expect(readToolResult({ ...refusal('Wait.'), _meta: { 'myhotels/error': error } })).toEqual({
      kind: 'refusal',
      words: 'Wait.',
      ...error,
    })
  })

  test.each([
    [
      'structured content as text',
      { content: [{ type: 'text', text: JSON.stringify(standardRates) }] },
      'search',
    ],
    [
      'a booking as text',
      { content: [{ type: 'text', text: JSON.stringify(booking('pending').structuredContent) }] },
      'booking',
    ],
    ['text in an older envelope', { result: JSON.stringify(standardRates) }, 'search'],
    ['words', { content: [{ type: 'text', text: 'Six hotels.' }] }, 'words'],
    [
      'words beside content of another shape',
      { content: [{ type: 'text', text: 'Six.' }], structuredContent: {} },
      'words',
    ],
    ['isError false and words', { isError: false, content: [{ type: 'text', text: 'Done.' }] }, 'words'],
    ['no content', {}, 'nothing'],
    ['null', null, 'nothing'],
    ['an image alone', { content: [{ type: 'image', data: 'x' }] }, 'nothing'],
  ])('with %s alone is no failure', (_, value, kind) => {
    expect(readToolResult(value).kind).toBe(kind)
  })

  test('of any shape is read without an error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(['search', 'booking', 'sign-in', 'refusal', 'words', 'nothing']).toContain(
          readToolResult(value).kind,
        )
      }),
    )
  })

  test('with any structured content is read without an error, and only numbers in range are shown', () => {
    const hostile = fc.record(
      {
        city: fc.anything(),
        currency: fc.anything(),
        hotels: fc.oneof(
          fc.array(
            fc.record(
              {
                id: fc.anything(),
                name: fc.anything(),
                latitude: fc.oneof(fc.double(), fc.anything()),
                longitude: fc.oneof(fc.double(), fc.anything()),
                nightlyRate: fc.oneof(fc.double(), fc.anything()),
                amenities: fc.anything(),
              },
              { requiredKeys: [] },
            ),
          ),
          fc.anything(),
        ),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(hostile, (content) => {
        const search = readSearchResult({ ...content, city: standardRates.city })
        for (const hotel of search?.hotels ?? []) {
          expect(Number.isFinite(hotel.nightlyRate) && hotel.nightlyRate >= 0).toBe(true)
          expect(Math.abs(hotel.latitude)).toBeLessThanOrEqual(85)
          expect(typeof hotel.name).toBe('string')
        }
        expect(search?.currency ?? 'EUR').toMatch(/^[A-Z]{3}$/)
      }),
    )
  })
})

describe('a booking', () => {
  test('that is pending without an id cannot be followed, and is not read', () => {
    expect(readBooking({ booking: { status: 'pending' } })).toBeUndefined()
  })

  test.each([
    [undefined, 3],
    [0, 1],
    [-5, 3],
    [7, 7],
    [3000, 30],
    ['5', 3],
    [Number.NaN, 3],
  ])('with pollAfterSeconds %p is asked about after %p seconds', (pollAfterSeconds, expected) => {
    const read = readBooking(booking('pending', { pollAfterSeconds }).structuredContent)

    expect(read?.pollAfterSeconds).toBe(expected)
  })

  test.each([
    ['2027-01-01T00:00:00Z', Date.UTC(2027, 0, 1)],
    [Date.UTC(2027, 0, 1), Date.UTC(2027, 0, 1)],
    [Date.UTC(2027, 0, 1) / 1000, Date.UTC(2027, 0, 1)],
    ['soon', undefined],
    [{}, undefined],
  ])('that expires at %p is read as %p', (approvalExpiresAt, expected) => {
    expect(readBooking(booking('pending', { approvalExpiresAt }).structuredContent)?.approvalExpiresAt).toBe(
      expected,
    )
  })
})

describe('a rejected call', () => {
  test.each([
    [{ code: 401, message: 'x' }],
    [{ code: -32000, message: 'HTTP 401 Unauthorized' }],
    [new Error('insufficient_scope')],
    [{ code: -32000, message: 'x', data: { 'mcp/www_authenticate': 'Bearer' } }],
    [new Error('Sign-in required')],
  ])('%p asks for sign-in', (error) => {
    expect(isSignInRejection(error)).toBe(true)
  })

  test.each([
    [new Error('Timeout after 4010 ms')],
    [undefined],
    ['401'],
    [{ code: -32601, message: 'no such tool' }],
  ])('%p does not ask for sign-in', (error) => {
    expect(isSignInRejection(error)).toBe(false)
  })
})

describe('a booking in words', () => {
  const quote = {
    quoteId: 'q1',
    hotelId: 'milan-locanda-del-binario',
    hotelName: 'Locanda, del Binario',
    city: 'Milan',
    startDate: '2027-03-04',
    endDate: '2027-03-07',
    nights: 3,
    nightlyRate: 151.2,
    totalPrice: 453.6,
    currency: 'EUR',
  }
  const transactionId = '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11'
  /** What is left of a result when a host strips everything but the text. */
  const said = ({ text, textForModel }: { text: string; textForModel?: string }) =>
    readToolResult({ content: [text, textForModel ?? ''].map((words) => ({ type: 'text', text: words })) })

  test.each(['confirmed', 'denied', 'expired', 'cancelled'] as const)(
    'of the server, %s, is read',
    (status) => {
      const intent = { transactionId, status, quote, confirmationCode: 'MH-7K2P-AB3D' } as unknown as Intent

      const read = said(answerForIntent(intent))

      expect(read).toMatchObject({
        kind: 'booking',
        booking: { status, hotelName: 'Locanda, del Binario', city: 'Milan', nights: 3, totalPrice: 453.6 },
      })
      expect(read.kind === 'booking' && read.booking.confirmationCode).toBe(
        status === 'confirmed' ? 'MH-7K2P-AB3D' : undefined,
      )
    },
  )

  test('of the server, pending, can be followed', () => {
    const approval = {
      transactionId,
      status: 'pending',
      quote,
      failures: 0,
      requests: 1,
      intentExpiresAt: 2_000_000,
      request: { bindingMessage: 'K7PX4M2Q', expiresAt: 1_500_000, interval: 5 },
      nextPollAt: 1_005_000,
    } as unknown as Approval

    expect(said(answerForApproval(approval, 1_000_000))).toMatchObject({
      kind: 'booking',
      booking: { status: 'pending', transactionId, bindingMessage: 'K7PX4M2Q' },
    })
  })

  test.each([
    'Isola Nove, Milan, 2027-03-04 to 2027-03-05 (1 night), 149.00 EUR: pending. No id to follow it by.',
    'Isola Nove, Milan, 2027-03-04 to 2027-03-05 (1 night), 149.00 EUR: sold. Strange.',
    'Booked. Confirmation code MH-1.',
  ])('that cannot be read stays words: %s', (words) => {
    expect(readToolResult({ content: [{ type: 'text', text: words }] })).toEqual({ kind: 'words', words })
  })

  test('of any kind is read without an error', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (words) => void readBookingText(words)))
  })
})
