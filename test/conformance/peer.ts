// Runs a published tool of somebody else at an exact version, without making it a dependency.
import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'

const environment = (variables: Record<string, string>) => ({
  ...process.env,
  // The tools need a newer Node than some machines have: give them the one that runs this.
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
  ...variables,
})

function spawnPeer(
  peer: { package: string; command: string },
  args: readonly string[],
  variables: Record<string, string>,
): ChildProcess {
  return spawn('npx', ['--yes', `--package=${peer.package}`, '--', peer.command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(variables),
    // A group of its own, so that what npx starts ends with it.
    detached: true,
  })
}

/** Runs it to its end. */
export async function runPeer(
  peer: { package: string; command: string },
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawnPeer(peer, args, variables)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve(status ?? 1))
  })
  return { code, stdout, stderr }
}

/** Starts it, waits until its output matches, and returns what stops it. */
export async function startPeer(
  peer: { package: string; command: string },
  args: readonly string[],
  options: { ready: RegExp; variables?: Record<string, string>; timeout?: number },
): Promise<() => void> {
  const child = spawnPeer(peer, args, options.variables ?? {})
  let output = ''
  const stop = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It has ended by itself.
    }
  }
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${peer.command} did not start:\n${output}`)),
      options.timeout ?? 120_000,
    )
    const read = (chunk: Buffer) => {
      output += chunk
      if (options.ready.test(output)) {
        clearTimeout(timer)
        resolve()
      }
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      reject(new Error(`${peer.command} ended:\n${output}`))
    })
  }).catch((error) => {
    stop()
    throw error
  })
  return stop
}
