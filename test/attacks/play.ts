// Plays rows against the world, a few at the same time, and looks after each whether all still holds.
import type { Row } from './row.ts'
import { findBroken } from './world/invariants.ts'
import type { World } from './world/world.ts'

/** How a row ended, and what was no longer as it must be. */
export type Played = { outcome: string; broken: string[] }

export async function playRows(
  rows: readonly Row[],
  world: World,
  atOnce: number,
): Promise<Map<Row, Played>> {
  const played = new Map<Row, Played>()
  const waiting = [...rows]
  const playNext = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift())
      played.set(row, await playRow(row, world))
  }
  await Promise.all(Array.from({ length: atOnce }, playNext))
  return played
}

async function playRow(row: Row, world: World): Promise<Played> {
  const outcome = await row
    .attack(world)
    .catch((error: unknown) => `failed: ${error instanceof Error ? error.stack : error}`)
  return { outcome, broken: await findBroken(world) }
}
