/** A jest reporter: a test that did not run proves nothing, so a run with skipped tests fails. */
export default class RefuseSkipped {
  #isFiltered
  #error

  constructor({ testNamePattern }) {
    this.#isFiltered = Boolean(testNamePattern)
  }

  onRunComplete(_contexts, { numPendingTests, numTodoTests }) {
    const skipped = numPendingTests + numTodoTests
    if (skipped === 0 || this.#isFiltered) return
    this.#error = new Error(`Tests that were skipped: ${skipped}. Make them run, or delete them.`)
    process.stderr.write(`${this.#error.message}\n`)
  }

  getLastError() {
    return this.#error
  }
}
