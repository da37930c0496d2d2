import type { ReactNode } from 'react'
import { cx } from './cx'
import css from './Tooltip.module.css'

/** Tooltip shows a name on hover and keyboard focus. It only repeats what the child's accessible name says. */
export function Tooltip({
  text,
  side = 'top',
  children,
}: {
  text: string
  side?: 'top' | 'bottom' | 'right' | 'left'
  children: ReactNode
}) {
  return (
    <span className={css.anchor}>
      {children}
      <span className={cx(css.tip, css[side])} aria-hidden="true">
        {text}
      </span>
    </span>
  )
}
