import { useRef } from 'react'
import { Avatar, Button, EmptyState, IconButton, ListRow, Select, Skeleton, Spinner, Tabs, TextField } from '../../ui'
import { useSnapshot, useT } from '../kit/hooks'
import css from './PeoplePage.module.css'
import type { PeopleQuery, PeopleViewModel } from './PeopleViewModel'

export interface PeopleViewProps {
  vm: PeopleViewModel
  selected: string
  onChange: (change: Partial<PeopleQuery>, replace?: boolean) => void
  onClear: () => void
  onPerson: (id: string) => void
  onBack: () => void
  onGroup: () => void
}

/** PeopleView lists people, with the field that finds them and the filters. */
export function PeopleView({ vm, selected, onChange, onClear, onPerson, onBack, onGroup }: PeopleViewProps) {
  const t = useT()
  const { query, department, items, state, more, positions, ranks } = useSnapshot(vm)
  const list = useRef<HTMLDivElement>(null)
  const filtered = query.q !== '' || query.position !== '' || query.rank !== ''
  const path = (department?.path ?? []).slice(0, -1)
  return (
    <>
      <header className={css.mainHeader}>
        <span className={css.phoneBack}>
          <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={onBack} />
        </span>
        <div className={css.names}>
          <h2 className={css.title}>{query.department ? (department?.name ?? '') : t('people.everybody')}</h2>
          {path.length > 0 && <p className={css.path}>{path.map((d) => d.name).join(' / ')}</p>}
        </div>
        {department && department.people_all > 0 && (
          <Button size="s" icon="chat" onClick={onGroup}>
            {t('people.makeGroup')}
          </Button>
        )}
      </header>
      <div className={css.tools}>
        <TextField
          className={css.search ?? ''}
          label={t('people.search')}
          labelHidden
          placeholder={t('people.searchHint')}
          icon="search"
          autoComplete="off"
          value={query.q}
          onChange={(e) => onChange({ q: e.target.value })}
          onKeyDown={(e) => {
            if (e.key === 'ArrowDown') list.current?.querySelector('button')?.focus()
            else if (e.key === 'Enter' && !e.nativeEvent.isComposing && e.keyCode !== 229 && items[0]) onPerson(items[0].id)
          }}
        />
        {positions.length > 0 && (
          <Select
            className={css.filter ?? ''}
            label={t('people.position')}
            labelHidden
            value={query.position}
            onChange={(e) => onChange({ position: e.target.value }, false)}
            options={[{ value: '', label: t('people.anyPosition') }, ...positions.map((p) => ({ value: p.id, label: p.name }))]}
          />
        )}
        {ranks.length > 0 && (
          <Select
            className={css.filter ?? ''}
            label={t('people.rank')}
            labelHidden
            value={query.rank}
            onChange={(e) => onChange({ rank: e.target.value }, false)}
            options={[
              { value: '', label: t('people.anyRank') },
              ...ranks.map((r) => ({ value: String(r.level), label: t('people.rankFrom', { name: r.name }) })),
            ]}
          />
        )}
      </div>
      {department && department.children > 0 && (
        <div className={css.scope}>
          <Tabs
            kind="segment"
            label={t('people.scope')}
            active={query.subtree ? 'all' : 'direct'}
            onChange={(id) => onChange({ subtree: id === 'all' })}
            tabs={[
              { id: 'all', label: t('people.subtree'), count: department.people_all },
              { id: 'direct', label: t('people.direct'), count: department.people },
            ]}
          />
        </div>
      )}
      <div
        ref={list}
        className={css.scroll}
        onScroll={(e) => {
          const { scrollTop, clientHeight, scrollHeight } = e.currentTarget
          if (scrollTop + clientHeight > scrollHeight - 600) vm.more()
        }}
      >
        {state === 'loading' && items.length === 0 && <Skeleton rows={8} label={t('common.loading')} />}
        {state === 'failed' && (
          <EmptyState icon="warning" title={t('people.failed')}>
            <Button onClick={vm.retry}>{t('common.retry')}</Button>
          </EmptyState>
        )}
        {state === 'unknown' && <EmptyState icon="warning" title={t('people.unknownDepartment')} />}
        {state === 'ready' && items.length === 0 && (
          <EmptyState
            icon="people"
            title={t(filtered ? 'people.none' : 'people.emptyDepartment')}
            text={filtered ? t('people.noneText') : undefined}
          >
            {filtered && <Button onClick={onClear}>{t('people.clear')}</Button>}
          </EmptyState>
        )}
        {items.map((p) => (
          <ListRow
            key={p.id}
            leading={<Avatar id={p.id} name={p.name} size={44} />}
            title={p.name}
            aside={[p.name_en === p.name ? '' : p.name_en, p.employee_no].filter(Boolean).join(' · ') || undefined}
            subtitle={[p.department, p.title || p.position].filter(Boolean).join(' · ')}
            selected={p.id === selected}
            onClick={() => onPerson(p.id)}
            trailing={
              <span className={css.rowEnd}>
                {p.status === 'invited' && <span className={css.tag}>{t('person.status.invited')}</span>}
                {p.rank && <span className={css.rank}>{p.rank}</span>}
              </span>
            }
          />
        ))}
        {more === 'loading' && <Spinner label={t('common.loading')} />}
        {more === 'there' && (
          <Button kind="quiet" onClick={vm.more}>
            {t('common.loadMore')}
          </Button>
        )}
      </div>
    </>
  )
}
