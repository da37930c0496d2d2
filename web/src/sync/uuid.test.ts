import { describe, expect, it } from 'vitest'
import { UUIDSource } from './uuid'

const fill = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)

describe('UUIDSource', () => {
  it('makes version 7 in canonical form with the time in front', () => {
    const id = new UUIDSource(() => 0x0199_1234_5678, fill).next()
    expect(id).toMatch(/^01991234-5678-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('rises, also within one millisecond and when the clock goes back', () => {
    let now = 1_750_000_000_000
    const source = new UUIDSource(() => now, fill)
    const ids = Array.from({ length: 10_000 }, (_, i) => {
      if (i === 5_000) now -= 60_000
      return source.next()
    })
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
