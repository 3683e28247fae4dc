// The requests of the CDK CLI, as they were recorded: the local CloudFormation knows every operation in them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from '../../../../local/cloud/start.ts'
import { readRecording } from '../../../rehearse/recording.ts'

const directory = mkdtempSync(join(tmpdir(), 'recorded-requests-'))
let cloud: Cloud

beforeAll(async () => {
  cloud = await startCloud({ stateDirectory: directory, region: 'eu-central-1' })
})
afterAll(async () => {
  await cloud.stop()
  rmSync(directory, { recursive: true, force: true })
})

const calls = new Set(
  Object.values(readRecording().steps).flatMap(({ cloudformation = [] }) => cloudformation),
)

async function ask(operation: string, members: readonly string[]): Promise<string> {
  const form = new URLSearchParams({ Action: operation, Version: '2010-05-15' })
  for (const member of members) form.set(member, 'nothing')
  const credential = `${cloud.credentials.accessKeyId}/20260101/eu-central-1/cloudformation/aws4_request`
  const answer = await fetch(cloud.awsEndpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}` },
    body: form,
  })
  return answer.text()
}

test.each([...calls])('%s is known', async (call) => {
  const [, operation = '', members = ''] = /^(\w+)\((.*)\)$/.exec(call) ?? []
  const answer = await ask(operation, members === '' ? [] : members.split(', '))
  // About the stack that is not there it may complain, in CloudFormation's own words.
  expect(answer).toMatch(/<(\w+Response|Code>(ValidationError|ChangeSetNotFound|AccessDenied))/)
})

test('an operation that nobody offers is told apart', async () => {
  expect(await ask('InventSomething', [])).toContain('<Code>InvalidAction')
})
