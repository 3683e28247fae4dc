import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { PingOneEnvironment } from '../../../../local/pingone/environment.ts'
import { seedEnvironment } from '../../../../local/pingone/management/seed.ts'
import { environmentId, organizationId, startManagementApi, workerId } from './start-management-api.ts'

const worker = { clientId: workerId, clientSecret: 'worker secret' }

describe('a fresh environment', () => {
  test('has what PingOne makes, and nothing of MyHotels', async () => {
    const { list } = startManagementApi()
    const names = async (path: string) => (await list(path)).map(({ name }) => name)

    expect(await names('/applications')).toEqual(['Setup Worker', 'PingOne DaVinci Connection'])
    expect(await names('/resources')).toEqual(['openid', 'PingOne API'])
    expect(await names('/populations')).toEqual(['Default'])
    expect(await names('/groups')).toEqual([])
    expect(await names('/users')).toEqual([])
    expect(await names('/authorizationPolicies')).toEqual(['Policies'])
    expect(await names('/authorizationAttributes')).toEqual([])
    expect(await names('/decisionEndpoints')).toEqual([])
    expect(await names('/flows')).toEqual([])
  })

  test('the worker holds the roles that configuring takes, and the one that makes others', async () => {
    const { list } = startManagementApi()
    const roles = new Map((await list('//roles')).map(({ id, name }) => [id, name]))

    const held = (await list(`/applications/${workerId}/roleAssignments`)).map(({ role }) =>
      roles.get(role.id),
    )

    expect(held).toEqual([
      'Environment Admin',
      'Identity Data Admin',
      'Client Application Developer',
      'DaVinci Admin',
      'Custom Roles Admin',
    ])
  })

  test('is filled once: what was stored survives a restart', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pingone-'))
    const file = join(directory, 'state.json')
    const open = () => new PingOneEnvironment({ environmentId, organizationId, file })
    try {
      const first = open()
      seedEnvironment(first, { worker })
      first.put('groups', { id: workerId, name: 'Guests' })
      first.save()

      const second = open()
      seedEnvironment(second, { worker: { clientId: environmentId, clientSecret: 'another' } })

      expect(second.list('groups')).toEqual([{ id: workerId, name: 'Guests' }])
      expect(second.list('applications')).toEqual(first.list('applications'))
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('what was answered is on the disk: a killed process forgets nothing that it promised', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'pingone-'))
    const file = join(directory, 'state.json')
    try {
      const { create, call } = startManagementApi({ file })
      const onDisk = () => new PingOneEnvironment({ environmentId, organizationId, file })

      const group = await create('/groups', { name: 'Guests' })
      const created = onDisk().get('groups', group.id)?.name
      await call('PUT', `/groups/${group.id}`, { name: 'Friends' })
      const replaced = onDisk().get('groups', group.id)?.name
      const rotated = await call('POST', `/applications/${workerId}/secret`, {})
      const secret = onDisk().secrets[workerId]?.secret
      await call('DELETE', `/groups/${group.id}`)
      const deleted = onDisk().get('groups', group.id)

      expect([created, replaced, deleted]).toEqual(['Guests', 'Friends', undefined])
      expect(secret).toBe(rotated.body.secret)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('a role that does not exist is named', () => {
    const environment = new PingOneEnvironment({ environmentId, organizationId })

    expect(() => seedEnvironment(environment, { worker, roles: ['King'] })).toThrow(
      'There is no role "King".',
    )
  })
})
