import type { SettingValues } from '../../api/admin'
import { locales } from '../../i18n'
import { Button, Checkbox, cx, Select, Skeleton, TextField } from '../../ui'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './Admin.module.css'
import type { SectionProps } from './AdminPage'
import { CompanyViewModel, type DurationName, durationOf, units } from './CompanyViewModel'
import { Failed } from './parts'

/** CompanyView changes what is the same for everybody: each setting with its unit, its default and what it does. */
export function CompanyView({ frame }: SectionProps) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new CompanyViewModel(s), 'company')
  const { state, form, faults, changed, busy } = useSnapshot(vm)
  const fault = (name: keyof SettingValues) => {
    const kind = faults[name]
    return kind && t(`admin.settingFault.${kind}`)
  }
  return frame(
    <div className={css.page}>
      {state === 'loading' && !form && <Skeleton rows={8} label={t('common.loading')} />}
      {state === 'failed' && !form && <Failed onRetry={() => void vm.load()} />}
      {form && (
        <form
          className={css.settings}
          onSubmit={(e) => {
            e.preventDefault()
            void vm.save()
          }}
        >
          <Group title={t('admin.group.company')}>
            <Setting vm={vm} name="company_name" text={t('admin.settingText.company_name')}>
              <TextField
                label={t('admin.setting.company_name')}
                value={form.company_name}
                maxLength={200}
                error={fault('company_name')}
                onChange={(e) => vm.set({ company_name: e.target.value })}
              />
            </Setting>
            <Setting vm={vm} name="default_locale" text={t('admin.settingText.default_locale')}>
              <Select
                label={t('admin.setting.default_locale')}
                value={form.default_locale}
                onChange={(e) => vm.set({ default_locale: e.target.value })}
                options={locales.map((l) => ({ value: l.id, label: l.name }))}
              />
            </Setting>
          </Group>
          <Group title={t('admin.group.messages')}>
            <DurationSetting vm={vm} name="edit_window_ms" />
            <DurationSetting vm={vm} name="recall_window_ms" />
          </Group>
          <Group title={t('admin.group.security')}>
            <DurationSetting vm={vm} name="session_idle_ms" />
            <DurationSetting vm={vm} name="session_absolute_ms" />
            <Setting vm={vm} name="separate_admin_roles" text={t('admin.settingText.separate_admin_roles')}>
              <Checkbox
                kind="switch"
                checked={form.separate_admin_roles}
                onChange={(e) => vm.set({ separate_admin_roles: e.target.checked })}
              >
                {t('admin.setting.separate_admin_roles')}
              </Checkbox>
            </Setting>
          </Group>
          <div className={cx(css.saveBar, changed && css.unsaved)}>
            <span className={css.soft} role="status">
              {changed ? t('admin.unsaved') : t('admin.audited')}
            </span>
            <span className={css.push} />
            {changed && <Button onClick={vm.undo}>{t('admin.undo')}</Button>}
            <Button
              kind="primary"
              type="submit"
              busy={busy}
              disabled={!changed || Object.values(faults).some((f) => f && f !== 'refused')}
            >
              {t('common.save')}
            </Button>
          </div>
        </form>
      )}
    </div>,
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={css.group}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

interface SettingProps {
  vm: CompanyViewModel
  name: keyof SettingValues
  text: string
  children: React.ReactNode
}

/** Setting is one row: the field, what it does, its default and the way back to it. */
function Setting({ vm, name, text, children }: SettingProps) {
  const t = useT()
  const { defaults } = useSnapshot(vm)
  const standard = defaults && name !== 'company_name' && defaultText(defaults, name, t)
  return (
    <div className={css.setting}>
      {children}
      <p className={css.soft}>
        {text} {standard && t('admin.default', { value: standard })}
        {standard && !vm.isDefault(name) && (
          <button type="button" className={css.asLink} onClick={() => vm.reset(name)}>
            {t('admin.useDefault')}
          </button>
        )}
      </p>
    </div>
  )
}

function defaultText(defaults: SettingValues, name: keyof SettingValues, t: ReturnType<typeof useT>): string {
  const value = defaults[name]
  if (typeof value === 'boolean') return t(value ? 'admin.on' : 'admin.off')
  if (typeof value === 'number') {
    const { amount, unit } = durationOf(value)
    return t(`admin.duration.${unit}`, { n: amount })
  }
  return locales.find((l) => l.id === value)?.name ?? value
}

function DurationSetting({ vm, name }: { vm: CompanyViewModel; name: DurationName }) {
  const t = useT()
  const { form, faults } = useSnapshot(vm)
  const value = form?.[name]
  if (!value) return null
  const kind = faults[name]
  const label = t(`admin.setting.${name}`)
  return (
    <Setting vm={vm} name={name} text={t(`admin.settingText.${name}`)}>
      <div className={css.duration}>
        <TextField
          label={label}
          inputMode="decimal"
          value={value.amount}
          maxLength={12}
          onChange={(e) => vm.set({ [name]: { ...value, amount: e.target.value } })}
          aria-invalid={kind ? true : undefined}
        />
        <Select
          label={t('admin.unitOf', { name: label })}
          labelHidden
          value={value.unit}
          onChange={(e) => vm.set({ [name]: { ...value, unit: units.find((u) => u === e.target.value) ?? 'minute' } })}
          options={units.map((u) => ({ value: u, label: t(`admin.unit.${u}`) }))}
        />
      </div>
      {kind && (
        <p className={css.bad} role="alert">
          {t(kind === 'range' && name.startsWith('session') ? 'admin.settingFault.sessionRange' : `admin.settingFault.${kind}`)}
        </p>
      )}
    </Setting>
  )
}
