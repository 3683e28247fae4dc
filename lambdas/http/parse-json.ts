/** What a text holds as JSON; undefined when it holds none. An answer that cannot be read is for the caller to judge. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
