import type { Head } from '../../api/types'
import { useT } from '../kit/hooks'
import css from './rows.module.css'

/** What stands above the first message: what this conversation is. */
export function StartOfConversation({ head }: { head: Head }) {
  const t = useT()
  const name = head.kind === 'direct' ? (head.peer?.name ?? '') : head.name
  const key =
    head.kind === 'direct'
      ? 'start.direct'
      : head.first_seq > 1
        ? 'start.joined'
        : head.kind === 'channel'
          ? 'start.channel'
          : 'start.group'
  return (
    <div className={css.start}>
      <h3 className={css.startName}>{name}</h3>
      <p>{t(key, { name })}</p>
      {head.purpose && <p className={css.startPurpose}>{head.purpose}</p>}
    </div>
  )
}
