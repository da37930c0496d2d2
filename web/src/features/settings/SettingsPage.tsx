import { useCallback, useEffect, useState } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import { sessions as api } from '../../api/sessions'
import type { SessionInfo } from '../../api/types'
import { type Locale, localeFor, locales } from '../../i18n'
import type { SendKey, Theme } from '../../model/prefs'
import { Button, Checkbox, cx, Icon, IconButton, type IconName, ListRow, Spinner, TextField } from '../../ui'
import { useI18n, useServices, useStore, useT } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import css from './SettingsPage.module.css'

const sections = [
  { id: 'general', label: 'settings.general', icon: 'gear' },
  { id: 'devices', label: 'settings.devices', icon: 'device' },
  { id: 'password', label: 'settings.password', icon: 'key' },
] as const satisfies readonly { id: string; label: string; icon: IconName }[]

/** SettingsPage: what a person chooses for herself. */
export default function SettingsPage() {
  const t = useT()
  const [, navigate] = useLocation()
  const [matched, params] = useRoute('/settings/:section')
  const chosen = sections.find((x) => x.id === (matched ? params.section : ''))
  const section = chosen ?? sections[0]
  return (
    <Columns
      listLabel={t('settings.title')}
      phone={chosen ? 'main' : 'list'}
      list={
        <>
          <header className={css.header}>
            <h1 className={css.title}>{t('settings.title')}</h1>
          </header>
          <ul className={css.list}>
            {sections.map((x) => (
              <li key={x.id}>
                <Link
                  href={`/settings/${x.id}`}
                  className={cx(css.link, x.id === section.id && css.active)}
                  aria-current={x.id === section.id ? 'page' : undefined}
                >
                  <Icon name={x.icon} />
                  {t(x.label)}
                </Link>
              </li>
            ))}
          </ul>
        </>
      }
      main={
        <>
          <header className={css.header}>
            <span className={css.phoneBack}>
              <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={() => navigate('/settings')} />
            </span>
            <h2 className={css.title}>{t(section.label)}</h2>
          </header>
          <div className={css.body}>
            {section.id === 'general' && <General />}
            {section.id === 'devices' && <Devices />}
            {section.id === 'password' && <Password />}
          </div>
        </>
      }
    />
  )
}

function General() {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const prefs = useStore(s.prefs.store)
  const themes: Theme[] = ['system', 'light', 'dark']
  const keys: SendKey[] = ['enter', 'mod-enter']
  return (
    <>
      {window.isSecureContext === false && (
        <p className={css.insecure} role="note">
          {t('settings.insecure')}
        </p>
      )}
      <fieldset className={css.group}>
        <legend>{t('settings.language')}</legend>
        {locales.map((l) => (
          <Checkbox
            key={l.id}
            kind="radio"
            name="locale"
            checked={localeFor(prefs.locale, navigator.languages) === l.id}
            onChange={() => {
              s.prefs.set({ locale: l.id satisfies Locale })
              s.saveSettings({ locale: l.id })
            }}
          >
            <span lang={l.id}>{l.name}</span>
          </Checkbox>
        ))}
      </fieldset>
      <fieldset className={css.group}>
        <legend>{t('settings.theme')}</legend>
        {themes.map((theme) => (
          <Checkbox
            key={theme}
            kind="radio"
            name="theme"
            checked={prefs.theme === theme}
            onChange={() => {
              s.prefs.set({ theme })
              s.saveSettings({ theme: theme === 'system' ? '' : theme })
            }}
          >
            {t(`settings.theme.${theme}`)}
          </Checkbox>
        ))}
      </fieldset>
      <fieldset className={css.group}>
        <legend>{t('settings.sendKey')}</legend>
        {keys.map((key) => (
          <Checkbox
            key={key}
            kind="radio"
            name="send-key"
            checked={prefs.sendKey === key}
            onChange={() => {
              s.prefs.set({ sendKey: key })
              s.saveSettings({ send_key: key === 'enter' ? 'enter' : 'mod_enter' })
            }}
          >
            {t(`settings.sendKey.${key}`)}
          </Checkbox>
        ))}
      </fieldset>
    </>
  )
}

function Devices() {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const [sessions, setSessions] = useState<readonly SessionInfo[]>()
  const load = useCallback(() => api.list(s.api).then((page) => setSessions(page.items), s.fail), [s])
  useEffect(() => {
    void load()
  }, [load])
  if (!sessions) return <Spinner label={t('common.loading')} />
  const now = new Date()
  return (
    <>
      <p className={css.text}>{t('settings.devicesText')}</p>
      <div className={css.rows}>
        {sessions.map((x) => (
          <ListRow
            key={x.id}
            leading={<Icon name="device" />}
            title={x.device_name || t('settings.unknownDevice')}
            aside={x.current ? t('settings.thisDevice') : undefined}
            subtitle={[x.address, t('settings.lastSeen', { time: i18n.brief(new Date(x.seen_at), now) })]
              .filter(Boolean)
              .join(' · ')}
            trailing={
              x.current ? undefined : (
                <Button size="s" onClick={() => void api.end(s.api, x.id).then(load, s.fail)}>
                  {t('settings.endSession')}
                </Button>
              )
            }
          />
        ))}
      </div>
      <div>
        <Button icon="exit" onClick={() => void s.signOut()}>
          {t('rail.signOut')}
        </Button>
      </div>
    </>
  )
}

function Password() {
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
    <form
      className={css.form}
      onSubmit={(e) => {
        e.preventDefault()
        void save()
      }}
    >
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
  )
}
