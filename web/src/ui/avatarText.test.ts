import { describe, expect, it } from 'vitest'
import { avatarColour, avatarText } from './avatarText'

describe('avatarText', () => {
  it('shows the end of a Chinese name and the initials of a Latin one', () => {
    expect(avatarText('阿依古丽·买买提')).toBe('买提')
    expect(avatarText('张伟（实习）')).toBe('张伟')
    expect(avatarText('Anna Schneider')).toBe('AS')
    expect(avatarText('')).toBe('?')
  })
})

describe('avatarColour', () => {
  it('spreads ids that were made one after another over all colours', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    const id = (n: number) => `375DRTD8${[15, 10, 5, 0].map((bits) => alphabet[(n >> bits) & 31]).join('')}G`
    for (const step of [1, 32, 37]) {
      const counts = new Array<number>(10).fill(0)
      for (let n = 0; n < 1000; n++) counts[avatarColour(id(n * step))] = (counts[avatarColour(id(n * step))] ?? 0) + 1
      expect(Math.min(...counts)).toBeGreaterThan(65)
      expect(Math.max(...counts)).toBeLessThan(140)
    }
  })
})
