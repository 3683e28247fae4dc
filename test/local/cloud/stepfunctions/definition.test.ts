import { describe, expect, test } from '@jest/globals'
import { parseDefinition } from '../../../../local/cloud/stepfunctions/definition.ts'

const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'f', 'Payload.$': '$' },
  End: true,
}
const machine = (state: object, more: object = {}) => ({ StartAt: 'A', States: { A: state }, ...more })

describe('a state machine', () => {
  test.each<[string, object]>([
    ['a task', machine(task)],
    [
      'a function as the resource',
      machine({ Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f', End: true }),
    ],
    ['its language said', machine(task, { QueryLanguage: 'JSONPath', TimeoutSeconds: 60, Comment: 'c' })],
    ['an outcome', machine({ Type: 'Fail', Error: 'E', Cause: 'C' })],
  ])('with %s is taken', (_what, definition) => {
    expect(parseDefinition('m', JSON.stringify(definition))).toEqual(definition)
  })

  test.each<[string, object, string]>([
    [
      'JSONata',
      machine(task, { QueryLanguage: 'JSONata' }),
      'the definition is written in JSONata; write it in JSONPath',
    ],
    [
      'JSONata in a state',
      machine({ ...task, QueryLanguage: 'JSONata' }),
      'the state "A" is written in JSONata',
    ],
    ['a Map', machine({ Type: 'Map', End: true }), 'the state "A" is a Map, which it does not run'],
    ['a Parallel', machine({ Type: 'Parallel', Branches: [], End: true }), 'is a Parallel'],
    [
      'variables',
      machine({ ...task, Assign: { a: 1 } }),
      'it does not know the field Assign of the state "A"',
    ],
    ['a heartbeat', machine({ ...task, HeartbeatSeconds: 5 }), 'the field HeartbeatSeconds'],
    ['credentials', machine({ ...task, Credentials: {} }), 'the field Credentials'],
    [
      'another integration',
      machine({ ...task, Resource: 'arn:aws:states:::dynamodb:updateItem' }),
      'the integration arn:aws:states:::dynamodb:updateItem of the state "A"',
    ],
    [
      'a callback',
      machine({ ...task, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
      'waitForTaskToken',
    ],
    [
      'an asynchronous invocation',
      machine({ ...task, Parameters: { FunctionName: 'f', InvocationType: 'Event' } }),
      'the integration',
    ],
    [
      'the state in the context',
      machine({ ...task, Parameters: { FunctionName: 'f', 'Payload.$': '$$.State.Name' } }),
      'uses "$$.State.Name" of the context object',
    ],
    ['an unknown field', machine(task, { Extra: 1 }), 'it does not know the field Extra'],
    ['a target that is not there', machine({ Type: 'Pass', Next: 'B' }), 'is not valid'],
  ])('with %s is refused at load', (_what, definition, message) => {
    expect(() => parseDefinition('m', JSON.stringify(definition))).toThrow(message)
  })

  test('that is not JSON is refused', () => {
    expect(() => parseDefinition('m', '{')).toThrow('The definition of the state machine m is not JSON.')
  })
})
