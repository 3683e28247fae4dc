// A copy of the repository as somebody would have it who deploys: with a cdk.json of their own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const leftOut = new Set(['.git', '.local', 'cdk.out', 'node_modules', 'test', 'docs', 'bench', 'coverage'])

export type Outcome = { status: number | null; said: string }

export type Running = {
  /** Gets a way to kill the command with all that it started. */
  whileRunning?: (kill: () => void) => void
  /** What a person at a terminal types each time this is asked. */
  answer?: { to: RegExp; words: string }
}

export class WorkingCopy {
  readonly directory: string
  readonly #environment: NodeJS.ProcessEnv

  constructor(directory: string, environment: Record<string, string>) {
    this.directory = join(directory, 'copy')
    mkdirSync(this.directory, { recursive: true })
    for (const name of readdirSync(root))
      if (!leftOut.has(name)) cpSync(join(root, name), join(this.directory, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(this.directory, 'node_modules'), 'junction')
    const home = join(directory, 'home')
    mkdirSync(home, { recursive: true })
    this.#environment = {
      PATH: `${quickNpx(directory)}:${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
      // The same programs start a dozen times.
      NODE_COMPILE_CACHE: join(directory, 'compiled'),
      // Nothing of the person who rehearses: no credentials, no settings, no cache.
      HOME: home,
      NO_COLOR: '1',
      npm_config_update_notifier: 'false',
      CDK_DISABLE_VERSION_CHECK: 'true',
      ...environment,
    }
  }

  /** Leaves out the CDK's own rules for templates, which take longer than all else that a synthesis does. */
  trustTemplates(): void {
    this.#environment.CDK_VALIDATION = 'false'
  }

  /**
   * The same configuration gives the same templates: a synthesis is done once for each, and its result laid out again.
   * All else of a command stays as it is.
   */
  shareSyntheses(): void {
    const file = join(this.directory, 'cdk.json')
    const content = JSON.parse(readFileSync(file, 'utf8'))
    const script = join(this.directory, '..', 'bin', 'synthesize')
    writeFileSync(script, synthesizeOnce(content.app, join(this.directory, '..', 'syntheses')), {
      mode: 0o755,
    })
    writeFileSync(file, JSON.stringify({ ...content, app: script }, null, 2))
  }

  /** Lays values over a stage in cdk.json. */
  configure(values: { pingOne?: object; connector?: object }, stage = 'dev'): void {
    const file = join(this.directory, 'cdk.json')
    const content = JSON.parse(readFileSync(file, 'utf8'))
    const { pingOne, connector } = content.context.myhotels[stage]
    Object.assign(pingOne, values.pingOne)
    Object.assign(connector, values.connector)
    writeFileSync(file, JSON.stringify(content, null, 2))
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8')
  }

  /** What was run so far, as it was typed. */
  readonly commands: string[] = []

  /** Runs a command as a person would type it, at a terminal when there is an answer to give. */
  run(command: string, { whileRunning, answer }: Running = {}): Promise<Outcome> {
    this.commands.push(command)
    const atTerminal = `script --quiet --return --flush --command '${command}' /dev/null`
    const child: ChildProcess = spawn(answer === undefined ? command : atTerminal, {
      cwd: this.directory,
      env: this.#environment,
      shell: true,
      detached: true,
      stdio: [answer === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    let said = ''
    let answered = 0
    const hear = (chunk: Buffer) => {
      said += chunk
      if (answer === undefined || !answer.to.test(said.slice(answered))) return
      answered = said.length
      child.stdin?.write(`${answer.words}\n`)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    whileRunning?.(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status) => resolve({ status, said }))
    })
  }
}

/** Whether `script` of util-linux is there, which gives a command a terminal; those of other systems take other options. */
export function canGiveTerminal(): boolean {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  return String(stdout).includes('util-linux')
}

/** By all that an application is told: its configuration and the context of the command line. */
const synthesizeOnce = (app: string, kept: string) => `#!/bin/sh
set -e
place="${kept}/$(cat cdk.json - <<END | cksum | tr ' ' -
$CDK_CONTEXT_JSON
END
)"
if [ -d "$place" ]; then
  cp -R "$place/." "$CDK_OUTDIR"
else
  ${app}
  mkdir -p "$place"
  cp -R "$CDK_OUTDIR/." "$place"
  rm -f "$place"/*.lock "$place"/outputs-*.json
fi
`

/** The CDK starts esbuild with `npx --no-install`, once for each function; npx itself takes longer than esbuild. */
function quickNpx(directory: string): string {
  const place = join(directory, 'bin')
  mkdirSync(place, { recursive: true })
  const npx = process.env.PATH?.split(delimiter)
    .map((one) => join(one, 'npx'))
    .find((path) => existsSync(path))
  const script = `#!/bin/sh\n[ "$1" = --no-install ] && shift && exec "$@"\nexec '${npx}' "$@"\n`
  writeFileSync(join(place, 'npx'), script, { mode: 0o755 })
  return place
}
