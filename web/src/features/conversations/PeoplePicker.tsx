import { useEffect, useRef, useState } from 'react'
import { conversations as api } from '../../api/conversations'
import type { Brief } from '../../api/types'
import { Avatar, Checkbox, Chip, Icon, ListRow, Spinner, TextField } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import css from './PeoplePicker.module.css'

export interface PeoplePickerProps {
  chosen: readonly Brief[]
  onChange: (chosen: Brief[]) => void
  /** One person: choosing is enough. */
  single?: boolean
  /** People who are in already. */
  without?: ReadonlySet<string>
}

const askAfter = 120 // ms of rest before asking

/** PeoplePicker finds people by name, pinyin, initials, department, number; the server does the finding. */
export function PeoplePicker({ chosen, onChange, single, without }: PeoplePickerProps) {
  const t = useT()
  const s = useServices()
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<readonly Brief[]>()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const abort = new AbortController()
    const cancel = s.timers.after(query ? askAfter : 0, () => {
      api.people(s.api, query, abort.signal).then(
        (page) => setFound(page.items),
        (e) => {
          if (!abort.signal.aborted) s.fail(e)
        },
      )
    })
    return () => {
      cancel()
      abort.abort()
    }
  }, [query, s])
  const has = (id: string) => chosen.some((p) => p.id === id)
  const toggle = (p: Brief) => onChange(single ? [p] : has(p.id) ? chosen.filter((c) => c.id !== p.id) : [...chosen, p])
  const shown = found?.filter((p) => p.id !== s.me && !without?.has(p.id))
  return (
    <div className={css.picker}>
      <TextField
        label={t('picker.search')}
        labelHidden
        placeholder={t('picker.placeholder')}
        icon="search"
        autoFocus
        autoComplete="off"
        value={query}
        onChange={(e) => setQuery(e.target.value)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing || e.keyCode === 229) return
          if (e.key === 'Enter' && shown?.[0]) {
            e.preventDefault()
            toggle(shown[0])
            setQuery('')
          } else if (e.key === 'ArrowDown') list.current?.querySelector('button')?.focus()
          else if (e.key === 'Backspace' && query === '' && chosen.length > 0) onChange(chosen.slice(0, -1))
        }}
      />
      {!single && chosen.length > 0 && (
        <div className={css.chips}>
          {chosen.map((p) => (
            <Chip key={p.id} onRemove={() => toggle(p)} removeLabel={t('picker.remove', { name: p.name })}>
              {p.name}
            </Chip>
          ))}
        </div>
      )}
      <div ref={list} className={css.list}>
        {!shown && <Spinner label={t('common.loading')} />}
        {shown?.length === 0 && <p className={css.none}>{t('picker.none')}</p>}
        {shown?.map((p) => (
          <ListRow
            key={p.id}
            leading={<Avatar id={p.id} name={p.name} />}
            title={p.name}
            subtitle={[p.department, p.position].filter(Boolean).join(' · ')}
            selected={single ? has(p.id) : false}
            onClick={() => toggle(p)}
            trailing={
              single ? (
                has(p.id) && <Icon name="check" size={16} />
              ) : (
                <Checkbox checked={has(p.id)} onChange={() => toggle(p)} aria-label={p.name} tabIndex={-1} />
              )
            }
          />
        ))}
      </div>
    </div>
  )
}
