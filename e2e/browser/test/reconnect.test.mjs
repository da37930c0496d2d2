// The server is killed while two people write: nothing is lost, nothing doubled, both see one order.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { composer, log, message, open, say, signIn } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { Client, employ, setUp } from '../lib/company.mjs'
import { eventually } from '../lib/eventually.mjs'
import { startServer } from '../lib/server.mjs'
import { story } from '../lib/story.mjs'

const watch = new Watch()
const pages = {}
const step = story({ watch, pages })
const rounds = 3 // kills
const each = 12 // messages of each writer between two kills

let server
let browser
let reader // speaks the API, to compare with what the log holds
let group
let other // the second one's id

before(async () => {
  server = await startServer()
  browser = await launch()
  const admin = await setUp(server)
  const people = [await employ(admin, { name: '周杰', login: 'zhoujie' }), await employ(admin, { name: '吴敏', login: 'wumin' })]
  reader = new Client(server.url, people[0].token)
  other = people[1].id
  group = await reader.post('/conversations', { client_id: 'g', kind: 'group', name: '停电演习', members: [people[1].id] })
  for (const [key, { login }] of [['zhou', people[0]], ['wu', people[1]]]) {
    const context = await openContext(browser, watch)
    await signIn(context, server.url, login)
    pages[key] = await context.newPage()
    await pages[key].goto(`${server.url}/c/${group.id}`)
    await composer(pages[key]).waitFor()
  }
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** The texts in a page's log in their order, without what the rows say about them. */
const shown = (page) => log(page).locator('article [id^="m-"]').allTextContents()

/** Writes without waiting for anything but the field: as people do who do not know that the server is gone. */
async function write(page, who, from) {
  for (let n = from; n < from + each; n++) {
    await composer(page).fill(`${who} ${n}`)
    await composer(page).press('Enter')
  }
}

step('killed while both write, again and again: all messages, each once, one order', async () => {
  const { zhou, wu } = pages
  const lost = watch.expect(/^console: (Failed to load resource: net::ERR_|WebSocket connection to )/)
  for (let round = 0; round < rounds; round++) {
    const first = round * each
    const writing = Promise.all([write(zhou, '周', first), write(wu, '吴', first)])
    // Somewhere in the middle of it, when the first ones are acknowledged.
    await message(zhou, `周 ${first + 2}`).waitFor()
    await server.kill()
    await writing
    await zhou.getByText(/连接已断开/).waitFor()
    await server.start()
    const want = 2 * each * (round + 1)
    await eventually(async () => (await stored()).length >= want, { within: 30_000, what: `${want} messages in the log` })
  }
  const all = await stored()
  await eventually(async () => assert.deepEqual(await shown(zhou), all), { within: 10_000, what: 'the same log on the first screen' })
  await eventually(async () => assert.deepEqual(await shown(wu), all), { within: 10_000, what: 'the same log on the second screen' })
  for (const who of ['周', '吴']) {
    const own = all.filter((text) => text.startsWith(who))
    assert.deepEqual(own, [...Array(rounds * each).keys()].map((n) => `${who} ${n}`), 'each once, in the order of writing')
  }
  assert.equal(await zhou.getByText(/待发送|发送中|发送失败/).count(), 0)
  lost()
})

step('what was written while the server was away survives a reload of the page', async () => {
  const { zhou, wu } = pages
  const lost = watch.expect(/^(console: (Failed to load resource: |WebSocket connection to )|page error: .*fetch)/)
  await server.kill()
  await zhou.getByText(/连接已断开/).waitFor()
  await composer(zhou).fill('写在断线的时候')
  await composer(zhou).press('Enter')
  await message(zhou, '写在断线的时候').getByText('待发送').waitFor()
  await server.start()
  // The page goes away before the connection is back or just when it comes.
  await zhou.reload()
  await message(zhou, '写在断线的时候').waitFor()
  await message(wu, '写在断线的时候').waitFor({ timeout: 30_000 })
  await eventually(async () => (await stored()).filter((text) => text === '写在断线的时候').length === 1)
  lost()
})

step('nobody is shown as online while the connection is away, and it is back soon after the server is', async () => {
  const { zhou, wu } = pages
  const lost = watch.expect(/^console: (Failed to load resource: |WebSocket connection to )/)
  const direct = await reader.post('/conversations', { client_id: 'd', kind: 'direct', members: [other] })
  await zhou.goto(`${server.url}/c/${direct.id}`)
  const there = zhou.locator('header').getByText('在线')
  await there.waitFor()
  await server.kill()
  await there.waitFor({ state: 'hidden', timeout: 1000 })
  for (const page of [zhou, wu]) await page.getByText(/连接已断开/).waitFor()
  await server.start()
  const began = Date.now()
  await there.waitFor()
  const took = Date.now() - began
  assert.ok(took < 6000, `both are back after ${took} ms; the server was away for about 4 s`)

  // After a long absence the next try is far away: a message that is to be sent does not wait for it.
  await server.kill()
  await new Promise((resolve) => setTimeout(resolve, 12_000))
  await server.start()
  await composer(zhou).fill('等了很久')
  await composer(zhou).press('Enter')
  await message(zhou, '等了很久').getByText(/待发送|发送中/).waitFor({ state: 'hidden', timeout: 3000 })
  const { items } = await reader.get(`/conversations/${direct.id}/messages`)
  assert.deepEqual(items.map((m) => m.content.text), ['等了很久'])
  lost()
})

step('both are connected again and see each other at once', async () => {
  const { zhou, wu } = pages
  await zhou.getByText(/连接已断开/).waitFor({ state: 'hidden' })
  await wu.getByText(/连接已断开/).waitFor({ state: 'hidden' })
  for (const page of [zhou, wu]) await open(page, '停电演习')
  await say(wu, '都回来了')
  await message(zhou, '都回来了').waitFor({ timeout: 1000 })
})

/** stored is what the server keeps, by the API. */
async function stored() {
  const texts = []
  for (let after = 1; ; ) { // 1 says that the group was made
    const page = await reader.get(`/conversations/${group.id}/messages?after=${after}&limit=200`)
    texts.push(...page.items.filter((m) => m.content.type === 'text').map((m) => m.content.text))
    if (page.items.length === 0) return texts
    after = page.items.at(-1).seq
  }
}
