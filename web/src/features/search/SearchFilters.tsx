import { useEffect, useState } from 'react'
import { organisation } from '../../api/organisation'
import { Chip, Popover, pickDay } from '../../ui'
import { conversationName } from '../conversations/ConversationListViewModel'
import { useI18n, useServices, useStore } from '../kit/hooks'
import { ConversationChoice, PersonChoice } from './choices'
import { DateSpan, useSpanText } from './DateSpan'
import { presets } from './dates'
import css from './filters.module.css'
import type { Query } from './SearchViewModel'

/** SearchFilters narrows a search by chips: who said it, where, and when. */
export function SearchFilters({ query, onChange }: { query: Query; onChange: (change: Partial<Query>) => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const { byId } = useStore(s.conversations.list)
  const name = useName(query.from)
  const where = byId.get(query.in)
  const now = new Date(s.timers.now())
  const preset = presets(now).find((p) => p.after === query.after && query.before === '')
  const dated = query.after !== '' || query.before !== ''
  const own = dated && !preset
  const ownText = useSpanText()(query)
  const place = where ? conversationName(where) : t('search.unknownPlace')
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own look
    <div className={css.chips} role="group" aria-label={t('search.filters')}>
      <Popover
        label={t('search.from')}
        trigger={({ onClick, 'aria-expanded': expanded }) => (
          <Chip
            expanded={expanded}
            selected={query.from !== ''}
            onClick={onClick}
            {...(query.from === ''
              ? {}
              : { onRemove: () => onChange({ from: '' }), removeLabel: t('search.remove', { name: t('search.from') }) })}
          >
            {query.from === '' ? t('search.from') : t('search.fromName', { name })}
          </Chip>
        )}
      >
        {(close) => (
          <PersonChoice
            onPick={(p) => {
              close()
              s.people.learn([p])
              onChange({ from: p.id })
            }}
          />
        )}
      </Popover>
      <Popover
        label={t('search.in')}
        trigger={({ onClick, 'aria-expanded': expanded }) => (
          <Chip
            expanded={expanded}
            selected={query.in !== ''}
            onClick={onClick}
            {...(query.in === ''
              ? {}
              : { onRemove: () => onChange({ in: '' }), removeLabel: t('search.remove', { name: t('search.in') }) })}
          >
            {query.in === '' ? t('search.in') : t('search.inName', { name: place })}
          </Chip>
        )}
      >
        {(close) => (
          <ConversationChoice
            onPick={(id) => {
              close()
              onChange({ in: id })
            }}
          />
        )}
      </Popover>
      <span className={css.gap} aria-hidden="true" />
      {presets(now).map((p) => (
        <Chip
          key={p.id}
          selected={p.id === preset?.id}
          onClick={() => onChange(p.id === preset?.id ? { after: '', before: '' } : { after: p.after, before: '' })}
        >
          {t(`search.date.${p.id}`)}
        </Chip>
      ))}
      <Popover
        label={t('search.date.own')}
        trigger={({ onClick, 'aria-expanded': expanded }) => (
          <Chip
            expanded={expanded}
            selected={own}
            onClick={onClick}
            {...(own
              ? {
                  onRemove: () => onChange({ after: '', before: '' }),
                  removeLabel: t('search.remove', { name: t('search.date.own') }),
                }
              : {})}
          >
            {own ? ownText : t('search.date.own')}
          </Chip>
        )}
      >
        {() => (
          <DateSpan
            span={own ? query : { after: '', before: '' }}
            onPick={(d) => onChange(pickDay(own ? query : { after: '', before: '' }, d))}
          />
        )}
      </Popover>
    </div>
  )
}

/** The name of a person who may never have been met: the address can hold anybody's id. */
function useName(id: string): string {
  const s = useServices()
  const known = useStore(s.people.known).get(id)?.name
  const [asked, setAsked] = useState({ id: '', name: '' })
  useEffect(() => {
    if (!id || known) return
    organisation.person(s.api, id).then(
      (p) => setAsked({ id, name: p.name }),
      () => {}, // the chip keeps the id's place without a name
    )
  }, [id, known, s])
  return known ?? (asked.id === id ? asked.name : '')
}
