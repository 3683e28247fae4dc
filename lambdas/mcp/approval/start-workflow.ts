// Starts the approval workflow: one execution per transaction, named after it.
import type { SFNClient } from '@aws-sdk/client-sfn'

/** Returns once an execution for the transaction exists, started now or before. */
export type StartWorkflow = (transactionId: string) => Promise<void>

export function createStartWorkflow(options: {
  stateMachineArn: string
  client: () => Promise<SFNClient>
}): StartWorkflow {
  return async function startWorkflow(transactionId) {
    const { StartExecutionCommand } = await import('@aws-sdk/client-sfn')
    const client = await options.client()
    try {
      await client.send(
        new StartExecutionCommand({
          stateMachineArn: options.stateMachineArn,
          name: transactionId,
          input: JSON.stringify({ transactionId }),
        }),
      )
    } catch (error) {
      // A running execution of that name and input answers as if it had just been started; a finished one so.
      if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return
      throw error
    }
  }
}
