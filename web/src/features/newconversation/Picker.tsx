import { useRef, useState } from 'react'
import { Avatar, Checkbox, Chip, IconButton, ListRow, Spinner, TextField } from '../../ui'
import { useSnapshot, useT } from '../kit/hooks'
import { OrganisationTree } from '../organisation/OrganisationTree'
import type { TreeRow } from '../organisation/TreeViewModel'
import css from './Picker.module.css'
import type { PickerViewModel } from './PickerViewModel'

/** Picker: the field that finds people, and below it what was found or the organisation to tick in. */
export function Picker({ vm }: { vm: PickerViewModel }) {
  const t = useT()
  const { selection, query, found } = useSnapshot(vm)
  const list = useRef<HTMLDivElement>(null)
  const searching = query.trim() !== ''

  const box = (row: TreeRow) => {
    if (row.kind === 'person') {
      const inside = vm.isMember(row.person.id)
      const above = row.parent === '' ? [] : vm.tree.above(row.parent)
      return (
        <Checkbox
          checked={inside || selection.hasPerson(row.person.id, row.parent || undefined, above)}
          disabled={inside}
          aria-label={row.person.name}
          tabIndex={-1}
          onChange={() => vm.tick(row)}
        />
      )
    }
    if (row.kind !== 'department') return null
    const covered = selection.coveredBy(vm.tree.above(row.key)) !== undefined
    const chosen = selection.departments.has(row.key)
    const partly = !covered && !chosen && [...selection.departments.keys()].some((id) => vm.tree.above(id).includes(row.key))
    return (
      <Checkbox
        checked={covered || chosen}
        indeterminate={partly}
        disabled={covered}
        aria-label={row.department.name}
        tabIndex={-1}
        onChange={() => vm.tick(row)}
      />
    )
  }

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
        onChange={(e) => vm.find(e.target.value)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing || e.keyCode === 229) return
          if (e.key === 'Enter' && searching && found?.[0]) {
            e.preventDefault()
            vm.togglePerson(found[0])
            vm.find('')
          } else if (e.key === 'ArrowDown') {
            list.current?.querySelector<HTMLElement>('[tabindex="0"], button')?.focus()
            e.preventDefault()
          } else if (e.key === 'Backspace' && query === '') vm.removeLast()
        }}
      />
      <div ref={list} className={css.box}>
        {searching ? (
          <div className={css.found}>
            {!found && <Spinner label={t('common.loading')} />}
            {found?.length === 0 && <p className={css.none}>{t('picker.none')}</p>}
            {found?.map((p) => {
              const inside = vm.isMember(p.id)
              return (
                <ListRow
                  key={p.id}
                  leading={<Avatar id={p.id} name={p.name} />}
                  title={p.name}
                  aside={inside ? t('pick.inside') : undefined}
                  subtitle={[p.department, p.title || p.position].filter(Boolean).join(' · ')}
                  {...(inside ? {} : { onClick: () => vm.togglePerson(p) })}
                  trailing={
                    <Checkbox
                      checked={inside || selection.people.has(p.id)}
                      disabled={inside}
                      onChange={() => vm.togglePerson(p)}
                      aria-label={p.name}
                      tabIndex={-1}
                    />
                  }
                />
              )
            })}
          </div>
        ) : (
          <OrganisationTree
            vm={vm.tree}
            label={t('pick.tree')}
            multiselectable
            leading={box}
            trailing={(row) => row.kind === 'department' && row.department.people_all}
            onTick={vm.tick}
            onSelect={(row) => {
              if (row.kind === 'department' && row.expanded !== undefined) vm.tree.toggle(row.key)
              else vm.tick(row)
            }}
          />
        )}
      </div>
    </div>
  )
}

/** Chosen is who was ticked: departments with their choice of depth, people, and who is left out and why. */
export function Chosen({ vm }: { vm: PickerViewModel }) {
  const t = useT()
  const { selection, excluded } = useSnapshot(vm)
  const [open, setOpen] = useState(false)
  return (
    <div className={css.chosen}>
      {selection.empty && <p className={css.none}>{t('pick.nothing')}</p>}
      {[...selection.departments.values()].map(({ department: d, subtree }) => (
        <div key={d.id} className={css.department}>
          <span className={css.departmentName}>{d.name}</span>
          <span className={css.why}>{t('members.count', { n: subtree ? d.people_all : d.people })}</span>
          <IconButton
            icon="close"
            size="s"
            label={t('picker.remove', { name: d.name })}
            onClick={() => vm.removeDepartment(d.id)}
          />
          {d.children > 0 && (
            <Checkbox className={css.depth ?? ''} checked={subtree} onChange={(e) => vm.setSubtree(d.id, e.target.checked)}>
              {t('pick.subtree')}
            </Checkbox>
          )}
        </div>
      ))}
      {selection.people.size > 0 && (
        <div className={css.chips}>
          {[...selection.people.values()].map((p) => (
            <Chip key={p.id} onRemove={() => vm.togglePerson(p)} removeLabel={t('picker.remove', { name: p.name })}>
              {p.name}
            </Chip>
          ))}
        </div>
      )}
      {excluded.length > 0 && (
        <div className={css.excluded}>
          <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('pick.excluded', { n: excluded.length })}
          </button>
          {open &&
            excluded.map(({ person, why }) => (
              <div key={person.id} className={css.left}>
                <span className={css.leftName}>{person.name}</span>
                <span className={css.why}>{t(`pick.why.${why}`)}</span>
                {why === 'choice' && (
                  <IconButton
                    icon="plus"
                    size="s"
                    label={t('pick.include', { name: person.name })}
                    onClick={() => vm.include(person)}
                  />
                )}
              </div>
            ))}
        </div>
      )}
    </div>
  )
}
