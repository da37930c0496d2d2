import { useState } from 'react'
import { Button, Checkbox, Dialog } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useI18n, useSnapshot, useT } from '../kit/hooks'
import { OrganisationTree } from '../organisation/OrganisationTree'
import css from './Admin.module.css'
import type { DepartmentDialog, DepartmentsViewModel } from './DepartmentsViewModel'
import { faultText } from './faults'
import { NameDialog } from './NameDialog'

type Moving = Extract<DepartmentDialog, { kind: 'move' }>

/** DepartmentDialogs are what the acts on departments ask. */
export function DepartmentDialogs({ vm, onDeleted }: { vm: DepartmentsViewModel; onDeleted: () => void }) {
  const t = useT()
  const { dialog, busy, faults } = useSnapshot(vm)
  switch (dialog?.kind) {
    case 'create':
      return (
        <NameDialog
          title={dialog.parent ? t('admin.newBelowTitle', { name: dialog.parent.name }) : t('admin.newDepartment')}
          act={t('admin.add')}
          faults={faults}
          busy={busy}
          onSave={(name, code) => void vm.create(name, code)}
          onClose={vm.close}
        />
      )
    case 'edit':
      return (
        <NameDialog
          title={t('admin.renameTitle', { name: dialog.department.name })}
          act={t('common.save')}
          name={dialog.department.name}
          code={dialog.department.code ?? ''}
          faults={faults}
          busy={busy}
          onSave={(name, code) => void vm.edit(name, code)}
          onClose={vm.close}
        />
      )
    case 'move':
      return <MoveDialog vm={vm} dialog={dialog} />
    case 'delete': {
      const { name, people, children } = dialog.department
      if (people > 0 || children > 0) {
        return (
          <Dialog
            title={t('admin.notEmptyTitle', { name })}
            closeLabel={t('common.close')}
            width={400}
            onClose={vm.close}
            actions={
              <Button kind="primary" onClick={vm.close}>
                {t('common.close')}
              </Button>
            }
          >
            <p>{t('admin.notEmptyText', { people, children })}</p>
          </Dialog>
        )
      }
      return (
        <Confirm
          title={t('admin.deleteTitle', { name })}
          text={t('admin.deleteDepartmentText')}
          act={t('admin.delete')}
          danger
          busy={busy}
          onConfirm={() =>
            void vm.remove().then((gone) => {
              if (gone) onDeleted()
            })
          }
          onClose={vm.close}
        />
      )
    }
    default:
      return null
  }
}

/** MoveDialog chooses the place and says, before anything moves, what goes with it. */
function MoveDialog({ vm, dialog }: { vm: DepartmentsViewModel; dialog: Moving }) {
  const i18n = useI18n()
  const { t } = i18n
  const { busy, faults } = useSnapshot(vm)
  const [refused, setRefused] = useState('')
  const { department: d, to } = dialog
  return (
    <Dialog
      title={t('admin.moveTitle', { name: d.name })}
      closeLabel={t('common.close')}
      width={480}
      onClose={vm.close}
      actions={
        <>
          <Button onClick={vm.close}>{t('common.cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={to === undefined} onClick={() => void vm.move()}>
            {t('admin.move')}
          </Button>
        </>
      }
    >
      <p className={css.soft}>{t('admin.moveText')}</p>
      {d.parent && (
        <Checkbox kind="radio" name="target" checked={to === null} onChange={() => vm.target(null)}>
          {t('admin.top')}
        </Checkbox>
      )}
      <div className={css.pickTree}>
        <OrganisationTree
          vm={vm.tree}
          label={t('admin.moveTo')}
          selected={to?.id}
          onSelect={(row) => {
            if (row.kind !== 'department') return
            const may = vm.mayReceive(d, row.key)
            setRefused(may ? '' : row.department.name)
            if (may) vm.target(row.department)
          }}
        />
      </div>
      {refused && (
        <p className={css.bad} role="alert">
          {t('admin.moveRefused', { name: refused })}
        </p>
      )}
      {faults.parent && (
        <p className={css.bad} role="alert">
          {faultText(i18n, faults, 'parent')}
        </p>
      )}
      {to !== undefined && (
        <p className={css.notice}>
          {t('admin.movePreview', {
            name: d.name,
            to: to?.name ?? t('admin.top'),
            people: d.people_all,
            departments: d.children,
          })}
        </p>
      )}
    </Dialog>
  )
}
