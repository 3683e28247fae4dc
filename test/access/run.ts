// The last part of `npm test`: whether every grant of the templates was used, and everything that was done was granted.
import { readdirSync, readFileSync } from 'node:fs'
import { App } from 'aws-cdk-lib'
import { createProgram, runProgram, statuses } from '../../bin/program.ts'
import { createMyHotels } from '../../lib/myhotels.ts'
import { accessRecordSchema } from '../../local/cloud/iam/access-record.ts'
import { compareAccess, type GrantingStack } from './compare-access.ts'
import { exceptions } from './exceptions.ts'
import { accessRecordVariable } from './record-access.ts'

class NoRecordError extends Error {
  override readonly name = 'NoRecordError'
}

function synthesize(): GrantingStack[] {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> }
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, treeMetadata: false })
  createMyHotels(app)
  const assembly = app.synth()
  return assembly.stacks.map(({ id, stackName, template }) => ({ id, name: stackName, template }))
}

function readRecords(directory: string) {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'))
  return files.map((file) =>
    accessRecordSchema.parse(JSON.parse(readFileSync(`${directory}/${file}`, 'utf8'))),
  )
}

function compare(directory: string | undefined): number {
  const records = directory === undefined ? [] : readRecords(directory)
  if (records.length === 0) {
    throw new NoRecordError(
      'No run has recorded what the roles of the templates were used for. Run "npm test", of which this is the last part.',
    )
  }
  const { grants, unused, denied, needless } = compareAccess({ stacks: synthesize(), records, exceptions })
  for (const { role, action, resource } of unused)
    console.log(`  ✘ ${role}: ${action} on ${resource} is granted, and nothing uses it`)
  for (const { caller, action, resource } of denied)
    console.log(`  ✘ ${caller}: ${action} on ${resource} is wanted, and not granted`)
  for (const { role, action, resource } of needless)
    console.log(`  ✘ ${role}: ${action} on ${resource} needs no exception any more`)
  const failures = unused.length + denied.length + needless.length
  if (failures === 0) {
    console.log(
      `  ✔ ${grants} grants in ${records.length} runs: all used, but for ${exceptions.length} exceptions, and nothing was denied`,
    )
  }
  return failures === 0 ? statuses.ok : statuses.failed
}

await runProgram(
  createProgram('npm run access', 'Compares what the templates grant with what the tests have used.')
    .option(
      '--record <directory>',
      'what runs have recorded, see docs/local-cloud.md',
      process.env[accessRecordVariable],
    )
    .action(({ record }) => {
      process.exitCode = compare(record)
    }),
  [NoRecordError],
)
