// Custom resources behind the CDK provider framework. The framework's own function is left out: its onEvent handler is
// invoked as the framework would, and its answer is read as the framework reads it.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { CloudError } from '../cloud-error.ts'
import { openJsonFile } from '../state/json-file.ts'
import type { CloudParts, Declaration, Deployed, ResourceKind } from './resource-kind.ts'

type Kept = {
  path: string
  type: string
  stackId: string
  logicalId: string
  onEvent: string
  physicalId: string
  properties: Record<string, unknown>
  data: Record<string, unknown>
  retained: boolean
}

type Request = {
  RequestType: 'Create' | 'Update' | 'Delete'
  PhysicalResourceId?: string
  OldResourceProperties?: Record<string, unknown>
}

type Invoke = (functionArn: string, payload: unknown) => Promise<unknown>

export type CustomResources = {
  deploy(declaration: Declaration, onEvent: string, invoke: Invoke): Promise<Deployed>
  /**
   * Deletes those whose physical id changed and those that the templates no longer hold: as in CloudFormation, after
   * everything else has been deployed.
   */
  cleanUp(invoke: Invoke): Promise<void>
  /** Deletes all but the retained ones, the last deployed first. */
  deleteAll(invoke: Invoke): Promise<void>
}

/**
 * Remembers properties, physical ids and data in the state directory, so that nothing is created twice. A failed update
 * is not rolled back: the next start sends it again, with the same old properties.
 */
export function openCustomResources(options: {
  stateDirectory: string
  onProgress(message: string): void
}): CustomResources {
  const file = openJsonFile<Record<string, Kept>>(join(options.stateDirectory, 'custom-resources.json'), {})
  const replaced: Kept[] = []
  const deployed = new Set<string>()

  async function request(
    resource: Omit<Kept, 'physicalId' | 'data'>,
    { ...details }: Request,
    invoke: Invoke,
  ) {
    const requestId = randomUUID()
    const answer = await invoke(resource.onEvent, {
      ServiceToken: resource.properties.ServiceToken,
      // The framework answers CloudFormation itself and gives its handler an address that leads nowhere, too.
      ResponseURL: '...',
      StackId: resource.stackId,
      RequestId: requestId,
      LogicalResourceId: resource.logicalId,
      ResourceType: resource.type,
      ResourceProperties: resource.properties,
      ...details,
    }).catch((cause: unknown) => {
      throw new CloudError(
        `The custom resource ${resource.path} could not be ${verbs[details.RequestType]}: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      )
    })
    const { PhysicalResourceId: physicalId, Data: data = {} } = (answer ?? {}) as {
      PhysicalResourceId?: string
      Data?: Record<string, unknown>
    }
    return { physicalId: physicalId ?? details.PhysicalResourceId ?? requestId, data }
  }

  return {
    async deploy({ stack, logicalId, path, type, properties: given, retained }, onEvent, invoke) {
      const key = `${stack.name}/${logicalId}`
      const properties = withStrings(given) as Record<string, unknown>
      const earlier = file.value[key]
      deployed.add(key)
      const resource = {
        path,
        type,
        stackId: stackId(stack),
        logicalId,
        onEvent,
        properties,
        retained,
      }
      if (earlier === undefined) {
        options.onProgress(`${path} is being created`)
        file.value[key] = { ...resource, ...(await request(resource, { RequestType: 'Create' }, invoke)) }
      } else if (isDeepStrictEqual(earlier.properties, properties)) {
        file.value[key] = { ...resource, physicalId: earlier.physicalId, data: earlier.data }
      } else {
        options.onProgress(`${path} is being updated`)
        const details = {
          RequestType: 'Update',
          PhysicalResourceId: earlier.physicalId,
          OldResourceProperties: earlier.properties,
        } as const
        const kept = { ...resource, ...(await request(resource, details, invoke)) }
        if (kept.physicalId !== earlier.physicalId) replaced.push({ ...earlier, onEvent })
        file.value[key] = kept
      }
      file.save()
      const { physicalId, data } = file.value[key]
      return { ref: physicalId, attributes: data }
    },

    async cleanUp(invoke) {
      const gone = Object.entries(file.value).filter(([key]) => !deployed.has(key))
      for (const [key, old] of gone) {
        if (!old.retained) replaced.push(old)
        delete file.value[key]
        file.save()
      }
      for (const old of replaced.splice(0)) {
        await request(old, { RequestType: 'Delete', PhysicalResourceId: old.physicalId }, invoke)
      }
    },

    async deleteAll(invoke) {
      for (const [key, kept] of Object.entries(file.value).reverse()) {
        if (!kept.retained) {
          options.onProgress(`${kept.path} is being deleted`)
          await request(kept, { RequestType: 'Delete', PhysicalResourceId: kept.physicalId }, invoke)
        }
        delete file.value[key]
        file.save()
      }
    },
  }
}

const verbs = { Create: 'created', Update: 'updated', Delete: 'deleted' }

export const customResource: ResourceKind = {
  // Whatever else there is belongs to the handler.
  actedOn: ['*'],
  deploy(declaration, parts) {
    const onEvent = parts.frameworks.get(String(declaration.properties.ServiceToken))
    if (onEvent === undefined) {
      throw new CloudError(
        `The custom resource ${declaration.path} is not behind the CDK provider framework, the only way that the local cloud knows.`,
      )
    }
    return parts.customResources.deploy(declaration, onEvent, invokeOf(parts))
  },
}

/** Invokes a function of the templates. */
export function invokeOf({ functions }: CloudParts): Invoke {
  return async (functionArn, payload) => {
    const handler = functions.get(functionArn)
    if (handler === undefined) throw new CloudError(`the templates hold no function ${functionArn}`)
    try {
      return await handler.invoke(payload)
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      throw new CloudError(`${message} (its log: ${handler.logFile})`, { cause })
    }
  }
}

export const stackId = ({ region, account, name }: { region: string; account: string; name: string }) =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/00000000-0000-4000-8000-000000000000`

/** CloudFormation hands over every scalar as a string. */
function withStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrings)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withStrings(member)]))
  }
  return value === null || value === undefined ? value : String(value)
}
