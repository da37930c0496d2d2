import type { ReactNode } from 'react'
import css from './Columns.module.css'

export interface ColumnsProps {
  list?: ReactNode
  /** Name of the list for who cannot see it. */
  listLabel?: string
  main: ReactNode
  panel?: ReactNode
  panelLabel?: string
  /** What a phone shows: one column at a time. */
  phone: 'list' | 'main'
}

/** Columns is the frame of every screen: list, main, right panel. On a phone the deepest open one fills the window. */
export function Columns({ list, listLabel, main, panel, panelLabel, phone }: ColumnsProps) {
  return (
    <div className={css.columns} data-phone={panel ? 'panel' : phone}>
      {list && (
        <nav className={css.list} aria-label={listLabel} data-region="list">
          {list}
        </nav>
      )}
      <main className={css.main} data-region="main">
        {main}
      </main>
      {panel && (
        <aside className={css.panel} aria-label={panelLabel} data-region="panel">
          {panel}
        </aside>
      )}
    </div>
  )
}
