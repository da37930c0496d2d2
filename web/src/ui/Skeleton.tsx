import css from './Skeleton.module.css'

/** Skeleton stands where rows will be, in their size, so that nothing jumps. */
export function Skeleton({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className={css.list}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={i} className={css.row} aria-hidden="true">
          <span className={css.square} />
          <span className={css.lines}>
            <span className={css.line} style={{ width: `${38 + ((i * 17) % 30)}%` }} />
            <span className={css.line} style={{ width: `${58 + ((i * 23) % 36)}%` }} />
          </span>
        </div>
      ))}
    </div>
  )
}
