import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { DepartmentID } from '../../api/organisation'
import { Button, EmptyState, Spinner, TreeItem, Windowed, type WindowedHandle } from '../../ui'
import { useSnapshot, useT } from '../kit/hooks'
import css from './OrganisationTree.module.css'
import type { TreeRow, TreeViewModel } from './TreeViewModel'

export interface OrganisationTreeProps {
  vm: TreeViewModel
  label: string
  selected?: DepartmentID | undefined
  onSelect: (row: TreeRow) => void
  /** Before the name: a box to tick. */
  leading?: (row: TreeRow) => ReactNode
  trailing?: (row: TreeRow) => ReactNode
  /** The space bar; Enter opens the row. */
  onTick?: (row: TreeRow) => void
  multiselectable?: boolean
}

const phone = '(max-width: 639px)'

/** OrganisationTree is the tree of departments, with arrow keys as in every tree; only what is seen is mounted. */
export function OrganisationTree(p: OrganisationTreeProps) {
  const t = useT()
  const { rows, state } = useSnapshot(p.vm)
  const list = useRef<WindowedHandle>(null)
  const box = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const [moved, setMoved] = useState(0)
  const found = rows.findIndex((r) => r.key === (current ?? p.selected))
  const at = Math.max(found, 0)

  // A row that was selected from outside comes into view once it is there.
  const shown = useRef<string>(undefined)
  useEffect(() => {
    if (!p.selected || shown.current === p.selected) return
    const index = rows.findIndex((r) => r.key === p.selected)
    if (index < 0) return
    shown.current = p.selected
    list.current?.show(index)
  }, [rows, p.selected])
  useEffect(() => {
    if (moved > 0) box.current?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]')?.focus()
  }, [moved])

  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))]
    if (!row) return
    setCurrent(row.key)
    list.current?.show(rows.indexOf(row))
    setMoved((n) => n + 1)
  }
  const onKey = (e: KeyboardEvent, row: TreeRow, index: number) => {
    const department = row.kind === 'department' ? row : undefined
    if (e.key === 'ArrowDown') go(index + 1)
    else if (e.key === 'ArrowUp') go(index - 1)
    else if (e.key === 'Home') go(0)
    else if (e.key === 'End') go(rows.length - 1)
    else if (e.key === 'ArrowRight') {
      if (department?.expanded === false) p.vm.toggle(department.key)
      else if (department?.expanded) go(index + 1)
    } else if (e.key === 'ArrowLeft') {
      if (department?.expanded) p.vm.toggle(department.key)
      else if (row.parent) go(rows.findIndex((r) => r.key === row.parent))
    } else if (e.key === ' ' && e.target === e.currentTarget) (p.onTick ?? p.onSelect)(row)
    else return
    e.preventDefault()
  }

  if (state === 'failed' && rows.length === 0) {
    return (
      <EmptyState icon="warning" title={t('organisation.failed')}>
        <Button onClick={p.vm.retry}>{t('common.retry')}</Button>
      </EmptyState>
    )
  }
  if (state === 'ready' && rows.length === 0) return <p className={css.none}>{t('organisation.empty')}</p>
  return (
    <div ref={box} className={css.tree}>
      <Windowed
        ref={list}
        role="tree"
        label={p.label}
        multiselectable={p.multiselectable ?? false}
        count={rows.length}
        rowHeight={window.matchMedia(phone).matches ? 44 : 32}
        className={css.scroll}
        render={(i) => {
          const row = rows[i]
          if (!row) return null
          if (row.kind === 'wait') {
            return (
              <div
                key={row.key}
                role="treeitem"
                aria-level={row.level}
                aria-label={t('common.loading')}
                tabIndex={-1}
                className={css.wait}
                style={{ paddingLeft: 12 + (row.level - 1) * 16 }}
              >
                <Spinner size={16} />
              </div>
            )
          }
          return (
            <TreeItem
              key={row.key}
              label={row.kind === 'department' ? row.department.name : <PersonLabel row={row} />}
              level={row.level}
              expanded={row.kind === 'department' ? row.expanded : undefined}
              {...(row.kind === 'department' ? { place: row.place, of: row.of } : {})}
              selected={row.key === p.selected}
              focusable={i === at}
              leading={p.leading?.(row)}
              trailing={p.trailing?.(row)}
              onToggle={() => p.vm.toggle(row.key)}
              onSelect={() => {
                setCurrent(row.key)
                p.onSelect(row)
              }}
              onKeyDown={(e) => onKey(e, row, i)}
            />
          )
        }}
      />
    </div>
  )
}

function PersonLabel({ row }: { row: Extract<TreeRow, { kind: 'person' }> }) {
  const under = row.person.title || row.person.position
  return (
    <>
      {row.person.name}
      {under && <span className={css.under}>{under}</span>}
    </>
  )
}
