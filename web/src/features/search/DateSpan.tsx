import { Calendar, dayName, dayOf, type Span } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './filters.module.css'

/** DateSpan chooses a day, or by a second one a span of days, up to today. */
export function DateSpan({ span, onPick }: { span: Span; onPick: (day: string) => void }) {
  const { t, locale } = useI18n()
  const today = dayName(new Date(useServices().timers.now()))
  return (
    <>
      <Calendar
        label={t('search.date.own')}
        locale={locale}
        previousLabel={t('search.date.previous')}
        nextLabel={t('search.date.next')}
        from={span.after}
        to={span.before}
        today={today}
        last={today}
        onPick={onPick}
      />
      <p className={css.help}>{t('search.date.help')}</p>
    </>
  )
}

/** useSpanText puts a span of days into words, short as the reader's language writes days. */
export function useSpanText(): (span: Span) => string {
  const i18n = useI18n()
  const now = new Date(useServices().timers.now())
  const day = (d: string) => (d === '' ? '…' : i18n.date(dayOf(d), now))
  return ({ after, before }) => (after === before ? day(after) : `${day(after)} – ${day(before)}`)
}
