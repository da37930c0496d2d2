import { type ReactNode, useId } from 'react'
import { cx } from '../../ui'
import css from './Section.module.css'

/** Section is one subject of the settings: its name, a sentence about it, and a card with the controls. */
export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className={css.section} aria-labelledby={id}>
      <h3 id={id} className={css.title}>
        {title}
      </h3>
      {text && <p className={css.text}>{text}</p>}
      <div className={css.card}>{children}</div>
    </section>
  )
}

export interface ChoiceProps<T extends string> {
  label: string
  name: string
  value: T
  options: readonly { value: T; label: string; hint?: string; lang?: string; picture?: ReactNode }[]
  onChange: (value: T) => void
  /** Beside each other with a picture above the name. */
  tiles?: boolean
}

/** Choice is one out of a few: rows with a radio, or tiles with a picture. */
export function Choice<T extends string>({ label, name, value, options, onChange, tiles }: ChoiceProps<T>) {
  return (
    <div role="radiogroup" aria-label={label} className={tiles ? css.tiles : css.rows}>
      {options.map((o) => (
        <label key={o.value} className={cx(tiles ? css.tile : css.row, o.value === value && css.chosen)}>
          {o.picture}
          <span className={css.words}>
            <span lang={o.lang}>{o.label}</span>
            {o.hint && <span className={css.hint}>{o.hint}</span>}
          </span>
          <input type="radio" className={css.radio} name={name} checked={o.value === value} onChange={() => onChange(o.value)} />
        </label>
      ))}
    </div>
  )
}
