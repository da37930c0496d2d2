// The hostile strings of the real test data (blns, H5SC, DOMPurify) through the real client. Exists when XINSHU_TESTDATA names that data.
import { after, before, test } from 'node:test'
import { signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { haunt } from '../lib/haunt.mjs'
import { addresses, go, guardRequests, look, scrolled, timelines } from '../lib/haunted.mjs'
import { startServer } from '../lib/server.mjs'
import { real } from '../lib/strings.mjs'
import { words } from '../lib/words.mjs'

const folder = process.env.XINSHU_TESTDATA
if (folder) {
  const t = words('zh-CN')
  const watch = new Watch()
  const strings = real(folder)
  let server
  let browser
  let w
  let page

  before(async () => {
    server = await startServer()
    browser = await launch()
    const fit = (s) => [...s].length <= 128
    w = await haunt(server, strings.filter(fit), strings.filter((s) => !fit(s)))
    const context = await openContext(browser, watch)
    guardRequests(context, watch, server.url)
    await signIn(context, server.url, 'lina')
    watch.expect(/Failed to load resource: .* 4\d\d /)
    page = await context.newPage()
    await page.goto(server.url)
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
  })

  test(`${strings.length} strings as messages, in Markdown, quoted, as authors`, () => timelines(page, watch, w))

  test('as conversations and their previews', async () => {
    await go(page, '/c')
    await page.getByRole('navigation', { name: t('list.title') }).getByRole('listitem').nth(500).waitFor({ state: 'attached' })
    await look(page, watch, 'conversations')
    await page.getByRole('navigation', { name: t('list.title') }).getByRole('listitem').last().scrollIntoViewIfNeeded()
    await look(page, watch, 'the last conversations')
  })

  test('as departments, people and positions', async () => {
    await go(page, '/people/all')
    await page.getByRole('treeitem').first().click()
    await page.getByRole('treeitem').nth(10).waitFor()
    await scrolled(page, watch, 'tree', page.getByRole('tree'))
    await go(page, '/people/all')
    await page.getByRole('main').getByRole('button').nth(10).waitFor()
    await scrolled(page, watch, 'people', page.getByRole('main').getByRole('button').nth(10).locator('xpath=ancestor::*[contains(@class,"scroll")][1]'))
    await go(page, `/people/p/${w.zhang.id}`)
    await page.getByText(t('profile.reports')).waitFor()
    await look(page, watch, 'profile')
  })

  test('as channels, hits and addresses', async () => {
    await go(page, '/channels')
    await page.getByRole('button', { name: t('channels.join') }).first().waitFor()
    await look(page, watch, 'channels')
    for (const head of w.main) {
      const answer = page.waitForResponse((r) => r.url().includes('/api/v1/search?'))
      await go(page, `/search?in=${head.id}`)
      await answer
      await look(page, watch, `hits in ${head.name}`)
    }
    // Each costs the client an answer or two; the strings of this repository are tried in all addresses.
    await addresses(page, watch, w, strings.filter((_, i) => i % 20 === 0).map((s) => s.slice(0, 200)))
  })
}
