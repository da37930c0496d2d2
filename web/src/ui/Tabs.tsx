import { useRef } from 'react'
import { cx } from './cx'
import css from './Tabs.module.css'

export interface TabsProps<T extends string> {
  label: string
  tabs: readonly { id: T; label: string; count?: number }[]
  active: T
  onChange: (id: T) => void
  kind?: 'line' | 'segment'
}

/** Tabs: arrow keys move and choose. The panel stands outside. */
export function Tabs<T extends string>({ label, tabs, active, onChange, kind = 'line' }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null)
  const move = (by: number) => {
    const at = tabs.findIndex((t) => t.id === active)
    const index = (at + by + tabs.length) % tabs.length
    const next = tabs[index]
    if (!next) return
    onChange(next.id)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus()
  }
  return (
    <div ref={list} role="tablist" aria-label={label} className={cx(css.tabs, css[kind])}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab.id === active}
          tabIndex={tab.id === active ? 0 : -1}
          className={css.tab}
          onClick={() => onChange(tab.id)}
          onKeyDown={(e) => {
            if (e.key === 'ArrowRight') move(1)
            else if (e.key === 'ArrowLeft') move(-1)
            else return
            e.preventDefault()
          }}
        >
          {tab.label}
          {tab.count !== undefined && <span className={css.count}>{tab.count}</span>}
        </button>
      ))}
    </div>
  )
}
