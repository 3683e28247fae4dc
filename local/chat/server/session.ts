// What belongs to one browser: its MCP connection, its tokens, the sign-ins it has begun. In memory alone.
import { randomBytes } from 'node:crypto'
import type { OAuthTokens } from '@modelcontextprotocol/client'
import type { McpConnection } from './mcp-connection.ts'
import type { BegunSignIn } from './sign-in.ts'

export type Session = {
  id: string
  tokens: OAuthTokens | undefined
  connection: McpConnection | undefined
  /** By `state`. */
  signIns: Map<string, BegunSignIn>
  /** After a sign-out the next sign-in asks who it is. */
  askWho: boolean
}

const cookieName = 'myhotels_chat'
const mostSessions = 200

export type Sessions = {
  find(request: Request): Session | undefined
  /** @returns the session and the cookie to set when it is new */
  findOrMake(request: Request): { session: Session; cookie: string | undefined }
  all(): Iterable<Session>
}

export function createSessions(): Sessions {
  const sessions = new Map<string, Session>()
  const find = (request: Request) => {
    const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/)
    const id = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
    return id === undefined ? undefined : sessions.get(id)
  }
  return {
    find,
    findOrMake(request) {
      const known = find(request)
      if (known !== undefined) return { session: known, cookie: undefined }
      const [oldest] = sessions.keys()
      if (sessions.size >= mostSessions && oldest !== undefined) {
        void sessions.get(oldest)?.connection?.close()
        sessions.delete(oldest)
      }
      const id = randomBytes(32).toString('base64url')
      const session: Session = {
        id,
        tokens: undefined,
        connection: undefined,
        signIns: new Map(),
        askWho: false,
      }
      sessions.set(id, session)
      // Lax, because the authorization server sends the browser back to us from its own site.
      return { session, cookie: `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Lax` }
    },
    all: () => sessions.values(),
  }
}
