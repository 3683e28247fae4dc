/** Where the page of a port is found. */
export const chatUrl = (port: number): string => `http://127.0.0.1:${port}`

/** The redirect URI that must be registered for the chat host's client; known before the chat host runs. */
export const callbackUrl = (port: number): string => `${chatUrl(port)}/oauth/callback`
