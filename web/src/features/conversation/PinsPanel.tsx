import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { messages as api } from '../../api/messages'
import type { Head, Message } from '../../api/types'
import { excerptOf } from '../../model/content'
import { Avatar, EmptyState, IconButton, Spinner } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './panels.module.css'

/** PinsPanel: what the members keep at hand; a click goes to the message. */
export function PinsPanel({ head }: { head: Head }) {
  const i18n = useI18n()
  const s = useServices()
  const [, navigate] = useLocation()
  const [pins, setPins] = useState<readonly Message[]>()
  const [round, setRound] = useState(0)
  useEffect(() => s.messaging.onPins(head.id, () => setRound((n) => n + 1)), [s, head.id])
  // biome-ignore lint/correctness/useExhaustiveDependencies: round counts reasons to ask again
  useEffect(() => {
    let current = true
    api.pins(s.api, head.id).then(
      (page) => {
        if (current) setPins(page.items)
      },
      (e) => {
        if (!current) return
        s.fail(e)
        setPins([])
      },
    )
    return () => {
      current = false
    }
  }, [head.id, round, s])
  if (!pins) return <Spinner label={i18n.t('common.loading')} />
  if (pins.length === 0) return <EmptyState icon="pin" title={i18n.t('pins.none')} text={i18n.t('pins.noneText')} />
  return (
    <ul className={css.section}>
      {pins.map((m) => (
        <li key={m.seq} className={css.pinItem}>
          <button type="button" className={css.pin} onClick={() => navigate(`/c/${head.id}/m/${m.seq}?p=pins`)}>
            <span className={css.pinHead}>
              <Avatar id={m.sender.id} name={m.sender.name} size={20} />
              <b>{m.sender.name}</b>
              <time dateTime={m.sent_at}>{i18n.brief(new Date(m.sent_at), new Date())}</time>
            </span>
            <span className={css.pinText}>{excerptOf(m)}</span>
          </button>
          <span className={css.unpin}>
            <IconButton
              icon="close"
              size="s"
              tip="left"
              label={i18n.t('message.unpin')}
              onClick={() => {
                setPins(pins.filter((x) => x !== m))
                api.unpin(s.api, head.id, m.seq).then(
                  () => s.say('message.unpinned'),
                  (e) => {
                    s.fail(e)
                    setRound((n) => n + 1)
                  },
                )
              }}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}
