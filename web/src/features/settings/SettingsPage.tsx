import type { ComponentType } from 'react'
import { useRoute } from 'wouter'
import type { Key } from '../../i18n'
import type { IconName } from '../../ui'
import { useT } from '../kit/hooks'
import { Sections } from '../shell/Sections'
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
  const [matched, params] = useRoute('/settings/:section')
  const chosen = sections.find((x) => x.id === (matched ? params.section : ''))
  const { id, View } = chosen ?? first
  return (
    <Sections
      title={t('settings.title')}
      href="/settings"
      sections={sections.map((x) => ({ ...x, label: t(x.label) }))}
      current={id}
      phone={chosen ? 'main' : 'list'}
    >
      <div className={css.scroll}>
        <div className={css.body}>
          <View />
        </div>
      </div>
    </Sections>
  )
}
