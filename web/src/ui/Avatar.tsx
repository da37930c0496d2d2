import css from './Avatar.module.css'
import { avatarColour, avatarText } from './avatarText'
import { cx } from './cx'
import { Icon, type IconName } from './Icon'

export interface AvatarProps {
  id: string
  name: string
  size?: 20 | 24 | 32 | 36 | 44 | 64
  /** A symbol instead of a name's characters: conversations of many people. */
  icon?: IconName | undefined
  /** A dot: she is connected now. The words for it stand beside the name. */
  online?: boolean | undefined
}

const colours = [css.c0, css.c1, css.c2, css.c3, css.c4, css.c5, css.c6, css.c7, css.c8, css.c9]

/** Avatar is decoration, its characters too: the name stands beside it. */
export function Avatar({ id, name, size = 36, icon, online }: AvatarProps) {
  const face = (
    <span
      className={cx(css.avatar, css[`s${size}`], icon ? css.symbol : colours[avatarColour(id)])}
      aria-hidden="true"
      data-text={icon ? undefined : avatarText(name)}
    >
      {icon && <Icon name={icon} size={Math.round(size * 0.55)} />}
    </span>
  )
  if (!online) return face
  return (
    <span className={css.with}>
      {face}
      <span className={css.dot} />
    </span>
  )
}
