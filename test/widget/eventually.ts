/** Waits for a value that changes without the page showing it. */
export async function eventually<Value>(
  read: () => Value | Promise<Value>,
  check: (value: Value) => void,
): Promise<void> {
  const end = Date.now() + 60_000
  for (;;) {
    try {
      check(await read())
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
