/** Time as the sync layer sees it, so that tests play it. */
export interface Timers {
  now(): number
  /** Calls fn once after ms; returns what cancels it. */
  after(ms: number, fn: () => void): () => void
  /** 0 ≤ x < 1. */
  random(): number
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const id = setTimeout(fn, ms)
    return () => clearTimeout(id)
  },
  random: () => Math.random(),
}

/** backoff is the wait before the nth try (from 0): full jitter under a ceiling that doubles from 0.5 s to 30 s. */
export function backoff(attempt: number, random: number): number {
  return Math.round(random * Math.min(30_000, 500 * 2 ** attempt))
}
