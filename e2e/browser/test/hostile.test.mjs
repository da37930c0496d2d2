// Hostile strings in every text that somebody can write: nothing of them runs, loads, or leaves its place.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { composer, signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { addPerson, password } from '../lib/company.mjs'
import { eventually } from '../lib/eventually.mjs'
import { haunt, importChat, villain } from '../lib/haunt.mjs'
import { addresses, go, guardRequests, look, timelines } from '../lib/haunted.mjs'
import { places, visit } from '../lib/places.mjs'
import { startServer } from '../lib/server.mjs'
import { own, shapes, textsOnly } from '../lib/strings.mjs'
import { words } from '../lib/words.mjs'

const t = words('zh-CN')
const watch = new Watch()
let server
let browser
let w
const contexts = {}

before(async () => {
  server = await startServer()
  browser = await launch()
  w = await haunt(server, own, textsOnly)
  for (const [who, login] of [['nobody', ''], ['person', 'lina'], ['admin', 'wangfang'], ['auditor', 'villain']]) {
    contexts[who] = await openContext(browser, watch)
    guardRequests(contexts[who], watch, server.url)
    if (login) await signIn(contexts[who], server.url, login)
  }
  watch.expect(/Failed to load resource: .* 4\d\d /) // the client asks for what strings name, and is refused
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** page opens a page of one of them and closes it after the test. */
async function pageOf(t, who) {
  const page = await contexts[who].newPage()
  t.after(() => page.close())
  return page
}

test('the strings are there: nearly all were taken as names, all as texts', () => {
  assert.ok(w.people > own.length * 0.8, `${w.people} of ${own.length} names`)
  assert.ok(w.heads.length > own.length * 1.3, `${w.heads.length} conversations`)
})

for (const who of ['nobody', 'person', 'admin', 'auditor']) {
  test(`every screen, panel and dialog: ${who}`, async (test) => {
    const page = await pageOf(test, who)
    for (const place of places.filter((p) => p.who === who)) {
      await visit(page, place, t, w)
      await look(page, watch, place.name)
    }
  })
}

test('messages, Markdown and quotes in the timeline', async (test) => {
  const page = await pageOf(test, 'person')
  await page.goto(server.url)
  await timelines(page, watch, w)
})

test('addresses', async (test) => {
  const page = await pageOf(test, 'person')
  await page.goto(server.url)
  await addresses(page, watch, w, [...own, ...textsOnly.map((s) => s.slice(0, 300))])
})

test('search: typed, found, marked', async (test) => {
  const page = await pageOf(test, 'person')
  await page.goto(`${server.url}/search`)
  const field = page.getByLabel(t('search.field'))
  for (const s of ['pwned', 'onerror', 'script', '没', 'WWWWWWWW', '<img src=x onerror=pwned(2)>', "' OR 1=1 --"]) {
    const answer = page.waitForResponse((r) => r.url().includes('/api/v1/search?'))
    await field.fill(s)
    assert.equal((await answer).status(), 200)
    await page.locator('main ol li').first().waitFor()
    await look(page, watch, `hits of ${s}`)
  }
})

test('import: cells in the preview and in what is wrong', async (test) => {
  const page = await pageOf(test, 'admin')
  const cell = (s) => `"${s.replaceAll('"', '""')}"`
  await page.goto(`${server.url}/admin/import`)
  for (const rows of [own.map((s, i) => `${cell(s)},n${i},/${cell(s).slice(1, -1)}`), own.map((s, i) => `${cell(`新${s}`)},n${i},`), own]) {
    const answer = page.waitForResponse((r) => r.url().includes('/org/import/preview'))
    await page.getByLabel(t('admin.chooseFile')).setInputFiles({ name: `${villain}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`姓名,登录名,部门\n${rows.join('\n')}\n`) })
    await page.getByRole('button', { name: t('admin.preview') }).click()
    assert.equal((await answer).status(), 200)
    await page.getByRole('main').getByRole('alert').or(page.getByRole('main').getByRole('table')).first().waitFor()
    await look(page, watch, 'preview')
  }
})

test('somebody with a hostile name types, writes and answers', async (test) => {
  const page = await pageOf(test, 'person')
  const other = await pageOf(test, 'auditor')
  for (const p of [page, other]) await p.goto(`${server.url}/c/${w.group.id}`)
  await composer(other).pressSequentially('<b>')
  await page.getByText(t('timeline.typing', { names: villain })).waitFor()
  await look(page, watch, 'typing')
  for (const s of [villain, ...shapes]) {
    await composer(other).fill(s)
    await composer(other).press('Enter')
  }
  await eventually(() => page.evaluate(() => [...document.querySelectorAll('article')].at(-1)?.textContent.includes('👨')), { what: 'the last message' }).catch(() => {})
  await look(page, watch, 'live messages')
  await look(other, watch, 'own messages')
})

test('signing in: what is typed and where it leads', async (test) => {
  const page = await pageOf(test, 'nobody')
  for (const s of ['<img src=x onerror=pwned(1)>', 'W'.repeat(200), '\u202elogin']) {
    await page.goto(`${server.url}/login`)
    await page.getByLabel(t('entry.login')).fill(s)
    await page.getByLabel(t('entry.password')).fill('wrong password')
    await page.getByRole('button', { name: t('entry.signIn'), exact: true }).click()
    await page.getByRole('alert').first().waitFor()
    await look(page, watch, `login ${s}`)
  }
  for (const next of ['//evil.invalid/', '/\\evil.invalid', 'javascript:pwned(2)', 'https://evil.invalid', '/%0d%0a//evil.invalid', '/\t/evil.invalid', '/.//evil.invalid']) {
    const context = await openContext(browser, watch)
    guardRequests(context, watch, server.url)
    const fresh = await context.newPage()
    await fresh.goto(`${server.url}/login?next=${encodeURIComponent(next)}`)
    await fresh.getByLabel(t('entry.login')).fill('lina')
    await fresh.getByLabel(t('entry.password')).fill(password)
    await fresh.getByRole('button', { name: t('entry.signIn'), exact: true }).click()
    await fresh.getByRole('button', { name: t('rail.me') }).waitFor()
    assert.equal(new URL(fresh.url()).origin, server.url, next)
    await look(fresh, watch, `next=${next}`)
    await context.close()
  }
})

test('a tall or turned text does not paint over its neighbours', async (test) => {
  const tall = [...shapes, ...textsOnly].filter((s) => !/行\n|^> /.test(s))
  const lines = [{ type: 'person', key: 'a', login: 'lina' }, { type: 'person', key: 'b', login: 'villain' }, { type: 'conversation', key: 'z', kind: 'group', name: '邻居', members: ['a', 'b'] }]
  const add = (sender, text) => lines.push({ type: 'message', conversation: 'z', id: `${lines.length}`, sender, sent_at: new Date(Date.UTC(2026, 9, 1) + lines.length * 1000).toISOString(), text })
  for (const s of tall) {
    add('a', '邻居')
    add('b', s)
  }
  add('a', '邻居')
  await importChat(server, lines)
  const { id } = (await w.zhang.get('/conversations?limit=1000')).items.find((h) => h.name === '邻居')
  const page = await pageOf(test, 'person')
  await page.goto(`${server.url}/c/${id}`)
  await page.getByRole('log').getByRole('article').nth(tall.length * 2).waitFor()
  await page.mouse.move(1, 1)
  const rows = page.getByRole('log').locator('article') // by role a hidden one would not count
  const show = (index, on) => rows.nth(index).evaluate((el, visible) => void (el.style.visibility = visible ? '' : 'hidden'), on)
  for (let i = 1; i < tall.length * 2; i += 2) {
    await rows.nth(i).evaluate((el) => el.scrollIntoView({ block: 'center' }))
    for (const near of [i - 1, i + 1]) {
      let same = false // what paints over it does so every time; a list that still settles after scrolling does not
      for (let tries = 0; tries < 10 && !same; tries++) {
        const box = await rows.nth(near).boundingBox()
        const with_ = await page.screenshot({ clip: box })
        await show(i, false)
        const without = await page.screenshot({ clip: box })
        await show(i, true)
        same = with_.equals(without)
      }
      assert.ok(same, `paints over its neighbour: ${JSON.stringify(tall[(i - 1) / 2].slice(0, 60))}`)
    }
  }
  const edges = page.locator('main > header, main > :last-child')
  const painted = () => Promise.all([0, 1].map(async (n) => page.screenshot({ clip: await edges.nth(n).boundingBox() })))
  const before_ = await painted()
  await page.getByRole('log').evaluate((el) => void (el.style.visibility = 'hidden'))
  assert.ok((await painted()).every((shot, n) => shot.equals(before_[n])), 'paints over the header or the composer')
})

test('names that turn the direction of text or hold controls are refused everywhere', async () => {
  for (const name of ['王\u202e芳', 'a\u2066b', 'a\u0000b', 'a\u001b[31mb', '\u200e']) {
    const refused = (call) => assert.rejects(call, (e) => e.status === 400, JSON.stringify(name))
    await refused(addPerson(w.admin, { name, login: 'turned' }))
    await refused(w.admin.post('/departments', { name }))
    await refused(w.admin.post('/positions', { name }))
    await refused(w.admin.post('/ranks', { name, level: 99_999 }))
    await refused(w.admin.patch('/admin/settings', { company_name: name }))
    await refused(w.zhang.post('/conversations', { client_id: `x${name.length}`, kind: 'group', name, members: [w.boss.id] }))
    await refused(w.zhang.patch(`/conversations/${w.group.id}`, { name }))
  }
})
