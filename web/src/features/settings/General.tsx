import { localeFor, locales } from '../../i18n'
import type { Theme } from '../../model/prefs'
import { useServices, useStore, useT } from '../kit/hooks'
import { Insecure } from './Insecure'
import { Choice, Section } from './Section'
import { ThemePicture } from './ThemePicture'

const themes: readonly Theme[] = ['system', 'light', 'dark']

/** General: how it looks, which language it speaks, which key sends. Choices hold at once and on every device. */
export function General() {
  const t = useT()
  const s = useServices()
  const prefs = useStore(s.prefs.store)
  return (
    <>
      <Insecure />
      <Section title={t('settings.theme')} text={t('settings.themeText')}>
        <Choice
          tiles
          label={t('settings.theme')}
          name="theme"
          value={prefs.theme}
          options={themes.map((value) => ({
            value,
            label: t(`settings.theme.${value}`),
            picture: <ThemePicture theme={value} />,
          }))}
          onChange={(theme) => {
            s.prefs.set({ theme })
            s.saveSettings({ theme: theme === 'system' ? '' : theme })
          }}
        />
      </Section>
      <Section title={t('settings.language')} text={t('settings.languageText')}>
        <Choice
          label={t('settings.language')}
          name="locale"
          value={localeFor(prefs.locale, navigator.languages)}
          options={locales.map((l) => ({ value: l.id, label: l.name, lang: l.id }))}
          onChange={(locale) => {
            s.prefs.set({ locale })
            s.saveSettings({ locale })
          }}
        />
      </Section>
      <Section title={t('settings.sendKey')} text={t('settings.sendKeyText')}>
        <Choice
          label={t('settings.sendKey')}
          name="send-key"
          value={prefs.sendKey}
          options={(['enter', 'mod-enter'] as const).map((value) => ({
            value,
            label: t(`settings.sendKey.${value}`),
            hint: t(`settings.sendKeyHint.${value}`),
          }))}
          onChange={(sendKey) => {
            s.prefs.set({ sendKey })
            s.saveSettings({ send_key: sendKey === 'enter' ? 'enter' : 'mod_enter' })
          }}
        />
      </Section>
    </>
  )
}
