// Which properties need a new resource: held to the resource database that the CDK CLI ships, which AWS derives from
// CloudFormation's own resource schemas.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { kinds } from '../../../../local/cloud/resources/kinds.ts'

type Resource = {
  cloudFormationType: string
  properties: Record<string, { causesReplacement?: 'yes' | 'no' | 'maybe' }>
}

const file = fileURLToPath(new URL('../../../../node_modules/aws-cdk/db.json.gz', import.meta.url))
const database = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  schema: { resource: { entities: Record<string, Resource> } }
}
const described = new Map(
  Object.values(database.schema.resource.entities).map((one) => [one.cloudFormationType, one]),
)
// Its own properties say nothing of the kind; that the service token cannot change at all is tested elsewhere.
const types = Object.keys(kinds).filter((type) => type !== 'AWS::CloudFormation::CustomResource')

test.each(types)('%s is replaced by the properties that say so', (type) => {
  const properties: Resource['properties'] = described.get(type)?.properties ?? {}
  expect(Object.keys(properties).length).toBeGreaterThan(0)
  const actedOn = new Set(kinds[type]?.actedOn.map((path) => path.split('.')[0]))

  const replacing = Object.entries(properties)
    .filter(([name, { causesReplacement }]) => causesReplacement === 'yes' && actedOn.has(name))
    .map(([name]) => name)

  expect([...(kinds[type]?.createOnly ?? [])].sort()).toEqual(replacing.sort())
})
