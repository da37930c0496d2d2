import { useId } from 'react'
import type { Brief } from '../../api/types'
import { Avatar, IconButton, ListRow, TextField } from '../../ui'
import { FindPeopleViewModel } from '../kit/FindPeopleViewModel'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './Admin.module.css'

export interface PersonFieldProps {
  label: string
  labelHidden?: boolean
  placeholder?: string
  value: Brief | null
  onChange: (person: Brief | null) => void
  /** Who cannot be chosen. */
  without?: string | undefined
  error?: string | undefined
  hint?: string | undefined
}

/** PersonField names one person: found by name, pinyin or number, taken away by its cross. */
export function PersonField({ label, labelHidden, placeholder, value, onChange, without, error, hint }: PersonFieldProps) {
  const t = useT()
  const s = useServices()
  const id = useId()
  const vm = useViewModel(() => new FindPeopleViewModel(s, { limit: 8, without }), without ?? '')
  const { query, found } = useSnapshot(vm)
  const choose = (p: Brief | null) => {
    vm.write('')
    onChange(p)
  }
  if (value) {
    return (
      <div className={css.field}>
        <span id={id} className={labelHidden ? css.srOnly : css.fieldLabel}>
          {label}
        </span>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own */}
        <div className={css.chosen} role="group" aria-labelledby={id}>
          <Avatar id={value.id} name={value.name} size={24} />
          <span className={css.chosenName}>
            {value.name}
            {value.department && <small>{value.department}</small>}
          </span>
          <IconButton icon="close" size="s" label={t('admin.takeAway', { name: value.name })} onClick={() => choose(null)} />
        </div>
        {error && <p className={css.bad}>{error}</p>}
      </div>
    )
  }
  return (
    <div className={css.field}>
      <TextField
        label={label}
        labelHidden={labelHidden ?? false}
        icon="search"
        placeholder={placeholder ?? t('admin.findPerson')}
        autoComplete="off"
        value={query}
        error={error}
        hint={hint}
        onChange={(e) => vm.write(e.target.value)}
        onKeyDown={(e) => {
          const first = found?.[0]
          if (e.key === 'Enter' && !e.nativeEvent.isComposing && e.keyCode !== 229 && first) {
            e.preventDefault()
            choose(first)
          } else if (e.key === 'Escape' && query) {
            e.stopPropagation()
            vm.write('')
          }
        }}
      />
      {found && (
        <div className={css.found}>
          {found.length === 0 && <p className={css.soft}>{t('admin.none')}</p>}
          {found.map((p) => (
            <ListRow
              key={p.id}
              leading={<Avatar id={p.id} name={p.name} size={24} />}
              title={p.name}
              subtitle={[p.department, p.position].filter(Boolean).join(' · ')}
              onClick={() => choose(p)}
            />
          ))}
        </div>
      )}
    </div>
  )
}
