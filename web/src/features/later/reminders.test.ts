import { expect, it } from 'vitest'
import { ownTime, reminders } from './reminders'

const now = new Date(2026, 0, 31, 17, 30)

it('offers 20 minutes, an hour and nine tomorrow, over the end of a month', () => {
  expect(reminders(now).map((r) => r.at)).toEqual([
    new Date(2026, 0, 31, 17, 50),
    new Date(2026, 0, 31, 18, 30),
    new Date(2026, 1, 1, 9),
  ])
})

it('takes an own time of the reader’s zone that is to come', () => {
  expect(ownTime('2026-02-03', '08:15', now)).toEqual(new Date(2026, 1, 3, 8, 15))
  expect(ownTime('2026-01-31', '17:30', now)).toBeUndefined()
  expect(ownTime('', '08:15', now)).toBeUndefined()
  expect(ownTime('2026-02-03', '', now)).toBeUndefined()
})
