import { useEffect, useState } from 'react'
import { organisation, type PersonItem } from '../../api/organisation'
import type { ConversationID } from '../../api/types'
import { Avatar, ListRow, TextField } from '../../ui'
import { conversationName } from '../conversations/ConversationListViewModel'
import { useServices, useStore, useT } from '../kit/hooks'
import css from './filters.module.css'

const next = (from: HTMLElement, by: number) => {
  const all = [...(from.closest('[data-choices]')?.querySelectorAll<HTMLElement>('input, button') ?? [])]
  all[all.indexOf(from) + by]?.focus()
}

const onArrows = (e: React.KeyboardEvent) => {
  if (!(e.target instanceof HTMLElement) || (e.key !== 'ArrowDown' && e.key !== 'ArrowUp')) return
  e.preventDefault()
  next(e.target, e.key === 'ArrowDown' ? 1 : -1)
}

/** PersonChoice finds one person by name, pinyin or number. */
export function PersonChoice({ onPick }: { onPick: (person: PersonItem) => void }) {
  const t = useT()
  const s = useServices()
  const [q, setQ] = useState('')
  const [found, setFound] = useState<readonly PersonItem[]>([])
  useEffect(() => {
    const abort = new AbortController()
    const cancel = s.timers.after(q ? 120 : 0, () => {
      organisation.people(s.api, { q: q.trim(), limit: 8 }, abort.signal).then(
        (list) => setFound(list.items),
        () => {}, // nobody is offered; typing on asks again
      )
    })
    return () => {
      cancel()
      abort.abort()
    }
  }, [q, s])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only move between the field and the rows
    <div className={css.choices} data-choices onKeyDown={onArrows}>
      <TextField
        label={t('search.pickPerson')}
        labelHidden
        placeholder={t('search.pickPerson')}
        icon="search"
        autoComplete="off"
        value={q}
        onChange={(e) => setQ(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !e.nativeEvent.isComposing && e.keyCode !== 229 && found[0]) onPick(found[0])
        }}
      />
      <div className={css.rows}>
        {found.map((p) => (
          <ListRow
            key={p.id}
            leading={<Avatar id={p.id} name={p.name} size={32} />}
            title={p.name}
            aside={p.employee_no}
            subtitle={[p.department, p.title || p.position].filter(Boolean).join(' · ')}
            onClick={() => onPick(p)}
          />
        ))}
      </div>
    </div>
  )
}

const shown = 50 // conversations in the list; typing narrows it

/** ConversationChoice picks one of the person's conversations. */
export function ConversationChoice({ onPick }: { onPick: (id: ConversationID) => void }) {
  const t = useT()
  const s = useServices()
  const { byId, order } = useStore(s.conversations.list)
  const [q, setQ] = useState('')
  const wanted = q.trim().toLowerCase()
  const found = order
    .flatMap((id) => byId.get(id) ?? [])
    .filter((h) => conversationName(h).toLowerCase().includes(wanted))
    .slice(0, shown)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only move between the field and the rows
    <div className={css.choices} data-choices onKeyDown={onArrows}>
      <TextField
        label={t('search.pickConversation')}
        labelHidden
        placeholder={t('search.pickConversation')}
        icon="search"
        autoComplete="off"
        value={q}
        onChange={(e) => setQ(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !e.nativeEvent.isComposing && e.keyCode !== 229 && found[0]) onPick(found[0].id)
        }}
      />
      <div className={css.rows}>
        {found.map((h) => (
          <ListRow
            key={h.id}
            leading={
              <Avatar
                id={h.peer?.id ?? h.id}
                name={conversationName(h)}
                size={32}
                icon={h.kind === 'direct' ? undefined : h.kind === 'channel' ? 'hash' : 'people'}
              />
            }
            title={conversationName(h)}
            onClick={() => onPick(h.id)}
          />
        ))}
      </div>
    </div>
  )
}
