// keys.mjs: getting about without a pointer.
import assert from 'node:assert/strict'

/** reach presses a key until the target has the focus and shows it. Fails when it does not come within so many presses. */
export async function reach(page, target, { key = 'Tab', within = 40 } = {}) {
  for (let n = 0; n <= within; n++) {
    const focus = await target.evaluateAll((all) => {
      const at = all.find((el) => el === document.activeElement)
      if (!at) return ''
      const { outlineStyle, outlineWidth } = getComputedStyle(at)
      const caret = at.matches('textarea, input:not([type=checkbox], [type=radio])')
      return caret || (outlineStyle !== 'none' && outlineWidth !== '0px') ? 'shown' : 'hidden'
    })
    if (focus) {
      assert.equal(focus, 'shown', `the focus on ${target} cannot be seen`)
      return
    }
    await page.keyboard.press(key)
  }
  throw new Error(`${within} × ${key} did not reach ${target}; the focus is on ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`)
}
