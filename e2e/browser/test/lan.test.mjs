// Plain http at an address that browsers do not trust: what exists on https only (clipboard, randomUUID, Secure cookies) must not be needed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { composer, message, open, say, signInByForm } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { employ, membership, found, setUp } from '../lib/company.mjs'
import { eventually } from '../lib/eventually.mjs'
import { startServer } from '../lib/server.mjs'

const watch = new Watch()
let server, browser, lan

before(async () => {
  server = await startServer()
  // Chromium trusts 127.0.0.0/8 and localhost as if they were https; a name in the network it does not.
  browser = await launch({ args: ['--host-resolver-rules=MAP im.company.test 127.0.0.2'] })
  lan = `http://im.company.test:${new URL(server.url).port}`
  const admin = await setUp(server)
  const { departments, positions } = await found(admin)
  const li = await employ(admin, { name: '李娜', login: 'lina', memberships: membership(departments.platform, positions.engineer) })
  const wang = await employ(admin, { name: '王强', login: 'wang', memberships: membership(departments.platform, positions.engineer) })
  await li.post('/conversations', { client_id: 'lan-1', kind: 'group', name: '局域网', members: [wang.id] })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('the terminal says what is missing without TLS', () => {
  assert.match(server.output(), /Warning: without TLS .*passwords and messages/)
  assert.match(server.output(), /notifications, installing as an app/)
  assert.match(server.output(), /level=WARN msg="serving without TLS"/)
})

test('signing in, writing and hearing over plain http', async () => {
  const context = await openContext(browser, watch)
  const other = await openContext(browser, watch)
  await context.addInitScript(() => {
    if (globalThis.isSecureContext) globalThis.reportFault('secure', 'the browser trusts this address: the test shows nothing')
  })
  // A header that browsers heed from safe origins only; it says so on the console.
  const done = watch.expect(/Cross-Origin-Opener-Policy header has been ignored/)
  const [li, wang] = [await context.newPage(), await other.newPage()]
  await signInByForm(li, lan, 'lina')
  await signInByForm(wang, lan, 'wang')
  const cookie = await eventually(async () => (await context.cookies(lan)).find((c) => c.name.includes('session')) ?? false, { what: 'the cookie of the session' })
  assert.deepEqual({ name: cookie.name, secure: cookie.secure, httpOnly: cookie.httpOnly }, { name: 'xinshu_session', secure: false, httpOnly: true })

  await open(li, '局域网')
  await open(wang, '局域网')
  await say(li, '没有 https 也能用')
  await message(wang, '没有 https 也能用').waitFor()
  await composer(wang).fill('收到')
  await composer(wang).press('Enter')
  await message(li, '收到').waitFor()

  await message(li, '收到').hover()
  await message(li, '收到').getByRole('button', { name: '更多' }).click()
  await li.getByRole('menuitem', { name: /^复制文本/ }).click()
  await li.getByText('已复制').first().waitFor()
  await composer(li).fill('')
  await li.keyboard.press('Control+V')
  await eventually(async () => (await composer(li).inputValue()) === '收到', { what: 'the copied text in the composer' })

  await li.goto(`${lan}/settings/general`)
  await li.getByRole('note').filter({ hasText: '此连接未加密' }).waitFor()
  await li.goto(`${lan}/c/`)
  done()
  watch.clean('over plain http')
})

test('the page before signing in says that the connection is not encrypted', async () => {
  const context = await openContext(browser, watch)
  const page = await context.newPage()
  const done = watch.expect(/Cross-Origin-Opener-Policy header has been ignored/)
  await page.goto(`${lan}/login`)
  await page.getByRole('note').filter({ hasText: '此连接未加密（http）' }).waitFor()
  const trusted = await context.newPage()
  await trusted.goto(`${server.url}/login`)
  await trusted.getByLabel('账号').waitFor()
  assert.equal(await trusted.getByRole('note').count(), 0)
  done()
  watch.clean('before signing in')
})

test('the page about the API breaks no rule of the content policy', async () => {
  const context = await openContext(browser, watch)
  const page = await context.newPage()
  await page.goto(`${server.url}/api/docs`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('link', { name: 'message.post', exact: false }).first().click()
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).margin), '0px')
  watch.clean('on the page about the API')
})
