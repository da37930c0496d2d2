import { addDays, dayName } from '../../ui'

export interface Preset {
  readonly id: 'today' | 'week' | 'month'
  /** First day. */
  readonly after: string
}

/** presets are the spans one tap chooses; today counts as a day of them. */
export function presets(now: Date): readonly Preset[] {
  const today = dayName(now)
  return [
    { id: 'today', after: today },
    { id: 'week', after: addDays(today, -6) },
    { id: 'month', after: addDays(today, -29) },
  ]
}
