// The main job without a pointer: sign in, find somebody, write, react, see who has read.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { log, message } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { password } from '../lib/company.mjs'
import { furnish } from '../lib/furnish.mjs'
import { reach } from '../lib/keys.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const watch = new Watch()
const pages = {}
const step = story({ watch, pages })
let server
let browser
let w

before(async () => {
  server = await startServer()
  browser = await launch()
  w = await furnish(server)
  pages.zhang = await (await openContext(browser, watch)).newPage()
  // Whoever uses the pointer here has not understood this test.
  for (const act of ['click', 'dblclick', 'hover', 'tap']) pages.zhang[act] = () => assert.fail('the pointer was used')
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

step('sign in', async () => {
  const page = pages.zhang
  await page.goto(server.url)
  await page.getByLabel('账号').waitFor()
  await reach(page, page.getByLabel('账号'))
  await page.keyboard.type('zhangwei')
  await reach(page, page.getByLabel('密码'))
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '张伟，我的菜单' }).waitFor()
})

step('find a person in the organisation and open her conversation', async () => {
  const page = pages.zhang
  await reach(page, page.getByRole('link', { name: '通讯录' }))
  await page.keyboard.press('Enter')
  await page.getByRole('tree').waitFor()
  await reach(page, page.getByRole('tree').locator('[role=treeitem][tabindex="0"]'))
  await reach(page, page.getByRole('treeitem', { name: /研发部/ }), { key: 'ArrowDown', within: 3 })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: '研发部' }).waitFor()
  await reach(page, page.getByLabel('查找人员'))
  await page.keyboard.type('cjg')
  const row = page.getByRole('main').getByRole('button', { name: /陈建国/ })
  await row.waitFor()
  await page.keyboard.press('ArrowDown')
  await reach(page, row)
  await page.keyboard.press('Enter')
  const talk = page.getByRole('complementary').getByRole('button', { name: '发消息' })
  await talk.waitFor()
  await page.keyboard.press('F6')
  await reach(page, talk)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: '陈建国' }).waitFor()
})

step('the list of conversations, from the rail to the group', async () => {
  const page = pages.zhang
  await reach(page, page.getByRole('link', { name: /双十一备货/ }), { key: 'Tab' })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: '双十一备货' }).waitFor()
})

step('the list and the composer stay while addresses of the screen change', async () => {
  const page = pages.zhang
  const here = page.url()
  const list = page.locator('[data-region="list"]')
  await list.evaluate((el) => { el.dataset.kept = 'yes' })
  const go = (address) => page.evaluate((to) => history.pushState(null, '', to), address)
  await go('/c')
  await page.getByText('选择一个会话').waitFor()
  await go(here)
  const composer = page.locator('main textarea')
  await composer.evaluate((el) => { el.dataset.kept = 'yes' })
  await go(`${here}/m/1`)
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  assert.deepEqual([await list.getAttribute('data-kept'), await composer.getAttribute('data-kept')], ['yes', 'yes'])
  await go(here)
})

step('F6 stops at messages that still load', async () => {
  const page = pages.zhang
  let answer
  const held = new Promise((resolve) => { answer = resolve })
  const slow = '**/api/v1/conversations/*/messages?*'
  await page.route(slow, async (route) => {
    await held
    await route.continue()
  })
  await page.reload()
  await page.locator('main textarea').waitFor()
  await page.locator('[data-region="timeline"]').getByRole('status').waitFor()
  await reach(page, page.locator('[data-region="timeline"]'), { key: 'F6', within: 6 })
  answer()
  await log(page).getByRole('article').first().waitFor()
  await page.unroute(slow)
})

step('write, with a mention chosen by arrows; a line break; correct the last message', async () => {
  const page = pages.zhang
  await reach(page, page.locator('main textarea'), { key: 'F6', within: 6 })
  await page.keyboard.type('@')
  await page.getByRole('listbox', { name: '选择要提及的人' }).waitFor()
  await page.keyboard.type('陈')
  await page.getByRole('option', { name: /陈建国/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type('第一行')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('第二行')
  await page.keyboard.press('Enter')
  await message(page, '第一行').getByText('第二行').waitFor()
  await message(page, '第一行').getByText(/未读/).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('button', { name: '取消编辑' }).waitFor()
  await page.keyboard.press('End')
  await page.keyboard.type('，改过')
  await page.keyboard.press('Enter')
  await message(page, '第一行').getByText('已编辑').waitFor()
})

step('react, reply and recall from the message itself', async () => {
  const page = pages.zhang
  await reach(page, message(page, '第一行'), { key: 'Shift+Tab', within: 20 })
  await reach(page, message(page, '第一行').getByRole('button', { name: '回应 👍' }))
  await page.keyboard.press('Enter')
  await message(page, '第一行').getByRole('button', { name: /^👍，1 人/ }).waitFor()
  await page.keyboard.press('Shift+Tab')
  await reach(page, message(page, '第一行'), { key: 'Shift+Tab', within: 4 })
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('r')
  await page.getByRole('button', { name: '取消回复' }).waitFor()
  await page.keyboard.type('这条会撤回')
  await page.keyboard.press('Enter')
  await message(page, '这条会撤回').getByText(/未读/).waitFor()
  await toMessage(page, '这条会撤回')
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog', { name: '撤回这条消息？' })
  await reach(page, dialog.getByRole('button', { name: '撤回' }), { within: 4 })
  await page.keyboard.press('Enter')
  await log(page).getByText('你撤回了一条消息').last().waitFor()
  await dialog.waitFor({ state: 'detached' })
})

step('see who has read, and close that again', async () => {
  const page = pages.zhang
  await reach(page, page.locator('main textarea'), { key: 'F6', within: 6 })
  await toMessage(page, '第一行')
  await page.keyboard.press('Shift+V')
  const panel = page.getByRole('complementary', { name: '已读详情' })
  await panel.getByRole('tab').first().waitFor()
  await reach(page, panel.locator('*'), { key: 'F6', within: 6 })
  await reach(page, panel.getByRole('tab', { selected: true }), { within: 4 })
  await panel.getByRole('button', { name: /陈建国|王芳/ }).first().waitFor()
  await reach(page, panel.getByRole('button', { name: '关闭' }), { key: 'Shift+Tab', within: 4 })
  await page.keyboard.press('Enter')
  await panel.waitFor({ state: 'detached' })
})

step('menus and dialogs give the focus back', async () => {
  const page = pages.zhang
  const start = page.getByRole('button', { name: '发起会话' })
  await reach(page, start)
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor()
  await page.keyboard.press('Escape')
  await reach(page, start, { within: 0 })
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: '创建群' })
  await dialog.waitFor()
  await reach(page, dialog.locator('[role=treeitem][tabindex="0"]'))
  await page.keyboard.press(' ')
  await dialog.getByRole('button', { name: /^移除/ }).first().waitFor()
  // The focus stays inside.
  for (let n = 0; n < 30; n++) {
    await page.keyboard.press('Tab')
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.querySelector('dialog[open]').contains(document.activeElement)), 'the focus left the dialog')
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

/** toMessage goes back from the field to the messages, and among them with the arrows. */
async function toMessage(page, text) {
  await reach(page, log(page).getByRole('article'), { key: 'Shift+Tab', within: 20 })
  await page.keyboard.press('End')
  await reach(page, message(page, text), { key: 'ArrowUp', within: 8 })
}
