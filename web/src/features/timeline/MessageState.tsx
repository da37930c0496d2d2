import type { Message } from '../../api/types'
import type { Count } from '../../model/receipts'
import type { Entry } from '../../sync/outbox'
import { cx, Icon, Spinner } from '../../ui'
import { useT } from '../kit/hooks'
import css from './MessageState.module.css'

export interface MessageStateProps {
  message: Message
  entry: Entry | undefined
  receipt: Count | undefined
  direct: boolean
  onReceipts: () => void
  onRetry: () => void
  onDiscard: () => void
}

/** MessageState: sending → stored → who has read it; or what went wrong and what can be done. */
export function MessageState({ entry, receipt, direct, onReceipts, onRetry, onDiscard }: MessageStateProps) {
  const t = useT()
  if (entry?.state === 'failed') {
    return (
      <div className={cx(css.state, css.failed)} role="alert">
        <Icon name="warning" size={14} />
        <span>{entry.code ? t(`error.${entry.code}`, { seconds: 5 }) : t('state.failed')}</span>
        <button type="button" className={css.act} onClick={onRetry}>
          {t('common.retry')}
        </button>
        <button type="button" className={css.act} onClick={onDiscard}>
          {t('state.discard')}
        </button>
      </div>
    )
  }
  if (entry && entry.state !== 'stored') {
    return (
      <div className={css.state}>
        {entry.state === 'sending' ? <Spinner size={12} /> : <Icon name="clock" size={14} />}
        <span>{entry.state === 'sending' ? t('state.sending') : t('state.waiting')}</span>
      </div>
    )
  }
  if (!receipt) {
    return (
      <div className={css.state}>
        <Icon name="check" size={14} />
        <span>{t('state.stored')}</span>
      </div>
    )
  }
  if (receipt.read + receipt.unread === 0) return null
  const all = receipt.unread === 0
  const text = direct
    ? t(all ? 'state.peerRead' : 'state.peerUnread')
    : all
      ? t('state.allRead', { n: receipt.read })
      : t('state.counts', { read: receipt.read, unread: receipt.unread })
  return (
    <button type="button" className={cx(css.state, css.receipt)} tabIndex={-1} onClick={onReceipts}>
      <Icon name="check" size={14} />
      <span>{text}</span>
    </button>
  )
}
