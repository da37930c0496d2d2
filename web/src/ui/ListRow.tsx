import type { ReactNode } from 'react'
import { cx } from './cx'
import css from './ListRow.module.css'

export interface ListRowProps {
  leading?: ReactNode
  title: ReactNode
  /** Beside the title, faint: a role, a time. */
  aside?: ReactNode
  subtitle?: ReactNode
  trailing?: ReactNode
  selected?: boolean
  onClick?: () => void
}

/** ListRow is the row of every list: symbol, title, second line, something at the end. */
export function ListRow(p: ListRowProps) {
  const inner = (
    <>
      {p.leading}
      <span className={css.lines}>
        <span className={css.first}>
          <span className={css.title}>{p.title}</span>
          {p.aside && <span className={css.aside}>{p.aside}</span>}
        </span>
        {p.subtitle && <span className={css.subtitle}>{p.subtitle}</span>}
      </span>
    </>
  )
  return (
    <div className={cx(css.row, p.selected && css.selected, p.onClick && css.clickable)}>
      {p.onClick ? (
        <button type="button" className={css.main} onClick={p.onClick}>
          {inner}
        </button>
      ) : (
        <div className={css.main}>{inner}</div>
      )}
      {p.trailing && <span className={css.trailing}>{p.trailing}</span>}
    </div>
  )
}
