// haunted.mjs: walks through a haunted company, and what must hold on the way.
import assert from 'node:assert/strict'
import { checked, visited } from './inert.mjs'

/** guardRequests: nothing that somebody wrote may make the browser ask another server. */
export function guardRequests(context, watch, url) {
  context.on('request', (r) => {
    if (!r.url().startsWith(`${url}/`) && !/^(data|blob):/.test(r.url())) watch.note('foreign request', r.url())
  })
}

/** look fails when the page holds what it should not or something is out of its place. */
export async function look(page, watch, where) {
  assert.deepEqual((await checked(page)).map((x) => `${where}: ${x}`), [])
  watch.clean(where)
}

/** go follows an address as a link within the client does. */
export const go = (page, path) =>
  page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)

/** Each of the big groups: every string as a message, inside Markdown, quoted. */
export async function timelines(page, watch, w) {
  for (const head of w.main) {
    await go(page, `/c/${head.id}`)
    await page.locator('main article').last().waitFor()
    await look(page, watch, head.name)
  }
}

/** scrolled looks at a list, its end, and what is loaded on the way. */
export async function scrolled(page, watch, where, box) {
  for (let before = -1; ; ) {
    const at = await box.evaluate((el) => {
      el.scrollTop += el.clientHeight * 4
      return el.scrollTop
    })
    if (at === before) break
    before = at
    await look(page, watch, where)
  }
}

/** addresses puts strings into every part of an address that the client reads. */
export async function addresses(page, watch, w, strings) {
  const forms = [
    (s) => `/search?q=${s}`,
    (s) => `/people/all?q=${s}`, (s) => `/search?q=a&from=${s}&in=${s}&after=${s}&before=${s}`, (s) => `/c/${s}`, (s) => `/c/${w.group.id}/m/${s}?p=${s}`, (s) => `/c/${w.group.id}?p=person:${s}`, (s) => `/people/d/${s}`, (s) => `/people/p/${s}?p=${s}`, (s) => `/settings/${s}`, (s) => `/${s}`,
  ]
  const paths = strings.map((s, i) => forms[i % forms.length](encodeURIComponent(s.toWellFormed())))
  for (let i = 0; i < paths.length; i += 100) {
    assert.deepEqual(await visited(page, paths.slice(i, i + 100)), [])
    watch.clean('addresses')
  }
}
