import { type PointerEvent, useRef } from 'react'
import type { Timers } from '../../sync/timers'

const pressFor = 450 // ms; shorter than the browser's own text selection
const slack = 10 // px a finger may tremble

const ends = ['touchend', 'touchcancel', 'touchstart'] as const

/** The finger still rests where a menu just opened: what browsers make of its leaving (a click) is no choice from that menu. */
function swallowRelease(): void {
  const swallow = (e: TouchEvent) => {
    if (e.type === 'touchend' && e.cancelable) e.preventDefault()
    for (const end of ends) document.removeEventListener(end, swallow, true)
  }
  for (const end of ends) document.addEventListener(end, swallow, { capture: true, passive: false })
}

/** useLongPress calls back when a finger rests on an element; a scroll or a tap does not count. Mice have other ways. */
export function useLongPress(timers: Timers, onPress: () => void) {
  const from = useRef<{ x: number; y: number; cancel: () => void }>(undefined)
  const end = () => {
    from.current?.cancel()
    from.current = undefined
  }
  const fire = () => {
    swallowRelease()
    onPress()
  }
  return {
    onPointerDown: (e: PointerEvent) => {
      end()
      if (e.pointerType !== 'touch') return
      from.current = { x: e.clientX, y: e.clientY, cancel: timers.after(pressFor, fire) }
    },
    onPointerMove: (e: PointerEvent) => {
      const f = from.current
      if (f && Math.hypot(e.clientX - f.x, e.clientY - f.y) > slack) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
}
