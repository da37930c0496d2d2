import type { Head } from '../../api/types'
import { Avatar, Button, EmptyState, ListRow, Spinner, Tabs } from '../../ui'
import { useI18n, useServices, useSnapshot, useViewModel } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import css from './panels.module.css'
import { ReceiptsViewModel } from './ReceiptsViewModel'

/** ReceiptsPanel names who has read a message and who has not, by department. */
export function ReceiptsPanel({ head, seq, control }: { head: Head; seq: number; control: PanelControl }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const vm = useViewModel(() => new ReceiptsViewModel(s, head.id, seq), `${head.id} ${seq}`)
  const { state, tab, read, unread, groups, more } = useSnapshot(vm)
  if (state === 'loading') return <Spinner label={t('common.loading')} />
  if (state === 'failed') {
    return (
      <EmptyState icon="warning" title={t('receipts.failed')}>
        <Button onClick={() => void vm.load()}>{t('common.retry')}</Button>
      </EmptyState>
    )
  }
  return (
    <>
      <Tabs
        label={t('receipts.title')}
        active={tab}
        onChange={vm.choose}
        tabs={[
          { id: 'read', label: t('receipts.read'), count: read },
          { id: 'unread', label: t('receipts.unread'), count: unread },
        ]}
      />
      <div className={css.bar} role="img" aria-label={t('state.counts', { read, unread })}>
        <span className={css.barRead} style={{ width: `${(100 * read) / Math.max(1, read + unread)}%` }} />
      </div>
      {groups.map(({ name, readers }) => (
        <section key={name} aria-label={name || t('receipts.noDepartment')}>
          {(groups.length > 1 || name !== '') && head.kind !== 'direct' && (
            <h3 className={css.department}>
              {name || t('receipts.noDepartment')}
              <span className={css.departmentCount}>{readers.length}</span>
            </h3>
          )}
          {readers.map(({ person, at }) => (
            <ListRow
              key={person.id}
              leading={<Avatar id={person.id} name={person.name} size={32} />}
              title={person.name}
              aside={at && i18n.brief(new Date(at), new Date(s.timers.now()))}
              subtitle={person.position}
              onClick={() => control.push(`person:${person.id}`)}
            />
          ))}
        </section>
      ))}
      {groups.length === 0 && <p className={css.none}>{t(tab === 'read' ? 'receipts.nobody' : 'receipts.everybody')}</p>}
      {more !== 'none' && (
        <Button kind="quiet" busy={more === 'loading'} onClick={vm.more}>
          {t('common.loadMore')}
        </Button>
      )}
    </>
  )
}
