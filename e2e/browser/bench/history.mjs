// history.mjs: reading about in a conversation of 100,000 messages.
import { launch } from '../lib/browser.mjs'
import { signIn } from './load.mjs'
import { figure, percentile } from './stats.mjs'
import { longest } from './stage.mjs'
import { unlimited } from './use.mjs'

/** reading: flings from dates all over the conversation: rows mounted, frames; and how far the reader's place moves when pages come in. */
export async function reading({ server, login, password, long }) {
  const browser = await launch({ args: unlimited })
  const rows = []
  const frames = []
  const drifts = []
  const jumps = []
  for (let run = 0; run < 3; run++) {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } })
    await signIn(context, server.url, login, password)
    const page = await context.newPage()
    await page.goto(`${server.url}/c/${long.id}`)
    await page.locator('[role=log] article').first().waitFor()
    await page.evaluate(meter)
    const seen = []
    for (const share of [0.9, 0.5, 0.1, 0.7]) {
      const seq = Math.round(longest * share)
      jumps.push(await page.evaluate(jump, `/c/${long.id}/m/${seq}`))
      await page.locator(`article[data-seq="${seq}"]`).waitFor()
      const box = await page.getByRole('log').boundingBox()
      await page.mouse.move(box.x + 300, 450)
      await page.evaluate(() => globalThis.meter.start())
      for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i < 40 ? -1200 : 1500)
      seen.push(await page.evaluate(() => globalThis.meter.stop()))
      drifts.push(await page.evaluate(drift))
    }
    rows.push(Math.max(...seen.map((s) => s.rows)))
    frames.push(percentile(seen.flatMap((s) => s.frames), 0.95))
    await context.close()
  }
  await browser.close()
  return [
    figure({ id: 'P12.7', name: 'rows mounted while flinging through 100,000 messages, most', unit: 'rows', atMost: 400, runs: rows, details: { jump_to_a_date_p95_ms: percentile(jumps, 0.95) } }),
    figure({ id: 'P12.8', name: 'frame while flinging through 100,000 messages, p95', unit: 'ms', atMost: 16.7, runs: frames, details: { frames: 'not limited to 60 per second' } }),
    figure({ id: 'P12.10', name: 'movement of the message looked at while pages load and the window changes, most', unit: 'px', atMost: 1, runs: drifts }),
  ]
}

function meter() {
  let on = false
  let frames = []
  let rows = 0
  let last = 0
  const tick = (now) => {
    if (!on) return
    if (last) frames.push(now - last)
    last = now
    rows = Math.max(rows, document.querySelectorAll('[role=log] [data-key]').length)
    requestAnimationFrame(tick)
  }
  globalThis.meter = {
    start: () => {
      on = true
      frames = []
      rows = 0
      last = 0
      requestAnimationFrame(tick)
    },
    stop: () => {
      on = false
      return { frames, rows }
    },
  }
}

/** jump goes to a message by its address; resolves with the milliseconds until it is painted. */
async function jump(path) {
  const began = performance.now()
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
  const seq = path.split('/').at(-1)
  while (!document.querySelector(`article[data-seq="${seq}"]`)) await new Promise((resolve) => requestAnimationFrame(resolve))
  return performance.now() - began
}

/** drift goes near the loaded top, so that older messages come, and follows the message in the middle: it is not touched, so it must not move. */
async function drift() {
  const log = document.querySelector('[role=log]')
  const scroller = log.parentElement
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const first = () => log.querySelector('article')?.dataset.seq
  // The fling is over when nothing has moved for a while.
  for (let still = 0, last = -1; still < 20; ) {
    await frame()
    still = scroller.scrollTop === last && !log.querySelector('[role=status]') ? still + 1 : 0
    last = scroller.scrollTop
  }
  const top = first()
  scroller.scrollTop = Math.min(500, scroller.scrollTop)
  await frame()
  await frame()
  const middle = scroller.getBoundingClientRect().top + scroller.clientHeight * 0.4
  const row = [...log.querySelectorAll('article')].find((a) => a.getBoundingClientRect().bottom > middle)
  const at = row.getBoundingClientRect().top
  let most = 0
  const until = performance.now() + 3000
  let after = 0
  while (performance.now() < until && after < 30) {
    await frame()
    if (row.isConnected) most = Math.max(most, Math.abs(row.getBoundingClientRect().top - at))
    if (first() !== top) after++
  }
  return most
}
