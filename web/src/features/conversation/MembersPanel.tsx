import { lazy, Suspense, useState } from 'react'
import type { Head, Member, MemberRole } from '../../api/types'
import type { Translate } from '../../i18n'
import { Avatar, Button, EmptyState, IconButton, ListRow, Menu, type MenuItem, Spinner, TextField } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import { type MemberAct, MembersViewModel } from './MembersViewModel'
import css from './panels.module.css'

const AddMembers = lazy(() => import('../newconversation/AddMembers'))

const roleItems = (t: Translate): Record<MemberRole, Pick<MenuItem, 'label' | 'icon'>> => ({
  admin: { label: t('members.makeAdmin'), icon: 'shield' },
  member: { label: t('members.makeMember'), icon: 'person' },
  owner: { label: t('members.makeOwner'), icon: 'key' },
})

/** MembersPanel lists who is in; owners and admins change roles and remove. */
export function MembersPanel({ head, control }: { head: Head; control: PanelControl }) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new MembersViewModel(s, head.id), head.id)
  const { query, list } = useSnapshot(vm)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Member>()
  const item = (m: Member, act: MemberAct): MenuItem =>
    act === 'remove'
      ? { id: act, label: t('members.remove'), icon: 'exit', danger: true, onSelect: () => setRemoving(m) }
      : { id: act, ...roleItems(t)[act], onSelect: () => void vm.setRole(m.person.id, act) }
  return (
    <>
      <div className={css.tools}>
        <TextField
          className={css.grow ?? ''}
          label={t('members.search')}
          labelHidden
          placeholder={t('members.search')}
          icon="search"
          value={query}
          onChange={(e) => vm.write(e.target.value)}
        />
        {head.kind !== 'direct' && (
          <IconButton icon="add-person" label={t('members.add')} tip="bottom" onClick={() => setAdding(true)} />
        )}
      </div>
      {list.items.length === 0 &&
        (list.state === 'loading' ? (
          <Spinner label={t('common.loading')} />
        ) : list.state === 'failed' ? (
          <EmptyState icon="warning" title={t('error.network')}>
            <Button onClick={vm.reload}>{t('common.retry')}</Button>
          </EmptyState>
        ) : (
          <p className={css.none}>{t('picker.none')}</p>
        ))}
      {list.items.map((m) => (
        <ListRow
          key={m.person.id}
          leading={<Avatar id={m.person.id} name={m.person.name} online={m.online} />}
          title={m.person.name}
          aside={m.role === 'member' || head.kind === 'direct' ? undefined : t(`role.${m.role}`)}
          subtitle={[m.online && t('presence.online'), m.person.department, m.person.position].filter(Boolean).join(' · ')}
          onClick={() => control.push(`person:${m.person.id}`)}
          trailing={
            m.acts.length > 0 && (
              <Menu
                label={m.person.name}
                items={m.acts.map((act) => item(m, act))}
                trigger={(p) => <IconButton icon="more" size="s" label={t('members.actions', { name: m.person.name })} {...p} />}
              />
            )
          }
        />
      ))}
      {list.more && (
        <Button kind="quiet" busy={list.next === 'loading'} onClick={vm.more}>
          {t('common.loadMore')}
        </Button>
      )}
      {adding && (
        <Suspense>
          <AddMembers
            head={head}
            onClose={() => {
              setAdding(false)
              vm.reload()
            }}
          />
        </Suspense>
      )}
      {removing && (
        <Confirm
          title={t('members.removeTitle', { name: removing.person.name })}
          text={t('members.removeText', { name: removing.person.name, conversation: head.name })}
          act={t('members.remove')}
          danger
          onClose={() => setRemoving(undefined)}
          onConfirm={() => {
            setRemoving(undefined)
            void vm.remove(removing.person.id)
          }}
        />
      )}
    </>
  )
}
