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

const said: [ApprovalAuthentication, string][] = [
  ['password', 'pwd'],
  ['push', 'mca'],
  ['passkey', 'swk'],
]

describe('an approval', () => {
  test.each(said)('where a %s is demanded is taken if the token says %s, and no other method', (...row) => {
    const [demanded, own] = row

    const taken = said.map(([, method]) => method).filter((each) => !judge(demanded, { approval_amr: each }))

    expect(taken).toEqual([own])
  })

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
