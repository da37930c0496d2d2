import { useLocation, useSearch } from 'wouter'
import type { Kept } from '../../api/types'
import { excerptOf } from '../../model/content'
import { Avatar, Button, cx, EmptyState, Icon, IconButton, Spinner } from '../../ui'
import { errorText } from '../kit/errors'
import { useI18n, useServices, useSnapshot, useStore, useViewModel } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import { type LaterState, LaterViewModel } from './LaterViewModel'
import css from './later.module.css'
import ReminderDialog from './ReminderDialog'
import { dateTime } from './reminders'

/** LaterPage is the screen of 稍后处理: what the person wants to come back to, open or done. */
export default function LaterPage() {
  const { t } = useI18n()
  const s = useServices()
  const [, navigate] = useLocation()
  const state: LaterState = new URLSearchParams(useSearch()).get('state') === 'done' ? 'done' : 'open'
  const vm = useViewModel(() => new LaterViewModel(s, state), state)
  const { open } = useStore(s.later.counts)
  const { asking } = useSnapshot(vm)
  const filter = (id: LaterState, label: string) => (
    <button
      type="button"
      className={cx(css.filter, state === id && css.chosen)}
      aria-pressed={state === id}
      onClick={() => navigate(id === 'open' ? '/later' : '/later?state=done', { replace: true })}
    >
      {label}
    </button>
  )
  return (
    <Columns
      phone="main"
      main={
        <div className={css.page}>
          <header className={css.header}>
            <h1 className={css.title}>{t('later.title')}</h1>
            <fieldset className={css.filters} aria-label={t('later.filter')}>
              {filter('open', t('later.open', { n: open }))}
              {filter('done', t('later.done'))}
            </fieldset>
          </header>
          <div className={css.results}>
            <LaterList vm={vm} />
          </div>
          {asking && <ReminderDialog onPick={(at) => vm.remind(asking, at)} onClose={() => vm.ask(undefined)} />}
        </div>
      }
    />
  )
}

function LaterList({ vm }: { vm: LaterViewModel }) {
  const i18n = useI18n()
  const { t } = i18n
  const { items, next, error, state } = useSnapshot(vm)
  if (error && !items)
    return (
      <EmptyState icon="warning" title={errorText(error, i18n)}>
        <Button onClick={vm.load}>{t('common.retry')}</Button>
      </EmptyState>
    )
  if (!items) return <Spinner label={t('common.loading')} />
  if (items.length === 0)
    return (
      <EmptyState
        icon="bookmark"
        title={t(state === 'open' ? 'later.none' : 'later.noneDone')}
        text={state === 'open' ? t('later.noneText') : ''}
      />
    )
  return (
    <>
      <ul className={css.list}>
        {items.map((k) => (
          <LaterRow key={`${k.conversation_id} ${k.seq}`} kept={k} vm={vm} />
        ))}
      </ul>
      {next && (
        <div className={css.more}>
          <Button onClick={vm.more}>{t('common.loadMore')}</Button>
        </div>
      )}
    </>
  )
}

function LaterRow({ kept: k, vm }: { kept: Kept; vm: LaterViewModel }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const [, navigate] = useLocation()
  const { byId } = useStore(s.conversations.list)
  const m = k.message
  const head = byId.get(k.conversation_id)
  const place = head?.kind === 'direct' ? (head.peer?.name ?? '') : (head?.name ?? '')
  const done = Boolean(k.done_at)
  const when = (at: string) => dateTime(i18n, new Date(at), new Date(s.timers.now()))
  return (
    <li className={cx(css.row, k.reminded_at && css.due)}>
      <IconButton
        icon={done ? 'recall' : 'check'}
        label={t(done ? 'later.reopen' : 'later.finish')}
        onClick={() => vm.toggle(k)}
      />
      <div className={css.body}>
        {m ? (
          <button type="button" className={css.message} onClick={() => navigate(`/c/${k.conversation_id}/m/${k.seq}`)}>
            <span className={css.byline}>
              <Avatar id={m.sender.id} name={m.sender.name} size={20} />
              <b>{m.sender.name}</b>
              <span className={css.place}>{place}</span>
              <time dateTime={m.sent_at}>{i18n.brief(new Date(m.sent_at), new Date(s.timers.now()))}</time>
            </span>
            <span className={css.text}>{excerptOf(m)}</span>
          </button>
        ) : (
          <p className={css.gone}>{t('later.gone')}</p>
        )}
        {(k.remind_at || k.reminded_at) && (
          <p className={css.reminder}>
            <Icon name="clock" size={14} />
            {k.reminded_at
              ? t('later.due', { time: when(k.reminded_at) })
              : k.remind_at && t('later.at', { time: when(k.remind_at) })}
          </p>
        )}
      </div>
      {!done && m && <IconButton icon="bell" label={t('later.remind')} onClick={() => vm.ask(k)} />}
      {!done && k.remind_at && (
        <IconButton icon="bell-off" label={t('later.noReminder')} onClick={() => vm.remind(k, undefined)} />
      )}
      <IconButton icon="trash" label={t('later.remove')} onClick={() => vm.remove(k)} />
    </li>
  )
}
