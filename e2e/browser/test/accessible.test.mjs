// Every screen, panel and dialog: no serious finding of axe in either theme, nothing cut in narrow windows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signIn } from '../lib/acts.mjs'
import { audit, narrow } from '../lib/axe.mjs'
import { desktop, launch, openContext, Watch } from '../lib/browser.mjs'
import { furnish } from '../lib/furnish.mjs'
import { places, visit } from '../lib/places.mjs'
import { startServer } from '../lib/server.mjs'
import { words } from '../lib/words.mjs'

const zoomed = { width: 640, height: 400 } // a window of 1280 × 800 with everything twice as large

const watch = new Watch()
let server
let browser
let world
const cookies = {}

before(async () => {
  server = await startServer()
  browser = await launch()
  world = await furnish(server)
  for (const [who, login] of [['person', world.zhang.login], ['admin', world.admin.login], ['auditor', world.boss.login]]) {
    const context = await openContext(browser, watch)
    await signIn(context, server.url, login)
    cookies[who] = await context.storageState()
    await context.close()
  }
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

// Every pair of colours is held in both themes by the client's own check; here each theme is seen once, at one width.
test('desktop, light, 中文', () => walk({ locale: 'zh-CN', colorScheme: 'light', viewport: desktop }))
test('320 px wide and 200 % zoom, dark, English', () => walk({ locale: 'en', colorScheme: 'dark', viewport: { width: 320, height: 568 } }))

/** walk looks at every place. In a narrow window nothing may be cut, there or with everything twice as large. */
async function walk({ locale, colorScheme, viewport }) {
  const t = words(locale)
  // Answers that are no fault: what a place with wrong input asks for, and what does not exist.
  const end = watch.expect(/Failed to load resource: .* 4(00|04|10) /)
  const found = []
  for (const who of ['nobody', 'person', 'admin', 'auditor']) {
    const context = await openContext(browser, watch, { locale, colorScheme, viewport, reducedMotion: 'reduce', storageState: cookies[who] })
    const page = await context.newPage()
    for (const place of places.filter((p) => p.who === who)) {
      const say = (lines) => found.push(...lines.map((line) => `${place.name}: ${line}`))
      try {
        await visit(page, place, t, world)
        say(await audit(page))
        if (viewport === desktop) continue
        say(await narrow(page))
        await resize(page, zoomed)
        say(await narrow(page))
        await resize(page, viewport)
      } catch (e) {
        found.push(`${place.name}: ${e.message}`)
      }
    }
    await context.close()
  }
  assert.deepEqual([...new Set(found)], [])
  watch.clean()
  end()
}

/**
 * resize changes the window and waits until the page is laid out anew. Chromium tells of the new size, and of frames, before the elements that are
 * there already have it; so one that was there is asked.
 */
async function resize(page, size) {
  await page.evaluate(() => {
    const ruler = document.createElement('div')
    ruler.id = 'ruler'
    ruler.style.cssText = 'position: fixed; width: 100dvw; height: 100dvh; visibility: hidden; pointer-events: none'
    document.body.append(ruler)
    return ruler.offsetHeight
  })
  await page.setViewportSize(size)
  await page.waitForFunction(({ width, height }) => {
    const ruler = document.getElementById('ruler')
    if (ruler.offsetWidth !== width || ruler.offsetHeight !== height) return false
    ruler.remove()
    return true
  }, size)
}
