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
}

export function Chip({ children, selected, onClick, onRemove, removeLabel }: ChipProps) {
  return (
    <span className={cx(css.chip, selected && css.selected, onClick && css.clickable)}>
      {onClick ? (
        <button type="button" className={css.main} aria-pressed={selected} onClick={onClick}>
          {children}
        </button>
      ) : (
        <span className={css.main}>{children}</span>
      )}
      {onRemove && (
        <button type="button" className={css.remove} aria-label={removeLabel} onClick={onRemove}>
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  )
}
