import type { ComponentType } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import type { Key } from '../../i18n'
import { cx, Icon, IconButton, type IconName } from '../../ui'
import { useT } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import { About } from './About'
import { Devices } from './Devices'
import { General } from './General'
import { Password } from './Password'
import css from './SettingsPage.module.css'

interface Section {
  readonly id: string
  readonly label: Key
  readonly icon: IconName
  readonly View: ComponentType
}

const first: Section = { id: 'general', label: 'settings.general', icon: 'gear', View: General }
const sections: readonly Section[] = [
  first,
  { id: 'devices', label: 'settings.devices', icon: 'device', View: Devices },
  { id: 'password', label: 'settings.password', icon: 'key', View: Password },
  { id: 'about', label: 'settings.about', icon: 'info', View: About },
]

/** SettingsPage: what a person chooses for herself. */
export default function SettingsPage() {
  const t = useT()
  const [, navigate] = useLocation()
  const [matched, params] = useRoute('/settings/:section')
  const chosen = sections.find((x) => x.id === (matched ? params.section : ''))
  const { id, label, View } = chosen ?? first
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
                  className={cx(css.link, x.id === id && css.active)}
                  aria-current={x.id === id ? 'page' : undefined}
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
            <h2 className={css.title}>{t(label)}</h2>
          </header>
          <div className={css.scroll}>
            <div className={css.body}>
              <View />
            </div>
          </div>
        </>
      }
    />
  )
}
