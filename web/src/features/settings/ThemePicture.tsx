import type { Theme } from '../../model/prefs'
import { cx } from '../../ui'
import css from './ThemePicture.module.css'

/** ThemePicture is the window in small, in the colours of a theme; "system" shows half of each. */
export function ThemePicture({ theme }: { theme: Theme }) {
  const faces = theme === 'system' ? (['light', 'dark'] as const) : [theme]
  return (
    <span className={css.picture} aria-hidden="true">
      {faces.map((face) => (
        <span key={face} className={cx(css.face, css[face])}>
          <span className={css.rail} />
          <span className={css.list} />
          <span className={css.main}>
            <span className={css.line} />
            <span className={css.line} />
            <span className={css.line} />
          </span>
        </span>
      ))}
    </span>
  )
}
