/** Where `npm test` gathers what the roles of the templates were used for. */
export const accessRecordVariable = 'MYHOTELS_ACCESS_RECORD'

/** The option for a run that adds to it; none outside of `npm test`. */
export function recordAccess(): { accessRecord?: string } {
  const directory = process.env[accessRecordVariable]
  return directory === undefined ? {} : { accessRecord: directory }
}
