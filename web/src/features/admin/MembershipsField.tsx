import { useState } from 'react'
import { Button, Checkbox, IconButton, Select, TextField } from '../../ui'
import { useI18n, useSnapshot } from '../kit/hooks'
import css from './Admin.module.css'
import { DepartmentPicker } from './DepartmentPicker'
import { faultText } from './faults'
import type { PersonFormViewModel } from './PersonFormViewModel'
import table from './Table.module.css'

/** MembershipsField is where a person stands: departments with position and title, one of them the primary one. */
export function MembershipsField({ vm }: { vm: PersonFormViewModel }) {
  const i18n = useI18n()
  const { t } = i18n
  const { form, positions, faults } = useSnapshot(vm)
  const [picking, setPicking] = useState(false)
  const fault = faultText(i18n, faults, 'memberships')
  return (
    <fieldset className={css.memberships}>
      <legend>{t('admin.field.memberships')}</legend>
      {form.memberships.length === 0 && <p className={css.soft}>{t('admin.noMembership')}</p>}
      {form.memberships.map((m, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what the form changes
        <div key={`${m.department.id} ${i}`} className={css.membership}>
          <div className={css.membershipHead}>
            <span className={table.whoText}>
              <b>{m.department.name}</b>
              {m.department.path && m.department.path.length > 1 && (
                <small>
                  {m.department.path
                    .slice(0, -1)
                    .map((d) => d.name)
                    .join(' / ')}
                </small>
              )}
            </span>
            <IconButton
              icon="close"
              size="s"
              label={t('admin.takeAway', { name: m.department.name })}
              onClick={() => vm.removeMembership(i)}
            />
          </div>
          <div className={css.pair}>
            <Select
              label={t('admin.field.position')}
              value={m.position}
              onChange={(e) => vm.changeMembership(i, { position: e.target.value })}
              options={[{ value: '', label: t('admin.nothing') }, ...positions.map((p) => ({ value: p.id, label: p.name }))]}
            />
            <TextField
              label={t('admin.field.title')}
              value={m.title}
              maxLength={128}
              onChange={(e) => vm.changeMembership(i, { title: e.target.value })}
            />
          </div>
          {form.memberships.length > 1 && (
            <Checkbox kind="radio" name="primary-membership" checked={m.primary} onChange={() => vm.makePrimary(i)}>
              {t('admin.primary')}
            </Checkbox>
          )}
        </div>
      ))}
      {fault && (
        <p className={css.bad} role="alert">
          {fault}
        </p>
      )}
      {form.memberships.length < 20 && (
        <div>
          <Button size="s" icon="plus" onClick={() => setPicking(true)}>
            {t('admin.addMembership')}
          </Button>
        </div>
      )}
      {picking && (
        <DepartmentPicker
          onClose={() => setPicking(false)}
          onPick={({ id, name }) => {
            setPicking(false)
            vm.addMembership({ id, name })
          }}
        />
      )}
    </fieldset>
  )
}
