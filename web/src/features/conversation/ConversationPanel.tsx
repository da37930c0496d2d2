import { lazy, Suspense } from 'react'
import { useServices, useStore, useT } from '../kit/hooks'
import { Panel } from '../shell/Panel'
import type { PanelControl } from '../shell/usePanel'
import { InfoPanel } from './InfoPanel'
import { MembersPanel } from './MembersPanel'
import { PinsPanel } from './PinsPanel'
import { panelTitle } from './panelTitle'
import { ReceiptsPanel } from './ReceiptsPanel'

const SearchPanel = lazy(() => import('../search/SearchPanel'))
const PersonPanel = lazy(() => import('./PersonPanel'))

/** ConversationPanel is what the right column shows for a conversation. */
export default function ConversationPanel({ id, control }: { id: string; control: PanelControl }) {
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
      <Suspense>
        {kind === 'person' && <PersonPanel key={what} id={what} control={control} />}
        {kind === 'search' && <SearchPanel id={id} />}
      </Suspense>
      {kind === 'info' && <InfoPanel head={head} control={control} />}
    </Panel>
  )
}
