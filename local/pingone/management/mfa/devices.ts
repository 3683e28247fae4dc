// A person's MFA devices. Paths and media types: the OpenAPI document of PingOne MFA; members: Ping's pages on FIDO2
// devices. Phones are paired by an app and a pairing key, not by these calls.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { activatePasskey } from '../../mfa/activate-passkey.ts'
import { createPasskey } from '../../mfa/create-passkey.ts'
import {
  type Device,
  deleteDevice,
  deviceOf,
  devicesOf,
  orderDevices,
  showDevice,
} from '../../mfa/devices.ts'
import { invalidValue, notFound, requestFailed } from '../api-error.ts'
import { parseBody } from '../body.ts'
import { page, present } from '../hal.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'

const path = '/environments/{environmentID}/users/{userID}/devices'
const activation = 'application/vnd.pingidentity.device.activate+json'
const reorder = 'application/vnd.pingidentity.devices.reorder+json'

const name = z.string().min(1).max(256)
const createSchema = z.looseObject({
  type: z.enum(['FIDO2', 'MOBILE', 'EMAIL', 'SMS', 'VOICE', 'TOTP', 'OATH_TOKEN', 'WHATSAPP']),
  rp: z.strictObject({ id: name, name }).optional(),
  nickname: z.string().max(100).optional(),
})
const activationSchema = z.strictObject({ attestation: z.string().min(1), origin: z.url() })
const orderSchema = z.strictObject({ order: z.array(z.strictObject({ id: z.guid() })) })

export function devices(context: ManagementContext): Operation[] {
  const { environment } = context
  const shared = { product: 'PING_ONE_MFA' } as const

  const requireUser = (call: Call): Stored => {
    const user = environment.get('users', call.variables.userID ?? '')
    if (!user) throw notFound()
    return user
  }
  const requireDevice = (call: Call): { user: Stored; device: Device } => {
    const user = requireUser(call)
    const device = deviceOf(environment, user.id, call.variables.deviceID ?? '')
    if (!device) throw notFound()
    return { user, device }
  }
  const show = (user: Stored, device: Device) =>
    present(
      context,
      `/environments/${environment.id}/users/${user.id}/devices/${device.id}`,
      showDevice(device),
    )
  const list = (call: Call) => {
    const user = requireUser(call)
    const options = { path: call.path, query: call.query, embedded: 'devices' }
    return {
      status: 200,
      body: page(context, devicesOf(environment, user.id), options, (device) => show(user, device)),
    }
  }

  return [
    { ...shared, method: 'GET', path, right: 'identity:read', handle: list },
    {
      ...shared,
      method: 'POST',
      path,
      right: 'identity:write',
      handle(call) {
        const user = requireUser(call)
        const { type, rp, nickname } = parseBody(createSchema, call.body)
        if (type !== 'FIDO2') throw invalidValue('type', 'only FIDO2 devices can be added here')
        const device = createPasskey(environment, user, {
          timestamp: context.timestamp(),
          ...(rp === undefined ? {} : { rp }),
          ...(nickname === undefined ? {} : { nickname }),
        })
        return { status: 201, body: show(user, device) }
      },
    },
    {
      ...shared,
      method: 'POST',
      path,
      mediaTypes: [reorder],
      right: 'identity:write',
      handle(call) {
        const { order } = parseBody(orderSchema, call.body)
        const user = requireUser(call)
        orderDevices(
          environment,
          user.id,
          order.map(({ id }) => id),
        )
        return list(call)
      },
    },
    {
      ...shared,
      method: 'GET',
      path: `${path}/{deviceID}`,
      right: 'identity:read',
      handle(call) {
        const { user, device } = requireDevice(call)
        return { status: 200, body: show(user, device) }
      },
    },
    {
      ...shared,
      method: 'POST',
      path: `${path}/{deviceID}`,
      mediaTypes: [activation],
      right: 'identity:write',
      async handle(call) {
        const { user, device } = requireDevice(call)
        const sent = parseBody(activationSchema, call.body)
        if (device.status !== 'ACTIVATION_REQUIRED') throw requestFailed('The device is active already.')
        const timestamp = context.timestamp()
        const active = await activatePasskey(environment, user.id, device, { ...sent, timestamp })
        if (active === undefined) throw invalidValue('attestation', 'is not valid for this device and origin')
        return { status: 200, body: show(user, active) }
      },
    },
    {
      ...shared,
      method: 'DELETE',
      path: `${path}/{deviceID}`,
      right: 'identity:write',
      handle(call) {
        const { user, device } = requireDevice(call)
        deleteDevice(environment, user.id, device.id)
        return { status: 204 }
      },
    },
  ]
}
