// A page of another origin in the browser of somebody who is signed in: whatever it sends, nothing is accepted and nothing is read.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { signInByForm } from '../lib/acts.mjs'
import { launch, openContext, Watch } from '../lib/browser.mjs'
import { furnish } from '../lib/furnish.mjs'
import { startServer } from '../lib/server.mjs'

const watch = new Watch()
let server
let browser
let evil
let port
let w
let home

before(async () => {
  server = await startServer()
  home = new URL(server.url)
  evil = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html; charset=utf-8').end('<!doctype html><title>prizes</title><body></body>'))
  await new Promise((resolve) => evil.listen(0, '0.0.0.0', resolve))
  port = evil.address().port
  // Names make addresses that browsers do not trust: they send no Sec-Fetch headers there, and Origin alone must do.
  browser = await launch({ args: ['--host-resolver-rules=MAP xinshu.test 127.0.0.2, MAP evil.test 127.0.0.3'] })
  w = await furnish(server)
})
after(async () => {
  await browser?.close()
  await server?.stop()
  await new Promise((resolve) => evil.close(resolve))
})

/** attack does all that a page can do to another origin, and returns what it got to see. */
async function attack({ target, group, seq, tag, only }) {
  const api = `${target}/api/v1`
  const seen = {}
  const post = JSON.stringify({ client_id: `evil-${tag}`, content: { type: 'text', text: `evil ${tag}` } })
  const attempt = async (name, act) => {
    if (only && !only.includes(name)) return
    try {
      seen[name] = await act()
    } catch (e) {
      seen[name] = `refused: ${e.name}`
    }
  }
  const send = (method, path, body, more = {}) => async () => {
    const answer = await fetch(api + path, { method, credentials: 'include', ...(body === undefined ? {} : { body }), ...more })
    return answer.type === 'opaque' ? 'opaque' : `read ${answer.status} ${(await answer.text()).slice(0, 80)}`
  }
  const blind = { mode: 'no-cors' }
  const json = { headers: { 'Content-Type': 'application/json' } }
  await attempt('read me', send('GET', '/me'))
  await attempt('read me blindly', send('GET', '/me', undefined, blind))
  for (const [name, more] of [['blindly', blind], ['as json', json]]) {
    await attempt(`post ${name}`, send('POST', `/conversations/${group}/messages`, post, more))
    await attempt(`group ${name}`, send('POST', '/conversations', JSON.stringify({ client_id: `evil-${tag}`, kind: 'group', name: 'evil', members: [] }), more))
    await attempt(`prove ${name}`, send('POST', '/sessions/current/proof', '{"password":"x"}', more))
    await attempt(`sign in ${name}`, send('POST', '/sessions', JSON.stringify({ login: 'wangfang', password: 'x', cookie: true }), more))
  }
  await attempt('edit', send('PATCH', `/conversations/${group}/messages/${seq}`, post, json))
  await attempt('recall', send('DELETE', `/conversations/${group}/messages/${seq}`))
  await attempt('react', send('PUT', `/conversations/${group}/messages/${seq}/reactions/${encodeURIComponent('😈')}`))
  await attempt('read state', send('PUT', `/conversations/${group}/read`, '{"seq":1}', json))
  await attempt('settings', send('PATCH', '/me/settings', '{"theme":"dark"}', json))
  await attempt('sign out', send('DELETE', '/sessions/current'))
  if (!only) seen.beacon = navigator.sendBeacon(`${api}/conversations/${group}/messages`, new Blob([post], { type: 'text/plain' }))
  await attempt('socket', () => new Promise((resolve) => {
    const socket = new WebSocket(`${api.replace(/^http/, 'ws')}/stream`, 'xinshu.v1')
    socket.onopen = () => {
      socket.send(JSON.stringify({ id: 1, op: 'hello', in: { since: null } }))
      setTimeout(() => resolve('open, silent'), 1500)
    }
    socket.onmessage = (e) => resolve(`heard ${e.data.slice(0, 80)}`)
    socket.onclose = (e) => resolve(`closed ${e.code}`)
  }))
  const inFrame = (fill) => new Promise((resolve) => {
    const frame = document.createElement('iframe')
    frame.name = `f${Math.random()}`
    document.body.append(frame) // loads an empty page at once; only what comes after that counts
    const done = () => {
      let inside = 'hidden'
      try {
        inside = frame.contentDocument?.body.textContent ? `read ${frame.contentDocument.body.textContent.slice(0, 40)}` : 'nothing'
      } catch {}
      resolve(inside)
    }
    frame.onload = () => setTimeout(done, 50)
    setTimeout(done, 3000)
    fill(frame)
  })
  for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    await attempt(`form ${enctype}`, () => inFrame((frame) => {
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', action: `${api}/conversations/${group}/messages`, enctype, target: frame.name })
      const field = document.createElement('input')
      // The name and the value of the field make up the JSON: {…,"x":"=…"}
      field.name = post.replace(/\}$/, ',"x":"')
      field.value = '"}'
      form.append(field)
      document.body.append(form)
      form.submit()
    }))
  }
  await attempt('frame', () => inFrame((frame) => (frame.src = `${target}/c/${group}`)))
  return seen
}

/** What must not have changed. */
async function state() {
  const messages = (await w.zhang.get(`/conversations/${w.group.id}/messages?limit=100`)).items
  const me = await w.zhang.get('/me')
  return {
    messages: messages.map((m) => `${m.seq} ${m.rev} ${m.content.text ?? m.content.type} ${JSON.stringify(m.reactions ?? [])}`),
    conversations: (await w.zhang.get('/conversations?limit=100')).items.map((h) => `${h.id} ${h.last_seq} ${h.read_seq}`),
    settings: me.settings,
    sessions: (await w.zhang.get('/sessions')).items.length,
  }
}

const places = [
  { name: 'another site', at: () => home.origin, from: () => `http://127.0.0.3:${port}` },
  { name: 'another port of the same host, which gets the cookie', at: () => home.origin, from: () => `http://${home.hostname}:${port}` },
  { name: 'another site, where browsers send no Sec-Fetch headers', at: () => `http://xinshu.test:${home.port}`, from: () => `http://evil.test:${port}` },
  { name: 'another port, where browsers send no Sec-Fetch headers', at: () => `http://xinshu.test:${home.port}`, from: () => `http://xinshu.test:${port}` },
]
for (const [tag, place] of places.entries()) {
  test(place.name, async () => {
    const context = await openContext(browser, watch)
    const own = await context.newPage()
    await signInByForm(own, place.at(), 'zhangwei')
    await own.getByRole('button', { name: '张伟，我的菜单' }).waitFor()
    const before_ = await state()
    const page = await context.newPage()
    watch.expect(/./) // the console is full of refusals
    await page.goto(place.from())
    const seen = await page.evaluate(attack, { target: place.at(), group: w.group.id, seq: w.last.seq, tag })
    assert.deepEqual(await state(), before_)
    const reads = Object.entries(seen).filter(([, what]) => /^read |^heard |^open/.test(what))
    assert.deepEqual(reads, [], 'the foreign page read something')
    // The session is alive, and the same acts work from the client's own page: it is the origin that was refused.
    await own.bringToFront()
    const welcome = await own.evaluate(attack, { target: place.at(), group: w.group.id, seq: w.last.seq, tag: `own-${tag}`, only: ['read me', 'post as json', 'socket'] })
    assert.match(welcome['read me'], /^read 200/)
    assert.match(welcome['post as json'], /^read 20/)
    assert.match(welcome.socket, /^heard /)
    await context.close()
  })
}
