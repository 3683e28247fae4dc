// `npm run contract`: makes the committed facts about PingOne out of what others published.
import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { contractFile, writeContract } from './contract-file.ts'
import { connectorSources, deriveConnectors } from './derive-connectors.ts'
import { deriveContract, documentFile, sources } from './derive-contract.ts'

const usage = `Takes the facts over that MyHotels is held against: paths, methods, member names, types, enumerations; no sentences.

  npm run contract -- --documents <folder>                     the contract of the APIs
  npm run contract -- --provider <folder> --exported <folder> --exported <folder>
                                                               what DaVinci's connectors know
  add --check to tell whether the committed facts are what the sources give, without writing

--documents holds PingOne's OpenAPI documents under these names:
${sources.map(({ name, source, commit }) => `  ${documentFile(name).padEnd(40)} ${source}\n${' '.repeat(43)}at ${commit.slice(0, 12)}`).join('\n')}
Only operations that the local PingOne offers are kept: run this again after one was added there.

--provider and each --exported are checkouts, or folders of them, of
${connectorSources.map(({ source, commit }) => `  ${source} at ${commit}`).join('\n')}

Status: 0 done or equal, 1 different or failed, 2 not understood.`

const connectorsFile = new URL('../../../lambdas/identity/davinci/connectors.json', import.meta.url)

type Derived = { file: URL; text: string; told: string }

function main(): number {
  const { values } = parseArgs({
    options: {
      documents: { type: 'string' },
      provider: { type: 'string' },
      exported: { type: 'string', multiple: true },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const { documents, provider, exported } = values
  const derived: Derived[] = []
  if (documents !== undefined) derived.push(contractOf(documents))
  if (provider !== undefined && exported !== undefined) derived.push(connectorsOf(provider, exported))
  if (values.help || derived.length === 0) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  let isSame = true
  for (const { file, text, told } of derived) {
    if (values.check) {
      const same = isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(text))
      isSame &&= same
      console.log(same ? `Up to date: ${told}` : 'Different. Run without --check to write it.')
    } else {
      writeFileSync(file, text)
      console.log(`Wrote ${Math.round(text.length / 1000)} kB: ${told}`)
    }
  }
  return isSame ? 0 : 1
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

process.exitCode = main()
