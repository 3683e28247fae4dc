// Plays, for each control, its row with the control on and with the control off; one line of JSON each.
import { controls } from './controls.ts'
import { reenactments } from './reenact.ts'

export type Outcome = {
  control: string
  on: 'refused' | 'through'
  off: 'refused' | 'through'
  failure?: string
}

async function play(
  title: string,
  edits: (typeof controls)[number]['edits'],
): Promise<'refused' | 'through'> {
  const reenact = reenactments.get(title)
  if (reenact === undefined) throw new Error(`Nothing plays the row "${title}"`)
  return (await reenact({ edits })) ? 'through' : 'refused'
}

for (const { control, edits, lets } of controls) {
  const outcome = await Promise.all([play(lets, []), play(lets, edits)]).then(
    ([on, off]): Outcome => ({ control, on, off }),
    (error: unknown): Outcome => ({ control, on: 'refused', off: 'refused', failure: String(error) }),
  )
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
process.exit(0)
