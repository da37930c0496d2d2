import { useState } from 'react'
import { sessions as api } from '../../api/sessions'
import { Button, TextField } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import { Section } from './Section'
import css from './SettingsPage.module.css'

/** Password changes the password; every other device is signed out by that. */
export function Password() {
  const t = useT()
  const s = useServices()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [busy, setBusy] = useState(false)
  const short = next !== '' && [...next].length < 8
  const differs = again !== '' && again !== next
  const save = async () => {
    setBusy(true)
    try {
      await api.changePassword(s.api, current, next)
      setCurrent('')
      setNext('')
      setAgain('')
      s.say('settings.passwordChanged')
    } catch (e) {
      s.fail(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title={t('settings.changePassword')} text={t('settings.passwordText')}>
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault()
          void save()
        }}
      >
        <input type="text" autoComplete="username" value={s.account.value.person.login ?? ''} readOnly hidden />
        <TextField
          label={t('settings.currentPassword')}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={(e) => setCurrent(e.target.value)}
        />
        <TextField
          label={t('settings.newPassword')}
          type="password"
          autoComplete="new-password"
          value={next}
          hint={t('entry.passwordHint')}
          error={short ? t('entry.passwordShort') : undefined}
          onChange={(e) => setNext(e.target.value)}
        />
        <TextField
          label={t('entry.passwordAgain')}
          type="password"
          autoComplete="new-password"
          value={again}
          error={differs ? t('entry.passwordDiffers') : undefined}
          onChange={(e) => setAgain(e.target.value)}
        />
        <div>
          <Button kind="primary" type="submit" busy={busy} disabled={current === '' || next === '' || short || again !== next}>
            {t('settings.changePassword')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
