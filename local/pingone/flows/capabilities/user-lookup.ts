import type { PingOneEnvironment, Stored } from '../../environment.ts'
import { ApiError } from '../../management/api-error.ts'
import { matchesFilter, parseFilter } from '../../management/scim-filter.ts'
import { type Call, type Capability, failed, succeeded, unexpectedError } from '../capability.ts'

const filterable = {
  id: ['eq'],
  username: ['eq', 'sw'],
  email: ['eq', 'sw'],
  externalId: ['eq'],
  enabled: ['eq'],
  'population.id': ['eq'],
  'name.given': ['eq', 'sw'],
  'name.family': ['eq', 'sw'],
} as const

/** Finds one person, by an identifier or by a SCIM filter. */
export const userLookup: Capability = {
  connector: 'pingOneSSOConnector',
  name: 'userLookup',
  run(call) {
    const filter =
      call.value('useCustomSCIMFilter') === true ? call.text('scimFilter') : identifierFilter(call)
    if (filter === undefined) return notFound
    let users: Stored[]
    try {
      const wanted = parseFilter(filter, filterable)
      users = call.environment.list('users').filter((user) => matchesFilter(user, wanted))
    } catch (error) {
      if (error instanceof ApiError) return unexpectedError
      throw error
    }
    const [user] = users
    if (user === undefined || users.length > 1) return notFound
    return succeeded({ matchedUser: shownUser(call.environment, user), userCount: 1 })
  },
}

const notFound = failed({ code: 'userNotFound', message: 'User not found.' })

function identifierFilter(call: Call): string | undefined {
  const identifier = call.text('userIdentifierForFindUser')
  const attributes = [call.value('matchAttributes')].flat().filter((each) => typeof each === 'string')
  if (identifier === '' || attributes.length === 0) return undefined
  return attributes.map((attribute) => `${attribute} eq ${JSON.stringify(identifier)}`).join(' or ')
}

/** A user as the Management API shows it. */
function shownUser(environment: PingOneEnvironment, user: Stored): Record<string, unknown> {
  const { passwordChangeForced: _, ...members } = user
  return { environment: { id: environment.id }, ...members }
}
