// The one front of the command-line programs: how they say what they take, how they help, and how they end.
import { Command } from '@commander-js/extra-typings'
import { CommanderError } from 'commander'

/** The statuses that every program ends with; a program may have further ones, which its help then lists. */
export const statuses = { ok: 0, failed: 1, misused: 2 } as const

/**
 * A program with its help. Options, arguments and the action are added by the caller; the action sets
 * `process.exitCode` when something did not hold.
 *
 * @param command what a person types, for example `npm run smoke`
 * @param purpose one sentence
 * @example
 * await runProgram(
 *   createProgram('npm run smoke', 'Checks a running MyHotels from outside.')
 *     .option('--stage <name>', 'what "npm run deploy" deployed')
 *     .action(async ({ stage }) => { … }),
 * )
 */
export function createProgram(command: string, purpose: string): Command {
  return new Command(command.startsWith('npm run') ? `${command} --` : command)
    .description(purpose)
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
}

// biome-ignore lint/suspicious/noExplicitAny: whatever options and arguments the program takes
type AnyCommand = Command<any, any, any>
type ErrorClass = abstract new (...parameters: never[]) => Error

/**
 * Runs a program and turns what it throws into one sentence and a status: 2 for a wrong call, 1 for a failure.
 *
 * @param sentences the error classes whose message was written for people; of any other error the stack is printed
 */
export async function runProgram(program: AnyCommand, sentences: readonly ErrorClass[] = []): Promise<void> {
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return
      process.stderr.write(`${sentenceOf(error)} See --help.\n`)
      process.exitCode = statuses.misused
      return
    }
    const isForPeople = sentences.some((kind) => error instanceof kind)
    process.stderr.write(`${isForPeople ? (error as Error).message : stackOf(error)}\n`)
    process.exitCode ||= statuses.failed
  }
}

/** @example "error: unknown option '--stag'\n(Did you mean --stage?)" becomes "Unknown option '--stag' (did you mean --stage?)." */
function sentenceOf({ message }: CommanderError): string {
  const words = message
    .replace(/^error: /, '')
    .replace(/\s*\n\(Did/, ' (did')
    .replace(/\.$/, '')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/**
 * Reads an option's whole number and refuses everything else with a sentence.
 *
 * @example .option('--calls <number>', 'calls of each kind', wholeNumber(10, 10_000), 100)
 */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    throw new CommanderError(
      1,
      'myhotels.invalidNumber',
      `"${text}" is no whole number from ${least} to ${most}`,
    )
  }
