import type { Context, Hit } from '../../api/search'
import { plain } from '../../model/content'
import { Avatar, cx } from '../../ui'
import { conversationName } from '../conversations/ConversationListViewModel'
import { useI18n, useServices, useStore } from '../kit/hooks'
import { excerptAround } from './excerpt'
import css from './hits.module.css'

/** Marked is what was said, with the found parts marked. */
function Marked({ hit }: { hit: Hit }) {
  const i18n = useI18n()
  const { content, mentions } = hit.message
  const names = new Map<string, string>((mentions ?? []).map((m) => [m.id, m.name]))
  const parts = excerptAround(content.text ?? '', hit.highlights ?? [], (id) =>
    id === 'all' ? i18n.t('mention.all') : names.get(id),
  )
  return (
    <span className={css.text}>
      {parts.map(({ text, marked }, n) => {
        const Tag = marked ? 'mark' : 'span'
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not move
        return <Tag key={n}>{text}</Tag>
      })}
    </span>
  )
}

export interface HitRowProps {
  hit: Hit
  narrow: boolean
  current: boolean
  onOpen: () => void
}

/** HitRow is one found message with where and when it was said and what stands beside it; what the system says there is left out. */
export function HitRow({ hit, narrow, current, onOpen }: HitRowProps) {
  const i18n = useI18n()
  const s = useServices()
  const at = new Date(hit.message.sent_at)
  const { sender } = hit.message
  const head = useStore(s.conversations.list).byId.get(hit.conversation.id)
  const direct = head ? i18n.t('search.directWith', { name: conversationName(head) }) : i18n.t('search.direct')
  const place = hit.conversation.kind === 'direct' ? direct : hit.conversation.name
  const beside = (c: Context | undefined) =>
    c?.sender && <span className={css.context}>{i18n.t('list.preview', { name: c.sender.name, text: plain(c.excerpt) })}</span>
  return (
    <li>
      <button
        type="button"
        data-hit
        className={cx(css.hit, current && css.current)}
        aria-current={current || undefined}
        onClick={onOpen}
      >
        <Avatar id={sender.id} name={sender.name} size={narrow ? 32 : 36} />
        <span className={css.body}>
          <span className={css.head}>
            <b>{sender.name}</b>
            {!narrow && <span className={css.place}>{place}</span>}
            <time dateTime={hit.message.sent_at} title={i18n.full(at)}>
              {i18n.date(at, new Date(s.timers.now()))} {i18n.time(at)}
            </time>
          </span>
          {beside(hit.before)}
          <Marked hit={hit} />
          {beside(hit.after)}
        </span>
      </button>
    </li>
  )
}
