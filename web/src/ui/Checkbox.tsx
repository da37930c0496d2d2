import { type InputHTMLAttributes, type ReactNode, useEffect, useRef } from 'react'
import css from './Checkbox.module.css'
import { cx } from './cx'

export interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'children'> {
  children?: ReactNode
  indeterminate?: boolean
  kind?: 'box' | 'switch' | 'radio'
}

/** Checkbox, switch and radio share one look; without children it needs an aria-label. */
export function Checkbox({ children, indeterminate, kind = 'box', className, ...rest }: CheckboxProps) {
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = indeterminate ?? false
  }, [indeterminate])
  return (
    <label className={cx(css.label, kind === 'switch' && css.between, className)}>
      {kind === 'switch' && <span className={css.text}>{children}</span>}
      <input
        ref={ref}
        type={kind === 'radio' ? 'radio' : 'checkbox'}
        role={kind === 'switch' ? 'switch' : undefined}
        className={css[kind]}
        {...rest}
      />
      {kind !== 'switch' && children && <span className={css.text}>{children}</span>}
    </label>
  )
}
