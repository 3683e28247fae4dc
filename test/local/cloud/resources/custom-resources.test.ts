import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openCustomResources } from '../../../../local/cloud/resources/custom-resources.ts'
import type { Declaration } from '../../../../local/cloud/resources/resource-kind.ts'

const root = mkdtempSync(join(tmpdir(), 'custom-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const stack = { name: 'Stack', region: 'eu-central-1', account: '123456789012' } as Declaration['stack']

describe('custom resources', () => {
  let asked: { RequestType: string; PhysicalResourceId?: string; OldResourceProperties?: object }[]
  let stateDirectory: string
  let fails = false
  const invoke = async (_arn: string, payload: unknown) => {
    asked.push(payload as (typeof asked)[number])
    if (fails) throw new Error('not now')
    return { PhysicalResourceId: 'thing', Data: { Url: 'http://here' } }
  }
  beforeEach(() => {
    asked = []
    fails = false
    stateDirectory = mkdtempSync(join(root, 'state-'))
  })

  /** One start with these resources. */
  async function start(
    resources: Record<string, { properties: Record<string, unknown>; retained?: boolean }>,
  ) {
    const custom = openCustomResources({ stateDirectory, onProgress() {} })
    const deployed = []
    for (const [logicalId, { properties, retained = false }] of Object.entries(resources)) {
      const path = `Stack/${logicalId}`
      deployed.push(
        await custom.deploy(
          { stack, logicalId, path, type: 'Custom::Thing', properties, retained },
          'handler',
          invoke,
        ),
      )
    }
    await custom.cleanUp(invoke)
    return { custom, deployed }
  }
  const kinds = () =>
    asked.map(({ RequestType: kind, PhysicalResourceId: id }) => `${kind} ${id ?? ''}`.trim())

  test('give their id and their data', async () => {
    const { deployed } = await start({ Thing: { properties: { A: 1 } } })
    expect(deployed).toEqual([{ ref: 'thing', attributes: { Url: 'http://here' } }])
  })

  test('that the template no longer holds are deleted once, unless they are retained', async () => {
    await start({ Kept: { properties: {}, retained: true }, Gone: { properties: {} } })
    await start({})
    await start({})
    expect(kinds()).toEqual(['Create', 'Create', 'Delete thing'])
  })

  test('whose update failed are updated again with the same old properties', async () => {
    await start({ Thing: { properties: { A: [1, true] } } })
    fails = true
    const error = await start({ Thing: { properties: { A: '2' } } }).catch((reason: unknown) => reason)
    fails = false
    await start({ Thing: { properties: { A: '2' } } })

    expect(error).toMatchObject({ message: 'The custom resource Stack/Thing could not be updated: not now' })
    expect(kinds()).toEqual(['Create', 'Update thing', 'Update thing'])
    expect(asked[2]?.OldResourceProperties).toEqual({ A: ['1', 'true'] })
  })

  test('are deleted at the end, the last first', async () => {
    const { custom } = await start({ One: { properties: {} }, Two: { properties: {} } })
    await custom.deleteAll(invoke)
    await custom.deleteAll(invoke)
    expect(asked.slice(2)).toEqual([
      expect.objectContaining({ RequestType: 'Delete', LogicalResourceId: 'Two' }),
      expect.objectContaining({ RequestType: 'Delete', LogicalResourceId: 'One' }),
    ])
  })
})
