import { useRef } from 'react'
import type { Brief } from '../../api/types'
import { Avatar, Icon, ListRow, Spinner, TextField } from '../../ui'
import { errorText } from '../kit/errors'
import { FindPeopleViewModel } from '../kit/FindPeopleViewModel'
import { useI18n, useServices, useSnapshot, useViewModel } from '../kit/hooks'
import css from './PeoplePicker.module.css'

export interface PeoplePickerProps {
  chosen: Brief | undefined
  onChoose: (person: Brief) => void
}

/** PeoplePicker chooses one person other than oneself. */
export function PeoplePicker({ chosen, onChoose }: PeoplePickerProps) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const vm = useViewModel(() => new FindPeopleViewModel(s, { limit: 20, eager: true, without: s.me }), s.me)
  const { query, found, failure } = useSnapshot(vm)
  const list = useRef<HTMLDivElement>(null)
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
        onChange={(e) => vm.write(e.target.value)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing || e.keyCode === 229) return
          if (e.key === 'Enter' && found?.[0]) {
            e.preventDefault()
            onChoose(found[0])
          } else if (e.key === 'ArrowDown') list.current?.querySelector('button')?.focus()
        }}
      />
      <div ref={list} className={css.list}>
        {!found && !failure && <Spinner label={t('common.loading')} />}
        {failure !== undefined && <p className={css.none}>{errorText(failure, i18n)}</p>}
        {found?.length === 0 && <p className={css.none}>{t('picker.none')}</p>}
        {found?.map((p) => (
          <ListRow
            key={p.id}
            leading={<Avatar id={p.id} name={p.name} />}
            title={p.name}
            subtitle={[p.department, p.position].filter(Boolean).join(' · ')}
            selected={p.id === chosen?.id}
            onClick={() => onChoose(p)}
            trailing={p.id === chosen?.id && <Icon name="check" size={16} />}
          />
        ))}
      </div>
    </div>
  )
}
