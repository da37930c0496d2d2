import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { conversations as api } from '../../api/conversations'
import type { Head, Member, MemberRole } from '../../api/types'
import { Avatar, Button, IconButton, ListRow, Menu, type MenuItem, Spinner, TextField } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useServices, useStore, useT } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import css from './panels.module.css'

const AddMembers = lazy(() => import('../newconversation/AddMembers'))

/** MembersPanel lists who is in; owners and admins change roles and remove. */
export function MembersPanel({ head, control }: { head: Head; control: PanelControl }) {
  const t = useT()
  const s = useServices()
  const online = useStore(s.presence.online)
  const [query, setQuery] = useState('')
  const [members, setMembers] = useState<readonly Member[]>()
  const [next, setNext] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Member>()
  const [round, setRound] = useState(0)
  const again = useCallback(() => setRound((n) => n + 1), [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new member_rev or round is a reason to ask again
  useEffect(() => {
    const abort = new AbortController()
    const cancel = s.timers.after(query ? 120 : 0, () => {
      api.members(s.api, head.id, { q: query }, abort.signal).then(
        (page) => {
          s.people.learn(page.items.map((m) => m.person))
          setMembers(page.items)
          setNext(page.next_cursor)
        },
        (e) => {
          if (!abort.signal.aborted) s.fail(e)
        },
      )
    })
    return () => {
      cancel()
      abort.abort()
    }
  }, [query, head.id, head.member_rev, round, s])

  const more = () => {
    if (!next) return
    api.members(s.api, head.id, { q: query, cursor: next }).then((page) => {
      setMembers((old) => [...(old ?? []), ...page.items])
      setNext(page.next_cursor)
    }, s.fail)
  }
  const setRole = (m: Member, role: MemberRole) => api.setRole(s.api, head.id, m.person.id, role).then(again, s.fail)
  const menu = (m: Member): MenuItem[] => {
    const owner = head.role === 'owner'
    const manages = owner || head.role === 'admin'
    const items: MenuItem[] = []
    if (owner && m.role === 'member')
      items.push({ id: 'admin', label: t('members.makeAdmin'), icon: 'shield', onSelect: () => void setRole(m, 'admin') })
    if (owner && m.role === 'admin')
      items.push({ id: 'member', label: t('members.makeMember'), icon: 'person', onSelect: () => void setRole(m, 'member') })
    if (owner && m.role !== 'owner')
      items.push({ id: 'owner', label: t('members.makeOwner'), icon: 'key', onSelect: () => void setRole(m, 'owner') })
    if (manages && m.role !== 'owner' && !(m.role === 'admin' && !owner)) {
      items.push({ id: 'remove', label: t('members.remove'), icon: 'exit', danger: true, onSelect: () => setRemoving(m) })
    }
    return items
  }
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
          onChange={(e) => setQuery(e.target.value)}
        />
        {head.kind !== 'direct' && (
          <IconButton icon="add-person" label={t('members.add')} tip="bottom" onClick={() => setAdding(true)} />
        )}
      </div>
      {!members && <Spinner label={t('common.loading')} />}
      {members?.length === 0 && <p className={css.none}>{t('picker.none')}</p>}
      {members?.map((m) => {
        const items = m.person.id === s.me ? [] : menu(m)
        return (
          <ListRow
            key={m.person.id}
            leading={<Avatar id={m.person.id} name={m.person.name} online={online.has(m.person.id)} />}
            title={m.person.name}
            aside={m.role === 'member' || head.kind === 'direct' ? undefined : t(`role.${m.role}`)}
            subtitle={[online.has(m.person.id) && t('presence.online'), m.person.department, m.person.position]
              .filter(Boolean)
              .join(' · ')}
            onClick={() => control.push(`person:${m.person.id}`)}
            trailing={
              items.length > 0 && (
                <Menu
                  label={m.person.name}
                  items={items}
                  trigger={(p) => (
                    <IconButton icon="more" size="s" label={t('members.actions', { name: m.person.name })} {...p} />
                  )}
                />
              )
            }
          />
        )
      })}
      {next && (
        <Button kind="quiet" onClick={more}>
          {t('common.loadMore')}
        </Button>
      )}
      {adding && (
        <Suspense>
          <AddMembers
            head={head}
            onClose={() => {
              setAdding(false)
              again()
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
            api.removeMember(s.api, head.id, removing.person.id).then(again, s.fail)
          }}
        />
      )}
    </>
  )
}
