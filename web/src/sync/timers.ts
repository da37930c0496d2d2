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

export const shortestPause = 300 // ms; quick for one person, and 5,000 within the second are no more than a server takes in

const longestPause = 10_000 // ms; how late one may be after an outage of any length

/**
 * pauseBefore is the pause in ms before the nth try (from 0): 0.3–1 s at first, half as much again each time up to 3–10 s. So
 * one is back within about half the time that the server was away, and many do not come in the same moment.
 */
export function pauseBefore(attempt: number, random: number): number {
  const longest = Math.min(longestPause, 1_000 * 1.5 ** attempt)
  return Math.round(longest * (0.3 + 0.7 * random))
}
