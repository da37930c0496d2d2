import { lazy, Suspense, useEffect } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import { EmptyState } from '../../ui'
import { ConversationPage } from '../conversation/ConversationPage'
import { panelTitle } from '../conversation/panelTitle'
import { useServices, useStore, useT, useViewModel } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import { usePanel } from '../shell/usePanel'
import { ConversationListView } from './ConversationListView'
import { ConversationListViewModel } from './ConversationListViewModel'

// What a first look at a conversation does not need is loaded when it is asked for.
const ConversationPanel = lazy(() => import('../conversation/ConversationPanel'))
const ChannelBrowser = lazy(() => import('./ChannelBrowser'))

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
      const next = list.neighbour(id, e.key === 'ArrowUp' ? -1 : 1, e.shiftKey)
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
          <Suspense>
            <ChannelBrowser />
          </Suspense>
        ) : (
          <NothingChosen />
        )
      }
      panelLabel={id && panel.top ? panelTitle(panel.top, t) : ''}
      panel={
        id && panel.top ? (
          <Suspense>
            <ConversationPanel key={id} id={id} control={panel} />
          </Suspense>
        ) : undefined
      }
    />
  )
}

/** What stands where no conversation is open: with an empty list there is none to choose, and an administrator has other first steps. */
function NothingChosen() {
  const t = useT()
  const s = useServices()
  const { order, complete } = useStore(s.conversations.list)
  const { roles } = useStore(s.account)
  if (!complete) return null
  if (order.length > 0) return <EmptyState icon="chat" title={t('main.empty')} text={t('main.emptyText')} />
  if (!roles.includes('system_admin')) return null
  return (
    <EmptyState icon="people" title={t('main.first')} text={t('main.firstText')}>
      <Link href="/admin/import">{t('main.firstImport')}</Link>
      <Link href="/admin/people">{t('main.firstPeople')}</Link>
    </EmptyState>
  )
}
