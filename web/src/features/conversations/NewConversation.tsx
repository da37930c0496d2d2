import { useState } from 'react'
import { useLocation } from 'wouter'
import { conversations as api } from '../../api/conversations'
import type { Brief } from '../../api/types'
import { Button, Dialog, TextField } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import { PeoplePicker } from './PeoplePicker'

/** NewConversation starts a direct conversation, a group or a channel. */
export default function NewConversation({ kind, onClose }: { kind: 'direct' | 'group' | 'channel'; onClose: () => void }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const [chosen, setChosen] = useState<Brief[]>([])
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState('')
  const [busy, setBusy] = useState(false)
  // One id for this dialog: pressing twice, or again after a lost answer, makes one conversation.
  const [clientId] = useState(() => s.ids.next())
  const suggested = chosen
    .slice(0, 3)
    .map((p) => p.name)
    .join(t('common.comma'))
  const ready = kind === 'direct' ? chosen.length === 1 : kind === 'group' ? chosen.length > 0 : name.trim() !== ''

  const create = async () => {
    setBusy(true)
    try {
      const head = await api.create(s.api, {
        client_id: clientId,
        kind,
        members: chosen.map((p) => p.id),
        ...(kind === 'direct' ? {} : { name: name.trim() || suggested }),
        ...(purpose.trim() ? { purpose: purpose.trim() } : {}),
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
      title={t(`new.${kind}`)}
      closeLabel={t('common.close')}
      onClose={onClose}
      width={480}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" disabled={!ready} busy={busy} onClick={() => void create()}>
            {kind === 'direct'
              ? t('new.start')
              : kind === 'group'
                ? t('new.create', { n: chosen.length + 1 })
                : t('new.createChannel')}
          </Button>
        </>
      }
    >
      {kind !== 'direct' && (
        <TextField
          label={t('new.name')}
          placeholder={kind === 'group' ? suggested || t('new.nameHint') : t('new.channelHint')}
          value={name}
          maxLength={128}
          onChange={(e) => setName(e.target.value)}
        />
      )}
      {kind === 'channel' && (
        <TextField
          label={t('new.purpose')}
          value={purpose}
          maxLength={1000}
          onChange={(e) => setPurpose(e.target.value)}
          hint={t('new.channelText')}
        />
      )}
      <PeoplePicker chosen={chosen} onChange={setChosen} single={kind === 'direct'} />
    </Dialog>
  )
}
