import { PingOneRefusedError } from '../errors.ts'
import type { Check } from './check.ts'

const subject = 'AI agents'

/**
 * Whether the tenant has applications of type AI_AGENT. Nothing shows it but an attempt, so one is made that cannot
 * succeed: an application without a name. Where agents are unknown, PingOne complains about the type as well.
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

async function takesAgents(client: Parameters<Check>[0]['client']): Promise<boolean> {
  try {
    await client.post(
      'applications',
      {
        name: '',
        enabled: false,
        type: 'AI_AGENT',
        protocol: 'OPENID_CONNECT',
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
        grantTypes: [],
      },
      { recover: 'repeatable' },
    )
    return false
  } catch (error) {
    if (!(error instanceof PingOneRefusedError)) throw error
    return !error.answer.details.some(({ target }) => target === 'type')
  }
}
