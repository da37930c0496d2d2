import type { ButtonHTMLAttributes, Ref } from 'react'
import { cx } from './cx'
import { Icon, type IconName } from './Icon'
import css from './IconButton.module.css'
import { Tooltip } from './Tooltip'

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: IconName
  /** What it does: the accessible name and the tooltip. */
  label: string
  size?: 'm' | 's'
  active?: boolean
  tip?: 'top' | 'bottom' | 'right' | 'left'
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon, label, size = 'm', active, tip = 'top', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} side={tip}>
      <button
        type="button"
        className={cx(css.button, size === 's' && css.small, active && css.active, className)}
        aria-label={label}
        {...rest}
      >
        <Icon name={icon} size={size === 's' ? 16 : 20} />
      </button>
    </Tooltip>
  )
}
