import type { Translate } from '../../i18n'
import { useServices, useStore, useT } from '../kit/hooks'
import { Panel } from '../shell/Panel'
import type { PanelControl } from '../shell/usePanel'
import { InfoPanel } from './InfoPanel'
import { MembersPanel } from './MembersPanel'
import { PersonPanel } from './PersonPanel'
import { PinsPanel } from './PinsPanel'
import { ReceiptsPanel } from './ReceiptsPanel'

/** What the right panel can show for a conversation; "receipts:12" and "person:ID" carry what they are about. */
export function panelTitle(top: string, t: Translate): string {
  const [kind] = top.split(':')
  if (kind === 'members') return t('members.title')
  if (kind === 'pins') return t('pins.title')
  if (kind === 'receipts') return t('receipts.title')
  if (kind === 'person') return t('person.title')
  return t('info.title')
}

export function ConversationPanel({ id, control }: { id: string; control: PanelControl }) {
  const t = useT()
  const s = useServices()
  const head = useStore(s.conversations.list).byId.get(id)
  const top = control.top ?? 'info'
  const [kind, what = ''] = top.split(':')
  if (!head) return null
  return (
    <Panel title={panelTitle(top, t)} control={control}>
      {kind === 'members' && <MembersPanel head={head} control={control} />}
      {kind === 'pins' && <PinsPanel head={head} />}
      {kind === 'receipts' && <ReceiptsPanel key={what} head={head} seq={Number(what) || 0} control={control} />}
      {kind === 'person' && <PersonPanel key={what} id={what} />}
      {kind === 'info' && <InfoPanel head={head} control={control} />}
    </Panel>
  )
}
