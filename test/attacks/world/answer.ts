// What a side answered, and how a row names it.

/** Who answered: each names its refusals in its own way. */
export type Side = 'hotelApi' | 'mcp' | 'pingOne' | 'aws'

export type Answer = {
  side: Side
  status: number
  headers: Headers
  text: string
  /** The body, where it is JSON; otherwise an empty object. */
  json: Json
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a server answers
export type Json = any

export async function readAnswer(side: Side, response: Response): Promise<Answer> {
  const text = await response.text()
  return { side, status: response.status, headers: response.headers, text, json: parse(text) }
}

export function parse(text: string): Json {
  // A JSON-RPC answer may come as the one event of a stream.
  const [json = text] = text.match(/(?<=^data: )\{.*$/m) ?? []
  try {
    return JSON.parse(json) ?? {}
  } catch {
    return {}
  }
}
