// The main job, played by an administrator and two employees in three browsers.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { act, composer, log, message, open, say, signInByForm } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { addPerson, Client, employ, found, membership, password } from '../lib/company.mjs'
import { eventually } from '../lib/eventually.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const atOnce = 1000 // ms: what one does, the other sees

let server
let browser
const watch = new Watch()
/** @type {{admin: import('playwright-core').Page, zhang: import('playwright-core').Page, li: import('playwright-core').Page}} */
const pages = {}
let admin // speaks the API as the administrator
let company
let zhang
let li

before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const step = story({ watch, pages })
const newPage = async () => (await openContext(browser, watch)).newPage()

step('the first start: a one-time link makes the administrator', async () => {
  pages.admin = await newPage()
  const page = pages.admin
  await page.goto(server.setupLink)
  await page.getByRole('heading', { name: '欢迎使用信枢' }).waitFor()
  await page.getByLabel('公司名称').fill('云帆科技')
  await page.getByLabel('您的姓名').fill('王芳')
  await page.getByLabel('登录名').fill('wangfang')
  await page.getByLabel('新密码').fill(password)
  await page.getByLabel('再次输入密码').fill(`${password}x`)
  await page.getByRole('button', { name: '完成设置' }).click()
  await page.getByRole('alert').filter({ hasText: '两次输入的密码不一致' }).waitFor()
  await page.getByLabel('再次输入密码').fill(password)
  await page.getByRole('button', { name: '完成设置' }).click()
  await page.getByRole('button', { name: '王芳，我的菜单' }).waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the secret left the address')

  const again = await newPage()
  await again.goto(server.setupLink)
  await again.getByText('系统已完成设置').waitFor()
  await again.context().close()
})

step('an activation link is opened by whom it was sent to, once', async () => {
  const signedIn = await new Client(server.url).post('/sessions', { login: 'wangfang', password })
  admin = new Client(server.url, signedIn.token)
  company = await found(admin)
  const { departments: d, positions: p, ranks: r } = company
  const boss = await employ(admin, { name: '陈建国', login: 'chenjianguo', memberships: membership(d.development, p.director), rank: r.p7 })
  li = await employ(admin, { name: '李娜', login: 'lina', mobile: '13911112222', memberships: membership(d.market, p.planner), rank: r.p5 })
  zhang = await addPerson(admin, {
    name: '张伟',
    login: 'zhangwei',
    employee_no: 'E1001',
    mobile: '13800138765',
    memberships: membership(d.platform, p.engineer),
    rank: r.p5,
    manager: boss.id,
  })
  // Namesakes and strangers, so that finding means something.
  for (const [name, login, department] of [['单伟', 'shanwei', d.market], ['张薇', 'zhangwei2', d.head], ['赵敏', 'zhaomin', d.market]]) {
    await addPerson(admin, { name, login, memberships: membership(department) })
  }

  pages.zhang = await newPage()
  const page = pages.zhang
  await page.goto(zhang.link)
  await page.getByRole('heading', { name: '张伟，欢迎加入' }).waitFor()
  await page.getByLabel('新密码').fill('12345678')
  await page.getByLabel('再次输入密码').fill('12345678')
  const end = watch.expect(/Failed to load resource: .* 400 .*links\/redeem/)
  await page.getByRole('button', { name: '激活账号' }).click()
  await page.getByRole('alert').filter({ hasText: '这个密码太常见' }).waitFor()
  end()
  await page.getByLabel('新密码').fill(password)
  await page.getByLabel('再次输入密码').fill(password)
  await page.getByRole('button', { name: '激活账号' }).click()
  await page.getByRole('button', { name: '张伟，我的菜单' }).waitFor()

  const used = watch.expect(/Failed to load resource: .* 410 .*links\/lookup/)
  const other = await newPage()
  await other.goto(zhang.link)
  await other.getByRole('heading', { name: '链接无效' }).waitFor()
  await other.context().close()
  used()
})

step('signing in: a wrong password is refused, the right one opens the client', async () => {
  pages.li = await newPage()
  const page = pages.li
  const end = watch.expect(/Failed to load resource: .* 401 .*\/sessions/)
  await signInByForm(page, server.url, 'lina', 'not this one')
  await page.getByRole('alert').filter({ hasText: '账号或密码不正确' }).waitFor()
  end()
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('button', { name: '李娜，我的菜单' }).waitFor()
})

step('a direct conversation: found by initials, both see each other at once', async () => {
  const { zhang: z, li: l } = pages
  await z.getByRole('button', { name: '发起会话' }).click()
  await z.getByRole('menuitem', { name: '发起单聊' }).click()
  const dialog = z.getByRole('dialog', { name: '发起单聊' })
  await dialog.getByLabel('查找人员').fill('ln')
  await dialog.getByRole('button', { name: /李娜/ }).first().click()
  await dialog.getByRole('button', { name: '开始聊天' }).click()
  await z.getByRole('heading', { level: 2, name: '李娜' }).waitFor()

  await say(z, '李娜你好，下午的评审你来吗？')
  await l.getByRole('link', { name: /张伟/ }).waitFor({ timeout: atOnce })
  await open(l, '张伟')
  await message(l, '下午的评审').waitFor()
  await message(z, '下午的评审').getByText('已读', { exact: true }).waitFor()

  await composer(l).pressSequentially('来')
  await z.getByText('李娜正在输入…').waitFor({ timeout: 2000 })
  await say(l, '来的，三点见。')
  await message(z, '三点见').waitFor({ timeout: atOnce })
})

step('a group of three: made in the dialog, named, seen by everybody in it', async () => {
  const { zhang: z, li: l, admin: a } = pages
  await z.getByRole('button', { name: '发起会话' }).click()
  await z.getByRole('menuitem', { name: '创建群' }).click()
  const dialog = z.getByRole('dialog', { name: '创建群' })
  await dialog.getByLabel('名称').fill('双十一备货')
  for (const query of ['lina', '王芳']) {
    await dialog.getByLabel('查找人员').fill(query)
    await dialog.getByRole('button', { name: query === 'lina' ? /李娜/ : /王芳/ }).first().click()
  }
  await dialog.getByRole('button', { name: '创建', exact: true }).click()
  await z.getByRole('heading', { level: 2, name: '双十一备货' }).waitFor()
  await log(z).getByText('你创建了“双十一备货”').waitFor()
  for (const page of [l, a]) await page.getByRole('link', { name: /双十一备货/ }).waitFor({ timeout: 2 * atOnce })
})

step('mention, quote, edit, react, recall: everybody sees the same', async () => {
  const { zhang: z, li: l, admin: a } = pages
  for (const page of [l, a]) await open(page, '双十一备货')

  await composer(z).pressSequentially('@李')
  await z.getByRole('option', { name: /李娜/ }).click()
  await composer(z).pressSequentially('仓库清单 **周五** 前给我')
  await composer(z).press('Enter')
  const mention = message(l, '仓库清单')
  await mention.waitFor({ timeout: atOnce })
  await mention.getByText('@李娜').waitFor()
  assert.equal(await mention.locator('strong').textContent(), '周五')

  await act(l, '仓库清单', '回复')
  await say(l, '好的，今晚就发')
  await message(z, '今晚就发').getByRole('button', { name: /仓库清单/ }).waitFor({ timeout: atOnce })

  await act(z, '仓库清单', '编辑')
  await composer(z).press('End')
  await composer(z).pressSequentially('，谢谢')
  await composer(z).press('Enter')
  await message(l, '前给我，谢谢').getByText('已编辑').waitFor({ timeout: atOnce })

  await message(l, '前给我，谢谢').hover()
  await message(l, '前给我，谢谢').getByRole('button', { name: '回应 👍' }).click()
  await message(z, '前给我，谢谢').getByRole('button', { name: /^👍，1 人：李娜/ }).waitFor({ timeout: atOnce })

  await say(z, '这条发错了')
  await message(l, '这条发错了').waitFor({ timeout: atOnce })
  await act(z, '这条发错了', '撤回')
  await z.getByRole('dialog', { name: '撤回这条消息？' }).getByRole('button', { name: '撤回' }).click()
  await log(l).getByText('张伟撤回了一条消息').waitFor({ timeout: atOnce })
  assert.equal(await log(l).getByText('这条发错了').count(), 0)
})

step('an own message goes from sending over stored to who has read it, with names', async () => {
  const { zhang: z, li: l, admin: a } = pages
  await a.getByRole('link', { name: '消息', exact: true }).click() // nobody looks at the group here
  const states = []
  await z.exposeFunction('sawState', (text) => states.push(text))
  await z.evaluate(() => {
    const seen = new Set()
    new MutationObserver(() => {
      const rows = [...document.querySelectorAll('[role=log] article')].filter((x) => x.textContent.includes('库存已锁定'))
      for (const state of ['发送中', '已送达', '1 人已读 · 1 人未读']) {
        if (rows.some((x) => x.textContent.includes(state)) && !seen.has(state)) {
          seen.add(state)
          globalThis.sawState(state)
        }
      }
    }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true, characterData: true })
  })
  await say(z, '库存已锁定')
  await message(l, '库存已锁定').waitFor({ timeout: atOnce })
  await message(z, '库存已锁定').getByText('1 人已读 · 1 人未读').waitFor({ timeout: 3000 })
  assert.deepEqual(states, ['发送中', '已送达', '1 人已读 · 1 人未读'])
  await message(z, '库存已锁定').getByText('1 人已读 · 1 人未读').click()
  const panel = z.getByRole('complementary', { name: '已读详情' })
  await panel.getByRole('button', { name: /李娜/ }).waitFor()
  await panel.getByRole('tab', { name: /未读/ }).click()
  await panel.getByRole('button', { name: /王芳/ }).waitFor()
})

step('by keys alone: to a person by pinyin, to a group by its name, to what was said in it', async () => {
  const page = pages.zhang
  const switcher = page.getByRole('dialog', { name: '查找人或会话' })
  await page.keyboard.press('Control+k')
  await switcher.waitFor()
  await page.keyboard.type('lina')
  await switcher.getByRole('option', { name: /李娜/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: '李娜' }).waitFor()
  await page.getByText('在线 · ').first().waitFor({ timeout: 3000 })

  await page.keyboard.press('Control+k')
  await page.keyboard.type('双十一')
  await switcher.getByRole('option', { name: /双十一备货/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: '双十一备货' }).waitFor()

  await page.keyboard.press('Control+f')
  const panel = page.getByRole('complementary', { name: '在此会话中搜索' })
  await panel.getByRole('searchbox').fill('库存')
  await panel.getByRole('button', { name: /库存已锁定/ }).waitFor()
  await panel.getByRole('searchbox').press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/m\/\d+/)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
})

step('a channel is made, found by browsing and joined', async () => {
  const { zhang: z, li: l } = pages
  await l.getByRole('button', { name: '发起会话' }).click()
  await l.getByRole('menuitem', { name: '创建频道' }).click()
  const dialog = l.getByRole('dialog', { name: '创建频道' })
  await dialog.getByLabel('名称').fill('技术分享')
  await dialog.getByLabel('简介').fill('每周四下午')
  await dialog.getByRole('button', { name: '创建', exact: true }).click()
  await l.getByRole('heading', { level: 2, name: '技术分享' }).waitFor()

  await z.getByRole('button', { name: '发起会话' }).click()
  await z.getByRole('menuitem', { name: '浏览频道' }).click()
  await z.getByRole('textbox', { name: '搜索频道' }).fill('分享')
  await z.getByText('每周四下午').waitFor()
  await z.getByRole('button', { name: '加入' }).click()
  await z.getByRole('heading', { level: 2, name: '技术分享' }).waitFor()
  await log(l).getByText('张伟加入了').waitFor({ timeout: atOnce })
  await say(z, '我来了')
  await message(l, '我来了').waitFor({ timeout: atOnce })
})

step('the language changes at once, and stays', async () => {
  const page = pages.li
  await page.getByRole('button', { name: '李娜，我的菜单' }).click()
  await page.getByRole('menuitem', { name: '设置' }).click()
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('heading', { name: 'General' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'General' }).waitFor()
  await page.getByRole('radio', { name: '简体中文' }).check()
  await page.getByRole('heading', { name: '通用' }).waitFor()
  await page.getByRole('link', { name: '消息', exact: true }).click()
})

step('a suspended person is out at once, a restored one comes back', async () => {
  const page = pages.zhang
  const end = watch.expect(/Failed to load resource: .* 40[13] /)
  await admin.post(`/admin/people/${zhang.id}/suspend`)
  await page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: '登录已失效' }).or(page.getByLabel('账号')).first().waitFor({ timeout: 2 * atOnce })
  await signInByForm(page, server.url, 'zhangwei')
  await page.getByRole('alert').filter({ hasText: '此账号已被停用' }).waitFor()
  await admin.post(`/admin/people/${zhang.id}/restore`)
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('button', { name: '张伟，我的菜单' }).waitFor()
  await page.getByRole('link', { name: /双十一备货/ }).waitFor()
  end()
})
