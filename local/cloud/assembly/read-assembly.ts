// The cloud assembly that `cdk synth` writes: which stacks there are, in which files, with which assets.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { CloudError } from '../cloud-error.ts'
import { type Template, templateSchema } from '../template/template.ts'

const json = z.record(z.string(), z.unknown())

// By construct path: what the constructs noted down, among it the logical id of each resource.
const metadataSchema = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), data: z.unknown().optional() })),
)

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).optional(),
      additionalMetadataFile: z.string().optional(),
      metadata: metadataSchema.optional(),
      properties: json.optional(),
    }),
  ),
})

const tagsSchema = z.record(z.string(), z.string())

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .optional(),
})

export type AssemblyStack = {
  /** The artifact's id, for example `MyHotels-Mcp`. */
  id: string
  /** The name in CloudFormation, for example `MyHotels-Mcp-dev`. */
  name: string
  region: string
  account: string
  template: Template
  tags: Record<string, string>
  /** Ids of stacks that are deployed before. */
  dependencies: string[]
  /** The construct path of resources by logical id, where the assembly tells it. */
  paths: Map<string, string>
  /** Where the bundles of functions lie that would be uploaded, by object key. */
  bundles: Map<string, string>
  /** What the app wants to find in the Parameter Store: the version of CDK's bootstrap stack. */
  bootstrap: { parameter: string; version: string } | undefined
}

/** What stands in for an account where the app names none. */
export const localAccount = '123456789012'

/** @throws {CloudError} when the directory holds no assembly that can be understood. */
export function readAssembly(directory: string): AssemblyStack[] {
  const manifest = parse(manifestSchema, join(directory, 'manifest.json'))
  const artifacts = Object.entries(manifest.artifacts)
  const nested = artifacts.find(([, { type }]) => type === 'cdk:cloud-assembly')
  if (nested) {
    throw new CloudError(
      `The assembly holds the stage "${nested[0]}"; the local cloud reads stacks of one app.`,
    )
  }
  return artifacts
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, artifact]) => {
      const { environment = '', dependencies = [], properties = {}, additionalMetadataFile: file } = artifact
      const metadata = file === undefined ? artifact.metadata : parse(metadataSchema, join(directory, file))
      const [account = '', region = ''] = environment.replace('aws://', '').split('/')
      const isStack = (name: string) => manifest.artifacts[name]?.type === 'aws:cloudformation:stack'
      return {
        id,
        name: String(properties.stackName ?? id),
        account: /^\d{12}$/.test(account) ? account : localAccount,
        region: region.startsWith('unknown') || region === '' ? 'us-east-1' : region,
        template: parse(templateSchema, join(directory, String(properties.templateFile))),
        tags: tagsSchema.parse(properties.tags ?? {}),
        dependencies: dependencies.filter(isStack),
        paths: pathsOf(metadata ?? {}),
        bundles: bundlesOf(
          directory,
          dependencies
            .map((name) => manifest.artifacts[name]?.properties?.file)
            .filter((file) => file !== undefined),
        ),
        bootstrap:
          properties.bootstrapStackVersionSsmParameter === undefined
            ? undefined
            : {
                parameter: String(properties.bootstrapStackVersionSsmParameter),
                version: String(properties.requiresBootstrapStackVersion),
              },
      }
    })
}

function pathsOf(metadata: z.infer<typeof metadataSchema>): Map<string, string> {
  const paths = new Map<string, string>()
  for (const [path, notes] of Object.entries(metadata)) {
    for (const { type, data } of notes)
      if (type === 'aws:cdk:logicalId') paths.set(String(data), path.slice(1))
  }
  return paths
}

function bundlesOf(directory: string, files: unknown[]): AssemblyStack['bundles'] {
  const bundles: AssemblyStack['bundles'] = new Map()
  for (const file of files) {
    const manifest = parse(assetsSchema, join(directory, String(file)))
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      if (source.path === undefined || source.packaging !== 'zip') continue
      for (const { objectKey } of Object.values(destinations))
        bundles.set(objectKey, resolve(directory, source.path))
    }
  }
  return bundles
}

function parse<Schema extends z.ZodType>(schema: Schema, file: string): z.infer<Schema> {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new CloudError(`${file} cannot be read: run the synthesis again.`, { cause })
  }
  const result = schema.safeParse(content)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new CloudError(
    `${file} is not understood at ${issue?.path.join('.')}: ${issue?.message}. Run the synthesis again.`,
  )
}
