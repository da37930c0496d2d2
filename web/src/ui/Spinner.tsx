import css from './Spinner.module.css'

/** Spinner says that something is under way. With a label it is a status of its own; without, decoration. */
export function Spinner({ size = 20, label }: { size?: number; label?: string }) {
  return (
    <span {...(label ? { role: 'status', 'aria-label': label } : {})} className={css.box}>
      <svg viewBox="0 0 20 20" width={size} height={size} className={css.spinner} aria-hidden="true">
        <circle cx="10" cy="10" r="7.5" fill="none" stroke="currentColor" strokeOpacity="0.2" strokeWidth="2" />
        <path d="M10 2.5a7.5 7.5 0 0 1 7.5 7.5" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      </svg>
    </span>
  )
}
