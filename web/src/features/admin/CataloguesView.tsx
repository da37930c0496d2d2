import { useState } from 'react'
import { Button, EmptyState, IconButton, Skeleton, Tabs, TextField } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './Admin.module.css'
import type { SectionProps } from './AdminPage'
import { CataloguesViewModel, type PositionEntry, type Which } from './CataloguesViewModel'
import { NameDialog } from './NameDialog'
import { Failed } from './parts'
import table from './Table.module.css'

/** CataloguesView keeps the positions and the ranks. */
export function CataloguesView({ frame }: SectionProps) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new CataloguesViewModel(s), 'catalogues')
  const { state, q, positions, ranks, busy } = useSnapshot(vm)
  const [which, setWhich] = useState<Which>('positions')
  return frame(
    <div className={css.page}>
      <Tabs
        label={t('admin.catalogues')}
        active={which}
        onChange={setWhich}
        tabs={(['positions', 'ranks'] as const).map((id) => ({ id, label: t(`admin.${id}`) }))}
      />
      <div className={css.toolbar}>
        {which === 'positions' ? (
          <TextField
            className={css.search ?? ''}
            label={t('admin.findPosition')}
            labelHidden
            icon="search"
            placeholder={t('admin.findPosition')}
            value={q}
            onChange={(e) => vm.find(e.target.value)}
          />
        ) : (
          <p className={css.soft}>{t('admin.ranksText')}</p>
        )}
        <span className={css.push} />
        <Button kind="primary" icon="plus" onClick={() => vm.open({ kind: 'create', which })}>
          {t(`admin.new.${which}`)}
        </Button>
      </div>
      {state === 'loading' && <Skeleton rows={8} label={t('common.loading')} />}
      {state === 'failed' && <Failed onRetry={() => void vm.load()} />}
      {state === 'ready' && (which === 'positions' ? positions : ranks).length === 0 && (
        <EmptyState
          icon="list"
          title={t(q && which === 'positions' ? 'admin.noHit' : `admin.no.${which}`)}
          text={q && which === 'positions' ? undefined : t(`admin.noText.${which}`)}
        />
      )}
      {state === 'ready' && (which === 'positions' ? positions : ranks).length > 0 && (
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('admin.nameOfIt')}</th>
              <th scope="col">{t('admin.code')}</th>
              <th scope="col">{t('admin.peopleCount')}</th>
              <th scope="col">
                <span className={css.srOnly}>{t('common.more')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {which === 'positions'
              ? positions.map((p) => <Entry key={p.id} entry={p} which="positions" vm={vm} />)
              : ranks.map((r, i) => (
                  <Entry key={r.id} entry={r} which="ranks" vm={vm}>
                    <IconButton
                      icon="up"
                      size="s"
                      label={t('admin.upName', { name: r.name })}
                      disabled={busy || i === 0}
                      onClick={() => void vm.shift(r, -1)}
                    />
                    <IconButton
                      icon="down"
                      size="s"
                      label={t('admin.downName', { name: r.name })}
                      disabled={busy || i === ranks.length - 1}
                      onClick={() => void vm.shift(r, 1)}
                    />
                  </Entry>
                ))}
          </tbody>
        </table>
      )}
      <CatalogueDialogs vm={vm} />
    </div>,
  )
}

interface EntryProps {
  entry: PositionEntry
  which: Which
  vm: CataloguesViewModel
  children?: React.ReactNode
}

function Entry({ entry, which, vm, children }: EntryProps) {
  const t = useT()
  return (
    <tr>
      <td>
        <b className={table.strong}>{entry.name}</b>
      </td>
      <td data-label={t('admin.code')}>{entry.code || '—'}</td>
      <td data-label={t('admin.peopleCount')}>
        {t('admin.people.n', { n: entry.people })}
        {entry.former > 0 && <small className={css.soft}> {t('admin.former', { n: entry.former })}</small>}
      </td>
      <td className={table.acts}>
        {children}
        <IconButton
          icon="edit"
          size="s"
          label={t('admin.renameTitle', { name: entry.name })}
          onClick={() => vm.open({ kind: 'edit', which, entry })}
        />
        <IconButton
          icon="trash"
          size="s"
          label={t('admin.deleteName', { name: entry.name })}
          disabled={entry.people + entry.former > 0}
          {...(entry.people + entry.former > 0 ? { title: t('admin.inUse') } : {})}
          onClick={() => vm.open({ kind: 'delete', which, entry })}
        />
      </td>
    </tr>
  )
}

function CatalogueDialogs({ vm }: { vm: CataloguesViewModel }) {
  const t = useT()
  const { dialog, faults, busy } = useSnapshot(vm)
  if (!dialog) return null
  if (dialog.kind === 'delete') {
    return (
      <Confirm
        title={t('admin.deleteTitle', { name: dialog.entry.name })}
        text={t('admin.deleteEntryText')}
        act={t('admin.delete')}
        danger
        busy={busy}
        onConfirm={() => void vm.remove()}
        onClose={vm.close}
      />
    )
  }
  const entry = dialog.kind === 'edit' ? dialog.entry : undefined
  return (
    <NameDialog
      title={entry ? t('admin.renameTitle', { name: entry.name }) : t(`admin.new.${dialog.which}`)}
      act={entry ? t('common.save') : t('admin.add')}
      name={entry?.name ?? ''}
      code={entry?.code ?? ''}
      faults={faults}
      busy={busy}
      onSave={(name, code) => void vm.save(name, code)}
      onClose={vm.close}
    />
  )
}
