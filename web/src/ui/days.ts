// Days as people name them: 2026-11-23, in the reader's zone.

const two = (n: number) => String(n).padStart(2, '0')

export const dayName = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`

/** dayOf is the beginning of a day. */
export function dayOf(day: string): Date {
  const [y = 0, m = 1, d = 1] = day.split('-').map(Number)
  return new Date(y, m - 1, d)
}

/** asDay is text that names a day of the calendar, else "": addresses are written by anybody. */
export function asDay(text: string | null): string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && dayName(dayOf(text)) === text ? text : ''
}

/** startOf is the beginning of a day, plus some days, as the server takes it; "" for no day. */
export function startOf(day: string, plus = 0): string {
  const [y, m, d] = day.split('-').map(Number)
  if (!y || !m || !d) return ''
  const at = new Date(y, m - 1, d + plus)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

export function addDays(day: string, n: number): string {
  const d = dayOf(day)
  return dayName(new Date(d.getFullYear(), d.getMonth(), d.getDate() + n))
}

/** monthAfter is the same day n months later, or the last one of a shorter month. */
export function monthAfter(day: string, n: number): string {
  const d = dayOf(day)
  const last = new Date(d.getFullYear(), d.getMonth() + n + 1, 0).getDate()
  return dayName(new Date(d.getFullYear(), d.getMonth() + n, Math.min(d.getDate(), last)))
}

/** gridOf is the month of a day in weeks from Monday; days of the neighbouring months fill them up. */
export function gridOf(day: string): string[][] {
  const d = dayOf(day)
  const first = new Date(d.getFullYear(), d.getMonth(), 1)
  const start = addDays(dayName(first), -((first.getDay() + 6) % 7))
  const weeks: string[][] = []
  for (let at = start; weeks.length === 0 || at.slice(0, 7) === day.slice(0, 7); at = addDays(at, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, i) => addDays(at, i)))
  }
  return weeks
}

/** Span is two days, the first and the last; the same twice is one day, "" an open end. */
export interface Span {
  readonly after: string
  readonly before: string
}

/** pickDay: the first day chosen is one day, a second one makes it a span, a third begins anew. */
export function pickDay({ after, before }: Span, day: string): Span {
  if (after === '' || before === '' || after !== before || day === after) return { after: day, before: day }
  return day < after ? { after: day, before } : { after, before: day }
}
