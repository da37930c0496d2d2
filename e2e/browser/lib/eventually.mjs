// eventually.mjs: waiting without sleeping: ask again until it holds or the time is over.

/**
 * eventually calls check until it neither throws nor returns false, and returns its result.
 * @template T
 * @param {() => Promise<T> | T} check
 * @param {{within?: number, every?: number, what?: string}} [options] milliseconds
 * @returns {Promise<T>}
 */
export async function eventually(check, { within = 5000, every = 20, what = 'the condition' } = {}) {
  const began = performance.now()
  let last
  for (;;) {
    try {
      const result = await check()
      if (result !== false) return result
      last = undefined
    } catch (e) {
      last = e
    }
    if (performance.now() - began > within) {
      throw new Error(`${what} does not hold after ${within} ms${last ? `: ${last.message}` : ''}`, { cause: last })
    }
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}
