// acts.mjs: what people do in the client, by what they see and hear: roles and accessible names.
import assert from 'node:assert/strict'
import { password } from './company.mjs'
import { eventually } from './eventually.mjs'

/** signIn signs in through the API and leaves the cookie in the context: for tests that are not about signing in. */
export async function signIn(context, url, login) {
  const answer = await context.request.post(`${url}/api/v1/sessions`, {
    data: { login, password, cookie: true, device: { name: 'Chromium', platform: 'web' } },
  })
  assert.equal(answer.status(), 200, await answer.text())
}

/** signInByForm types login and password. */
export async function signInByForm(page, url, login, word = password) {
  await page.goto(`${url}/login`)
  await page.getByLabel('账号').fill(login)
  await page.getByLabel('密码').fill(word)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

export const composer = (page) => page.getByRole('combobox', { name: /^(发消息给|Message) / })
export const log = (page) => page.getByRole('log')

/** message is the row of the newest message that says the text itself; rows that only quote it do not count. */
export const message = (page, text) =>
  log(page)
    .getByRole('article')
    .filter({ has: page.locator('[id^="m-"]', { hasText: text }) })
    .last()

/** open shows a conversation by its name in the list. */
export async function open(page, name) {
  await page.getByRole('region', { name: '消息' }).or(page.getByRole('navigation')).first().waitFor()
  await page.getByRole('link', { name: new RegExp(escape(name)) }).first().click()
  await page.getByRole('heading', { level: 2, name }).waitFor()
}

/** say writes and sends. */
export async function say(page, text) {
  await composer(page).fill(text)
  await composer(page).press('Enter')
  await eventually(async () => (await composer(page).inputValue()) === '', { what: 'the empty composer' })
}

/** act chooses one item of a message's menu. */
export async function act(page, text, item) {
  await message(page, text).hover()
  await message(page, text).getByRole('button', { name: '更多' }).click()
  await page.getByRole('menu', { name: '消息操作' }).getByRole('menuitem', { name: item }).click()
}

export function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
