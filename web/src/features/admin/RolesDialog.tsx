import { useState } from 'react'
import type { AdminPerson } from '../../api/admin'
import type { Role } from '../../api/types'
import { Button, Checkbox, Dialog } from '../../ui'
import { useT } from '../kit/hooks'
import css from './Admin.module.css'

const all: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin']

export interface RolesDialogProps {
  person: AdminPerson
  busy: boolean
  onClose: () => void
  onSave: (roles: readonly Role[]) => void
}

/** RolesDialog grants and takes administrators' roles, and says what each may do. */
export function RolesDialog({ person, busy, onClose, onSave }: RolesDialogProps) {
  const t = useT()
  const [roles, setRoles] = useState<readonly Role[]>(person.roles)
  const same = all.every((r) => roles.includes(r) === person.roles.includes(r))
  return (
    <Dialog
      title={t('admin.rolesOf', { name: person.name })}
      closeLabel={t('common.close')}
      width={460}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={same} onClick={() => onSave(roles)}>
            {t('common.save')}
          </Button>
        </>
      }
    >
      <p className={css.soft}>{t('admin.rolesText')}</p>
      <div className={css.roles}>
        {all.map((role) => (
          <Checkbox
            key={role}
            checked={roles.includes(role)}
            onChange={(e) => setRoles(e.target.checked ? [...roles, role] : roles.filter((r) => r !== role))}
          >
            {t(`admin.role.${role}`)}
            <small className={css.roleText}>{t(`admin.roleText.${role}`)}</small>
          </Checkbox>
        ))}
      </div>
    </Dialog>
  )
}
