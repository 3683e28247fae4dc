/** What an update says that leaves no environment. */
export const nothingLeftBehind = 'nothing'

/**
 * What a stage leaves in the PingOne environment that it moves away from, and how to remove it.
 *
 * @param options.count of the objects there that carry MyHotels' mark; undefined when the worker may not look, because
 * its secret is the new environment's by now
 */
export function describeLeftBehind(options: {
  count: number | undefined
  environmentId: string
  stage: string
}): string {
  const { count, environmentId, stage } = options
  if (count === 0) return nothingLeftBehind
  const objects = count === undefined ? 'what MyHotels made there' : `${count} objects of MyHotels`
  return `The PingOne environment ${environmentId}, which the stage ${stage} has left, still holds ${objects}. To see and remove them, with the id and secret of a worker of that environment: PINGONE_ENVIRONMENT_ID=${environmentId} PINGONE_WORKER_CLIENT_ID=… PINGONE_WORKER_CLIENT_SECRET=… npm run pingone -- destroy --stage ${stage} (if it is in another region, PINGONE_REGION=… too).`
}
