import { describe, expect, it } from 'vitest'
import pauses from './pauses.json'
import { pauseBefore } from './timers'

describe('pauseBefore', () => {
  it('is what the load client of the measurements waits too', () => {
    for (const { attempt, random, ms } of pauses) expect(pauseBefore(attempt, random)).toBe(ms)
  })
})
