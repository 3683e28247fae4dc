import { expect, test } from '@jest/globals'
import { scopeForTool } from '../../../lambdas/mcp/access/scope-for-tool.ts'

test('a scope that the first sign-in leaves out is asked for, together with what was granted', () => {
  const refusal = scopeForTool({
    message: { method: 'tools/call', params: { name: 'erase' } },
    credential: {
      kind: 'valid',
      caller: {
        subject: 'anna',
        displayName: undefined,
        token: {
          ...{ value: 't', subject: 'anna', clientId: 'c', actor: undefined, id: undefined, expiresAt: 0 },
          scopes: new Set(['openid', 'read']),
          claims: {},
        },
      },
    },
    rules: {
      tool: () => ({ kind: 'protected', scope: 'erase' }),
      isPublicResource: () => false,
      isPublicPrompt: () => false,
      signInAtConnect: 'anonymous',
      scopesSupported: ['read', 'write'],
    },
  })

  expect(refusal?.scopes).toEqual(['read', 'erase'])
})
