import type { ReactNode } from 'react'
import type { Status } from '../../api/admin'
import type { PagesState } from '../../model/pages'
import { Button, cx, EmptyState, IconButton, Skeleton } from '../../ui'
import { useT } from '../kit/hooks'
import css from './Admin.module.css'
import table from './Table.module.css'

/** Failed says that something could not be read, and tries again. */
export function Failed({ onRetry }: { onRetry: () => void }) {
  const t = useT()
  return (
    <EmptyState icon="warning" title={t('admin.failed')} text={t('admin.failedText')}>
      <Button onClick={onRetry}>{t('common.retry')}</Button>
    </EmptyState>
  )
}

export interface PagedProps<T> {
  list: PagesState<T>
  onMore: () => void
  onRetry: () => void
  empty: ReactNode
  /** "50 people", below the list. */
  count: (n: number) => string
  children: (items: readonly T[]) => ReactNode
}

/** Paged draws a list in each of its states. What was read stays when the next page fails. */
export function Paged<T>({ list, onMore, onRetry, empty, count, children }: PagedProps<T>) {
  const t = useT()
  if (list.items.length === 0) {
    if (list.state === 'loading') return <Skeleton rows={10} label={t('common.loading')} />
    return list.state === 'failed' ? <Failed onRetry={onRetry} /> : empty
  }
  return (
    <>
      {list.state === 'failed' && (
        <p className={css.notice} role="alert">
          {t('admin.stale')}
          <Button size="s" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        </p>
      )}
      {children(list.items)}
      <div className={css.more}>
        <span>{count(list.items.length)}</span>
        {list.next === 'failed' && (
          <span className={css.bad} role="alert">
            {t('admin.moreFailed')}
          </span>
        )}
        {list.more && (
          <Button size="s" busy={list.next === 'loading'} onClick={onMore}>
            {list.next === 'failed' ? t('common.retry') : t('common.loadMore')}
          </Button>
        )}
      </div>
    </>
  )
}

/** StatusTag is a person's status, told apart by tone and word. */
export function StatusTag({ status }: { status: Status }) {
  const t = useT()
  return <span className={cx(table.tag, table[status])}>{t(`admin.status.${status}`)}</span>
}

/** SidePanel is the frame of what stands at the right. */
export function SidePanel({
  title,
  onClose,
  children,
  footer,
}: {
  title: string
  onClose: () => void
  children: ReactNode
  footer?: ReactNode
}) {
  const t = useT()
  return (
    <>
      <header className={css.panelHeader}>
        <h2>{title}</h2>
        <IconButton icon="close" size="s" label={t('common.close')} tip="bottom" onClick={onClose} />
      </header>
      <div className={css.panelBody}>{children}</div>
      {footer && <footer className={css.panelFooter}>{footer}</footer>}
    </>
  )
}
