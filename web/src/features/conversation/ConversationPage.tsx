import { useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { ApiError } from '../../api/client'
import { conversations as api } from '../../api/conversations'
import type { Head } from '../../api/types'
import { Avatar, Button, EmptyState, Icon, IconButton, Spinner } from '../../ui'
import { ComposerView } from '../composer/ComposerView'
import { ComposerViewModel } from '../composer/ComposerViewModel'
import { conversationName } from '../conversations/ConversationListViewModel'
import { errorText } from '../kit/errors'
import { useI18n, useServices, useStore, useViewModel } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import type { RowActions } from '../timeline/MessageRow'
import { TimelineView } from '../timeline/TimelineView'
import { TimelineViewModel } from '../timeline/TimelineViewModel'
import css from './ConversationPage.module.css'

/** ConversationPage shows one conversation; seq > 0 opens it at that message. */
export function ConversationPage({ id, seq, panel }: { id: string; seq: number; panel: PanelControl }) {
  const i18n = useI18n()
  const s = useServices()
  const [, navigate] = useLocation()
  const { byId, complete } = useStore(s.conversations.list)
  const head = byId.get(id)
  const [failure, setFailure] = useState<unknown>()
  // A link to a conversation that is not in the list: a channel one has not joined, or nothing of ours.
  useEffect(() => {
    if (head || !complete) return
    s.messaging.refreshHead(id).catch(setFailure)
  }, [head, complete, id, s])

  if (failure && !head) {
    const unknown = failure instanceof ApiError && failure.code === 'not_found'
    return (
      <EmptyState icon="warning" title={unknown ? i18n.t('conversation.notFound') : errorText(failure, i18n)}>
        <Button onClick={() => navigate('/c')}>{i18n.t('conversation.toList')}</Button>
      </EmptyState>
    )
  }
  if (!head) {
    return (
      <div className={css.wait}>
        <Spinner label={i18n.t('common.loading')} />
      </div>
    )
  }
  return (
    <>
      <Header head={head} panel={panel} />
      {head.role === '' ? <NotJoined head={head} /> : <Conversation head={head} seq={seq} panel={panel} />}
    </>
  )
}

function Header({ head, panel }: { head: Head; panel: PanelControl }) {
  const { t } = useI18n()
  const [, navigate] = useLocation()
  const name = conversationName(head)
  const icon = head.kind === 'direct' ? undefined : head.kind === 'channel' ? 'hash' : 'people'
  const under =
    head.kind === 'direct'
      ? [head.peer?.department, head.peer?.position].filter(Boolean).join(' · ')
      : head.purpose || t('members.count', { n: head.member_count })
  return (
    <header className={css.header}>
      <span className={css.phoneBack}>
        <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={() => navigate('/c')} />
      </span>
      <Avatar id={head.kind === 'direct' ? (head.peer?.id ?? head.id) : head.id} name={name} size={32} icon={icon} />
      <div className={css.names}>
        <h2 className={css.name}>
          {name}
          {head.muted && <Icon name="bell-off" size={14} className={css.mark} />}
        </h2>
        {under && <p className={css.under}>{under}</p>}
      </div>
      {head.role !== '' && (
        <div className={css.tools}>
          {head.kind !== 'direct' && (
            <button
              type="button"
              className={css.members}
              aria-label={t('members.open', { n: head.member_count })}
              aria-pressed={panel.top === 'members'}
              onClick={() => panel.toggle('members')}
            >
              <Icon name="people" size={18} />
              {head.member_count}
            </button>
          )}
          <IconButton
            icon="pin"
            label={t('pins.title')}
            tip="bottom"
            active={panel.top === 'pins'}
            onClick={() => panel.toggle('pins')}
          />
          <IconButton
            icon="info"
            label={t('info.title')}
            tip="bottom"
            active={panel.top === 'info'}
            onClick={() => panel.toggle('info')}
          />
        </div>
      )}
    </header>
  )
}

function Conversation({ head, seq, panel }: { head: Head; seq: number; panel: PanelControl }) {
  const { t } = useI18n()
  const s = useServices()
  const [, navigate] = useLocation()
  const timeline = useViewModel(() => new TimelineViewModel(s, head.id, seq), `${s.me} ${head.id}`)
  const composer = useViewModel(() => new ComposerViewModel(s, head.id), `${s.me} ${head.id}`)

  // Another message of the same conversation was linked to.
  const [shown, setShown] = useState(seq)
  useEffect(() => {
    if (seq === shown) return
    setShown(seq)
    if (seq > 0) void timeline.goTo(seq)
  }, [seq, shown, timeline])
  useEffect(() => s.messaging.onGone(head.id, () => navigate('/c', { replace: true })), [s, head.id, navigate])

  // The same object as long as it does the same: rows of the timeline compare it.
  const panelNow = useRef(panel)
  panelNow.current = panel
  const actions = useMemo<RowActions>(
    () => ({
      reply: composer.replyTo,
      edit: composer.edit,
      receipts: (m) => panelNow.current.show(`receipts:${m.seq}`),
      profile: (person) => panelNow.current.push(`person:${person}`),
    }),
    [composer],
  )

  const mayPost = head.archived_at ? 'archived' : head.post_right === 'admins' && head.role === 'member' ? 'admins' : 'yes'
  return (
    <>
      <TimelineView vm={timeline} head={head} actions={actions} />
      {mayPost === 'yes' ? (
        <ComposerView
          vm={composer}
          head={head}
          onEditLast={() => {
            const last = timeline.lastOwn()
            if (last) composer.edit(last)
          }}
          onSent={() => {
            if (seq > 0) navigate(`/c/${head.id}`, { replace: true })
            void timeline.toNewest()
          }}
        />
      ) : (
        <p className={css.closed}>{t(mayPost === 'archived' ? 'composer.archived' : 'composer.adminsOnly')}</p>
      )}
    </>
  )
}

function NotJoined({ head }: { head: Head }) {
  const { t } = useI18n()
  const s = useServices()
  const [busy, setBusy] = useState(false)
  const join = async () => {
    setBusy(true)
    try {
      await api.join(s.api, head.id)
      await s.messaging.refreshHead(head.id)
    } catch (e) {
      s.fail(e)
      setBusy(false)
    }
  }
  return (
    <EmptyState icon="hash" title={head.name} text={head.purpose || t('channels.noPurpose')}>
      <Button kind="primary" busy={busy} onClick={() => void join()}>
        {t('channels.join')}
      </Button>
    </EmptyState>
  )
}
