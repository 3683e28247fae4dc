import { owned } from '../../desired-state/ownership.ts'
import { PingOneRefusedError } from '../errors.ts'
import { idOf } from '../kind.ts'
import type { Check, CheckContext } from './check.ts'

const subject = 'AI agents'

/**
 * Whether the tenant has applications of type AI_AGENT. Nothing shows it but an attempt, so one is made that cannot
 * succeed: `CODE` without the authorization code grant. Where agents are unknown, PingOne complains about the type.
 */
export const checkAgents: Check = async ({ client, applications }) => {
  const connector = (await applications()).find(({ name }) => name === 'MyHotels ChatGPT')
  const isAgent = connector === undefined ? await takesAgents(client) : connector.type === 'AI_AGENT'
  if (isAgent) return { subject, level: 'ok', sentence: 'the ChatGPT client is an AI agent' }
  return {
    subject,
    level: 'limited',
    sentence: 'The tenant has no applications of type AI agent, so the ChatGPT client is a web application.',
    stillWorks: 'Everything; the console lists the client under Applications instead of AI Agents.',
    toDo: 'To change that, add the package Agent IAM Core to the licence, delete the application "MyHotels ChatGPT", and run again.',
  }
}

async function takesAgents(client: CheckContext['client']): Promise<boolean> {
  try {
    const made = await client.post(
      'applications',
      {
        name: 'MyHotels probe for AI agents',
        // Should it be made and its answer be lost, it is ours to delete.
        description: owned('Is never kept.'),
        enabled: false,
        type: 'AI_AGENT',
        protocol: 'OPENID_CONNECT',
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
        grantTypes: ['CLIENT_CREDENTIALS'],
        responseTypes: ['CODE'],
      },
      { recover: 'repeatable' },
    )
    // PingOne was more lenient than expected.
    await client.delete(`applications/${idOf(made)}`)
    return true
  } catch (error) {
    if (!(error instanceof PingOneRefusedError)) throw error
    return !error.answer.details.some(({ target }) => target === 'type')
  }
}
