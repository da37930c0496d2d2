import { useId } from 'react'
import { cx, Icon, IconButton, Popover, type Span } from '../../ui'
import { useT } from '../kit/hooks'
import { DateSpan, useSpanText } from '../search/DateSpan'
import css from './Admin.module.css'

/** DatesField narrows a list to a day or a span of days; its cross opens both ends. */
export function DatesField({ span, onPick, onClear }: { span: Span; onPick: (day: string) => void; onClear: () => void }) {
  const t = useT()
  const text = useSpanText()
  const id = useId()
  const set = span.after !== '' || span.before !== ''
  return (
    <div className={css.field}>
      <span id={id} className={css.fieldLabel}>
        {t('admin.when')}
      </span>
      <div className={css.dates}>
        <Popover
          label={t('admin.when')}
          trigger={(p) => (
            <button
              type="button"
              id={`${id}-value`}
              aria-labelledby={`${id} ${id}-value`}
              className={cx(css.datesButton, set && css.datesSet)}
              {...p}
            >
              <span className={css.datesText}>{set ? text(span) : t('admin.anyTime')}</span>
              {!set && <Icon name="down" size={16} />}
            </button>
          )}
        >
          {() => <DateSpan span={span} onPick={onPick} />}
        </Popover>
        {set && (
          <span className={css.datesClear}>
            <IconButton icon="close" size="s" label={t('admin.takeAway', { name: text(span) })} onClick={onClear} />
          </span>
        )}
      </div>
    </div>
  )
}
