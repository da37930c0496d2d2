import css from './Badge.module.css'
import { cx } from './cx'

export interface BadgeProps {
  count: number
  /** What it counts, for who cannot see the place. */
  label: string
  kind?: 'strong' | 'muted' | 'mention'
}

/** Badge shows a count; above 99 it says 99+. */
export function Badge({ count, label, kind = 'strong' }: BadgeProps) {
  if (count <= 0) return null
  const number = count > 99 ? '99+' : String(count)
  return (
    <span className={cx(css.badge, css[kind])} role="img" aria-label={label}>
      {kind === 'mention' ? `@${count > 1 ? number : ''}` : number}
    </span>
  )
}
