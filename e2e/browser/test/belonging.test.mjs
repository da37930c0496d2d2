// Who sees what, from when, and until when: newcomers, removed members, search, import, sessions that end, an upgraded server.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { composer, log, message, open, say, signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { employ, found, membership, password, setUp } from '../lib/company.mjs'
import { eventually } from '../lib/eventually.mjs'
import { Log } from '../lib/furnish.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const atOnce = 1000 // ms
const watch = new Watch()
const pages = {}
const step = story({ watch, pages })
const contexts = {}
let server
let browser
let admin
let zhang
let li
let wu

before(async () => {
  server = await startServer()
  browser = await launch()
  admin = await setUp(server, { name: '王芳', login: 'wangfang' })
  const { departments: d } = await found(admin)
  zhang = await employ(admin, { name: '张伟', login: 'zhangwei', memberships: membership(d.platform) })
  li = await employ(admin, { name: '李娜', login: 'lina', memberships: membership(d.market) })
  wu = await employ(admin, { name: '吴敏', login: 'wumin', memberships: membership(d.market) })
  for (const [key, login] of [['zhang', 'zhangwei'], ['li', 'lina'], ['admin', 'wangfang']]) {
    contexts[key] = await openContext(browser, watch)
    await signIn(contexts[key], server.url, login)
    pages[key] = await contexts[key].newPage()
    await pages[key].goto(server.url)
    await pages[key].getByRole('heading', { level: 1, name: '消息' }).waitFor()
  }
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

let group

step('a newcomer sees what is said from now on, not what was said before', async () => {
  const { zhang: z, li: l } = pages
  group = await zhang.post('/conversations', { client_id: 'g', kind: 'group', name: '薪酬小组', history: 'joined', members: [wu.id] })
  const before_ = new Log(group.id)
  for (let n = 0; n < 3; n++) await before_.post(zhang, `入职前的秘密 ${n}`)
  await open(z, '薪酬小组')
  await z.getByRole('button', { name: /^成员，/ }).click()
  await z.getByRole('button', { name: '添加成员' }).click()
  const dialog = z.getByRole('dialog', { name: '添加成员到“薪酬小组”' })
  await dialog.getByLabel('查找人员').fill('lina')
  await dialog.getByRole('button', { name: /李娜/ }).first().click()
  await dialog.getByRole('button', { name: /^添加 \d+ 人$/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await l.getByRole('link', { name: /薪酬小组/ }).waitFor({ timeout: 2 * atOnce })
  await open(l, '薪酬小组')
  await say(z, '欢迎李娜')
  await message(l, '欢迎李娜').waitFor({ timeout: atOnce })
  await log(l).getByText('你可以查看加入之后的消息。').waitFor()
  assert.equal(await l.getByText('入职前的秘密').count(), 0)
  // Not by an address, not by search, not by the API either.
  await l.goto(`${server.url}/c/${group.id}/m/2`)
  await message(l, '欢迎李娜').waitFor()
  assert.equal(await l.getByText('入职前的秘密').count(), 0)
  assert.equal((await li.get(`/search?q=${encodeURIComponent('秘密')}`)).items.length, 0)
})

step('where the whole history is open, a newcomer reads it', async () => {
  const { zhang: z, li: l } = pages
  const all = await zhang.post('/conversations', { client_id: 'all', kind: 'group', name: '项目交接', history: 'all', members: [wu.id] })
  await new Log(all.id).post(zhang, '三月就定好的方案')
  await zhang.post(`/conversations/${all.id}/members`, { members: [li.id] })
  await l.getByRole('link', { name: /项目交接/ }).waitFor({ timeout: 2 * atOnce })
  await open(l, '项目交接')
  await message(l, '三月就定好的方案').waitFor()
  await open(z, '项目交接')
})

step('who is removed is out at once: the screen, the list, the search, the address', async () => {
  const { zhang: z, li: l } = pages
  await open(l, '薪酬小组')
  await message(l, '欢迎李娜').waitFor()
  await composer(l).fill('还没发出的话')
  await open(z, '薪酬小组')
  await z.getByRole('button', { name: /^成员，/ }).click()
  await z.getByRole('button', { name: '李娜 的操作' }).click()
  await z.getByRole('menuitem', { name: '移出' }).click()
  await z.getByRole('dialog', { name: '移出 李娜？' }).getByRole('button', { name: '移出' }).click()
  await l.getByRole('link', { name: /薪酬小组/ }).waitFor({ state: 'detached', timeout: 2 * atOnce })
  await l.getByText('欢迎李娜').first().waitFor({ state: 'detached', timeout: atOnce })
  assert.equal(new URL(l.url()).pathname, '/c')
  await say(z, '她走了以后')
  assert.equal(await l.getByText('她走了以后').count(), 0)
  const refused = watch.expect(/Failed to load resource: .* 404 /)
  await l.goto(`${server.url}/c/${group.id}`)
  await l.getByText('会话不存在，或您不是成员').waitFor()
  refused()
  assert.equal((await li.get(`/search?q=${encodeURIComponent('欢迎')}`)).items.length, 0)
  await assert.rejects(li.get(`/conversations/${group.id}/messages`), (e) => e.status === 404)
})

step('search: by word, person, conversation and date; a hit opens where it was said', async () => {
  const { zhang: z } = pages
  const travel = await zhang.post('/conversations', { client_id: 't', kind: 'group', name: '差旅', members: [li.id, wu.id] })
  const talk = new Log(travel.id)
  for (let n = 0; n < 70; n++) await talk.post(n % 2 ? li : wu, n === 5 ? '出差的報銷單放在哪里？' : `闲聊第 ${n} 句`)
  await talk.post(wu, '报销系统今天升级')
  await new Log(group.id).post(zhang, '报销和税一起算')
  await eventually(async () => (await zhang.get(`/search?q=${encodeURIComponent('报销')}`)).items.length === 3, { what: 'three messages in the index' })

  await z.getByRole('link', { name: '搜索' }).click()
  const hits = z.locator('main ol > li')
  const settled = async (n) => eventually(async () => assert.equal(await hits.count(), n), { what: `${n} hits` })
  await z.getByLabel('搜索消息').fill('报销')
  await settled(3)
  await z.getByLabel('搜索消息').fill('税')
  await settled(1)
  await z.getByLabel('搜索消息').fill('报销')
  const chips = z.getByRole('group', { name: '筛选' })
  await chips.getByRole('button', { name: '发送人', exact: true }).click()
  await z.getByRole('textbox', { name: '姓名、拼音' }).fill('wm')
  await z.getByRole('button', { name: /吴敏.*市场部/ }).click()
  await settled(1)
  await chips.getByRole('button', { name: '去掉“发送人”' }).click()
  await settled(3)
  await chips.getByRole('button', { name: '会话', exact: true }).click()
  await z.getByRole('textbox', { name: '会话名称' }).fill('差')
  await z.getByRole('dialog', { name: '会话' }).getByRole('button', { name: '差旅' }).click()
  await settled(2)
  await chips.getByRole('button', { name: '选择日期' }).click()
  await z.keyboard.press('ArrowLeft')
  await z.keyboard.press('Enter')
  await z.getByText('没有找到', { exact: true }).waitFor() // yesterday
  await z.keyboard.press('ArrowRight')
  await z.keyboard.press('Enter')
  await settled(2) // yesterday and today
  await z.keyboard.press('Escape')
  await chips.getByRole('button', { name: '去掉“选择日期”' }).click()
  await chips.getByRole('button', { name: '今天' }).click()
  await settled(2)
  // What was asked for stands in the address: a reload shows the same.
  await z.reload()
  await settled(2)

  await hits.filter({ hasText: '報銷單' }).getByRole('button').click()
  await z.getByRole('heading', { level: 2, name: '差旅' }).waitFor()
  const found_ = message(z, '報銷單')
  await found_.waitFor()
  for (const near of ['闲聊第 4 句', '闲聊第 6 句']) await message(z, near).waitFor()
  const [row, view] = [await found_.boundingBox(), await log(z).locator('..').boundingBox()]
  assert.ok(row.y >= view.y && row.y + row.height <= view.y + view.height, 'the hit is in view')
  await z.goBack()
  await settled(2)
})

step('import in the browser: wrong lines are named and nothing is written; a good file is shown, then applied', async () => {
  const page = pages.admin
  await page.goto(`${server.url}/admin/import`)
  const choose = (text) => page.getByLabel('选择文件').setInputFiles({ name: '花名册.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await choose('姓名,登录名,部门\n赵六,zhaoliu,/云帆科技/财务部\n钱七,zhaoliu,/云帆科技/财务部\n孙八,"bad login!",/云帆科技/财务部\n')
  await page.getByRole('button', { name: '预览' }).click()
  const wrong = page.getByRole('main').getByRole('table')
  await wrong.getByText('第 3 行').first().waitFor()
  await wrong.getByText('第 4 行').first().waitFor()
  assert.equal(await page.getByRole('button', { name: '确认导入', exact: true }).count(), 0)
  assert.equal((await admin.get('/people?q=zhaoliu')).items.length, 0)

  await choose('姓名,登录名,部门,岗位\n赵六,zhaoliu,/云帆科技/财务部,会计\n钱七,qianqi,/云帆科技/财务部,出纳\n')
  await page.getByRole('button', { name: '预览' }).click()
  await page.getByRole('main').getByText('赵六').first().waitFor()
  assert.equal((await admin.get('/people?q=zhaoliu')).items.length, 0, 'a preview writes nothing')
  await page.getByRole('button', { name: '确认导入', exact: true }).click()
  await page.getByText('导入完成').waitFor()
  await eventually(async () => (await admin.get('/people?q=zhaoliu')).items.length === 1)
  // A colleague finds the new one in the organisation.
  const { li: l } = pages
  await l.goto(`${server.url}/people/all`)
  await l.getByLabel('查找人员').fill('财务')
  await l.getByRole('main').getByRole('button', { name: /赵六/ }).waitFor()
})

step('a session that is ended elsewhere is over at once and asks to sign in; then one is back where one was', async () => {
  const { li: l } = pages
  await open(l.url().includes('/people') ? (await l.goto(`${server.url}/c`), l) : l, '差旅')
  const at = new URL(l.url()).pathname
  const elsewhere = await (await openContext(browser, watch)).newPage()
  await signIn(elsewhere.context(), server.url, 'lina')
  await elsewhere.goto(`${server.url}/settings/devices`)
  await elsewhere.getByText('本机').waitFor()
  const over = watch.expect(/Failed to load resource: .* 401 /)
  const others = elsewhere.getByRole('main').getByRole('button', { name: '退出登录' })
  for (let n = (await others.count()) - 1; n > 0; n--) {
    await others.first().click()
    await eventually(async () => (await others.count()) === n, { what: 'one session less' })
  }
  await l.getByLabel('账号').waitFor({ timeout: 2 * atOnce })
  await l.getByLabel('账号').fill('lina')
  await l.getByLabel('密码').fill(password)
  await l.getByRole('button', { name: '登录', exact: true }).click()
  await l.getByRole('heading', { level: 2, name: '差旅' }).waitFor()
  assert.equal(new URL(l.url()).pathname, at)
  over()
  await elsewhere.context().close()
})

step('after an upgrade of the server an old tab still opens what it never opened before', async () => {
  const { li: l } = pages
  // The files of the new version have other names; those of the old one are gone.
  const gone = watch.expect(/Failed to load resource: .* 404 |Failed to fetch dynamically imported module/)
  await l.route(/\/assets\/SettingsPage-[^/]*\.js$/, (route) => route.continue({ url: `${server.url}/assets/SettingsPage-old.js` }), { times: 1 })
  await composer(l).fill('升级前写了一半')
  await l.getByRole('button', { name: '李娜，我的菜单' }).click()
  await l.getByRole('menuitem', { name: '设置' }).click()
  await l.getByRole('radio', { name: 'English' }).waitFor()
  await l.getByRole('link', { name: '消息', exact: true }).click()
  await open(l, '差旅')
  assert.equal(await composer(l).inputValue(), '升级前写了一半')
  gone()
})

step('an old tab finds its way back after the server was started again', async () => {
  const { zhang: z } = pages
  const lost = watch.expect(/^console: (Failed to load resource: net::ERR_|WebSocket connection to )/)
  await z.goto(`${server.url}/c`)
  await open(z, '差旅')
  await server.kill()
  await z.getByText(/连接已断开/).waitFor()
  await server.start()
  await z.getByText(/连接已断开/).waitFor({ state: 'hidden', timeout: 30_000 })
  await say(z, '我还在')
  await message(z, '我还在').getByText(/已读|已送达|未读/).waitFor()
  lost()
})

