// `npm run contract`: makes the committed facts about PingOne out of what others published.
import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { createProgram, runProgram, statuses } from '../../../bin/program.ts'
import { contractFile, writeContract } from './contract-file.ts'
import { connectorSources, deriveConnectors } from './derive-connectors.ts'
import { deriveContract, documentFile, sources } from './derive-contract.ts'

const more = `
--documents holds PingOne's OpenAPI documents under these names:
${sources.map(({ name, source, commit }) => `  ${documentFile(name).padEnd(40)} ${source}\n${' '.repeat(43)}at ${commit.slice(0, 12)}`).join('\n')}
Only operations that the local PingOne offers are kept: run this again after one was added there.

--provider and each --exported are checkouts, or folders of them, of
${connectorSources.map(({ source, commit }) => `  ${source} at ${commit}`).join('\n')}

Status: 0 done or equal, 1 different or failed, 2 a wrong call.`

const connectorsFile = new URL('../../../lambdas/identity/davinci/connectors.json', import.meta.url)

type Derived = { file: URL; text: string; told: string }

class NothingToDeriveError extends Error {
  override readonly name = 'NothingToDeriveError'
}

type Options = { documents?: string; provider?: string; exported: string[]; check?: true }

function main({ documents, provider, exported, check }: Options): number {
  const derived: Derived[] = []
  if (documents !== undefined) derived.push(contractOf(documents))
  if (provider !== undefined && exported.length > 0) derived.push(connectorsOf(provider, exported))
  if (derived.length === 0) {
    throw new NothingToDeriveError(
      'Give --documents, or --provider and --exported. --help tells what they hold.',
    )
  }
  let isSame = true
  for (const { file, text, told } of derived) {
    if (check) {
      const same = isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(text))
      isSame &&= same
      console.log(same ? `Up to date: ${told}` : 'Different. Run without --check to write it.')
    } else {
      writeFileSync(file, text)
      console.log(`Wrote ${Math.round(text.length / 1000)} kB: ${told}`)
    }
  }
  return isSame ? statuses.ok : statuses.failed
}

function contractOf(folder: string): Derived {
  const contract = deriveContract(folder)
  const told = contract.documents.map(
    ({ provenance, paths }) => `${Object.keys(paths).length} paths of ${provenance.name}`,
  )
  return {
    file: contractFile,
    text: writeContract(contract),
    told: `${told.join(', ')}; ${contract.undescribed.length} operations that no document describes`,
  }
}

function connectorsOf(provider: string, exported: readonly string[]): Derived {
  const facts = deriveConnectors(provider, exported)
  const capabilities = Object.values(facts.connectors).flatMap((each) => Object.keys(each.capabilities))
  return {
    file: connectorsFile,
    text: `${JSON.stringify(facts, null, 2)}\n`,
    told: `${Object.keys(facts.connectors).length} connectors with ${capabilities.length} capabilities`,
  }
}

await runProgram(
  createProgram(
    'npm run contract',
    'Takes the facts over that MyHotels is held against: paths, methods, member names, types, enumerations; no sentences.',
  )
    .option('--documents <folder>', 'the contract of the APIs')
    .option('--provider <folder>', "what DaVinci's connectors know, with --exported")
    .option(
      '--exported <folder>',
      'exported flows; may be repeated',
      (folder: string, earlier: string[]) => [...earlier, folder],
      [] as string[],
    )
    .option('--check', 'tell whether the committed facts are what the sources give, without writing')
    .addHelpText('after', more)
    .action((options) => {
      process.exitCode = main(options)
    }),
  [NothingToDeriveError],
)
