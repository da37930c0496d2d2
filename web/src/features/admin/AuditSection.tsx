import { useEffect, useState } from 'react'
import { type AuditRecord, admin } from '../../api/admin'
import { organisation } from '../../api/organisation'
import { Button, EmptyState, Skeleton } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './Admin.module.css'
import { useList } from './useList'

/** AuditSection shows the trail, newest first. */
export function AuditSection() {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const list = useList<AuditRecord>((cursor) => admin.audit(s.api, cursor), '')
  const [, learned] = useState(0)
  useEffect(() => {
    const unknown = new Set(list.items.map((r) => r.person).filter((id): id is string => !!id && !s.people.name(id)))
    for (const id of [...unknown].slice(0, 20))
      organisation.person(s.api, id).then(
        (p) => {
          s.people.learn([{ id: p.id, kind: 'person', name: p.name, department: '', position: '' }])
          learned((n) => n + 1)
        },
        () => {}, // the number stays
      )
  }, [list.items, s])
  if (list.state === 'failed')
    return (
      <EmptyState icon="warning" title={t('admin.failed')}>
        <Button onClick={list.reload}>{t('common.retry')}</Button>
      </EmptyState>
    )
  if (list.items.length === 0)
    return list.state === 'loading' ? (
      <Skeleton rows={8} label={t('common.loading')} />
    ) : (
      <EmptyState icon="shield" title={t('admin.noRecords')} />
    )
  return (
    <div className={css.scrollX}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.when')}</th>
            <th scope="col">{t('admin.who')}</th>
            <th scope="col">{t('admin.what')}</th>
            <th scope="col">{t('admin.object')}</th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((r) => (
            <tr key={`${r.node}-${r.n}`}>
              <td>{i18n.full(new Date(r.at))}</td>
              <td>{r.person ? (s.people.name(r.person) ?? r.person) : (r.system ?? t('admin.system'))}</td>
              <td>{r.action}</td>
              <td>{r.object}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.more && (
        <div className={css.more}>
          <Button busy={list.state === 'loading'} onClick={list.next}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </div>
  )
}
