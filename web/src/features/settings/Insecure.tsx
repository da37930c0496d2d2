import { Icon } from '../../ui'
import { useT } from '../kit/hooks'
import css from './SettingsPage.module.css'

/** Insecure says what a connection without TLS costs; nothing where there is one. */
export function Insecure() {
  const t = useT()
  if (window.isSecureContext) return null
  return (
    <div className={css.notice} role="note">
      <Icon name="warning" size={18} />
      <p>{t('settings.insecure')}</p>
    </div>
  )
}
