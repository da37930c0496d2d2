import { useState } from 'react'
import { addDays, Button, Dialog, dayName, TextField } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './later.module.css'
import { dateTime, ownTime, reminders } from './reminders'

/** ReminderDialog asks when to remind of a message: a usual time with one tap, or an own one. */
export default function ReminderDialog({ onPick, onClose }: { onPick: (at: Date) => void; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const now = new Date(useServices().timers.now())
  const [day, setDay] = useState(() => addDays(dayName(now), 1))
  const [time, setTime] = useState('09:00')
  const own = ownTime(day, time, now)
  return (
    <Dialog title={t('later.remind')} closeLabel={t('common.close')} width={400} onClose={onClose}>
      <ul className={css.presets}>
        {reminders(now).map(({ id, at }) => (
          <li key={id}>
            <button type="button" className={css.preset} onClick={() => onPick(at)}>
              <span>{t(`later.in.${id}`)}</span>
              <span className={css.when}>{dateTime(i18n, at, now)}</span>
            </button>
          </li>
        ))}
      </ul>
      <form
        className={css.own}
        onSubmit={(e) => {
          e.preventDefault()
          if (own) onPick(own)
        }}
      >
        <TextField
          label={t('later.day')}
          type="date"
          required
          min={dayName(now)}
          value={day}
          onChange={(e) => setDay(e.target.value)}
        />
        <TextField label={t('later.time')} type="time" required value={time} onChange={(e) => setTime(e.target.value)} />
        <Button type="submit" kind="primary" disabled={!own}>
          {t('later.set')}
        </Button>
      </form>
      <p className={css.note} role="status">
        {own ? '' : t('later.past')}
      </p>
    </Dialog>
  )
}
