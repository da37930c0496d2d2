import { useState } from 'react'
import type { PersonItem } from '../../api/organisation'
import type { ConversationID } from '../../api/types'
import { Avatar, ListRow, type ListRowProps, TextField } from '../../ui'
import { conversationName } from '../conversations/ConversationListViewModel'
import { errorText } from '../kit/errors'
import { FindPeopleViewModel } from '../kit/FindPeopleViewModel'
import { useI18n, useServices, useSnapshot, useStore, useT, useViewModel } from '../kit/hooks'
import css from './filters.module.css'

const onArrows = (e: React.KeyboardEvent<HTMLElement>) => {
  if (!(e.target instanceof HTMLElement) || (e.key !== 'ArrowDown' && e.key !== 'ArrowUp')) return
  e.preventDefault()
  const all = [...e.currentTarget.querySelectorAll<HTMLElement>('input, button')]
  all[all.indexOf(e.target) + (e.key === 'ArrowDown' ? 1 : -1)]?.focus()
}

interface ChoiceProps<T extends { id: string }> {
  label: string
  query: string
  onQuery: (query: string) => void
  items: readonly T[]
  row: (item: T) => Omit<ListRowProps, 'onClick'>
  onPick: (item: T) => void
  /** Stands in place of the rows. */
  note?: string | undefined
}

/** Choice is a field and the rows that it narrows; Enter takes the first one, the arrow keys go through them. */
function Choice<T extends { id: string }>({ label, query, onQuery, items, row, onPick, note }: ChoiceProps<T>) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only move between the field and the rows
    <div className={css.choices} onKeyDown={onArrows}>
      <TextField
        label={label}
        labelHidden
        placeholder={label}
        icon="search"
        autoComplete="off"
        value={query}
        onChange={(e) => onQuery(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !e.nativeEvent.isComposing && e.keyCode !== 229 && items[0]) onPick(items[0])
        }}
      />
      <div className={css.rows}>
        {note && <p className={css.note}>{note}</p>}
        {items.map((item) => (
          <ListRow key={item.id} {...row(item)} onClick={() => onPick(item)} />
        ))}
      </div>
    </div>
  )
}

/** PersonChoice finds one person by name, pinyin or number. */
export function PersonChoice({ onPick }: { onPick: (person: PersonItem) => void }) {
  const i18n = useI18n()
  const s = useServices()
  const vm = useViewModel(() => new FindPeopleViewModel(s, { limit: 8, eager: true }), s.me)
  const { query, found, failure } = useSnapshot(vm)
  return (
    <Choice
      label={i18n.t('search.pickPerson')}
      query={query}
      onQuery={vm.write}
      items={found ?? []}
      note={failure ? errorText(failure, i18n) : found?.length === 0 ? i18n.t('picker.none') : undefined}
      row={(p) => ({
        leading: <Avatar id={p.id} name={p.name} size={32} />,
        title: p.name,
        aside: p.employee_no,
        subtitle: [p.department, p.title || p.position].filter(Boolean).join(' · '),
      })}
      onPick={onPick}
    />
  )
}

const shown = 50 // conversations in the list; typing narrows it

/** ConversationChoice picks one of the person's conversations. */
export function ConversationChoice({ onPick }: { onPick: (id: ConversationID) => void }) {
  const t = useT()
  const s = useServices()
  const { byId, order } = useStore(s.conversations.list)
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLowerCase()
  const found = order
    .flatMap((id) => byId.get(id) ?? [])
    .filter((h) => conversationName(h).toLowerCase().includes(wanted))
    .slice(0, shown)
  return (
    <Choice
      label={t('search.pickConversation')}
      query={query}
      onQuery={setQuery}
      items={found}
      note={found.length === 0 ? t('picker.none') : undefined}
      row={(h) => ({
        leading: (
          <Avatar
            id={h.peer?.id ?? h.id}
            name={conversationName(h)}
            size={32}
            icon={h.kind === 'direct' ? undefined : h.kind === 'channel' ? 'hash' : 'people'}
          />
        ),
        title: conversationName(h),
      })}
      onPick={(h) => onPick(h.id)}
    />
  )
}
