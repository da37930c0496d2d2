import { useEffect, useState } from 'react'
import { conversations as api } from '../../api/conversations'
import type { Brief, Head, PersonID } from '../../api/types'
import { Button, Dialog, Spinner } from '../../ui'
import { useCatalogues, useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './NewConversation.module.css'
import { Chosen, Picker } from './Picker'
import { PickerViewModel, perRequest } from './PickerViewModel'

/** AddMembers takes departments and people into a conversation; who is in already is shown and left out. */
export default function AddMembers({ head, onClose }: { head: Head; onClose: () => void }) {
  const s = useServices()
  const ready = useCatalogues('organisation')
  const [members, setMembers] = useState<ReadonlyMap<PersonID, Brief>>()
  useEffect(() => {
    let current = true
    const load = async () => {
      const all = new Map<PersonID, Brief>()
      let cursor: string | null | undefined
      do {
        const page = await api.members(s.api, head.id, { limit: 200, ...(cursor ? { cursor } : {}) })
        for (const m of page.items) all.set(m.person.id, m.person)
        cursor = page.next_cursor
      } while (cursor && current)
      if (current) setMembers(all)
    }
    load().catch(s.fail)
    return () => {
      current = false
    }
  }, [head.id, s])
  if (!ready || !members) return null
  return <Choose head={head} members={members} onClose={onClose} />
}

function Choose({ head, members, onClose }: { head: Head; members: ReadonlyMap<PersonID, Brief>; onClose: () => void }) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new PickerViewModel(s, { members }), head.id)
  const { count = 0, counting } = useSnapshot(vm)
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    try {
      const ids = await vm.resolve()
      for (let i = 0; i < ids.length; i += perRequest) await api.addMembers(s.api, head.id, ids.slice(i, i + perRequest))
      onClose()
    } catch (e) {
      setBusy(false)
      s.fail(e)
    }
  }
  return (
    <Dialog
      title={t('members.addTo', { name: head.name })}
      closeLabel={t('common.close')}
      onClose={onClose}
      width={760}
      actions={
        <>
          <span className={css.count} role="status">
            {counting && <Spinner size={16} />}
          </span>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" disabled={count === 0 || counting} busy={busy} onClick={() => void add()}>
            {t('members.addCount', { n: count })}
          </Button>
        </>
      }
    >
      <div className={css.grid}>
        <div className={css.picker}>
          <Picker vm={vm} />
        </div>
        <div className={css.chosen}>
          <h3 className={css.heading}>{t('pick.chosen')}</h3>
          <Chosen vm={vm} />
          <p className={css.note}>{t('pick.note')}</p>
        </div>
      </div>
    </Dialog>
  )
}
