import type { I18n } from '../../i18n'

/** A time at which one may be reminded with one tap. */
export interface Reminder {
  readonly id: 'soon' | 'hour' | 'tomorrow'
  readonly at: Date
}

/** reminders are the usual times, in the reader's zone. */
export function reminders(now: Date): readonly Reminder[] {
  return [
    { id: 'soon', at: new Date(now.getTime() + 20 * 60_000) },
    { id: 'hour', at: new Date(now.getTime() + 3_600_000) },
    { id: 'tomorrow', at: new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9) },
  ]
}

/** ownTime reads a day (2026-03-02) and a time (09:00) in the reader's zone; undefined for what is none or not after now. */
export function ownTime(day: string, time: string, now: Date): Date | undefined {
  const at = new Date(`${day}T${time}`)
  return Number.isNaN(at.getTime()) || at <= now ? undefined : at
}

/** dateTime is a moment to the minute, as the reader's language writes it. */
export function dateTime(i18n: I18n, at: Date, now: Date): string {
  return `${i18n.date(at, now)} ${i18n.time(at)}`
}
