import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { IconButton } from '../../ui'
import { useT } from '../kit/hooks'
import { palette } from './emoji'
import css from './Palette.module.css'

/** Palette is the button and the small grid of emoji; arrow keys move, Escape closes. */
export function Palette({ onPick, onOpenChange }: { onPick: (emoji: string) => void; onOpenChange?: (open: boolean) => void }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange?.(next)
    if (!next) button.current?.focus()
  }
  useLayoutEffect(() => {
    const box = button.current?.getBoundingClientRect()
    const el = grid.current
    if (!open || !box || !el) return
    el.style.left = `${Math.max(8, Math.min(box.right - el.offsetWidth, window.innerWidth - el.offsetWidth - 8))}px`
    el.style.top = `${box.top - el.offsetHeight - 4 > 8 ? box.top - el.offsetHeight - 4 : box.bottom + 4}px`
    el.querySelector('button')?.focus()
  }, [open])
  useEffect(() => {
    if (!open) return
    const away = (e: PointerEvent) => {
      if (e.target instanceof Node && !grid.current?.contains(e.target) && !button.current?.contains(e.target)) {
        setOpen(false)
        onOpenChange?.(false)
      }
    }
    document.addEventListener('pointerdown', away)
    return () => document.removeEventListener('pointerdown', away)
  }, [open, onOpenChange])
  const columns = palette[0].length
  const move = (by: number) => {
    const all = [...(grid.current?.querySelectorAll('button') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus()
  }
  return (
    <>
      <IconButton
        ref={button}
        icon="smile"
        size="s"
        label={t('reaction.pick')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => change(!open)}
      />
      {open &&
        createPortal(
          <div
            ref={grid}
            role="dialog"
            aria-label={t('reaction.pick')}
            className={css.grid}
            onKeyDown={(e) => {
              if (e.key === 'ArrowRight') move(1)
              else if (e.key === 'ArrowLeft') move(-1)
              else if (e.key === 'ArrowDown') move(columns)
              else if (e.key === 'ArrowUp') move(-columns)
              else if (e.key === 'Escape' || e.key === 'Tab') change(false)
              else return
              e.preventDefault()
              e.stopPropagation()
            }}
          >
            {palette.flat().map((emoji) => (
              <button
                key={emoji}
                type="button"
                tabIndex={-1}
                aria-label={emoji}
                className={css.emoji}
                onClick={() => {
                  change(false)
                  onPick(emoji)
                }}
              >
                {emoji}
              </button>
            ))}
          </div>,
          document.body,
        )}
    </>
  )
}
