// One line per step, as it happens; the exit status tells the rest.
import assert from 'node:assert/strict'

const color = process.stdout.isTTY
const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)

export class Report {
  passed = 0
  failed = 0
  leftOut = 0

  title(text: string): void {
    console.log(`\n${paint(1, text)}`)
  }

  /** Runs one step; what it returns goes to the next, an assertion that fails is told and counted. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    const startedAt = performance.now()
    try {
      const value = await work()
      this.passed += 1
      console.log(
        `  ${paint(32, '✔')} ${what} ${paint(2, `${Math.round(performance.now() - startedAt)} ms`)}`,
      )
      return value
    } catch (error) {
      this.failed += 1
      console.log(`  ${paint(31, '✘')} ${what}`)
      console.log(
        `    ${(error instanceof Error ? (error.stack ?? error.message) : String(error)).replaceAll('\n', '\n    ')}`,
      )
      return undefined
    }
  }

  /** A step that this machine cannot run; it counts as neither. */
  leaveOut(what: string, why: string): void {
    this.leftOut += 1
    console.log(`  ${paint(33, '–')} ${what}: left out, ${why}`)
  }

  close(): void {
    const leftOut = this.leftOut > 0 ? `, ${this.leftOut} left out` : ''
    console.log(`\n${this.passed} passed, ${this.failed} failed${leftOut}`)
    process.exitCode = this.failed === 0 ? 0 : 1
  }
}

/** Repeats until the condition gives a value; waits a little between, never longer than the deadline. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  deadlineMs = 60_000,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    assert(performance.now() < end, `${what} did not happen within ${deadlineMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
