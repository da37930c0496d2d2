import type { Link } from '../../api/admin'
import { Button, Dialog, TextField } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './Admin.module.css'

/** LinkDialog shows a one-time link, once. */
export function LinkDialog({ name, link, onClose }: { name: string; link: Link; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const url = link.url.startsWith('/') ? s.origin + link.url : link.url
  return (
    <Dialog
      title={t('admin.linkTitle')}
      closeLabel={t('common.close')}
      width={480}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={() => void s.copy(url).then(() => s.say('common.copied'), s.fail)}>
          {t('admin.copy')}
        </Button>
      }
    >
      <div className={css.form}>
        <p>{t('admin.linkText', { name, time: i18n.full(new Date(link.expires_at)) })}</p>
        <TextField label={t('admin.linkTitle')} labelHidden readOnly value={url} onFocus={(e) => e.target.select()} />
      </div>
    </Dialog>
  )
}
