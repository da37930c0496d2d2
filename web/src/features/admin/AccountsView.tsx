import { useState } from 'react'
import { Link } from 'wouter'
import type { AdminPerson, Status } from '../../api/admin'
import { Avatar, Button, Chip, EmptyState, IconButton, Menu, type MenuItem, Select, TextField } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useI18n, useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import { AccountsViewModel } from './AccountsViewModel'
import css from './Admin.module.css'
import type { SectionProps } from './AdminPage'
import { DepartDialog } from './DepartDialog'
import { DepartmentPicker } from './DepartmentPicker'
import { LinkDialog } from './LinkDialog'
import { PersonPanel } from './PersonPanel'
import { Paged, StatusTag } from './parts'
import { RolesDialog } from './RolesDialog'
import table from './Table.module.css'

const statuses: readonly Status[] = ['active', 'invited', 'suspended', 'departed']

/** AccountsView lists people with the state of their accounts. */
export function AccountsView({ id, open, frame }: SectionProps) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new AccountsViewModel(s), 'accounts')
  const { q, status, department, list } = useSnapshot(vm)
  const [picking, setPicking] = useState(false)
  return frame(
    <div className={css.page}>
      <div className={css.toolbar}>
        <TextField
          className={css.search ?? ''}
          label={t('admin.find')}
          labelHidden
          icon="search"
          placeholder={t('admin.findHint')}
          value={q}
          onChange={(e) => vm.find(e.target.value)}
        />
        <Select
          label={t('admin.status')}
          labelHidden
          value={status}
          onChange={(e) => vm.show({ status: statuses.find((x) => x === e.target.value) ?? '' })}
          options={[
            { value: '', label: t('admin.status.all') },
            ...statuses.map((x) => ({ value: x, label: t(`admin.status.${x}`) })),
          ]}
        />
        {department ? (
          <Chip onRemove={() => vm.show({ department: undefined })} removeLabel={t('admin.takeAway', { name: department.name })}>
            {department.name}
          </Chip>
        ) : (
          <Button icon="tree" onClick={() => setPicking(true)}>
            {t('admin.department')}
          </Button>
        )}
        <span className={css.push} />
        <Button kind="primary" icon="add-person" onClick={() => open('new')}>
          {t('admin.create')}
        </Button>
      </div>
      <Paged
        list={list}
        onMore={vm.more}
        onRetry={vm.reload}
        count={(n) => t('admin.shownPeople', { n: list.more ? `${n}+` : n })}
        empty={
          <EmptyState icon="people" title={t('admin.none')} text={t('admin.noneText')}>
            <Button onClick={vm.clear}>{t('admin.clear')}</Button>
          </EmptyState>
        }
      >
        {(items) => <AccountTable items={items} vm={vm} chosen={id} />}
      </Paged>
      {picking && (
        <DepartmentPicker
          onClose={() => setPicking(false)}
          onPick={(d) => {
            setPicking(false)
            vm.show({ department: d })
          }}
        />
      )}
      <AccountDialogs vm={vm} />
    </div>,
    id
      ? {
          label: id === 'new' ? t('admin.create') : t('admin.editPerson'),
          view: <PersonPanel key={id} id={id === 'new' ? '' : id} accounts={vm} open={open} />,
        }
      : undefined,
  )
}

function AccountTable({ items, vm, chosen }: { items: readonly AdminPerson[]; vm: AccountsViewModel; chosen: string }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{t('admin.name')}</th>
          <th scope="col">{t('admin.department')}</th>
          <th scope="col" className={table.wide}>
            {t('admin.login')}
          </th>
          <th scope="col" className={table.wide}>
            {t('admin.employeeNo')}
          </th>
          <th scope="col">{t('admin.status')}</th>
          <th scope="col" className={table.middle}>
            {t('admin.lastSeen')}
          </th>
          <th scope="col">
            <span className={css.srOnly}>{t('common.more')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((p) => (
          <tr key={p.id} className={p.id === chosen ? table.chosenRow : undefined}>
            <td>
              <span className={table.who}>
                <Avatar id={p.id} name={p.name} size={32} />
                <span className={table.whoText}>
                  <Link href={`/admin/people/${p.id}`} className={table.rowLink ?? ''}>
                    {p.name}
                  </Link>
                  <small>
                    {[p.title || p.position, ...p.roles.map((r) => t(`admin.role.${r}`))].filter(Boolean).join(' · ')}
                  </small>
                </span>
              </span>
            </td>
            <td data-label={t('admin.department')}>{p.department || '—'}</td>
            <td data-label={t('admin.login')} className={table.wide}>
              {p.login || '—'}
            </td>
            <td data-label={t('admin.employeeNo')} className={table.wide}>
              {p.employee_no || '—'}
            </td>
            <td data-label={t('admin.status')}>
              <StatusTag status={p.status} />
            </td>
            <td data-label={t('admin.lastSeen')} className={table.middle}>
              {lastSeen(p, i18n)}
            </td>
            <td className={table.acts}>
              <Menu
                label={t('admin.actions', { name: p.name })}
                items={accountActs(p, vm, t)}
                trigger={(props) => <IconButton icon="more" label={t('admin.actions', { name: p.name })} {...props} />}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** lastSeen is when an account was used; whose sessions are long over left no trace of it. */
export function lastSeen(p: AdminPerson, i18n: ReturnType<typeof useI18n>): string {
  if (p.seen_at) return i18n.brief(new Date(p.seen_at), new Date())
  if (p.status === 'invited') return i18n.t(p.link_until ? 'admin.linkOpen' : 'admin.noLink')
  return i18n.t('admin.noSignIn')
}

/** accountActs are what can be done with an account as it is. */
export function accountActs(p: AdminPerson, vm: AccountsViewModel, t: ReturnType<typeof useT>): MenuItem[] {
  const gone = p.status === 'suspended' || p.status === 'departed'
  const ask = (kind: 'suspend' | 'endSessions' | 'depart' | 'roles') => () => vm.open({ kind, person: p })
  const link = p.has_password ? ('reset' as const) : ('activation' as const)
  return [
    ...(gone
      ? [{ id: 'restore', label: t('admin.restore'), icon: 'recall' as const, onSelect: () => void vm.restore(p) }]
      : [
          { id: link, label: t(`admin.${link}`), icon: 'link' as const, onSelect: () => void vm.makeLink(p, link) },
          { id: 'roles', label: t('admin.roles'), icon: 'shield' as const, onSelect: ask('roles') },
        ]),
    ...(p.sessions > 0
      ? [{ id: 'endSessions', label: t('admin.endSessions'), icon: 'device' as const, onSelect: ask('endSessions') }]
      : []),
    ...(gone
      ? []
      : [{ id: 'suspend', label: t('admin.suspend'), icon: 'bell-off' as const, danger: true, onSelect: ask('suspend') }]),
    ...(p.status === 'departed'
      ? []
      : [{ id: 'depart', label: t('admin.depart'), icon: 'exit' as const, danger: true, onSelect: ask('depart') }]),
  ]
}

function AccountDialogs({ vm }: { vm: AccountsViewModel }) {
  const t = useT()
  const { dialog, busy } = useSnapshot(vm)
  switch (dialog?.kind) {
    case 'link':
      return <LinkDialog name={dialog.name} link={dialog.link} onClose={vm.close} />
    case 'roles':
      return (
        <RolesDialog
          person={dialog.person}
          busy={busy}
          onClose={vm.close}
          onSave={(roles) => void vm.setRoles(dialog.person, roles)}
        />
      )
    case 'depart':
      return <DepartDialog person={dialog.person} onClose={vm.close} onDone={() => vm.done()} />
    case 'suspend':
    case 'endSessions':
      return (
        <Confirm
          title={t(`admin.${dialog.kind}Title`, { name: dialog.person.name })}
          text={t(`admin.${dialog.kind}Text`, { name: dialog.person.name, n: dialog.person.sessions })}
          act={t(`admin.${dialog.kind}`)}
          danger
          busy={busy}
          onConfirm={() => void (dialog.kind === 'suspend' ? vm.suspend : vm.endSessions)(dialog.person)}
          onClose={vm.close}
        />
      )
    default:
      return null
  }
}
