import { useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { ApiError } from '../../api/client'
import { conversations as api } from '../../api/conversations'
import type { Head } from '../../api/types'
import { Button, EmptyState, Spinner } from '../../ui'
import { ComposerView } from '../composer/ComposerView'
import { ComposerViewModel } from '../composer/ComposerViewModel'
import { errorText } from '../kit/errors'
import { useI18n, useServices, useStore, useViewModel } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import type { RowActions } from '../timeline/MessageRow'
import { TimelineView } from '../timeline/TimelineView'
import { TimelineViewModel } from '../timeline/TimelineViewModel'
import { ConversationHeader } from './ConversationHeader'
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
      <ConversationHeader head={head} panel={panel} />
      {head.role === '' ? <NotJoined head={head} /> : <Conversation head={head} seq={seq} panel={panel} />}
    </>
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
