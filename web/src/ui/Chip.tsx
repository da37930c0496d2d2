import type { ReactNode } from 'react'
import css from './Chip.module.css'
import { cx } from './cx'
import { Icon } from './Icon'

export interface ChipProps {
  children: ReactNode
  selected?: boolean
  onClick?: () => void
  onRemove?: () => void
  /** Name of the little cross. */
  removeLabel?: string
  /** It opens something to choose from. */
  expanded?: boolean
}

export function Chip({ children, selected, onClick, onRemove, removeLabel, expanded }: ChipProps) {
  const opens = expanded !== undefined
  return (
    <span className={cx(css.chip, selected && css.selected, onClick && css.clickable)}>
      {onClick ? (
        <button
          type="button"
          className={css.main}
          {...(opens ? { 'aria-haspopup': 'dialog', 'aria-expanded': expanded } : { 'aria-pressed': selected })}
          onClick={onClick}
        >
          <span className={css.text}>{children}</span>
          {opens && !onRemove && <Icon name="down" size={12} />}
        </button>
      ) : (
        <span className={css.main}>
          <span className={css.text}>{children}</span>
        </span>
      )}
      {onRemove && (
        <button type="button" className={css.remove} aria-label={removeLabel} onClick={onRemove}>
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  )
}
