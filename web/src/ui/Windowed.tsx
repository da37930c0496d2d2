import { type ReactNode, type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import { cx } from './cx'
import css from './Windowed.module.css'

export interface WindowedHandle {
  /** Brings a row into view with as little movement as possible. */
  show(index: number): void
}

export interface WindowedProps {
  count: number
  /** All rows have this height, in pixels. */
  rowHeight: number
  render: (index: number) => ReactNode
  /** Told when the last rows come near: time to load more. */
  onEnd?: () => void
  className?: string | undefined
  /** What the rows are for assistive technology. */
  role?: 'tree' | 'list'
  label?: string
  multiselectable?: boolean
  ref?: Ref<WindowedHandle>
}

const spare = 12 // rows kept above and below what is seen, so that a key press finds its row

/** Windowed shows a long list of equal rows and mounts only those near the window: 45,000 rows cost as much as 50. */
export function Windowed({ count, rowHeight, render, onEnd, className, role, label, multiselectable, ref }: WindowedProps) {
  const box = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState({ top: 0, height: 640 })
  useLayoutEffect(() => {
    const el = box.current
    if (!el) return
    const look = () =>
      setSeen((old) => {
        // Whole steps of rows: scrolling within one row renders nothing.
        const top = Math.floor(el.scrollTop / rowHeight) * rowHeight
        return old.top === top && old.height === el.clientHeight ? old : { top, height: el.clientHeight }
      })
    look()
    el.addEventListener('scroll', look, { passive: true })
    const resize = new ResizeObserver(look)
    resize.observe(el)
    return () => {
      el.removeEventListener('scroll', look)
      resize.disconnect()
    }
  }, [rowHeight])
  useImperativeHandle(ref, () => ({
    show: (index) => {
      const el = box.current
      if (!el) return
      const top = index * rowHeight
      if (top < el.scrollTop) el.scrollTop = top
      else if (top + rowHeight > el.scrollTop + el.clientHeight) el.scrollTop = top + rowHeight - el.clientHeight
    },
  }))
  const first = Math.max(0, Math.min(Math.floor(seen.top / rowHeight) - spare, count - 1))
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + spare)
  const near = last >= count
  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer list is a reason to look again
  useLayoutEffect(() => {
    if (near) onEnd?.()
  }, [near, count, onEnd])
  const rows: ReactNode[] = []
  for (let i = first; i < last; i++) rows.push(render(i))
  return (
    <div ref={box} className={cx(css.box, className)} data-scroll>
      <div
        {...(role ? { role, 'aria-label': label } : {})}
        {...(multiselectable ? { 'aria-multiselectable': true } : {})}
        className={css.all}
        style={{ paddingTop: first * rowHeight, height: count * rowHeight }}
      >
        {rows}
      </div>
    </div>
  )
}
