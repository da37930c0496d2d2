import { type PointerEvent, useRef } from 'react'
import type { Timers } from '../../sync/timers'

const pressFor = 450 // ms; shorter than the browser's own text selection
const slack = 10 // px a finger may tremble

/** useLongPress calls back when a finger rests on an element; a scroll or a tap does not count. Mice have other ways. */
export function useLongPress(timers: Timers, onPress: () => void) {
  const from = useRef<{ x: number; y: number; cancel: () => void }>(undefined)
  const end = () => {
    from.current?.cancel()
    from.current = undefined
  }
  return {
    onPointerDown: (e: PointerEvent) => {
      end()
      if (e.pointerType !== 'touch') return
      from.current = { x: e.clientX, y: e.clientY, cancel: timers.after(pressFor, onPress) }
    },
    onPointerMove: (e: PointerEvent) => {
      const f = from.current
      if (f && Math.hypot(e.clientX - f.x, e.clientY - f.y) > slack) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
}
