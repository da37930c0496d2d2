import type { ButtonHTMLAttributes, ReactNode } from 'react'
import css from './Button.module.css'
import { cx } from './cx'
import { Icon, type IconName } from './Icon'
import { Spinner } from './Spinner'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  size?: 'm' | 's'
  icon?: IconName
  /** Shows a spinner and takes no clicks. */
  busy?: boolean
  wide?: boolean
  children: ReactNode
}

export function Button({ kind = 'plain', size = 'm', icon, busy, wide, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={cx(css.button, css[kind], size === 's' && css.small, wide && css.wide, className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <Spinner size={16} /> : icon && <Icon name={icon} size={16} />}
      <span>{children}</span>
    </button>
  )
}
