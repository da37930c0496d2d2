import { addDays, dayName } from '../../ui'
import type { Query } from './SearchViewModel'

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

/** pickDay: the first day chosen is one day, a second one makes it a span, a third begins anew. */
export function pickDay({ after, before }: Pick<Query, 'after' | 'before'>, day: string): Pick<Query, 'after' | 'before'> {
  if (after === '' || before === '' || after !== before || day === after) return { after: day, before: day }
  return day < after ? { after: day, before } : { after, before: day }
}
