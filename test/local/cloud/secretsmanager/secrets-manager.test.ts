import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  generateSecretString,
  openSecretsManager,
  type SecretsManager,
} from '../../../../local/cloud/secretsmanager/secrets-manager.ts'

const root = mkdtempSync(join(tmpdir(), 'secrets-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const anyone = { arn: 'arn:aws:iam::123456789012:user/anyone', authorize() {} }
const place = { region: 'eu-central-1', account: '123456789012' }

describe('Secrets Manager', () => {
  let file: string
  let secrets: SecretsManager
  let arn: string
  let files = 0
  const open = () => openSecretsManager({ file, clock: () => 1_700_000_000_000 })
  const call = (operation: string, input: object) =>
    secrets.call(operation, { ...input }, anyone, 'eu-central-1')

  beforeEach(() => {
    file = join(root, `${++files}.json`)
    secrets = open()
    arn = secrets.keep({ name: 'my/secret', ...place, value: 'one' })
  })

  test('finds a secret by name, by ARN, and by ARN without its ending', async () => {
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:my\/secret-\w{6}$/)
    for (const SecretId of ['my/secret', arn, arn.slice(0, -7)]) {
      expect(await call('GetSecretValue', { SecretId })).toMatchObject({
        SecretString: 'one',
        ARN: arn,
        Name: 'my/secret',
      })
    }
    await expect(call('GetSecretValue', { SecretId: 'my/secre' })).rejects.toMatchObject({
      type: 'ResourceNotFoundException',
    })
  })

  test('deletes a secret at once when it is told to, and lists by the beginning of names', async () => {
    await call('CreateSecret', { Name: 'my/other', SecretString: '{}' })
    const names = async (Filters?: object[]) => {
      const { SecretList: list } = await call('ListSecrets', Filters ? { Filters } : {})
      return (list as { Name: string }[]).map(({ Name }) => Name).sort()
    }
    expect(await names()).toEqual(['my/other', 'my/secret'])
    expect(await names([{ Key: 'name', Values: ['my/o'] }])).toEqual(['my/other'])

    await call('DeleteSecret', { SecretId: 'my/other', ForceDeleteWithoutRecovery: true })

    expect(await names()).toEqual(['my/secret'])
    for (const [operation, input] of [
      ['GetSecretValue', { SecretId: 'my/other' }],
      ['DeleteSecret', { SecretId: 'my/secret' }],
      ['ListSecrets', { Filters: [{ Key: 'tag-key', Values: ['x'] }] }],
    ] as const)
      await expect(call(operation, input)).rejects.toMatchObject({ name: expect.any(String) })
  })

  // AWS Secrets Manager user guide, "What's in a Secrets Manager secret?": do not end a name with a hyphen and six
  // characters, since a partial ARN is then taken for a complete one; aws-cdk warns of it at `fromSecretNameV2`.
  test.each<[string, boolean]>([
    ['myhotels/pingone-worker', false],
    ['myhotels/pingone-abc123', false],
    ['myhotels/pingone/worker', true],
    ['myhotels/pingone-workers', true],
    ['myhotels/pingone_worker', true],
  ])('of the name %s by its partial ARN: %s', async (name, isFound) => {
    const whole = secrets.keep({ name, ...place, value: 'one' })
    const answer = call('GetSecretValue', { SecretId: whole.slice(0, -7) })

    expect(await answer.catch((error: unknown) => error)).toMatchObject(
      isFound ? { Name: name } : { type: 'ResourceNotFoundException' },
    )
    for (const SecretId of [name, whole])
      expect(await call('GetSecretValue', { SecretId })).toMatchObject({ Name: name })
  })

  test('keeps the current and the previous version, on disk, for its owner alone', async () => {
    await call('PutSecretValue', { SecretId: arn, SecretString: 'two', ClientRequestToken: 'v2' })
    secrets = open()
    expect(await call('GetSecretValue', { SecretId: arn })).toMatchObject({
      SecretString: 'two',
      VersionId: 'v2',
      VersionStages: ['AWSCURRENT'],
    })
    expect(await call('GetSecretValue', { SecretId: arn, VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'one',
    })
    expect((await call('DescribeSecret', { SecretId: arn })).VersionIdsToStages).toMatchObject({
      v2: ['AWSCURRENT'],
    })
    await expect(call('GetSecretValue', { SecretId: arn, VersionId: 'v9' })).rejects.toMatchObject({
      type: 'ResourceNotFoundException',
    })
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  test('takes a version once: the same content again changes nothing, another is refused', async () => {
    const put = (SecretString: string) =>
      call('PutSecretValue', { SecretId: arn, SecretString, ClientRequestToken: 'v2' })
    await put('two')
    await put('two')
    await expect(put('three')).rejects.toMatchObject({ type: 'ResourceExistsException' })
    expect(await call('GetSecretValue', { SecretId: arn, VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'one',
    })
  })

  test('creates and updates secrets, and knows its limits', async () => {
    await call('CreateSecret', { Name: 'new', SecretString: 'x', Description: 'd' })
    await call('UpdateSecret', { SecretId: 'new', SecretString: 'y' })
    expect(await call('GetSecretValue', { SecretId: 'new' })).toMatchObject({ SecretString: 'y' })
    await expect(call('CreateSecret', { Name: 'new' })).rejects.toMatchObject({
      type: 'ResourceExistsException',
    })
    await expect(call('PutSecretValue', { SecretId: 'new' })).rejects.toMatchObject({
      type: 'InvalidRequestException',
    })
    await expect(call('RotateSecret', { SecretId: 'new' })).rejects.toMatchObject({
      message: 'The local Secrets Manager does not offer RotateSecret.',
    })
    await expect(call('PutSecretValue', { SecretId: 'new', SecretBinary: 'eA==' })).rejects.toMatchObject({
      type: 'InvalidParameterException',
    })
  })

  test('keeps what is there unless another value is given', async () => {
    secrets.keep({ name: 'my/secret', ...place, initial: () => 'other' })
    expect(await call('GetSecretValue', { SecretId: arn })).toMatchObject({ SecretString: 'one' })
    secrets.keep({ name: 'my/secret', ...place, value: 'two' })
    expect(await call('GetSecretValue', { SecretId: arn })).toMatchObject({ SecretString: 'two' })
  })
})

describe('a generated secret', () => {
  test.each<[string, object, RegExp]>([
    ['32 characters of every kind', {}, /^[\x21-\x7e]{32}$/],
    ['a length and no punctuation', { PasswordLength: 12, ExcludePunctuation: true }, /^[A-Za-z0-9]{12}$/],
    [
      'digits alone',
      { ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, ExcludeCharacters: '01' },
      /^[2-9]{32}$/,
    ],
    [
      'a place in JSON',
      { SecretStringTemplate: '{"user":"anna"}', GenerateStringKey: 'password', ExcludePunctuation: true },
      /^\{"user":"anna","password":"[A-Za-z0-9]{32}"\}$/,
    ],
  ])('has %s', (_what, wanted, pattern) => {
    expect(generateSecretString({ ...wanted })).toMatch(pattern)
  })
})
