// On a phone: what comes up for a moment stands in nobody's way.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { composer, message, signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { furnish } from '../lib/furnish.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const watch = new Watch()
const pages = {}
const step = story({ watch, pages })
let server
let browser

before(async () => {
  server = await startServer()
  browser = await launch()
  const { group } = await furnish(server)
  const context = await openContext(browser, watch, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await signIn(context, server.url, 'zhangwei')
  pages.zhang = await context.newPage()
  await pages.zhang.goto(`${server.url}/c/${group.id}`)
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Holds a finger on a message for as long as its actions take to come. */
async function press(page, text) {
  const { x, y } = await message(page, text).boundingBox()
  const touch = await page.context().newCDPSession(page)
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + 60, y: y + 12 }] })
  const sheet = page.getByRole('menu', { name: '消息操作' })
  await sheet.waitFor()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  return sheet
}

step('a note covers neither the composer nor a sheet', async () => {
  const page = pages.zhang
  await composer(page).waitFor()
  const sheet = await press(page, '周六值班的人报给我')
  await sheet.getByRole('menuitem', { name: '复制文本' }).tap()
  const note = page.getByRole('status').filter({ hasText: '已复制' })
  await note.waitFor()
  const [mine, field] = [await note.boundingBox(), await composer(page).boundingBox()]
  assert.ok(mine.y + mine.height <= field.y, 'the note stands above the composer')
  const again = await press(page, '周六值班的人报给我')
  const top = (await again.boundingBox()).y
  const still = await note.boundingBox()
  assert.ok(still && still.y + still.height <= top, 'the note stands above the sheet')
})
