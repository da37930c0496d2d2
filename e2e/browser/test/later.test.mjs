// What is kept for later: from the bar, the keyboard and a finger, on all devices at once, with reminders.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { act, log, message, signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { furnish } from '../lib/furnish.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const watch = new Watch()
const pages = {}
const step = story({ watch, pages })
const first = '周六值班的人报给我'
const second = '锁定了，明早盘点。'
let server
let browser
let w

before(async () => {
  server = await startServer()
  browser = await launch()
  w = await furnish(server)
  for (const device of ['desk', 'other']) {
    const context = await openContext(browser, watch)
    await signIn(context, server.url, 'zhangwei')
    pages[device] = await context.newPage()
  }
  await pages.desk.goto(`${server.url}/c/${w.group.id}`)
  await pages.other.goto(`${server.url}/later`)
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const kept = (page, text) => page.getByRole('main').getByRole('listitem').filter({ hasText: text })

step('a message is kept from its bar, and stands in the list of the other device at once', async () => {
  await pages.other.getByText('没有稍后处理的消息').waitFor()
  await message(pages.desk, first).hover()
  await message(pages.desk, first).getByRole('button', { name: '稍后处理' }).click()
  await kept(pages.other, first).waitFor()
  await pages.desk.getByRole('img', { name: '1 条稍后处理' }).waitFor()
})

step('by keys, with a reminder in an hour', async () => {
  const page = pages.desk
  await message(page, second).focus()
  await page.keyboard.press('s')
  await page.getByRole('img', { name: '2 条稍后处理' }).waitFor()
  await message(page, second).focus()
  await page.keyboard.press('Shift+S')
  await page.getByRole('dialog', { name: '提醒时间' }).getByRole('button', { name: /1 小时后/ }).click()
  await kept(pages.other, second).getByText(/\d 提醒$/).waitFor()
})

step('a reminder that is due is told on every device and marked in the list', async () => {
  const { group, zhang } = w
  const { items } = await zhang.get(`/later`)
  const { seq } = items.find((k) => k.message.content.text === second)
  await zhang.call('PUT', `/conversations/${group.id}/messages/${seq}/later`, { remind_at: new Date(Date.now() + 1000).toISOString() })
  await pages.desk.getByText('稍后处理：1 条消息提醒时间已到').waitFor()
  await kept(pages.other, second).getByText(/^提醒时间已到/).waitFor()
})

step('done with a click, found under done, opened again; a click on the text leads to the message', async () => {
  const page = pages.other
  await kept(page, second).getByRole('button', { name: '完成' }).click()
  await page.getByRole('button', { name: '待处理 1' }).waitFor()
  await page.getByRole('button', { name: '已完成' }).click()
  await kept(page, second).getByRole('button', { name: '重新打开' }).click()
  await page.getByRole('button', { name: '待处理 2' }).click()
  await kept(page, second).getByRole('button', { name: /明早盘点/ }).click()
  await page.waitForURL(/\/c\/.+\/m\/\d+$/)
  await message(page, second).waitFor()
})

step('what was recalled shows nothing; it can be removed', async () => {
  const page = pages.other
  await act(pages.desk, first, '撤回')
  await pages.desk.getByRole('dialog').getByRole('button', { name: '撤回' }).click()
  await log(pages.desk).getByText('你撤回了一条消息').first().waitFor()
  await page.goto(`${server.url}/later`)
  const gone = kept(page, '消息已撤回，或您已无权查看')
  await gone.waitFor()
  assert.equal(await page.getByRole('main').getByText(first).count(), 0)
  await gone.getByRole('button', { name: '从列表移除' }).click()
  await page.getByRole('button', { name: '待处理 1' }).waitFor()
})
