// load.mjs: what must be loaded before something can be done, and how long that takes on a slow machine and line.
import { get } from 'node:http'
import { launchProfile } from '../lib/browser.mjs'
import { figure, median } from './stats.mjs'

const slow = { rate: 4, down: 10_000_000 / 8, up: 10_000_000 / 8, latency: 40 } // times, bytes/s, bytes/s, ms

/** weights: gzip bytes of the JavaScript that was asked for until the login page, then the first conversation, was usable. */
export async function weights({ server, login, password, long }) {
  const measure = async (path, ready, signedIn) => {
    const { context, end } = await launchProfile()
    if (signedIn) await signIn(context, server.url, login, password)
    const page = await context.newPage()
    const scripts = new Set()
    page.on('request', (r) => r.resourceType() === 'script' && scripts.add(r.url()))
    await page.goto(server.url + path)
    await page.locator(ready).first().waitFor()
    const sizes = await Promise.all([...scripts].map(wire))
    await end()
    return { kb: sizes.reduce((a, b) => a + b, 0) / 1000, files: scripts.size }
  }
  const runs = async (...args) => [await measure(...args), await measure(...args), await measure(...args)]
  const entry = await runs('/login', 'form input[type=password]', false)
  const first = await runs(`/c/${long.id}`, 'main textarea', true)
  return [
    figure({ id: 'P12.1', name: 'JavaScript before the login page is usable, gzip', unit: 'KB', atMost: 60, runs: entry.map((r) => r.kb), details: { files: entry[0].files } }),
    figure({ id: 'P12.2', name: 'JavaScript before the first conversation is usable, gzip', unit: 'KB', atMost: 150, runs: first.map((r) => r.kb), details: { files: first[0].files } }),
  ]
}

/** loads: from the start of the navigation until the composer can be written in and that was painted; cold with an empty profile, warm with what it left. */
export async function loads({ server, login, password, small }) {
  const cold = []
  const warm = []
  const scripts = []
  for (let run = 0; run < 5; run++) {
    const { context, end } = await launchProfile()
    await signIn(context, server.url, login, password)
    await context.addInitScript(watchComposer)
    cold.push((await load(context, server, small[0])).at)
    await load(context, server, small[0]) // Chromium keeps compiled code from the second load on
    const visits = []
    for (let i = 0; i < 3; i++) visits.push(await load(context, server, small[0]))
    warm.push(median(visits.map((v) => v.at)))
    scripts.push(median(visits.map((v) => v.script)))
    await end()
  }
  return [
    figure({ id: 'P12.3', name: 'cold load to a usable composer, 4× CPU slowdown, 10 Mbit/s, 40 ms', unit: 'ms', atMost: 1500, runs: cold }),
    figure({ id: 'P12.4', name: 'warm load to a usable composer, 4× CPU slowdown, 10 Mbit/s, 40 ms', unit: 'ms', atMost: 500, runs: warm, details: { main_thread_script_ms: median(scripts) } }),
  ]
}

async function load(context, server, head) {
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow.rate })
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: slow.latency, downloadThroughput: slow.down, uploadThroughput: slow.up })
  await cdp.send('Performance.enable')
  await page.goto(`${server.url}/c/${head.id}`, { waitUntil: 'commit' })
  const at = await page.evaluate(() => globalThis.composerAt)
  const { metrics } = await cdp.send('Performance.getMetrics')
  const script = 1000 * metrics.find((m) => m.name === 'ScriptDuration').value
  await page.close()
  return { at, script }
}

function watchComposer() {
  globalThis.composerAt = new Promise((resolve) => {
    const usable = () => {
      const field = document.querySelector('main textarea')
      if (!field || field.disabled || !document.querySelector('[role=log] article')) return false
      requestAnimationFrame(() => {
        const after = new MessageChannel()
        after.port1.onmessage = () => resolve(performance.now())
        after.port2.postMessage(0)
      })
      return true
    }
    const observer = new MutationObserver(() => usable() && observer.disconnect())
    observer.observe(document, { childList: true, subtree: true })
  })
}

export async function signIn(context, url, login, password) {
  const answer = await context.request.post(`${url}/api/v1/sessions`, { data: { login, password, cookie: true, device: { name: 'bench', platform: 'web' } } })
  if (!answer.ok()) throw new Error(await answer.text())
}

/** wire is the size of the body as the server sends it to a browser that takes gzip. */
function wire(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': 'gzip' } }, (answer) => {
      let n = 0
      answer.on('data', (part) => (n += part.length)).on('end', () => resolve(n))
    }).on('error', reject)
  })
}
