import { memo, useState } from 'react'
import { navigate } from 'wouter/use-browser-location'
import type { Message } from '../../api/types'
import { cx } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './MessageText.module.css'
import { renderMarkdown } from './markdown'

const longLines = 24
const longText = 1_600 // characters; about as much as 24 lines of the column hold

/** isLong: a text that would push everything else out of the window begins folded. */
export function isLong(text: string): boolean {
  return text.length > longText || text.split('\n', longLines + 1).length > longLines
}

/** MessageText shows the text of a message, or the fallback of a type that this client does not know. */
export const MessageText = memo(function MessageText({ message: m }: { message: Message }) {
  const i18n = useI18n()
  const { me, people, origin, copy, say } = useServices()
  const [open, setOpen] = useState(false)
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
    copyLabel: i18n.t('message.copyCode'),
    copy: (text) => void copy(text).then((done) => done && say('common.copied')),
  })
  const long = isLong(m.content.text ?? '')
  return (
    <div className={css.text}>
      {long ? <div className={cx(css.long, !open && css.folded)}>{nodes}</div> : nodes}
      {long && (
        <button type="button" tabIndex={-1} className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          {i18n.t(open ? 'message.fold' : 'message.expand')}
        </button>
      )}
      {m.edited_at && (
        <span className={css.edited} title={i18n.full(new Date(m.edited_at))}>
          {i18n.t('message.edited')}
        </span>
      )}
    </div>
  )
})
