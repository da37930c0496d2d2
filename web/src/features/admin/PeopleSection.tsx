import { useDeferredValue, useState } from 'react'
import { type AdminPerson, admin, type Link } from '../../api/admin'
import { Avatar, Button, EmptyState, IconButton, ListRow, Menu, type MenuItem, Select, Skeleton, TextField } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useI18n, useServices } from '../kit/hooks'
import css from './Admin.module.css'
import { CreatePerson } from './CreatePerson'
import { LinkDialog } from './LinkDialog'
import { RolesDialog } from './RolesDialog'
import { useList } from './useList'

type Open =
  | { kind: 'create' }
  | { kind: 'suspend' | 'depart'; person: AdminPerson }
  | { kind: 'roles'; person: AdminPerson }
  | { kind: 'link'; name: string; link: Link }

/** PeopleSection lists people with the state of their accounts, and does what only administrators may. */
export function PeopleSection() {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const [q, setQ] = useState('')
  const [status, setStatus] = useState('')
  const [open, setOpen] = useState<Open>()
  const asked = useDeferredValue(q.trim())
  const list = useList<AdminPerson>((cursor) => admin.people(s.api, asked, status, cursor), `${asked} ${status}`)
  const close = () => setOpen(undefined)

  const run = (act: () => Promise<unknown>) =>
    s.withProof(act).then(
      () => {
        s.say('admin.done')
        close()
        list.reload()
      },
      (e) => s.fail(e),
    )
  const makeLink = (p: AdminPerson, kind: 'activation' | 'reset') =>
    s
      .withProof(() => admin.link(s.api, p.id, kind))
      .then(
        (link) => setOpen({ kind: 'link', name: p.name, link }),
        (e) => s.fail(e),
      )
  const actions = (p: AdminPerson): MenuItem[] => [
    p.status === 'invited'
      ? { id: 'activation', label: t('admin.activation'), onSelect: () => void makeLink(p, 'activation') }
      : { id: 'reset', label: t('admin.reset'), onSelect: () => void makeLink(p, 'reset') },
    { id: 'roles', label: t('admin.roles'), onSelect: () => setOpen({ kind: 'roles', person: p }) },
    { id: 'endSessions', label: t('admin.endSessions'), onSelect: () => void run(() => admin.endSessions(s.api, p.id)) },
    ...(p.status === 'suspended' || p.status === 'departed'
      ? [{ id: 'restore', label: t('admin.restore'), onSelect: () => void run(() => admin.act(s.api, p.id, 'restore')) }]
      : [{ id: 'suspend', label: t('admin.suspend'), danger: true, onSelect: () => setOpen({ kind: 'suspend', person: p }) }]),
    ...(p.status === 'departed'
      ? []
      : [{ id: 'depart', label: t('admin.depart'), danger: true, onSelect: () => setOpen({ kind: 'depart', person: p }) }]),
  ]

  return (
    <>
      <div className={css.tools}>
        <TextField
          label={t('admin.find')}
          labelHidden
          icon="search"
          placeholder={t('admin.find')}
          value={q}
          onChange={(e) => setQ(e.target.value)}
        />
        <Select
          label={t('admin.status')}
          labelHidden
          value={status}
          onChange={(e) => setStatus(e.target.value)}
          options={[
            { value: '', label: t('admin.status.all') },
            ...(['invited', 'active', 'suspended', 'departed'] as const).map((x) => ({
              value: x,
              label: t(`admin.status.${x}`),
            })),
          ]}
        />
        <Button kind="primary" onClick={() => setOpen({ kind: 'create' })}>
          {t('admin.create')}
        </Button>
      </div>
      {list.state === 'loading' && list.items.length === 0 && <Skeleton rows={8} label={t('common.loading')} />}
      {list.state === 'failed' && (
        <EmptyState icon="warning" title={t('admin.failed')}>
          <Button onClick={list.reload}>{t('common.retry')}</Button>
        </EmptyState>
      )}
      {list.state === 'ready' && list.items.length === 0 && <EmptyState icon="people" title={t('admin.none')} />}
      {list.items.map((p) => (
        <ListRow
          key={p.id}
          leading={<Avatar id={p.id} name={p.name} size={36} />}
          title={p.name}
          aside={[p.login, ...p.roles.map((r) => t(`admin.role.${r}`))].filter(Boolean).join(' · ')}
          subtitle={[p.department, p.seen_at ? t('admin.seen', { time: i18n.full(new Date(p.seen_at)) }) : t('admin.never')]
            .filter(Boolean)
            .join(' · ')}
          trailing={
            <>
              <span className={css.status}>{t(`admin.status.${p.status}`)}</span>
              <Menu
                label={t('admin.actions', { name: p.name })}
                items={actions(p)}
                trigger={(props) => <IconButton icon="more" label={t('admin.actions', { name: p.name })} {...props} />}
              />
            </>
          }
        />
      ))}
      {list.more && (
        <div className={css.more}>
          <Button busy={list.state === 'loading'} onClick={list.next}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
      {open?.kind === 'create' && (
        <CreatePerson
          onClose={close}
          onMade={(name, link) => {
            setOpen({ kind: 'link', name, link })
            list.reload()
          }}
        />
      )}
      {open?.kind === 'link' && <LinkDialog name={open.name} link={open.link} onClose={close} />}
      {open?.kind === 'roles' && (
        <RolesDialog
          person={open.person}
          onClose={close}
          onSave={(roles) => void run(() => admin.setRoles(s.api, open.person.id, roles))}
        />
      )}
      {(open?.kind === 'suspend' || open?.kind === 'depart') && (
        <Confirm
          title={t(`admin.${open.kind}Title`, { name: open.person.name })}
          text={t(`admin.${open.kind}Text`, { name: open.person.name })}
          act={t(`admin.${open.kind}`)}
          danger
          onConfirm={() => void run(() => admin.act(s.api, open.person.id, open.kind))}
          onClose={close}
        />
      )}
    </>
  )
}
