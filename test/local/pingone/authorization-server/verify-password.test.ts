import { describe, expect, test } from '@jest/globals'
import {
  forgetFailures,
  verifyPassword,
} from '../../../../local/pingone/authorization-server/verify-password.ts'
import { ids, sampleEnvironment } from './sample-environment.ts'

const minute = 60_000

function world() {
  const environment = sampleEnvironment()
  let now = 1_795_435_200_000
  const user = environment.get('users', ids.anna)
  return {
    environment,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    verify: (password: string, whose = user) =>
      verifyPassword({ environment, clock: () => now }, whose, password),
  }
}

describe('a password', () => {
  test.each([
    ['the right one', "anna's password", 'right'],
    ['another', "ben's password", 'wrong'],
    ['none', '', 'wrong'],
    ['one in another case', "Anna's password", 'wrong'],
  ])('%s', (_, password, result) => {
    expect(world().verify(password)).toBe(result)
  })

  test('of nobody, or of somebody who is disabled, is wrong', () => {
    const { verify, environment } = world()
    const user = environment.get('users', ids.anna)

    expect(verify("anna's password", { id: 'nobody' })).toBe('wrong')
    expect(verify("anna's password", user && { ...user, enabled: false })).toBe('wrong')
  })

  test('is locked for 15 minutes after five wrong ones in a row', () => {
    const { verify, pass } = world()

    const guesses = Array.from({ length: 6 }, (_, index) => verify(`guess ${index}`))
    const right = verify("anna's password")
    pass(14 * minute)
    const later = verify("anna's password")
    pass(2 * minute)
    const unlocked = verify("anna's password")

    expect(guesses).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'locked'])
    expect([right, later, unlocked]).toEqual(['locked', 'locked', 'right'])
  })

  test('counts anew after a right one, and after a new one was set', () => {
    const { verify, environment } = world()
    const guess = () => Array.from({ length: 4 }, () => verify('guess'))

    guess()
    verify("anna's password")
    guess()
    const afterRight = verify("anna's password")
    guess()
    verify('guess')
    forgetFailures(environment, ids.anna)
    const afterReset = verify("anna's password")

    expect([afterRight, afterReset]).toEqual(['right', 'right'])
  })

  test('locks one person and nobody else', () => {
    const { verify, environment } = world()
    for (let guess = 0; guess < 6; guess++) verify('guess')

    expect(verify("ben's password", environment.get('users', ids.ben))).toBe('right')
  })
})
