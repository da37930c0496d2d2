import { useState } from 'react'
import type { SessionInfo } from '../../api/types'
import { Button, EmptyState, Icon, ListRow, Skeleton } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useI18n, useServices, useSnapshot, useViewModel } from '../kit/hooks'
import { DevicesViewModel } from './DevicesViewModel'
import { Section } from './Section'
import css from './SettingsPage.module.css'

/** Devices: where this person is signed in, this device first, and the way to end the others. */
export function Devices() {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const vm = useViewModel(() => new DevicesViewModel(s), s.me)
  const { here, others, state, busy } = useSnapshot(vm)
  const [ending, setEnding] = useState(false)
  if (state === 'loading') return <Skeleton rows={3} label={t('common.loading')} />
  if (state === 'failed') {
    return (
      <EmptyState icon="warning" title={t('settings.devicesFailed')}>
        <Button onClick={() => void vm.load()}>{t('common.retry')}</Button>
      </EmptyState>
    )
  }
  const now = new Date(s.timers.now())
  const row = (x: SessionInfo) => (
    <ListRow
      key={x.id}
      leading={
        <span className={css.device}>
          <Icon name="device" size={18} />
        </span>
      }
      title={x.device_name || t('settings.unknownDevice')}
      subtitle={[
        x.address,
        x.current ? t('settings.activeNow') : t('settings.lastSeen', { time: i18n.brief(new Date(x.seen_at), now) }),
        t('settings.since', { time: i18n.date(new Date(x.created_at), now) }),
      ]
        .filter(Boolean)
        .join(' · ')}
      trailing={
        x.current ? undefined : (
          <Button size="s" busy={busy.has(x.id)} onClick={() => void vm.end(x)}>
            {t('settings.endSession')}
          </Button>
        )
      }
    />
  )
  return (
    <>
      <Section title={t('settings.thisDevice')}>
        <div className={css.deviceRows}>{here && row(here)}</div>
      </Section>
      <Section title={t('settings.otherDevices', { n: others.length })} text={t('settings.devicesText')}>
        <div className={css.deviceRows}>
          {others.map(row)}
          {others.length === 0 && <p className={css.none}>{t('settings.noOthers')}</p>}
        </div>
      </Section>
      <div className={css.acts}>
        {others.length > 1 && (
          <Button kind="danger" onClick={() => setEnding(true)}>
            {t('settings.endOthers')}
          </Button>
        )}
        <Button icon="exit" onClick={() => void s.signOut()}>
          {t('rail.signOut')}
        </Button>
      </div>
      {ending && (
        <Confirm
          title={t('settings.endOthersTitle', { n: others.length })}
          text={t('settings.endOthersText')}
          act={t('settings.endOthers')}
          danger
          onClose={() => setEnding(false)}
          onConfirm={() => {
            setEnding(false)
            void vm.endOthers()
          }}
        />
      )}
    </>
  )
}
