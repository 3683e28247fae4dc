import { beforeAll, describe, expect, test } from '@jest/globals'
import aslValidator from 'asl-validator'
import { StateMachine } from 'aws-local-stepfunctions'
import { synthesizeWorkflow } from '../model/synthesize-workflow.ts'
import type { Definition } from '../model/virtual-workflow.ts'

const transactionId = '3f0c1f5e-0d0e-4d5b-8f58-6f2f3e1b9c11'

let definition: Definition
beforeAll(() => {
  definition = synthesizeWorkflow()
})

describe('the definition of the approval workflow', () => {
  test('is valid Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(definition as never)

    expect(errorsText('\n')).toBe('')
    expect(isValid).toBe(true)
  })

  test('is a loop: every wait leads back to the look', () => {
    const waits = Object.values(definition.States).filter(({ Type }) => Type === 'Wait')

    expect(waits.map(({ Next }) => Next)).toEqual(['Advance', 'Advance', 'Advance'])
    expect(definition.States['Ended?']?.Choices).toContainEqual(
      expect.objectContaining({ StringEquals: 'waiting', Next: 'Until the next look' }),
    )
    expect(definition.States['Until the next look']).toMatchObject({
      SecondsPath: '$.look.answer.waitSeconds',
    })
  })

  test('tries again after every failure, until its time limit', () => {
    const { Advance } = definition.States

    expect(Advance?.Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'After a failed look' },
    ])
    expect(Advance?.Retry?.[0]?.ErrorEquals).toContain('Lambda.TooManyRequestsException')
    expect(definition.TimeoutSeconds).toBe(5400)
  })

  test('hands the transaction id on, and nothing else', () => {
    expect(definition.States.Advance?.Parameters?.Payload).toEqual({ 'transactionId.$': '$.transactionId' })
    expect(definition.States.Advance?.ResultSelector).toEqual({ 'answer.$': '$.Payload' })
  })

  test('is written in JSONPath throughout', () => {
    const text = JSON.stringify(definition)

    expect(text).toContain('"QueryLanguage":"JSONPath"')
    expect(text).not.toContain('{%')
  })
})

describe('an execution', () => {
  async function execute(answers: ({ status: string; waitSeconds?: number } | Error)[]) {
    const inputs: unknown[] = []
    const { result, eventLogs } = new StateMachine(definition as never, {
      validationOptions: { checkArn: false },
    }).run(
      { transactionId },
      {
        overrides: {
          waitTimeOverrides: {
            'Before the first look': 0,
            'Until the next look': 0,
            'After a failed look': 0,
          },
          taskResourceLocalHandlers: {
            Advance: async (input) => {
              inputs.push((input as { Payload: unknown }).Payload)
              const answer = answers.shift()
              if (answer === undefined || answer instanceof Error) throw answer ?? new Error('too often')
              return { Payload: { ...answer }, StatusCode: 200, SdkResponseMetadata: { RequestId: 'secret' } }
            },
          },
        },
      },
    )
    const visited: string[] = []
    for await (const event of eventLogs) {
      if (event.type === 'StateEntered') visited.push(event.state.name)
    }
    return { output: await result.catch((error: Error) => error), inputs, visited }
  }

  test.each(['confirmed', 'denied', 'expired', 'cancelled'])(
    'ends in a state of its own when %s',
    async (status) => {
      const { output, inputs, visited } = await execute([
        { status: 'waiting', waitSeconds: 5 },
        { status: 'waiting', waitSeconds: 5 },
        { status },
      ])

      expect(output).toEqual({ transactionId })
      expect(inputs).toEqual(Array(3).fill({ transactionId }))
      expect(visited.at(-1)?.toLowerCase()).toBe(status)
    },
  )

  test('goes on after a failed look', async () => {
    const { output, visited } = await execute([new Error('boom'), { status: 'confirmed' }])

    expect(output).toEqual({ transactionId })
    expect(visited).toEqual([
      'Before the first look',
      'Advance',
      'After a failed look',
      'Advance',
      'Ended?',
      'Confirmed',
    ])
  })

  test('fails on an answer that it does not know', async () => {
    const { output } = await execute([{ status: 'approved' }])

    expect(output).toBeInstanceOf(Error)
  })
})
