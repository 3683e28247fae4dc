import { describe, expect, test } from '@jest/globals'
import {
  type ApprovalAuthentication,
  approvalAuthentications,
  authenticatedApproval,
} from '../../../lambdas/hotel-api/authority/authenticated-approval.ts'
import * as identity from '../../../lambdas/identity/settings.ts'
import type { AccessToken } from '../../../lambdas/oauth/verify-access-token.ts'
import { approvalFlowGraph } from '../../identity/davinci/approval-flow-graph.ts'

const judge = (demanded: ApprovalAuthentication, claims: object) =>
  authenticatedApproval(demanded)({ claims } as AccessToken)

/** What a stage demands, and which it takes of: a password, a push, a passkey. */
const taken: [ApprovalAuthentication, boolean, boolean, boolean][] = [
  ['password', true, true, true],
  ['push', false, true, true],
  ['passkey', false, false, true],
]

describe('an approval', () => {
  test.each(taken)(
    'where a %s is demanded is taken if the person was so authenticated, or better',
    (...row) => {
      const [demanded, password, push, passkey] = row

      const refused = (method: string) => judge(demanded, { approval_amr: method }) !== undefined

      expect({ pwd: refused('pwd'), mca: refused('mca'), swk: refused('swk') }).toEqual({
        pwd: !password,
        mca: !push,
        swk: !passkey,
      })
    },
  )

  test.each<[string, unknown]>([
    ['says nothing of it', undefined],
    ['says nothing', ''],
    ['names the mail', 'email'],
    ['names what only begins alike', 'pwdx'],
    ['is written otherwise', 'PWD'],
    ['is a list', ['pwd']],
    ['is a number', 1],
    ['is an object', { pwd: true }],
  ])('whose token %s is not taken', (_what, claim) => {
    expect(judge('password', { approval_amr: claim })).toMatchObject({
      code: 'wrong_authority',
      detail: 'approved without authentication',
    })
  })

  test('may have been authenticated in several ways, of which one will do', () => {
    expect(judge('push', { approval_amr: 'pwd mca' })).toBeUndefined()
  })

  test("is not taken for PingOne's own amr: that is of the ID token, and no approval flow writes it here", () => {
    expect(judge('password', { amr: ['pwd'] })).toBeDefined()
  })

  test('is taken as the approval flow of the same stage writes it', () => {
    expect(approvalAuthentications.toSorted()).toEqual([...identity.approvalAuthentications].sort())
    for (const authentication of approvalAuthentications) {
      const rows = approvalFlowGraph(authentication).value('isapproved', 'accessTokenClaims')
      const row = (rows as { name: string; value: string }[]).find(({ name }) => name === 'approval_amr')
      const [{ children }] = JSON.parse(row?.value ?? '')
      expect(judge(authentication, { approval_amr: children[0].text })).toBeUndefined()
    }
  })
})
