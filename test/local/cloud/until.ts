import { setTimeout as pause } from 'node:timers/promises'

/** Asks again and again until the answer is neither false nor undefined. */
export async function until<T>(
  ask: () => T | false | undefined | Promise<T | false | undefined>,
): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await pause(15)
  }
}
