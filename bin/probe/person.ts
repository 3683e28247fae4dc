// A person who does what a program cannot, and says what they saw.
import { createInterface } from 'node:readline/promises'

export type Person = {
  /** The user name of theirs that is asked. */
  username: string
  tell(words: string): void
  ask(question: string): Promise<'yes' | 'no' | 'unknown'>
}

export function createPerson(username: string): Person {
  return {
    username,
    tell: (words) => void process.stderr.write(`  ${words}\n`),
    async ask(question) {
      const terminal = createInterface({ input: process.stdin, output: process.stderr })
      try {
        for (;;) {
          const said = (await terminal.question(`  ${question} (yes, no, or ? when you cannot say) `)).trim()
          if (/^y(es)?$/i.test(said)) return 'yes'
          if (/^no?$/i.test(said)) return 'no'
          if (said === '?') return 'unknown'
        }
      } finally {
        terminal.close()
      }
    },
  }
}
