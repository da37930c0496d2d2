import { describe, expect, it } from 'vitest'
import { addDays, asDay, dayName, dayOf, gridOf, monthAfter } from './days'

describe('days', () => {
  it('go over the ends of months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29')
    expect(dayName(dayOf('2026-03-29'))).toBe('2026-03-29')
    expect(monthAfter('2026-01-31', 1)).toBe('2026-02-28')
    expect(monthAfter('2026-01-15', -1)).toBe('2025-12-15')
  })

  it('are no other text', () => {
    expect(asDay('2026-11-23')).toBe('2026-11-23')
    for (const bad of [null, '', 'x', '2026-02-30', '2026-13-01', '99999-01-01', '2026-11-23T00:00', '<b>-01-01'])
      expect(asDay(bad)).toBe('')
  })

  it('make a month of whole weeks from Monday, with every day once', () => {
    for (const month of ['2026-02', '2026-11', '2027-05']) {
      const weeks = gridOf(`${month}-15`)
      expect(weeks.every((w) => w.length === 7 && dayOf(w[0] as string).getDay() === 1)).toBe(true)
      const days = weeks.flat().filter((d) => d.startsWith(month))
      expect(new Set(days).size).toBe(new Date(Number(month.slice(0, 4)), Number(month.slice(5)), 0).getDate())
    }
  })
})
