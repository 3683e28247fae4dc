// A copy of the repository as somebody would have it who deploys: with a cdk.json of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const leftOut = new Set(['.git', '.local', 'cdk.out', 'node_modules', 'test', 'docs', 'bench', 'coverage'])

export type Outcome = { status: number | null; said: string }

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

  /** Lays values over the stage `dev` in cdk.json. */
  configure(values: { pingOne?: object; connector?: object }): void {
    const file = join(this.directory, 'cdk.json')
    const content = JSON.parse(readFileSync(file, 'utf8'))
    const { dev } = content.context.myhotels
    Object.assign(dev.pingOne, values.pingOne)
    Object.assign(dev.connector, values.connector)
    writeFileSync(file, JSON.stringify(content, null, 2))
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8')
  }

  /** What was run so far, as it was typed. */
  readonly commands: string[] = []

  /** Runs a command as a person would type it; `whileRunning` gets a way to kill it with all that it started. */
  run(command: string, whileRunning?: (kill: () => void) => void): Promise<Outcome> {
    this.commands.push(command)
    const child: ChildProcess = spawn(command, {
      cwd: this.directory,
      env: this.#environment,
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk
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
