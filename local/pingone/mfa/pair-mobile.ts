// Pairs the phone for push notifications. On a real phone an app with PingOne's SDK claims a pairing key; what the two
// say to each other is not published, so here only the device that comes of it is made.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { type Device, putDevice } from './devices.ts'

export function pairMobile(environment: PingOneEnvironment, userId: string, clock: Clock): Device {
  const now = new Date(clock()).toISOString()
  const device: Device = {
    id: randomUUID(),
    type: 'MOBILE',
    status: 'ACTIVE',
    os: { type: 'iOS', version: '26' },
    model: { name: 'Phone', marketingName: 'Phone' },
    pushEnabled: true,
    otpEnabled: true,
    usableStatus: { status: 'ENABLED' },
    pushStatus: { status: 'ENABLED' },
    createdAt: now,
    updatedAt: now,
  }
  putDevice(environment, userId, device)
  return device
}
