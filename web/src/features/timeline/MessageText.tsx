import { memo } from 'react'
import { navigate } from 'wouter/use-browser-location'
import type { Message } from '../../api/types'
import { useI18n, useServices } from '../kit/hooks'
import css from './MessageText.module.css'
import { renderMarkdown } from './markdown'

/** MessageText shows the text of a message, or the fallback of a type that this client does not know. */
export const MessageText = memo(function MessageText({ message: m }: { message: Message }) {
  const i18n = useI18n()
  const { me, people, origin } = useServices()
  if (m.content.type !== 'text') return <p className={css.fallback}>{m.content.fallback || i18n.t('message.unknown')}</p>
  const mentioned = new Map<string, string>((m.mentions ?? []).map((x) => [x.id, x.name]))
  const nodes = renderMarkdown(m.content.text ?? '', {
    me,
    // An unsent message has no list of mentions yet: names come from who was met.
    mention: (id) => (id === 'all' ? i18n.t('mention.all') : (mentioned.get(id) ?? people.name(id))),
    open: (url) => {
      if (!url.startsWith(`${origin}/`)) return false
      navigate(url.slice(origin.length))
      return true
    },
  })
  return (
    <div className={css.text}>
      {nodes}
      {m.edited_at && (
        <span className={css.edited} title={i18n.full(new Date(m.edited_at))}>
          {i18n.t('message.edited')}
        </span>
      )}
    </div>
  )
})
