// What one approval costs: state transitions and function invocations, counted on the deployed definition.
import type { Ground } from './world.ts'
import { World } from './world.ts'

export type Cost = {
  approvedAfter: number | undefined
  transitions: number
  /** Of the workflow's task. */
  advances: number
  /** Of the MCP server: prepare_booking, and finalize_booking when the widget is looking on. */
  calls: number
  status: string
}

const hotelId = 'milan-locanda-del-binario'
let runs = 2_000_000

/**
 * One booking, approved after some seconds or never. With `watched`, the widget calls finalize_booking whenever it was
 * told to; otherwise nobody looks after the booking.
 */
export async function countTransitions(
  ground: Ground,
  options: { approvedAfter: number | undefined; watched: boolean; interval: number; expiresIn: number },
): Promise<Cost> {
  const { approvedAfter, watched, ...pingOne } = options
  const run = runs++
  const world = new World(ground, { run, seed: 1, faults: [], pingOne: { ...pingOne, slowDownAt: [] } })
  const { simulation } = world
  const user = `anna-${run}`
  let calls = 0

  const look = async (transactionId: string, after: number): Promise<void> => {
    await new Promise<void>((resolve) => simulation.after(after * 1000, resolve))
    calls++
    const result = await world.call('finalize_booking', user, { transactionId })
    if ('booking' in result && result.booking.status === 'pending') {
      await look(transactionId, result.booking.pollAfterSeconds ?? 5)
    }
  }
  const book = async () => {
    calls++
    const result = await world.call('prepare_booking', user, { hotelId, startDate: '2026-12-24', nights: 3 })
    if (!('booking' in result)) throw new Error('The booking was not prepared')
    if (approvedAfter !== undefined) {
      simulation.after(approvedAfter * 1000, () => {
        for (const request of world.pingOne.requests) world.pingOne.approve(request)
      })
    }
    if (watched) await look(result.booking.transactionId, result.booking.pollAfterSeconds ?? 5)
  }
  void book()
  await simulation.run()

  const [execution] = world.workflow.executions.values()
  const [intent] = world.intents.values()
  return {
    approvedAfter,
    transitions: execution?.transitions ?? 0,
    advances: execution?.invocations ?? 0,
    calls,
    status: intent?.status ?? 'none',
  }
}
