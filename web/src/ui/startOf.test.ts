import { describe, expect, it } from 'vitest'
import { startOf } from './days'

describe('startOf', () => {
  it("is the beginning of a day in the reader's zone", () => {
    expect(startOf('2026-11-23')).toBe(new Date(2026, 10, 23).toISOString())
    expect(startOf('2026-11-30', 1)).toBe(new Date(2026, 11, 1).toISOString())
  })
  it('is nothing for what is no day', () => {
    for (const bad of ['', 'x', '2026', '2026-11']) expect(startOf(bad)).toBe('')
  })
})
