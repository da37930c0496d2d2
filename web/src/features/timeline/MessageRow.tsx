import { memo, useRef, useState } from 'react'
import { navigate } from 'wouter/use-browser-location'
import type { Head, Message } from '../../api/types'
import { isRecalled, plain } from '../../model/content'
import type { Count } from '../../model/receipts'
import type { Entry } from '../../sync/outbox'
import { Avatar, cx, Icon } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import { Actions, messageMenu, TouchSheet } from './MessageActions'
import css from './MessageRow.module.css'
import { MessageState } from './MessageState'
import { MessageText } from './MessageText'
import { Reactions } from './Reactions'
import type { TimelineViewModel } from './TimelineViewModel'
import { useLongPress } from './useLongPress'

/** What a row asks of what stands around it. */
export interface RowActions {
  reply: (m: Message) => void
  edit: (m: Message) => void
  receipts: (m: Message) => void
  profile: (person: string) => void
}

export interface MessageRowProps {
  rowKey: string
  message: Message
  head: boolean
  entry: Entry | undefined
  id: string
  kind: Head['kind']
  role: Head['role']
  /** Department and position of the sender, where a stranger could be met. */
  place: string
  vm: TimelineViewModel
  actions: RowActions
  receipt: Count | undefined
  focusable: boolean
  onFocus: (key: string) => void
}

export const MessageRow = memo(function MessageRow(p: MessageRowProps) {
  const { message: m } = p
  const i18n = useI18n()
  const { t } = i18n
  const { me, timers } = useServices()
  // The bar with its buttons exists only for the message that is pointed at or focused: a conversation opens faster without 60 of them.
  const [near, setNear] = useState(false)
  const [open, setOpen] = useState(false)
  const [sheet, setSheet] = useState(false)
  const row = useRef<HTMLElement>(null)
  const own = m.sender.id === me
  const recalled = isRecalled(m)
  const sent = new Date(m.sent_at)
  const bodyId = `m-${p.rowKey}`
  const acts = !p.entry && !recalled
  const press = useLongPress(timers, () => acts && setSheet(true))

  return (
    <article
      ref={row}
      data-focus=""
      data-seq={m.seq}
      tabIndex={p.focusable ? 0 : -1}
      aria-label={t('message.readout', { name: own ? t('common.you') : m.sender.name, time: i18n.time(sent) })}
      aria-describedby={bodyId}
      className={cx(css.row, p.head ? css.head : css.follow, open && css.open)}
      {...press}
      onFocus={() => {
        setNear(true)
        p.onFocus(p.rowKey)
      }}
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) setNear(false)
      }}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={(e) => {
        if (!e.currentTarget.contains(document.activeElement)) setNear(false)
      }}
      onKeyDown={(e) => {
        if (e.target !== row.current || e.ctrlKey || e.metaKey || e.altKey) return
        const item = messageMenu(p, t, me).find((x) => x.key === e.key || (x.key2 !== undefined && x.key2 === e.key))
        if (!item || item.disabled) return
        e.preventDefault()
        item.onSelect()
      }}
    >
      <div className={css.gutter}>
        {p.head ? (
          <button
            type="button"
            className={css.avatar}
            tabIndex={-1}
            aria-label={m.sender.name}
            onClick={() => p.actions.profile(m.sender.id)}
          >
            <Avatar id={m.sender.id} name={m.sender.name} />
          </button>
        ) : (
          <time className={css.sideTime} dateTime={m.sent_at} title={i18n.full(sent)}>
            {i18n.time(sent)}
          </time>
        )}
      </div>
      <div className={css.main}>
        {p.head && (
          <div className={css.byline}>
            <button type="button" className={css.name} tabIndex={-1} onClick={() => p.actions.profile(m.sender.id)}>
              {m.sender.name}
            </button>
            {p.place && <span className={css.place}>{p.place}</span>}
            <time className={css.time} dateTime={m.sent_at} title={i18n.full(sent)}>
              {i18n.time(sent)}
            </time>
          </div>
        )}
        {m.reply_to && !recalled && (
          <button
            type="button"
            className={css.quote}
            tabIndex={-1}
            onClick={() => m.reply_to && navigate(`/c/${p.id}/m/${m.reply_to.seq}`)}
          >
            <Icon name="reply" size={14} />
            <span className={css.quoteName}>{m.reply_to.sender.name}</span>
            <span className={css.quoteText}>{plain(m.reply_to.excerpt) || t('message.recalledShort')}</span>
          </button>
        )}
        <div id={bodyId} className={css.body}>
          {recalled ? (
            <p className={css.recalled}>{own ? t('message.recalledByYou') : t('message.recalled', { name: m.sender.name })}</p>
          ) : (
            <MessageText message={m} />
          )}
        </div>
        {!recalled && m.reactions && m.reactions.length > 0 && (
          <Reactions message={m} onToggle={(emoji) => p.vm.react(m, emoji)} />
        )}
        {own && !recalled && (
          <MessageState
            message={m}
            entry={p.entry}
            receipt={p.receipt}
            direct={p.kind === 'direct'}
            onReceipts={() => p.actions.receipts(m)}
            onRetry={() => p.entry && p.vm.send(p.entry.client_id, 'retry')}
            onDiscard={() => p.entry && p.vm.send(p.entry.client_id, 'discard')}
          />
        )}
      </div>
      {(near || open) && acts && (
        <Actions message={m} menu={messageMenu(p, t, me)} vm={p.vm} actions={p.actions} onOpenChange={setOpen} />
      )}
      {sheet && <TouchSheet message={m} menu={messageMenu(p, t, me)} vm={p.vm} onClose={() => setSheet(false)} />}
    </article>
  )
})
