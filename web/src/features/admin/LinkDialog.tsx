import type { Link } from '../../api/admin'
import { Button, Dialog, Icon, TextField } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './Admin.module.css'

/** LinkDialog shows a one-time link, once: to copy alone, or with the words that go with it. */
export function LinkDialog({ name, link, onClose }: { name: string; link: Link; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const url = link.url.startsWith('/') ? s.origin + link.url : link.url
  const until = i18n.full(new Date(link.expires_at))
  const words = t(`admin.linkMessage.${link.kind}`, { name, url, time: until })
  const copy = (text: string) => void s.copy(text).then((ok) => ok && s.say('common.copied'), s.fail)
  return (
    <Dialog
      title={t(`admin.linkTitle.${link.kind}`, { name })}
      closeLabel={t('common.close')}
      width={520}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => copy(words)}>{t('admin.copyMessage')}</Button>
          <Button kind="primary" icon="copy" onClick={() => copy(url)}>
            {t('admin.copy')}
          </Button>
        </>
      }
    >
      <p>{t(`admin.linkText.${link.kind}`, { name })}</p>
      <TextField label={t('admin.link')} labelHidden readOnly value={url} onFocus={(e) => e.target.select()} />
      <ul className={css.facts}>
        <li>
          <Icon name="check" size={16} />
          {t('admin.linkOnce')}
        </li>
        <li>
          <Icon name="clock" size={16} />
          {t('admin.linkValid', { time: until })}
        </li>
        <li>
          <Icon name="warning" size={16} />
          {t('admin.linkShownOnce')}
        </li>
      </ul>
      <div className={css.message}>
        <p>{t('admin.linkMessage')}</p>
        <pre>{words}</pre>
      </div>
    </Dialog>
  )
}
