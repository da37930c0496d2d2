import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import css from './Calendar.module.css'
import { cx } from './cx'
import { addDays, dayOf, gridOf, monthAfter } from './days'
import { IconButton } from './IconButton'

export interface CalendarProps {
  label: string
  /** Language of months and weekdays. */
  locale: string
  previousLabel: string
  nextLabel: string
  /** Chosen days (2026-11-23), the same twice for one day, "" for an open end. */
  from: string
  to: string
  today: string
  /** The newest day that can be chosen. */
  last?: string
  onPick: (day: string) => void
}

/** Calendar is one month in the reader's language; arrow keys move by days and weeks, Page Up and Down by months. */
export function Calendar({ label, locale, previousLabel, nextLabel, from, to, today, last, onPick }: CalendarProps) {
  const [focus, setFocus] = useState(to || from || today)
  const moved = useRef(false)
  const grid = useRef<HTMLTableElement>(null)
  const weeks = gridOf(focus)
  const formats = useMemo(
    () => ({
      month: new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long' }),
      weekday: new Intl.DateTimeFormat(locale, { weekday: 'narrow' }),
      full: new Intl.DateTimeFormat(locale, { dateStyle: 'full' }),
    }),
    [locale],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focused day is what moves the focus
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }, [focus])
  const go = (day: string, byKey: boolean) => {
    moved.current = byKey
    setFocus(day)
  }
  const onKey = (e: KeyboardEvent) => {
    const steps: Record<string, string> = {
      ArrowLeft: addDays(focus, -1),
      ArrowRight: addDays(focus, 1),
      ArrowUp: addDays(focus, -7),
      ArrowDown: addDays(focus, 7),
      PageUp: monthAfter(focus, -1),
      PageDown: monthAfter(focus, 1),
    }
    const next = steps[e.key]
    if (!next) return
    e.preventDefault()
    go(next, true)
  }
  const cell = (day: string) => {
    const inside = (from !== '' || to !== '') && (from === '' || day >= from) && (to === '' || day <= to)
    return (
      <td key={day} className={cx(inside && css.inside)}>
        <button
          type="button"
          tabIndex={day === focus ? 0 : -1}
          aria-pressed={inside}
          aria-current={day === today ? 'date' : undefined}
          aria-label={formats.full.format(dayOf(day))}
          disabled={last !== undefined && day > last}
          className={cx(
            css.day,
            day.slice(0, 7) !== focus.slice(0, 7) && css.other,
            day === today && css.today,
            inside && (day === from || day === to) && css.end,
          )}
          onKeyDown={onKey}
          onClick={() => {
            go(day, false)
            onPick(day)
          }}
        >
          {Number(day.slice(8))}
        </button>
      </td>
    )
  }
  return (
    <div className={css.calendar}>
      <div className={css.head}>
        <IconButton icon="back" size="s" label={previousLabel} onClick={() => go(monthAfter(focus, -1), false)} />
        <span className={css.month} aria-live="polite">
          {formats.month.format(dayOf(focus))}
        </span>
        <IconButton icon="forward" size="s" label={nextLabel} onClick={() => go(monthAfter(focus, 1), false)} />
      </div>
      <table ref={grid} aria-label={label} className={css.grid}>
        <thead aria-hidden="true">
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} className={css.weekday}>
                {formats.weekday.format(dayOf(day))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>{week.map(cell)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
