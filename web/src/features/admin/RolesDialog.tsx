import { useState } from 'react'
import type { AdminPerson } from '../../api/admin'
import type { Role } from '../../api/types'
import { Button, Checkbox, Dialog } from '../../ui'
import { useT } from '../kit/hooks'
import css from './Admin.module.css'

const all: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin']

/** RolesDialog grants and takes administrators' roles. */
export function RolesDialog({
  person,
  onClose,
  onSave,
}: {
  person: AdminPerson
  onClose: () => void
  onSave: (roles: Role[]) => void
}) {
  const t = useT()
  const [roles, setRoles] = useState<readonly Role[]>(person.roles)
  return (
    <Dialog
      title={`${t('admin.roles')}: ${person.name}`}
      closeLabel={t('common.close')}
      width={400}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" onClick={() => onSave([...roles])}>
            {t('admin.save')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        {all.map((role) => (
          <Checkbox
            key={role}
            checked={roles.includes(role)}
            onChange={(e) => setRoles(e.target.checked ? [...roles, role] : roles.filter((r) => r !== role))}
          >
            {t(`admin.role.${role}`)}
          </Checkbox>
        ))}
      </div>
    </Dialog>
  )
}
