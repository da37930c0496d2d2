import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it } from 'vitest'
import { ManualTimers } from '../../sync/testing.test-support'
import { useLongPress } from './useLongPress'

/** One finger's event; returns whether the browser may still make a click of it. */
function finger(el: Element, type: string): boolean {
  const e = type.startsWith('pointer')
    ? new PointerEvent(type, { bubbles: true, pointerType: 'touch', clientX: 5, clientY: 5 })
    : new TouchEvent(type, { bubbles: true, cancelable: true })
  let may = true
  act(() => {
    may = el.dispatchEvent(e)
  })
  return may
}

function Row({ timers, onPress }: { timers: ManualTimers; onPress: () => void }) {
  return <p {...useLongPress(timers, onPress)} />
}

function setup() {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  const timers = new ManualTimers()
  let presses = 0
  const onPress = () => {
    presses++
  }
  const root = document.createElement('div')
  document.body.append(root)
  act(() => createRoot(root).render(<Row timers={timers} onPress={onPress} />))
  const row = root.querySelector('p') as Element
  return { row, hold: (ms: number) => timers.pass(ms), presses: () => presses }
}

it('makes no click of the release that ends a long press, and of every other', async () => {
  const { row, hold, presses } = setup()
  finger(row, 'pointerdown')
  await hold(500)
  expect(presses()).toBe(1)
  finger(row, 'pointerup')
  expect(finger(row, 'touchend')).toBe(false)

  finger(row, 'pointerdown')
  finger(row, 'touchstart')
  await hold(100)
  finger(row, 'pointerup')
  expect(finger(row, 'touchend')).toBe(true)
  await hold(1000)
  expect(presses()).toBe(1)
})
