import { useState } from 'react'
import { useLocation } from 'wouter'
import { conversations as api } from '../../api/conversations'
import type { Brief } from '../../api/types'
import { Button, Dialog, Select, Spinner, Tabs, TextField } from '../../ui'
import { PeoplePicker } from '../conversations/PeoplePicker'
import { useCatalogues, useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './NewConversation.module.css'
import { Chosen, Picker } from './Picker'
import { PickerViewModel, perRequest } from './PickerViewModel'
import type { ChosenDepartment } from './Selection'

export interface NewConversationProps {
  kind: 'direct' | 'group' | 'channel'
  /** Ticked from the beginning. */
  departments?: readonly ChosenDepartment['department'][]
  onClose: () => void
}

/** NewConversation starts a direct conversation, or a group or channel out of departments and people. */
export default function NewConversation(p: NewConversationProps) {
  const ready = useCatalogues('organisation')
  if (!ready) return null
  return p.kind === 'direct' ? <NewDirect onClose={p.onClose} /> : <NewGroup {...p} kind={p.kind} />
}

function NewDirect({ onClose }: { onClose: () => void }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const [chosen, setChosen] = useState<Brief>()
  const [busy, setBusy] = useState(false)
  const [clientId] = useState(() => s.ids.next())
  const start = async () => {
    if (!chosen) return
    setBusy(true)
    try {
      const head = await api.create(s.api, { client_id: clientId, kind: 'direct', members: [chosen.id] })
      s.messaging.heads([head], false)
      onClose()
      navigate(`/c/${head.id}`)
    } catch (e) {
      setBusy(false)
      s.fail(e)
    }
  }
  return (
    <Dialog
      title={t('new.direct')}
      closeLabel={t('common.close')}
      onClose={onClose}
      width={480}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" disabled={!chosen} busy={busy} onClick={() => void start()}>
            {t('new.start')}
          </Button>
        </>
      }
    >
      <PeoplePicker chosen={chosen} onChoose={setChosen} />
    </Dialog>
  )
}

function NewGroup({ kind: asked, departments = [], onClose }: NewConversationProps & { kind: 'group' | 'channel' }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const vm = useViewModel(() => new PickerViewModel(s, { departments }), s.me)
  const { selection, count, counting } = useSnapshot(vm)
  const [kind, setKind] = useState(asked)
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState('')
  const [history, setHistory] = useState<'all' | 'joined'>(asked === 'channel' ? 'all' : 'joined')
  const [busy, setBusy] = useState(false)
  // One id for this dialog: pressing twice, or again after a lost answer, makes one conversation.
  const [clientId] = useState(() => s.ids.next())
  const suggested = [
    ...[...selection.departments.values()].map((d) => d.department.name),
    ...[...selection.people.values()].map((x) => x.name),
  ]
    .slice(0, 3)
    .join(t('common.comma'))
    .slice(0, 128)
  const ready = kind === 'group' ? !selection.empty : name.trim() !== ''

  const create = async () => {
    setBusy(true)
    try {
      const { departments: whole, people } = selection.audience()
      // Whoever was left out of a department makes it a list of people.
      const listed = selection.left.size > 0
      const ids = listed ? await vm.resolve() : people
      if (ids.length > 2 * perRequest) {
        s.say('pick.tooMany', { n: 2 * perRequest })
        setBusy(false)
        return
      }
      const audience = { departments: listed ? [] : whole, people: ids.slice(perRequest) }
      const head = await api.create(s.api, {
        client_id: clientId,
        kind,
        members: ids.slice(0, perRequest),
        name: name.trim() || suggested,
        history,
        ...(purpose.trim() ? { purpose: purpose.trim() } : {}),
        ...(audience.departments.length + audience.people.length > 0 ? { audience } : {}),
      })
      s.messaging.heads([head], false)
      onClose()
      navigate(`/c/${head.id}`)
    } catch (e) {
      setBusy(false)
      s.fail(e)
    }
  }

  return (
    <Dialog
      title={t(kind === 'group' ? 'new.group' : 'new.channel')}
      closeLabel={t('common.close')}
      onClose={onClose}
      width={800}
      actions={
        <>
          <span className={css.count} role="status">
            {counting ? <Spinner size={16} /> : null}
            {t('pick.count', { n: count ?? 1 })}
          </span>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" disabled={!ready} busy={busy} onClick={() => void create()}>
            {t('pick.create')}
          </Button>
        </>
      }
    >
      <div className={css.grid}>
        <div className={css.fields}>
          <Tabs
            kind="segment"
            label={t('pick.kind')}
            active={kind}
            onChange={setKind}
            tabs={[
              { id: 'group', label: t('pick.kindGroup') },
              { id: 'channel', label: t('pick.kindChannel') },
            ]}
          />
          <TextField
            label={t('new.name')}
            placeholder={kind === 'group' ? suggested || t('new.nameHint') : t('new.channelHint')}
            hint={kind === 'channel' ? t('new.channelText') : undefined}
            value={name}
            maxLength={128}
            onChange={(e) => setName(e.target.value)}
          />
          <TextField label={t('new.purpose')} value={purpose} maxLength={1000} onChange={(e) => setPurpose(e.target.value)} />
          <Select
            label={t('info.history')}
            value={history}
            onChange={(e) => setHistory(e.target.value === 'all' ? 'all' : 'joined')}
            options={[
              { value: 'joined', label: t('info.historyJoined') },
              { value: 'all', label: t('info.historyAll') },
            ]}
          />
        </div>
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
