// Asks one probe after the other, and takes away what they made, whatever happens.
import type { ManagementClient } from '../../lambdas/identity/reconcile/management-client.ts'
import type { Deployed } from './deployed.ts'
import { NotAskedError } from './not-asked.ts'
import type { Person } from './person.ts'
import type { PingOne } from './pingone.ts'
import { createPlayground } from './playground.ts'
import type { Finding, Probe } from './probe.ts'
import { type Recording, reduceSeen } from './recording.ts'
import { createScratch, sweep } from './scratch.ts'
import { sweepSecrets } from './secrets.ts'

export type ProbeRun = {
  findings: Finding[]
  answers: Recording['answers']
  /** Of earlier runs, found and deleted. */
  sweptAway: number
  /** What could not be taken away; the next run finds it. */
  left: string[]
}

export async function runProbes(options: {
  probes: readonly Probe[]
  pingOne: PingOne
  management: ManagementClient
  deployed: Deployed
  person?: Person | undefined
  /** Ends the run before the next probe; what was made is taken away. */
  signal?: AbortSignal
  onSwept?: (count: number) => void
  onAsking?: (probe: Probe) => void
  onFinding?: (finding: Finding) => void
}): Promise<ProbeRun> {
  const { management, pingOne, deployed, person, signal } = options
  const sweptAway = (await sweep(management)) + (await sweepSecrets(deployed))
  if (sweptAway > 0) options.onSwept?.(sweptAway)
  const scratch = createScratch(management)
  const playground = createPlayground(pingOne, scratch)
  const findings: Finding[] = []
  const answers: Recording['answers'] = {}
  let left: string[] = []
  try {
    for (const probe of options.probes) {
      if (signal?.aborted) break
      options.onAsking?.(probe)
      const finding = await ask(probe)
      findings.push(finding)
      options.onFinding?.(finding)
    }
  } finally {
    left = await scratch.removeAll()
  }
  return { findings, answers, sweptAway, left }

  async function ask(probe: Probe): Promise<Finding> {
    if (probe.needsPerson && person === undefined) {
      return { probe, outcome: 'not asked', words: 'it takes a person: --with-person --username <theirs>' }
    }
    const seen: Recording['answers'][string] = {}
    try {
      const { asExpected, saw } = await unlessEnded(
        probe.ask({
          pingOne,
          scratch,
          playground,
          deployed,
          person,
          record: (label, answer) => {
            seen[label] = reduceSeen(answer)
          },
        }),
      )
      if (Object.keys(seen).length > 0) answers[probe.id] = seen
      return { probe, outcome: asExpected ? 'as expected' : 'differs', words: saw }
    } catch (error) {
      return { probe, outcome: 'not asked', words: whyNot(error) }
    }
  }

  /** When the run is ended, what a probe has begun is waited for: its things must be known to be taken away. */
  async function unlessEnded<T>(work: Promise<T>): Promise<T> {
    if (signal === undefined) return work
    let timer: NodeJS.Timeout | undefined
    let end = () => {}
    const ended = new Promise<never>((_, reject) => {
      end = () => {
        scratch.close()
        timer = setTimeout(() => reject(new NotAskedError('the run was ended')), graceMs)
      }
    })
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      return await Promise.race([work, ended])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
  }
}

/** A probe may be waiting for a person. */
const graceMs = 5000

/** A refusal while a probe makes its things is a reason; so is anything else that went wrong. */
function whyNot(error: unknown): string {
  if (error instanceof NotAskedError) return error.message
  return error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 300) : String(error)
}
