import type { Answer } from './answer.ts'
import type { Tools } from './probe.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** A token exchange as the MCP server asks for it, by the probe's own client. */
export async function exchange(
  { pingOne, playground }: Pick<Tools, 'pingOne' | 'playground'>,
  subjectToken: string,
  change: Record<string, string> = {},
): Promise<Answer> {
  const client = await playground.exchanger()
  const { scope } = await playground.hotelApi()
  return pingOne.post(
    'token',
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subjectToken,
      subject_token_type: accessTokenType,
      requested_token_type: accessTokenType,
      scope,
      ...change,
    },
    client,
  )
}
