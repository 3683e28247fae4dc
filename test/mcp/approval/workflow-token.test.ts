import { expect, test } from '@jest/globals'
import {
  createWorkflowToken,
  WorkflowTokenUnavailableError,
} from '../../../lambdas/mcp/approval/workflow-token.ts'
import { clientNamed, readForm } from '../../oauth/clients.ts'

function tokenFrom(answer: (count: number) => Response) {
  let now = 0
  let asked = 0
  const bodies: string[] = []
  const workflowToken = createWorkflowToken({
    issuer: 'https://auth.pingone.eu/e/as',
    scope: 'my-hotels:api:close',
    clock: () => now,
    wait: async (milliseconds) => {
      now += milliseconds
    },
    client: clientNamed('workflow-client'),
    fetch: (async (_url: string, init: RequestInit) => {
      bodies.push(`${init.body}`)
      return answer(++asked)
    }) as typeof fetch,
  })
  return {
    workflowToken,
    bodies,
    pass: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

const granted = (count: number) =>
  Response.json({ access_token: `t-${count}`, token_type: 'Bearer', expires_in: 600 })

test('the token is asked for with the workflow client and kept until its last minute', async () => {
  const { workflowToken, bodies, pass } = tokenFrom(granted)

  const first = await Promise.all([workflowToken.get('c'), workflowToken.get('c')])
  pass(530)
  const kept = await workflowToken.get('c')
  pass(20)
  const renewed = await workflowToken.get('c')

  expect([...first, kept, renewed]).toEqual(['t-1', 't-1', 't-1', 't-2'])
  expect(readForm(bodies[0] ?? '')).toEqual({
    client: 'workflow-client',
    parameters: { grant_type: 'client_credentials', scope: 'my-hotels:api:close' },
  })
})

test('a token that was refused is forgotten', async () => {
  const { workflowToken } = tokenFrom(granted)
  await workflowToken.get('c')

  workflowToken.forget()

  expect(await workflowToken.get('c')).toBe('t-2')
})

test.each([
  ['a refusal', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
  ['a malformed answer', () => Response.json({ access_token: 'x', token_type: 'Bearer', expires_in: '600' })],
  ['no JSON', () => new Response('<html>')],
])('%s is a failure that may pass', async (_case, answer) => {
  const { workflowToken } = tokenFrom(answer)

  await expect(workflowToken.get('c')).rejects.toThrow(WorkflowTokenUnavailableError)
})
