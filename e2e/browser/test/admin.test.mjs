// The administration, as administrators use it: a department is made and moved, a person is hired into it, activated, changed,
// suspended and restored; a setting changes and acts; a bad file is refused and a good one imported; the trail shows all of it.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { act, message, say, signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { employ, found, membership, password, setUp } from '../lib/company.mjs'
import { eventually } from '../lib/eventually.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const server = await startServer()
const admin = await setUp(server)
const company = await found(admin)
const { market } = company.departments
await employ(admin, { name: '李娜', login: 'lina', employee_no: 'E1', memberships: membership(market, company.positions.planner) })
const auditor = await employ(admin, { name: '欧阳清', login: 'ouyang', roles: ['audit_admin'] })
await employ(admin, { name: '诸葛明', login: 'zhuge', roles: ['security_admin'] })

const browser = await launch()
const watch = new Watch()
const context = await openContext(browser, watch)
await signIn(context, server.url, admin.login)
const page = await context.newPage()
const other = await openContext(browser, watch) // the person who is hired here
const hired = await other.newPage()
after(async () => {
  await browser.close()
  await server.stop()
})
const step = story({ watch, pages: { admin: page, hired } })

const dialog = () => page.getByRole('dialog')
const panel = () => page.getByRole('complementary')
const node = (name) => page.getByRole('main').getByRole('treeitem').filter({ hasText: name })
const row = (name) => page.getByRole('row').filter({ hasText: name })
const section = (name) => page.getByRole('navigation', { name: '管理' }).getByRole('link', { name, exact: true }).click()
const choose = async (where, name, item) => {
  await where.getByRole('button', { name: `${name}的操作` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const said = (text) => page.getByRole('status').filter({ hasText: text }).first().waitFor()

step('a department is made, renamed and moved', async () => {
  await page.goto(`${server.url}/admin`)
  await section('部门')
  await choose(node('研发部'), '研发部', '新建下级部门')
  await dialog().getByLabel('名称').fill('测试组')
  await dialog().getByRole('button', { name: '添加' }).click()
  await node('测试组').waitFor()

  await choose(node('测试组'), '测试组', '移动')
  await dialog().getByRole('treeitem', { name: /研发部/ }).click()
  await dialog().getByText('不能移到研发部').waitFor() // it is there
  await dialog().getByRole('treeitem', { name: /市场部/ }).click()
  await dialog().getByText('测试组将移到「市场部」').waitFor()
  await dialog().getByRole('button', { name: '移动', exact: true }).click()
  await dialog().waitFor({ state: 'detached' })

  await node('测试组').click()
  await panel().getByText('云帆科技 / 市场部 / 测试组').waitFor()
  await choose(node('市场部'), '市场部', '删除')
  await dialog().getByText('市场部还不能删除').waitFor()
  await dialog().getByRole('button', { name: '关闭' }).last().click()
})

let link = ''
step('a person is made in it, with position, rank and manager', async () => {
  await section('人员与账号')
  await page.getByRole('button', { name: '新建人员' }).click()
  await panel().getByRole('button', { name: '新建人员' }).click()
  await panel().getByText('至少填写一项').last().waitFor()
  await panel().getByLabel('姓名').fill('周小川')
  await panel().getByLabel('登录名').fill('lina')
  await panel().getByRole('button', { name: '添加部门' }).click()
  await dialog().getByRole('treeitem', { name: /市场部/ }).press('ArrowRight')
  await dialog().getByRole('treeitem', { name: /测试组/ }).click()
  await dialog().getByRole('button', { name: '选择' }).click()
  await panel().getByLabel('岗位').selectOption({ label: '后端工程师' })
  await panel().getByLabel('职级').selectOption({ label: 'P5' })
  await panel().getByLabel('直属上级').fill('lina')
  await panel().getByRole('button', { name: /李娜/ }).click()
  const refused = watch.expect(/409/)
  await panel().getByRole('button', { name: '新建人员' }).click()
  await panel().getByText('登录名已被占用').waitFor()
  refused()
  await panel().getByLabel('登录名').fill('zhouxc')
  await panel().getByRole('button', { name: '新建人员' }).click()
  await dialog().getByText('周小川的激活链接').waitFor()
  link = await dialog().getByLabel('链接', { exact: true }).inputValue()
  assert.match(link, /#token=/)
  await page.keyboard.press('Escape')
  await row('周小川').getByText('激活链接待使用').waitFor()
  const [stored] = (await admin.get('/people?q=zhouxc')).items
  const person = await admin.get(`/people/${stored.id}`)
  assert.deepEqual([stored.department, stored.position, stored.rank, person.manager.name], ['测试组', '后端工程师', 'P5', '李娜'])
})

step('she activates her account by the link', async () => {
  await hired.goto(link)
  await hired.getByLabel('新密码').fill(password)
  await hired.getByLabel('再次输入密码').fill(password)
  await hired.getByRole('button', { name: '激活账号' }).click()
  await hired.getByRole('navigation', { name: '主导航' }).waitFor()
})

step('her data are changed, also when somebody else is faster', async () => {
  await row('周小川').getByRole('link', { name: '周小川' }).click()
  await panel().getByLabel('手机').fill('13900001234')
  const [{ id }] = (await admin.get('/people?q=zhouxc')).items
  await admin.patch(`/people/${id}`, { location: '西安' })
  const refused = watch.expect(/409/)
  await panel().getByRole('button', { name: '保存' }).click()
  await panel().getByText('刚刚有人修改了').waitFor()
  refused()
  await panel().getByRole('button', { name: '保留我的修改' }).click()
  await panel().getByRole('button', { name: '保存' }).click()
  await said('已保存')
  const now = await admin.get(`/people/${id}`)
  assert.deepEqual([now.mobile, now.location], ['13900001234', '西安'])
})

step('she is suspended, is out at once, and restored', async () => {
  await panel().getByRole('button', { name: '停用' }).click()
  await dialog().getByText('停用周小川？').waitFor()
  await dialog().getByRole('button', { name: '停用' }).click()
  await row('周小川').getByText('已停用').waitFor()
  const done = watch.expect(/401/)
  await hired.waitForURL(/\/login/)
  done()
  await panel().getByRole('button', { name: '恢复' }).click()
  await row('周小川').getByText('在职').waitFor()
  await signIn(other, server.url, 'zhouxc')
})

step('a setting changes, and acts', async () => {
  const group = await admin.post('/conversations', {
    client_id: 'g1',
    kind: 'group',
    name: '试验群',
    members: [(await admin.get('/people?q=zhouxc')).items[0].id],
  })
  await hired.goto(`${server.url}/c/${group.id}`)
  await say(hired, '第一句')
  await act(hired, '第一句', '编辑')
  await hired.keyboard.press('Escape')

  await section('公司设置')
  const amount = page.getByLabel('消息可编辑时间', { exact: true })
  await amount.fill('400')
  await page.getByText('0 到 366 天').waitFor()
  assert.ok(await page.getByRole('button', { name: '保存' }).isDisabled())
  await amount.fill('0')
  await page.getByRole('button', { name: '保存' }).click()
  await said('已保存')
  const [{ seq }] = (await admin.get(`/conversations/${group.id}/messages?limit=50`)).items.filter((m) => m.content.text === '第一句')
  const refused = await other.request.patch(`${server.url}/api/v1/conversations/${group.id}/messages/${seq}`, {
    data: { content: { type: 'text', text: '改过' } },
    headers: { origin: server.url },
  })
  assert.equal((await refused.json()).code, 'window_closed')
  await message(hired, '第一句').waitFor()
})

const file = (text) => ({ name: 'company.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
step('a bad file is refused line by line, a good one is imported', async () => {
  await section('导入组织')
  const input = page.locator('input[type=file]')
  await input.setInputFiles(file('姓名,工号,邮箱,部门\n钱一,N1,不是邮箱,云帆科技/新部\n孙二,N2,,云帆科技/新部\n'))
  await page.getByRole('button', { name: '预览' }).click()
  await row('第 2 行').getByText('这不是有效的邮箱地址').waitFor()
  assert.equal(await page.getByRole('button', { name: '确认导入' }).count(), 0)

  await input.setInputFiles(file('姓名,工号,邮箱,部门\n钱一,N1,qian@x.cn,云帆科技/新部\n孙二,N2,,云帆科技/新部\n'))
  await page.getByRole('button', { name: '预览' }).click()
  await page.getByRole('button', { name: '确认导入' }).waitFor()
  await page.getByLabel('文件是完整名单').check() // what was previewed does not count any more
  assert.equal(await page.getByRole('button', { name: '确认导入' }).count(), 0)
  await page.getByLabel('文件是完整名单').uncheck()
  await page.getByRole('button', { name: '预览' }).click()
  await page.getByRole('button', { name: '确认导入' }).click()
  await page.getByText('导入完成').waitFor()
  assert.equal((await admin.get('/people?q=N2')).items[0].department, '新部')
})

step('the trail shows all of it, to the audit administrator alone', async () => {
  await page.goto(`${server.url}/admin/audit`)
  await page.getByRole('heading', { name: '人员与账号' }).waitFor() // not hers to see
  await signIn(context, server.url, auditor.login)
  await page.goto(`${server.url}/admin`)
  for (const sentence of [
    '导入了组织',
    '修改了公司设置：消息可编辑时间',
    '恢复了 周小川',
    '停用了 周小川',
    '使用了 周小川 的激活链接',
    '新建了人员 周小川',
    '把部门 测试组 从“研发部”移到“市场部”',
    '在“研发部”下新建了部门 测试组',
  ])
    await row(sentence).first().waitFor()
  await page.getByLabel('操作', { exact: true }).selectOption({ label: '部门' })
  await eventually(async () => (await row('周小川').count()) === 0, { what: 'only departments' })
  await row('把部门 测试组').getByRole('button').click()
  await panel().getByText('department.update').waitFor()
  await panel().getByText(/节点 \d+，第 \d+ 条/).waitFor()
})

step('who has nothing to administer has no entry', async () => {
  await signIn(other, server.url, 'zhuge')
  await hired.goto(`${server.url}/people`)
  await hired.getByRole('navigation', { name: '主导航' }).waitFor()
  assert.equal(await hired.getByRole('link', { name: '管理' }).count(), 0)
  await hired.goto(`${server.url}/admin`)
  await hired.getByText('这里没有您可以管理的内容').waitFor()
})
