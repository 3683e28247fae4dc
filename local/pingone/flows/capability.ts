// What a node of a flow can do: a capability of a connector.
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import type { FlowNode } from './graph.ts'

/** What a call leaves for the nodes after it, below `{{local.<node>.payload.…}}`. */
export type Payload = {
  success: boolean
  output?: Record<string, unknown>
  error?: { code: string; message: string }
}

/** A page that waits for the person. */
export type Screen =
  | {
      kind: 'form'
      form: Stored
      /** What `{{key}}` in the form's texts stands for. */
      texts: Readonly<Record<string, string>>
      /** What the fields hold at first, by their key. */
      values: Readonly<Record<string, string>>
      /** What a passkey field asks the browser for, as PingOne writes it. */
      requestOptions?: string
    }
  | { kind: 'message'; message: string; continueLabel?: string }
  | { kind: 'html'; title: string; html: string }

/** What a flow does outside itself. */
export type Effect =
  | { kind: 'link'; challenge: string; parent: string; expiresAt: number }
  | { kind: 'email'; userId: string; address: string; subject: string; from: string; html: string }
  /** The request that started the flow is answered: it waits for the person. */
  | { kind: 'answered' }
  /** The request that started the flow, or the one that waits, ends in this OAuth error. */
  | { kind: 'refused'; error: string; description: string }
  | {
      kind: 'approved'
      userId: string
      amr: string[]
      claims: Record<string, unknown>
      idTokenClaims: Record<string, unknown>
      /** Those of the request that are granted; all of them when left out. */
      scopes?: readonly string[]
    }
  | { kind: 'denied' }

export type Step =
  | { kind: 'done'; payload: Payload; effects?: readonly Effect[] }
  /** Goes on when the person has sent the page. */
  | { kind: 'screen'; screen: Screen }
  /** Goes on when the person opens the link. */
  | { kind: 'wait' }
  /** Has no page of its own: the last one is shown again, with this message. */
  | { kind: 'error'; message: string }

/** One call of a capability. */
export type Call = {
  node: FlowNode
  environment: PingOneEnvironment
  clock: Clock
  /** `request` answers the client; `link` is what the person opened. */
  branch: 'request' | 'link'
  /** The evaluator that led here. */
  parent: string
  /** The challenge of the link that was opened. */
  challenge: string | undefined
  /** The value of a property; `undefined` when it is missing or refers to nothing. */
  value(property: string): unknown
  /** The value as text; '' for nothing. */
  text(property: string): string
  /** The rows of a list, each `value` resolved; rows without the naming member are left out. */
  rows(property: string, naming: 'name' | 'key'): { name: string; value: unknown; type: unknown }[]
  /** Where a link with this challenge leads. */
  linkTo(challenge: string): string
  newChallenge(): string
}

export type Capability = {
  connector: string
  name: string
  run(call: Call): Step | Promise<Step>
}

export const succeeded = (output: Record<string, unknown> = {}, effects: readonly Effect[] = []): Step => ({
  kind: 'done',
  payload: { success: true, output },
  effects,
})

/** The false exit of a call: a comparison that does not hold, or a call that failed. */
export const failed = (error?: { code: string; message: string }): Step => ({
  kind: 'done',
  payload: { success: false, ...(error === undefined ? {} : { error }) },
})

/** What connectors say when they cannot tell what went wrong. */
export const unexpectedError = failed({ code: 'unexpectedError', message: 'An unexpected error occurred.' })
