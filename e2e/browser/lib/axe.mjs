// axe.mjs: the accessibility rules of axe-core, and what must hold in narrow windows.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** audit returns the serious and critical findings on a page, one line each. */
export async function audit(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  return page.evaluate(async () => {
    // What lies under a dialog cannot be reached; it is looked at without the dialog.
    const open = [...document.querySelectorAll('dialog[open]')].at(-1)
    const { violations } = await globalThis.axe.run(open ?? document, { resultTypes: ['violations'], rules: { 'label-content-name-mismatch': { enabled: true } } })
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .flatMap((v) => v.nodes.map((n) => `${v.impact} ${v.id}: ${n.target.join(' ')} · ${n.failureSummary.split('\n').slice(1).join(' ').trim()} · ${n.html.slice(0, 200)}`))
  })
}

/**
 * narrow returns what a narrow window cuts off (WCAG 2.2, 1.4.10): a page that scrolls sideways, and controls that lie outside the window or are
 * clipped. Code and tables may scroll sideways in a box of their own.
 */
export function narrow(page) {
  return page.evaluate(() => {
    const found = []
    const say = (el, why) => found.push(`${why}: ${el.outerHTML.slice(0, 160)}`)
    const root = document.scrollingElement
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide in a window of ${innerWidth}`)
    const open = [...document.querySelectorAll('dialog[open]')].at(-1)
    for (const el of (open ?? document).querySelectorAll('button, a[href], input, select, textarea, h1, h2, h3, [role=tab], [role=menuitem], [role=treeitem], [role=option]')) {
      const box = el.getBoundingClientRect()
      if (box.width < 2 || box.height < 2 || !el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      let { left, right, top, bottom } = { left: 0, right: innerWidth, top: 0, bottom: innerHeight }
      let scrolls = false // something around it brings it into view
      let free = false
      for (let up = el.parentElement; up && up !== document.documentElement; up = up.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(up)
        if (/auto|scroll/.test(overflowY)) scrolls = true
        if (/auto|scroll/.test(overflowX) && up.scrollWidth > up.clientWidth + 1) {
          if (up.querySelector('table') || up.matches('pre')) free = true
          else if (up.scrollWidth > up.clientWidth + 1) say(up, 'scrolls sideways')
        }
        if (overflowX !== 'visible') {
          const clip = up.getBoundingClientRect()
          left = Math.max(left, clip.left)
          right = Math.min(right, clip.right)
          if (!scrolls) {
            top = Math.max(top, clip.top)
            bottom = Math.min(bottom, clip.bottom)
          }
        }
        if (position === 'fixed' || up === open) break
      }
      if (free) continue
      if (box.left < left - 1 || box.right > right + 1) say(el, `cut at the side (${Math.round(box.left)}–${Math.round(box.right)} in ${Math.round(left)}–${Math.round(right)})`)
      if (!scrolls && (box.top < top - 1 || box.bottom > bottom + 1)) say(el, `cut above or below (${Math.round(box.top)}–${Math.round(box.bottom)} in ${Math.round(top)}–${Math.round(bottom)})`)
    }
    return [...new Set(found)]
  })
}
