import { useEffect, useRef } from 'react'
import { Avatar, Button, EmptyState, Select, Spinner, TextField } from '../../ui'
import { useI18n, useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import { accountActs, lastSeen } from './AccountsView'
import type { AccountsViewModel } from './AccountsViewModel'
import css from './Admin.module.css'
import { faultText } from './faults'
import { MembershipsField } from './MembershipsField'
import { PersonField } from './PersonField'
import { PersonFormViewModel, type TextFieldName } from './PersonFormViewModel'
import { Failed, SidePanel, StatusTag } from './parts'
import table from './Table.module.css'

export interface PersonPanelProps {
  /** "" for a new person. */
  id: string
  accounts: AccountsViewModel
  open: (id: string) => void
}

/** PersonPanel writes a new person or changes one, and holds the acts on her account. */
export function PersonPanel({ id, accounts, open }: PersonPanelProps) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new PersonFormViewModel(s, id, accounts.snapshot.department), id)
  const { state, person, changed, busy, outdated } = useSnapshot(vm)
  const { acts } = useSnapshot(accounts)
  const seen = useRef(acts)
  useEffect(() => {
    if (seen.current === acts) return
    seen.current = acts
    if (id) void vm.load()
  }, [acts, id, vm])
  const close = () => open('')
  const title = id ? (person?.name ?? t('admin.editPerson')) : t('admin.create')
  const save = async () => {
    if (id) {
      if (await vm.save()) accounts.reload()
      return
    }
    const made = await vm.create()
    if (!made) return
    close()
    accounts.done(made.link && { kind: 'link', name: made.name, link: made.link })
  }
  if (state === 'loading') {
    return (
      <SidePanel title={title} onClose={close}>
        <Spinner label={t('common.loading')} />
      </SidePanel>
    )
  }
  if (state !== 'ready') {
    return (
      <SidePanel title={title} onClose={close}>
        {state === 'failed' ? (
          <Failed onRetry={() => void vm.load()} />
        ) : (
          <EmptyState icon="person" title={t('admin.unknownPerson')} />
        )}
      </SidePanel>
    )
  }
  return (
    <SidePanel
      title={title}
      onClose={close}
      footer={
        (changed || !id) && (
          <>
            <Button onClick={id ? vm.undo : close}>{t(id ? 'admin.undo' : 'common.cancel')}</Button>
            <Button kind="primary" busy={busy} onClick={() => void save()}>
              {t(id ? 'common.save' : 'admin.create')}
            </Button>
          </>
        )
      }
    >
      {outdated && (
        <div className={css.notice} role="alert">
          <p>{t('admin.outdated')}</p>
          <Button size="s" onClick={() => void vm.takeNewer('keep')}>
            {t('admin.keepMine')}
          </Button>
          <Button size="s" onClick={() => void vm.takeNewer('replace')}>
            {t('admin.takeTheirs')}
          </Button>
        </div>
      )}
      {id && <Account vm={vm} accounts={accounts} />}
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault()
          void save()
        }}
      >
        <Fields vm={vm} isNew={!id} />
        <button type="submit" hidden />
      </form>
    </SidePanel>
  )
}

/** Account is the state of her account and what can be done with it. */
function Account({ vm, accounts }: { vm: PersonFormViewModel; accounts: AccountsViewModel }) {
  const i18n = useI18n()
  const { t } = i18n
  const { account } = useSnapshot(vm)
  if (!account) return null
  return (
    <section className={css.account} aria-label={t('admin.account')}>
      <div className={table.who}>
        <Avatar id={account.id} name={account.name} size={44} />
        <span className={table.whoText}>
          <StatusTag status={account.status} />
          <small>
            {account.seen_at ? t('admin.seen', { time: i18n.full(new Date(account.seen_at)) }) : lastSeen(account, i18n)}
            {account.sessions > 0 && ` · ${t('admin.sessions', { n: account.sessions })}`}
          </small>
          {account.link_until && (
            <small>{t('admin.linkUntil', { time: i18n.brief(new Date(account.link_until), new Date()) })}</small>
          )}
          {account.roles.length > 0 && <small>{account.roles.map((r) => t(`admin.role.${r}`)).join(' · ')}</small>}
        </span>
      </div>
      <div className={css.accountActs}>
        {accountActs(account, accounts, t).map((a) => (
          <Button
            key={a.id}
            size="s"
            {...(a.icon ? { icon: a.icon } : {})}
            className={a.danger ? css.dangerous : undefined}
            onClick={a.onSelect}
          >
            {a.label}
          </Button>
        ))}
      </div>
    </section>
  )
}

function Fields({ vm, isNew }: { vm: PersonFormViewModel; isNew: boolean }) {
  const i18n = useI18n()
  const { t } = i18n
  const { form, ranks, faults, person } = useSnapshot(vm)
  const field = (name: TextFieldName, more: Record<string, unknown> = {}) => (
    <TextField
      label={t(`admin.field.${name}`)}
      value={form[name]}
      error={faultText(i18n, faults, name)}
      autoComplete="off"
      onChange={(e) => vm.set({ [name]: e.target.value })}
      {...more}
    />
  )
  return (
    <>
      {field('name', { maxLength: 128, autoFocus: isNew, required: true })}
      {field('login', { maxLength: 64, hint: isNew ? t('admin.loginHint') : undefined })}
      <div className={css.pair}>
        {field('employee_no', { maxLength: 64 })}
        {field('mobile', { maxLength: 32, type: 'tel' })}
      </div>
      {field('email', { maxLength: 254, type: 'text', inputMode: 'email' })}
      <MembershipsField vm={vm} />
      <div className={css.pair}>
        <Select
          label={t('admin.field.rank')}
          value={form.rank}
          onChange={(e) => vm.set({ rank: e.target.value })}
          options={[{ value: '', label: t('admin.nothing') }, ...ranks.map((r) => ({ value: r.id, label: r.name }))]}
        />
        {field('hired_on', { type: 'date' })}
      </div>
      <PersonField
        label={t('admin.field.manager')}
        value={form.manager}
        without={person?.id}
        error={faultText(i18n, faults, 'manager')}
        onChange={(manager) => vm.set({ manager })}
      />
      <div className={css.pair}>
        {field('name_en', { maxLength: 128 })}
        {field('location', { maxLength: 128 })}
      </div>
    </>
  )
}
