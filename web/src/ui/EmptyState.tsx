import type { ReactNode } from 'react'
import css from './EmptyState.module.css'
import { Icon, type IconName } from './Icon'

export interface EmptyStateProps {
  icon: IconName
  title: string
  text?: string | undefined
  children?: ReactNode
}

/** EmptyState says what is not here and what to do next. */
export function EmptyState({ icon, title, text, children }: EmptyStateProps) {
  return (
    <div className={css.empty}>
      <span className={css.icon}>
        <Icon name={icon} size={28} />
      </span>
      <p className={css.title}>{title}</p>
      {text && <p className={css.text}>{text}</p>}
      {children && <div className={css.actions}>{children}</div>}
    </div>
  )
}
