import { useState } from 'react'
import type { Department } from '../../api/organisation'
import { Button, Dialog } from '../../ui'
import { useServices, useT, useViewModel } from '../kit/hooks'
import { OrganisationTree } from '../organisation/OrganisationTree'
import { TreeViewModel } from '../organisation/TreeViewModel'
import css from './Admin.module.css'

/** DepartmentPicker chooses one department out of the tree. */
export function DepartmentPicker({ onPick, onClose }: { onPick: (d: Department) => void; onClose: () => void }) {
  const t = useT()
  const s = useServices()
  const tree = useViewModel(() => new TreeViewModel(s), 'picker')
  const [chosen, setChosen] = useState<Department>()
  return (
    <Dialog
      title={t('admin.chooseDepartment')}
      closeLabel={t('common.close')}
      width={440}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" disabled={!chosen} onClick={() => chosen && onPick(chosen)}>
            {t('admin.choose')}
          </Button>
        </>
      }
    >
      <div className={css.pickTree}>
        <OrganisationTree
          vm={tree}
          label={t('admin.departments')}
          selected={chosen?.id}
          onSelect={(row) => row.kind === 'department' && setChosen(row.department)}
        />
      </div>
    </Dialog>
  )
}
