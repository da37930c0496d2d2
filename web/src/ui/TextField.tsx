import { type InputHTMLAttributes, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react'
import { cx } from './cx'
import { Icon, type IconName } from './Icon'
import css from './TextField.module.css'

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string
  /** The label is read aloud but not shown (search boxes). */
  labelHidden?: boolean
  hint?: string | undefined
  error?: string | undefined
  icon?: IconName
  ref?: Ref<HTMLInputElement>
}

export function TextField({ label, labelHidden, hint, error, icon, className, ...rest }: TextFieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={labelHidden ? css.hidden : css.label}>
        {label}
      </label>
      <div className={css.box}>
        {icon && <Icon name={icon} size={16} className={css.icon} />}
        <input
          id={id}
          className={cx(css.input, icon && css.withIcon, error && css.invalid)}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          {...rest}
        />
      </div>
      {note && (
        <p id={`${id}-note`} className={error ? css.error : css.hint}>
          {note}
        </p>
      )}
    </div>
  )
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  label: string
}

export function TextArea({ label, className, ...rest }: TextAreaProps) {
  const id = useId()
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={css.label}>
        {label}
      </label>
      <textarea id={id} className={cx(css.input, css.area)} {...rest} />
    </div>
  )
}

export interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string
  labelHidden?: boolean
  options: readonly { value: string; label: string }[]
}

export function Select({ label, labelHidden, options, className, ...rest }: SelectProps) {
  const id = useId()
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={labelHidden ? css.hidden : css.label}>
        {label}
      </label>
      <div className={css.box}>
        <select id={id} className={cx(css.input, css.select)} {...rest}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={16} className={css.arrow} />
      </div>
    </div>
  )
}
