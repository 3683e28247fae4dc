/**
 * Path and query of a request target as an HTTP API sees and hands them over: the path percent-decoded, the query as it
 * came. Seen in events recorded from a live HTTP API (hotsock/voker, `vokerhttp/testdata/apigwv2-request.json`, July
 * 2026; also honojs/hono#2156 and fastify/aws-lambda-fastify#169, where `%2F` comes as a slash). A decoded question mark
 * ends the path (middleapi/standard-server#93).
 */
export function readTarget(target: string): { rawPath: string; rawQueryString: string } {
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const [rawPath = ''] = decodePercent(path).split('?', 1)
  return { rawPath, rawQueryString: at < 0 ? '' : target.slice(at + 1) }
}

/** Bytes that are no UTF-8 become U+FFFD; a percent sign that begins no byte stays. */
function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}
