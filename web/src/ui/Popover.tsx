import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import css from './Popover.module.css'

export interface PopoverProps {
  label: string
  /** The button; it receives what a button that opens something must have. */
  trigger: (props: { onClick: () => void; 'aria-haspopup': 'dialog'; 'aria-expanded': boolean }) => ReactNode
  children: (close: () => void) => ReactNode
}

/** Popover is a small surface beside its button: Escape and a click elsewhere close it, the focus returns to the button. */
export function Popover({ label, trigger, children }: PopoverProps) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLSpanElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const close = () => {
    setOpen(false)
    anchor.current?.querySelector('button')?.focus()
  }
  useLayoutEffect(() => {
    const at = anchor.current?.getBoundingClientRect()
    const el = box.current
    if (!open || !at || !el) return
    el.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - el.offsetWidth - 8))}px`
    const below = at.bottom + 4 + el.offsetHeight <= window.innerHeight - 8
    el.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - el.offsetHeight)}px`
    const first = ['input', '[tabindex="0"]', 'button'].map((q) => el.querySelector<HTMLElement>(q)).find((x) => x)
    first?.focus()
  }, [open])
  useEffect(() => {
    if (!open) return
    const away = (e: PointerEvent) => {
      if (e.target instanceof Node && !box.current?.contains(e.target) && !anchor.current?.contains(e.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    return () => document.removeEventListener('pointerdown', away)
  }, [open])
  return (
    <span ref={anchor} className={css.anchor}>
      {trigger({ onClick: () => setOpen(!open), 'aria-haspopup': 'dialog', 'aria-expanded': open })}
      {open &&
        createPortal(
          <div
            ref={box}
            role="dialog"
            aria-label={label}
            className={css.box}
            onKeyDown={(e) => {
              if (e.key !== 'Escape') return
              e.preventDefault()
              e.stopPropagation()
              close()
            }}
          >
            {children(close)}
          </div>,
          document.body,
        )}
    </span>
  )
}
