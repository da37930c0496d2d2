import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { cx } from './cx'
import { Icon, type IconName } from './Icon'
import css from './Menu.module.css'

export interface MenuItem {
  id: string
  label: string
  icon?: IconName
  danger?: boolean
  disabled?: boolean
  /** Why it cannot be done now, under the label. */
  note?: string | undefined
  checked?: boolean
  /** Key that does the same, shown at the right. */
  hint?: string
  onSelect: () => void
}

export interface MenuProps {
  label: string
  items: readonly MenuItem[]
  /** The button; it receives what a menu button must have. */
  trigger: (props: { onClick: () => void; 'aria-haspopup': 'menu'; 'aria-expanded': boolean }) => ReactNode
  align?: 'start' | 'end'
  onOpenChange?: (open: boolean) => void
}

export function Menu({ label, items, trigger, align = 'end', onOpenChange }: MenuProps) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLSpanElement>(null)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange?.(next)
  }
  const close = (refocus: boolean) => {
    change(false)
    if (refocus) anchor.current?.querySelector('button')?.focus()
  }
  return (
    <span ref={anchor} className={css.anchor}>
      {trigger({ onClick: () => change(!open), 'aria-haspopup': 'menu', 'aria-expanded': open })}
      {open && <MenuList label={label} items={items} anchor={anchor.current} align={align} onClose={close} />}
    </span>
  )
}

export interface MenuListProps {
  label: string
  items: readonly MenuItem[]
  anchor: Element | null
  align?: 'start' | 'end'
  /** Stands above the items. */
  top?: ReactNode
  onClose: (refocus: boolean) => void
}

const itemQuery = '[role^=menuitem]'
/** Where fingers point a menu is a sheet at the bottom of the window; the stylesheet asks the same. */
const asSheet = '(pointer: coarse) and (max-width: 639px)'

/** MenuList is the open menu, placed beside anchor and kept inside the window. */
export function MenuList({ label, items, anchor, align = 'end', top, onClose }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const box = anchor?.getBoundingClientRect()
    const menu = list.current
    if (!box || !menu) return
    menu.querySelector<HTMLElement>(itemQuery)?.focus()
    if (window.matchMedia(asSheet).matches) return
    const { offsetWidth: w, offsetHeight: h } = menu
    const left = align === 'end' ? box.right - w : box.left
    const below = box.bottom + 4 + h <= window.innerHeight - 8
    menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - w - 8))}px`
    menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - 4 - h)}px`
  }, [anchor, align])
  useEffect(() => {
    const away = (e: PointerEvent) => {
      if (e.target instanceof Node && !list.current?.contains(e.target) && !anchor?.contains(e.target)) onClose(false)
    }
    const resize = () => onClose(false)
    document.addEventListener('pointerdown', away)
    window.addEventListener('resize', resize)
    return () => {
      document.removeEventListener('pointerdown', away)
      window.removeEventListener('resize', resize)
    }
  }, [anchor, onClose])
  const focus = (pick: (all: HTMLElement[], at: number) => HTMLElement | undefined) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>(itemQuery) ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    pick(all, at)?.focus()
  }
  return createPortal(
    <>
      <div className={css.scrim} />
      <div
        ref={list}
        id={id}
        role="menu"
        aria-label={label}
        tabIndex={-1}
        className={css.menu}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') focus((all, at) => all[(at + 1) % all.length])
          else if (e.key === 'ArrowUp') focus((all, at) => all[(at - 1 + all.length) % all.length])
          else if (e.key === 'Home') focus((all) => all[0])
          else if (e.key === 'End') focus((all) => all.at(-1))
          else if (e.key === 'Escape' || e.key === 'Tab') onClose(true)
          else return
          e.preventDefault()
          e.stopPropagation()
        }}
      >
        {top}
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
            aria-disabled={item.disabled || undefined}
            tabIndex={-1}
            className={cx(css.item, item.danger && css.danger)}
            onClick={() => {
              if (item.disabled) return
              onClose(true)
              item.onSelect()
            }}
          >
            {item.icon && <Icon name={item.icon} size={16} />}
            <span className={css.label}>
              {item.label}
              {item.note && <span className={css.note}>{item.note}</span>}
            </span>
            {item.hint && <kbd className={css.hint}>{item.hint}</kbd>}
            {item.checked && <Icon name="check" size={16} />}
          </button>
        ))}
      </div>
    </>,
    document.body,
  )
}
