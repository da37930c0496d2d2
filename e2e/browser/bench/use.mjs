// use.mjs: what somebody feels who has it open all day: switching, typing, memory.
import { launch } from '../lib/browser.mjs'
import { signIn } from './load.mjs'
import { figure, median, percentile } from './stats.mjs'

// Frames as fast as they can be drawn: what is measured is the work until paint, not the wait for a display.
export const unlimited = ['--disable-frame-rate-limit', '--disable-gpu-vsync']

/** using: switching between conversations that were seen before, key presses, and the heap after 200 switches. */
export async function using({ server, login, password, long, small }) {
  const browser = await launch({ args: unlimited })
  const switches = []
  const keys = []
  const heaps = []
  const nodes = []
  for (let run = 0; run < 3; run++) {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } })
    await signIn(context, server.url, login, password)
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await page.goto(`${server.url}/c/${small[0].id}`)
    await page.locator('[role=log] article').first().waitFor()
    const heap = async () => {
      for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
      return cdp.send('Runtime.getHeapUsage')
    }
    const counters = () => cdp.send('Memory.getDOMCounters')
    const before = await heap()
    const domBefore = await counters()
    const ids = small.slice(0, 20).map((h) => h.id)
    await change(page, ids) // now all are cached
    const times = await change(page, Array.from({ length: 180 }, (_, i) => ids[(i * 7 + 3) % ids.length]))
    switches.push(percentile(times, 0.95))
    const after = await heap()
    heaps.push((after.usedSize - before.usedSize) / 1e6)
    nodes.push((await counters()).nodes - domBefore.nodes)

    await page.goto(`${server.url}/c/${long.id}`)
    await page.locator('[role=log] article').first().waitFor()
    keys.push(percentile(await type(page), 0.95))
    await context.close()
  }
  await browser.close()
  return [
    figure({ id: 'P12.5', name: 'switch to a cached conversation, click to paint, p95', unit: 'ms', atMost: 50, runs: switches }),
    figure({ id: 'P12.6', name: 'key press to paint in the composer, p95', unit: 'ms', atMost: 16, runs: keys, details: { frames: 'not limited to 60 per second' } }),
    figure({ id: 'P12.9', name: 'heap after 200 switches', unit: 'MB more', atMost: 10, runs: heaps, details: { dom_nodes_more: median(nodes) } }),
  ]
}

/** change clicks one conversation after the other and returns the time from each click to the paint of its last message. */
function change(page, ids) {
  return page.evaluate(async (list) => {
    const painted = () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => {
          const after = new MessageChannel()
          after.port1.onmessage = () => resolve(performance.now())
          after.port2.postMessage(0)
        }),
      )
    const times = []
    for (const id of list) {
      const link = document.querySelector(`nav a[href="/c/${id}"]`)
      const old = document.querySelector('[role=log]')
      await painted()
      const began = performance.now()
      link.click()
      let log = document.querySelector('[role=log]')
      for (; log === old || !log?.querySelector('article'); log = document.querySelector('[role=log]')) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
        if (link.getAttribute('aria-current') === 'page' && log === old) break // it was the open one
      }
      times.push((await painted()) - began)
    }
    return times
  }, ids)
}

/** type writes and returns the time from each key event to the paint that shows it. */
async function type(page) {
  const field = page.locator('main textarea')
  await field.focus()
  await page.evaluate(() => {
    globalThis.keyTimes = []
    document.querySelector('main textarea').addEventListener('input', () => {
      const began = globalThis.keyAt
      requestAnimationFrame(() => {
        const after = new MessageChannel()
        after.port1.onmessage = () => globalThis.keyTimes.push(performance.now() - began)
        after.port2.postMessage(0)
      })
    })
    document.addEventListener('keydown', (e) => (globalThis.keyAt = e.timeStamp), true)
  })
  const text = 'The quick brown fox jumps over the lazy dog, again and again; budget review on Friday. '
  for (const c of text + text) await page.keyboard.press(c === ' ' ? 'Space' : c)
  await page.waitForFunction((n) => globalThis.keyTimes.length >= n, text.length * 2)
  await field.fill('')
  return page.evaluate(() => globalThis.keyTimes)
}
