// `npm start`: the whole of MyHotels on this machine, until Ctrl-C.
import { parseArgs } from 'node:util'
import { defaultPorts, portsFrom, runMyHotels } from './run.ts'

const usage = `Runs the whole of MyHotels on this machine.

  npm start                         start, print the addresses, run until Ctrl-C
  npm start -- --reset              forget bookings, people and the configuration of PingOne first
  npm start -- --first-port 5100    use eight ports from 5100 on instead of the usual ones
  npm start -- --directory /tmp/h   keep state, logs and addresses there instead of in .local
  npm start -- --rename-challenge   let the front door rename WWW-Authenticate, as some do`

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      reset: { type: 'boolean' },
      'first-port': { type: 'string' },
      directory: { type: 'string', default: '.local' },
      'rename-challenge': { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const { directory } = values
  const color = process.stdout.isTTY
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const seconds = () => (performance.now() / 1000).toFixed(1).padStart(5)

  const myHotels = await runMyHotels({
    directory,
    ports:
      values['first-port'] === undefined ? defaultPorts : portsFrom(parseFirstPort(values['first-port'])),
    ...(values.reset ? { reset: true } : {}),
    onProgress: (step) => console.log(`${paint(2, `${seconds()} s`)}  ${step}`),
    ...(values['rename-challenge'] ? { renameWwwAuthenticate: true } : {}),
  })
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    console.log(`\nStopping (${signal})`)
    await myHotels.stop()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop('Ctrl-C'))
  process.on('SIGTERM', () => void stop('SIGTERM'))

  const { endpoints, cloud } = myHotels
  if (cloud.notActedOn.length > 0) {
    console.log(`\nIn the templates, but not acted on by the local cloud:`)
    for (const each of cloud.notActedOn) console.log(paint(2, `  ${each}`))
  }
  const line = (name: string, address: string) => console.log(`  ${name.padEnd(18)} ${paint(36, address)}`)
  console.log('')
  line('Chat', endpoints.chat)
  line('Phone', endpoints.phone)
  line('MCP server', endpoints.mcp)
  line('Hotel API', endpoints.hotelApi)
  line('PingOne sign-in', endpoints.pingOneAuth)
  line('PingOne API', endpoints.pingOneApi)
  console.log('')
  for (const { username, password, inGroup } of endpoints.users) {
    console.log(
      `  Sign in as ${username.padEnd(7)} password ${paint(36, password)}  ${inGroup ? 'in the group "ChatGPT User"' : 'not in the group: is refused'}`,
    )
  }
  const megabytes = Math.round(process.memoryUsage.rss() / 1024 / 1024)
  console.log(
    `\n${paint(32, 'ready')} in ${seconds().trim()} s, ${megabytes} MB resident. Open ${endpoints.chat} and ask for hotels in Milan. Ctrl-C stops.`,
  )
}

function parseFirstPort(text: string): number {
  const first = Number(text)
  if (!Number.isInteger(first) || first < 1024 || first > 65_000) {
    throw new Error(`--first-port ${text} is not a port. Choose a number from 1024 to 65000.`)
  }
  return first
}

start().catch((error: unknown) => {
  console.error(`\nMyHotels did not start. ${error instanceof Error ? error.message : String(error)}`)
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))
    console.error('npm start -- --help lists the options.')
  process.exit(1)
})
