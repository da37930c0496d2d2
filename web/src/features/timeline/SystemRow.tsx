import { memo } from 'react'
import { announcement } from '../../api/decode'
import type { Message } from '../../api/types'
import { useI18n, useServices } from '../kit/hooks'
import css from './rows.module.css'
import { systemText } from './systemText'

export const SystemRow = memo(function SystemRow({ message }: { message: Message }) {
  const i18n = useI18n()
  const { me } = useServices()
  return (
    <p className={css.system}>
      <span>{systemText(announcement(message.content), i18n, me)}</span>{' '}
      <time className={css.systemTime}>{i18n.time(new Date(message.sent_at))}</time>
    </p>
  )
})
