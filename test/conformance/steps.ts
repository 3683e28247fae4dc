/** Prints one line per step and remembers whether all went well. */
export function createSteps() {
  let failures = 0
  return {
    async step(name: string, work: () => Promise<void>): Promise<void> {
      const startedAt = Date.now()
      try {
        await work()
        console.log(`  ok    ${name} (${Date.now() - startedAt} ms)`)
      } catch (error) {
        failures += 1
        console.log(
          `  FAIL  ${name}\n${String(error instanceof Error ? error.message : error).replace(/^/gm, '        ')}`,
        )
      }
    },
    /** Ends the run: one line, and the exit status. */
    finish(title: string): void {
      console.log(failures === 0 ? `ok: ${title}` : `NOT OK: ${title}, ${failures} failed`)
      process.exitCode = failures === 0 ? 0 : 1
    },
  }
}

export type Steps = ReturnType<typeof createSteps>
