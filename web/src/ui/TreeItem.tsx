import type { KeyboardEvent, ReactNode } from 'react'
import { cx } from './cx'
import { Icon, type IconName } from './Icon'
import css from './TreeItem.module.css'

export interface TreeItemProps {
  label: ReactNode
  /** Starts at 1. */
  level: number
  /** undefined: has no children. */
  expanded?: boolean | undefined
  selected?: boolean
  /** Place among its sisters, from 1, and how many they are: not all of them are mounted. */
  place?: number
  of?: number
  /** The one row of the tree that Tab reaches. */
  focusable?: boolean
  icon?: IconName
  leading?: ReactNode
  trailing?: ReactNode
  onToggle?: () => void
  onSelect?: () => void
  onKeyDown?: (e: KeyboardEvent) => void
}

/** TreeItem is one flat row of a tree; role=tree stands around the rows, arrow keys are its owner's. */
export function TreeItem(p: TreeItemProps) {
  return (
    <div
      role="treeitem"
      aria-level={p.level}
      aria-expanded={p.expanded}
      aria-selected={p.selected ?? false}
      aria-posinset={p.place}
      aria-setsize={p.of}
      tabIndex={p.focusable ? 0 : -1}
      className={cx(css.item, p.selected && css.selected)}
      style={{ paddingLeft: 8 + (p.level - 1) * 16 }}
      onClick={(e) => {
        // A box to tick is its own thing, and so is a menu that opened here and is drawn elsewhere.
        if (e.target instanceof Element && e.currentTarget.contains(e.target) && !e.target.closest('label')) p.onSelect?.()
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && e.target === e.currentTarget) p.onSelect?.()
        else p.onKeyDown?.(e)
      }}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-hidden="true"
        className={cx(css.twist, p.expanded && css.open, p.expanded === undefined && css.leaf)}
        onClick={(e) => {
          e.stopPropagation()
          p.onToggle?.()
        }}
      >
        <Icon name="forward" size={14} />
      </button>
      {p.leading}
      {p.icon && <Icon name={p.icon} size={16} className={css.icon} />}
      <span className={css.label}>{p.label}</span>
      {p.trailing && <span className={css.trailing}>{p.trailing}</span>}
    </div>
  )
}
