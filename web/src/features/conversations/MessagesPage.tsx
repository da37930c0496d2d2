import { useEffect } from 'react'
import { useLocation, useRoute } from 'wouter'
import { EmptyState } from '../../ui'
import { ConversationPage } from '../conversation/ConversationPage'
import { ConversationPanel, panelTitle } from '../conversation/ConversationPanel'
import { useServices, useT, useViewModel } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import { usePanel } from '../shell/usePanel'
import { ChannelBrowser } from './ChannelBrowser'
import { ConversationListView } from './ConversationListView'
import { ConversationListViewModel } from './ConversationListViewModel'

/** MessagesPage is the screen of 消息: the list stays while conversations change beside it. */
export default function MessagesPage() {
  const t = useT()
  const services = useServices()
  const list = useViewModel(() => new ConversationListViewModel(services), services.me)
  const panel = usePanel()
  const [, navigate] = useLocation()
  const [atConversation, conversation] = useRoute('/c/:id/*?')
  const [atMessage, message] = useRoute('/c/:id/m/:seq')
  const [browsing] = useRoute('/channels')
  const id = atConversation ? conversation.id : undefined
  const seq = atMessage ? Number(message.seq) || 0 : 0

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!e.altKey || e.ctrlKey || e.metaKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return
      const next = list.neighbour(id, e.key === 'ArrowUp' ? -1 : 1)
      if (!next) return
      e.preventDefault()
      navigate(`/c/${next}`)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [list, id, navigate])

  return (
    <Columns
      listLabel={t('list.title')}
      list={<ConversationListView vm={list} active={id} />}
      phone={id || browsing ? 'main' : 'list'}
      main={
        id ? (
          <ConversationPage key={id} id={id} seq={seq} panel={panel} />
        ) : browsing ? (
          <ChannelBrowser />
        ) : (
          <EmptyState icon="chat" title={t('main.empty')} text={t('main.emptyText')} />
        )
      }
      panelLabel={id && panel.top ? panelTitle(panel.top, t) : ''}
      panel={id && panel.top ? <ConversationPanel key={id} id={id} control={panel} /> : undefined}
    />
  )
}
