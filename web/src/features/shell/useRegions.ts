import { useEffect } from 'react'

// What one comes for, before what stands first.
const wanted = ['textarea', '[aria-current="page"]', '[data-focus][tabindex="0"]', 'a[href], button:not(:disabled), input']

/** What takes the focus in a region: what is not shown here (a phone's back) does not; while it loads, the region itself does. */
function targetIn(region: HTMLElement): HTMLElement | undefined {
  const inside = wanted.flatMap((q) => [...region.querySelectorAll<HTMLElement>(q)]).find((el) => el.offsetParent !== null)
  if (inside || !region.querySelector('[role="status"][aria-label]')) return inside
  region.tabIndex = -1
  return region
}

/** F6 and Shift+F6 go from region to region: rail, list, header, messages, composer, panel. */
export function useRegions(): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'F6') return
      e.preventDefault()
      // A column that is itself divided counts by its parts.
      const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
        (r) => r.offsetParent !== null && r.querySelector('[data-region]') === null,
      )
      const at = regions.findIndex((r) => r.contains(document.activeElement))
      const from = at < 0 && e.shiftKey ? 0 : at
      const step = e.shiftKey ? regions.length - 1 : 1
      // A region with nothing to do in it (no message yet) is passed over.
      for (let n = 1; n <= regions.length; n++) {
        const region = regions[(from + step * n + regions.length) % regions.length]
        const target = region && targetIn(region)
        if (!target) continue
        target.focus()
        return
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
