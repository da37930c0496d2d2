import type { Hit } from '../../api/search'
import { withNames } from '../../model/content'
import { Avatar } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './SearchPage.module.css'

/** Marked is a text with the found parts marked; mentions are shown by name. */
function Marked({ hit }: { hit: Hit }) {
  const { i18n } = useServices()
  const text = hit.message.content.text ?? ''
  const names = new Map<string, string>((hit.message.mentions ?? []).map((m) => [m.id, m.name]))
  const plain = (part: string) => withNames(part, (id) => (id === 'all' ? i18n.t('mention.all') : names.get(id)))
  const parts = []
  let at = 0
  for (const { start, end } of hit.highlights ?? []) {
    if (start > at) parts.push(<span key={`t${at}`}>{plain(text.slice(at, start))}</span>)
    parts.push(<mark key={`m${start}`}>{text.slice(start, end)}</mark>)
    at = end
  }
  parts.push(<span key={`t${at}`}>{plain(text.slice(at))}</span>)
  return <p className={css.text}>{parts}</p>
}

/** HitRow is one found message with where and when it was said and what stands beside it. */
export function HitRow({ hit, onOpen }: { hit: Hit; onOpen: () => void }) {
  const i18n = useI18n()
  const s = useServices()
  const at = new Date(hit.message.sent_at)
  const name = hit.message.sender?.name ?? ''
  const place = hit.conversation.name || i18n.t('search.direct')
  return (
    <li>
      <button type="button" className={css.hit} onClick={onOpen}>
        <Avatar id={hit.message.sender?.id ?? hit.conversation.id} name={name} size={36} />
        <span className={css.body}>
          <span className={css.head}>
            <b>{name}</b>
            <span className={css.place}>{place}</span>
            <time dateTime={hit.message.sent_at} title={i18n.full(at)}>
              {i18n.date(at, new Date(s.timers.now()))} {i18n.time(at)}
            </time>
          </span>
          {hit.before && (
            <span className={css.context}>
              {hit.before.sender?.name}: {hit.before.excerpt}
            </span>
          )}
          <Marked hit={hit} />
          {hit.after && (
            <span className={css.context}>
              {hit.after.sender?.name}: {hit.after.excerpt}
            </span>
          )}
        </span>
      </button>
    </li>
  )
}
