import { spawn } from 'node:child_process'

/**
 * Hands over to the CDK CLI, which speaks to the terminal itself.
 *
 * @returns its exit status; 1, after a sentence, when it did not start
 */
export function runCdk(...parameters: string[]): Promise<number> {
  const child = spawn('cdk', parameters, {
    stdio: 'inherit',
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`The CDK CLI did not start: ${error.message}. Run "npm install" first.`)
      resolve(1)
    })
    child.on('close', (status) => resolve(status ?? 1))
  })
}
