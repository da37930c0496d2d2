import { useEffect } from 'react'
import { Link } from 'wouter'
import type { Department } from '../../api/organisation'
import { Button, EmptyState, IconButton, Menu, type MenuItem, Spinner } from '../../ui'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import { OrganisationTree } from '../organisation/OrganisationTree'
import css from './Admin.module.css'
import type { SectionProps } from './AdminPage'
import { DepartmentDialogs } from './DepartmentDialogs'
import { DepartmentsViewModel } from './DepartmentsViewModel'
import { SidePanel } from './parts'

/** DepartmentsView is the tree of departments and the acts on it. */
export function DepartmentsView({ id, open, frame }: SectionProps) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new DepartmentsViewModel(s), 'departments')
  const { rows, state } = useSnapshot(vm.tree)
  useEffect(() => {
    void vm.look(id)
  }, [vm, id])
  return frame(
    <div className={css.page}>
      <div className={css.toolbar}>
        <p className={css.soft}>{t('admin.departmentsText')}</p>
        <span className={css.push} />
        <Button kind="primary" icon="plus" onClick={() => vm.open({ kind: 'create', parent: undefined })}>
          {t('admin.newDepartment')}
        </Button>
      </div>
      {state === 'ready' && rows.length === 0 ? (
        <EmptyState icon="tree" title={t('admin.noDepartments')} text={t('admin.noDepartmentsText')}>
          <Button onClick={() => vm.open({ kind: 'create', parent: undefined })}>{t('admin.newDepartment')}</Button>
        </EmptyState>
      ) : (
        <div className={css.tree}>
          <OrganisationTree
            vm={vm.tree}
            label={t('admin.departments')}
            selected={id || undefined}
            onSelect={(row) => row.kind === 'department' && open(row.key)}
            trailing={(row) =>
              row.kind === 'department' && (
                <span className={css.rowEnd}>
                  <span className={css.count}>{t('admin.people.n', { n: row.department.people_all })}</span>
                  <Menu
                    label={t('admin.actions', { name: row.department.name })}
                    items={departmentActs(row.department, vm, t)}
                    trigger={(p) => (
                      <IconButton
                        icon="more"
                        size="s"
                        label={t('admin.actions', { name: row.department.name })}
                        {...p}
                        onClick={(e) => {
                          e.stopPropagation()
                          p.onClick()
                        }}
                      />
                    )}
                  />
                </span>
              )
            }
          />
        </div>
      )}
      <DepartmentDialogs vm={vm} onDeleted={() => open('')} />
    </div>,
    id ? { label: t('admin.department'), view: <DepartmentPanel vm={vm} onClose={() => open('')} /> } : undefined,
  )
}

function departmentActs(d: Department, vm: DepartmentsViewModel, t: ReturnType<typeof useT>): MenuItem[] {
  const sisters = vm.tree.below(d.parent ?? '')
  const at = sisters.findIndex((x) => x.id === d.id)
  return [
    { id: 'create', label: t('admin.newBelow'), icon: 'plus', onSelect: () => vm.open({ kind: 'create', parent: d }) },
    { id: 'edit', label: t('admin.rename'), icon: 'edit', onSelect: () => vm.open({ kind: 'edit', department: d }) },
    {
      id: 'move',
      label: t('admin.move'),
      icon: 'reply',
      onSelect: () => vm.open({ kind: 'move', department: d, to: undefined }),
    },
    { id: 'up', label: t('admin.up'), icon: 'up', disabled: at <= 0, onSelect: () => void vm.shift(d, -1) },
    {
      id: 'down',
      label: t('admin.down'),
      icon: 'down',
      disabled: at < 0 || at === sisters.length - 1,
      onSelect: () => void vm.shift(d, 1),
    },
    {
      id: 'delete',
      label: t('admin.delete'),
      icon: 'trash',
      danger: true,
      onSelect: () => vm.open({ kind: 'delete', department: d }),
    },
  ]
}

/** DepartmentPanel is one department: where it stands, how many are in it, what can be done. */
function DepartmentPanel({ vm, onClose }: { vm: DepartmentsViewModel; onClose: () => void }) {
  const t = useT()
  const { shown, shownState } = useSnapshot(vm)
  return (
    <SidePanel title={shown?.name ?? t('admin.department')} onClose={onClose}>
      {shownState === 'loading' && !shown && <Spinner label={t('common.loading')} />}
      {shownState === 'failed' && <EmptyState icon="tree" title={t('admin.unknownDepartment')} />}
      {shown && (
        <>
          <dl className={css.list}>
            <div>
              <dt>{t('admin.path')}</dt>
              <dd>{(shown.path ?? [shown]).map((d) => d.name).join(' / ')}</dd>
            </div>
            <div>
              <dt>{t('admin.code')}</dt>
              <dd>{shown.code || '—'}</dd>
            </div>
            <div>
              <dt>{t('admin.peopleHere')}</dt>
              <dd>{t('admin.people.n', { n: shown.people })}</dd>
            </div>
            <div>
              <dt>{t('admin.peopleBelow')}</dt>
              <dd>{t('admin.people.n', { n: shown.people_all })}</dd>
            </div>
            <div>
              <dt>{t('admin.departmentsBelow')}</dt>
              <dd>{shown.children}</dd>
            </div>
          </dl>
          <p>
            <Link href={`/people/d/${shown.id}`}>{t('admin.seePeople')}</Link>
          </p>
          <div className={css.accountActs}>
            {departmentActs(shown, vm, t).map((a) => (
              <Button
                key={a.id}
                size="s"
                {...(a.icon ? { icon: a.icon } : {})}
                className={a.danger ? css.dangerous : undefined}
                disabled={a.disabled}
                onClick={a.onSelect}
              >
                {a.label}
              </Button>
            ))}
          </div>
        </>
      )}
    </SidePanel>
  )
}
