import { MyHotelsError } from '../errors/my-hotels-error.ts'

/** Where a function's log lines go, as Lambda's environment names it. */
export type LogPlace = { group: string; stream: string }

/**
 * CloudFormation takes answers of at most 4,096 bytes and says "Response object is too long" to longer ones. The
 * provider framework adds the resource's names and lines of its own.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
 */
const mostBytes = 2_500

/**
 * Why the custom resource failed, for CloudFormation's events: one line that fits into an answer and says where the
 * rest is. Only our own messages get there; the words of others may repeat what was sent.
 */
export function failureReason(error: unknown, { group, stream }: LogPlace): string {
  const words =
    error instanceof MyHotelsError ? error.message.replaceAll(/\s+/g, ' ') : 'Something unexpected happened.'
  const whereTheRestIs = ` The log has all of it: group ${group}, stream ${stream}.`
  return cut(words, mostBytes - bytesInJson(whereTheRestIs)) + whereTheRestIs
}

function cut(text: string, most: number): string {
  if (bytesInJson(text) <= most) return text
  let kept = ''
  let left = most - bytesInJson('…')
  // Character by character: none is cut in two, whatever its bytes.
  for (const character of text) {
    left -= bytesInJson(character)
    if (left < 0) break
    kept += character
  }
  return `${kept}…`
}

/** What a text takes in a JSON document, without its quotes. */
const bytesInJson = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2
