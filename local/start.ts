// `npm start`: the whole of MyHotels on this machine, until Ctrl-C.
import { Option } from '@commander-js/extra-typings'
import { createProgram, runProgram, wholeNumber } from '../bin/program.ts'
import { type ApprovalAuthentication, approvalAuthentications } from '../lambdas/identity/settings.ts'
import { defaultPorts, portsFrom, runMyHotels } from './run.ts'

type Options = {
  reset?: true
  firstPort?: number
  directory: string
  renameChallenge?: true
  verbose?: true
  approval?: ApprovalAuthentication
}

async function start(options: Options): Promise<void> {
  const { reset, firstPort, directory, renameChallenge, verbose, approval } = options
  const color = process.stdout.isTTY
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const seconds = () => (performance.now() / 1000).toFixed(1).padStart(5)

  const myHotels = await runMyHotels({
    directory,
    ports: firstPort === undefined ? defaultPorts : portsFrom(firstPort),
    ...(reset ? { reset: true } : {}),
    onProgress: (step) => console.log(`${paint(2, `${seconds()} s`)}  ${step}`),
    ...(renameChallenge ? { renameWwwAuthenticate: true } : {}),
    ...(approval === undefined ? {} : { approvalAuthentication: approval }),
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
  if (verbose && cloud.notActedOn.length > 0) {
    console.log('\nIn the templates, but not acted on by the local cloud:')
    for (const each of cloud.notActedOn) console.log(paint(2, `  ${each}`))
  }
  const megabytes = Math.round(process.memoryUsage.rss() / 1024 / 1024)
  console.log(
    `\n${paint(32, 'ready')} in ${seconds().trim()} s, ${megabytes} MB resident. Open ${endpoints.chat} and ask for hotels in Milan. Bookings that need approval send an email to the phone page. Ctrl-C stops.`,
  )
}

await runProgram(
  createProgram('npm start --', 'Runs the whole of MyHotels on this machine, until Ctrl-C.')
    .option('--reset', 'forget bookings, people and the configuration of PingOne first')
    .option(
      '--first-port <port>',
      'use eight ports in a row instead of the usual ones',
      wholeNumber(1024, 65_000),
    )
    .option('--directory <path>', 'keep state, logs and addresses there', '.local')
    .option('--verbose', 'also tell what of the templates the local cloud leaves out')
    .addOption(
      new Option(
        '--approval <method>',
        'how a person shows who they are when they approve, in place of what cdk.json says',
      ).choices(approvalAuthentications),
    )
    .option('--rename-challenge', 'let the front door rename WWW-Authenticate, as some do')
    .action((options) =>
      start(options).catch((error: unknown) => {
        console.error(`\nMyHotels did not start. ${error instanceof Error ? error.message : String(error)}`)
        process.exit(1)
      }),
    ),
)
