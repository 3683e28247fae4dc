import { createContext, runInContext } from 'node:vm'
import { type Capability, failed, succeeded } from '../capability.ts'

const longestRun = 1000

/**
 * Runs the JavaScript that a node carries, as a CommonJS module with one function of `{ params }`. What it throws is
 * the call's false exit. The code gets no object of this process, only text: nothing leads out of its context.
 */
export const customFunction: Capability = {
  connector: 'functionsConnector',
  name: 'customFunction',
  run(call) {
    const params = Object.fromEntries(
      call.rows('variableInputList', 'name').map(({ name, value }) => [name, value]),
    )
    // Promises of the code are settled within runInContext, and within its time.
    const context = createContext(Object.create(null), { microtaskMode: 'afterEvaluate' })
    const options = { timeout: longestRun }
    try {
      const program = `
        var answer = '{"error":"The function did not finish."}';
        var module = { exports: undefined };
        ${call.text('code')}
        ;(async () => module.exports({ params: JSON.parse(${JSON.stringify(JSON.stringify(params))}) }))().then(
          (output) => { answer = JSON.stringify({ output: output ?? {} }) },
          (error) => { answer = JSON.stringify({ error: String(error) }) },
        )`
      runInContext(program, context, options)
      const answer = JSON.parse(String(runInContext('answer', context, options))) as {
        output?: Record<string, unknown>
        error?: string
      }
      return answer.output === undefined
        ? failed({ code: 'customFunctionFailed', message: answer.error ?? 'The function failed.' })
        : succeeded(answer.output)
    } catch (error) {
      return failed({ code: 'customFunctionFailed', message: String(error) })
    }
  },
}
