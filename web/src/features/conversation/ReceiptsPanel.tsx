import { useEffect, useState } from 'react'
import { messages as api } from '../../api/messages'
import type { Head, Receipts } from '../../api/types'
import { Avatar, Button, ListRow, Spinner, Tabs } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import css from './panels.module.css'

/** ReceiptsPanel names who has read a message and who has not. */
export function ReceiptsPanel({ head, seq, control }: { head: Head; seq: number; control: PanelControl }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const [tab, setTab] = useState<'read' | 'unread'>()
  const [receipts, setReceipts] = useState<Receipts>()
  const [round, setRound] = useState(0)
  useEffect(() => s.receipts.on(head.id, () => setRound((n) => n + 1)), [s, head.id])
  // biome-ignore lint/correctness/useExhaustiveDependencies: round counts reasons to ask again
  useEffect(() => {
    let current = true
    api.receipts(s.api, head.id, seq).then(
      (r) => {
        if (!current) return
        setReceipts(r)
        setTab((old) => old ?? (r.read_count > 0 ? 'read' : 'unread'))
      },
      (e) => {
        if (current) s.fail(e)
      },
    )
    return () => {
      current = false
    }
  }, [s, head.id, seq, round])
  if (!receipts || !tab) return <Spinner label={t('common.loading')} />
  const read = receipts.read_count
  const unread = receipts.unread_count
  const more = () => {
    if (!receipts.next_cursor) return
    api
      .receipts(s.api, head.id, seq, 200, receipts.next_cursor)
      .then((r) => setReceipts({ ...r, read: [...receipts.read, ...r.read], unread: [...receipts.unread, ...r.unread] }), s.fail)
  }
  return (
    <>
      <Tabs
        label={t('receipts.title')}
        active={tab}
        onChange={setTab}
        tabs={[
          { id: 'read', label: t('receipts.read'), count: read },
          { id: 'unread', label: t('receipts.unread'), count: unread },
        ]}
      />
      <div className={css.bar} role="img" aria-label={t('state.counts', { read, unread })}>
        <span className={css.barRead} style={{ width: `${(100 * read) / Math.max(1, read + unread)}%` }} />
      </div>
      {tab === 'read'
        ? receipts.read.map(({ person, at }) => (
            <ListRow
              key={person.id}
              leading={<Avatar id={person.id} name={person.name} />}
              title={person.name}
              aside={at && i18n.brief(new Date(at), new Date())}
              subtitle={[person.department, person.position].filter(Boolean).join(' · ')}
              onClick={() => control.push(`person:${person.id}`)}
            />
          ))
        : receipts.unread.map((person) => (
            <ListRow
              key={person.id}
              leading={<Avatar id={person.id} name={person.name} />}
              title={person.name}
              subtitle={[person.department, person.position].filter(Boolean).join(' · ')}
              onClick={() => control.push(`person:${person.id}`)}
            />
          ))}
      {(tab === 'read' ? receipts.read : receipts.unread).length === 0 && (
        <p className={css.none}>{t(tab === 'read' ? 'receipts.nobody' : 'receipts.everybody')}</p>
      )}
      {receipts.next_cursor && (
        <Button kind="quiet" onClick={more}>
          {t('common.loadMore')}
        </Button>
      )}
    </>
  )
}
