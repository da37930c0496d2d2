// browser.mjs: real Chromium, and a watch over everything in it that must not happen.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { required } from './server.mjs'

const flags = [
  '--no-sandbox', // containers of build machines have no user namespaces
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** What Chromium itself says on the console and is no fault: the client asks who is signed in, and nobody is. */
const ordinary = [/Failed to load resource: .* 401 .*\/api\/v1\/me$/]

/** launch starts a browser with a new profile. */
export async function launch({ args = [] } = {}) {
  const browser = await chromium.launch({
    executablePath: required('XINSHU_CHROMIUM'),
    headless: true,
    args: [...flags, ...args],
  })
  return browser
}

/** launchProfile starts a browser whose one context keeps a cache on disk, as people's browsers do. */
export async function launchProfile(options = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'xinshu-profile-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: required('XINSHU_CHROMIUM'),
    headless: true,
    args: flags,
    locale: 'zh-CN',
    viewport: desktop,
    ...options,
  })
  const end = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
  return { context, end }
}

export const desktop = { width: 1440, height: 900 }

/**
 * Watch collects what must not happen: page errors, errors on the console, violations of the content policy, failed answers
 * of the server, dialogs, and scripts that ran though they came as text.
 */
export class Watch {
  #faults = []
  #expected = []

  /** From here on, faults that match count as wanted; returns a function that ends this. */
  expect(pattern) {
    this.#expected.push(pattern)
    return () => {
      this.#expected = this.#expected.filter((p) => p !== pattern)
    }
  }

  note(kind, text) {
    const line = `${kind}: ${text}`
    if ([...ordinary, ...this.#expected].some((p) => p.test(line))) return
    this.#faults.push(line)
  }

  get faults() {
    return [...this.#faults]
  }

  /** Fails when something happened since the last call. */
  clean(where = '') {
    const faults = this.#faults
    this.#faults = []
    if (faults.length > 0) throw new Error(`${faults.length} faults in the browser ${where}:\n  ${faults.slice(0, 20).join('\n  ')}`)
  }
}

/**
 * person opens a browser context of her own (cookies, storage, cache) under the watch.
 * @param {import('playwright-core').Browser} browser
 * @param {Watch} watch
 */
export async function openContext(browser, watch, options = {}) {
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: desktop, ...options })
  await guard(context, watch)
  return context
}

/** guard puts a context under the watch. */
export async function guard(context, watch) {
  context.setDefaultTimeout(12_000) // ms; machines that build beside it are slow
  await context.exposeBinding('reportFault', (_, kind, text) => watch.note(kind, text))
  await context.addInitScript(() => {
    const report = (kind, text) => globalThis.reportFault(kind, String(text)).catch(() => {})
    document.addEventListener('securitypolicyviolation', (e) =>
      report('policy violation', `${e.violatedDirective} ${e.blockedURI} ${e.sample}`),
    )
    for (const name of ['alert', 'confirm', 'prompt', 'print']) {
      globalThis[name] = (...args) => report('script ran', `${name}(${args.join(', ')})`)
    }
    // The canary that the hostile strings of this repository call.
    globalThis.pwned = (...args) => report('script ran', `pwned(${args.join(', ')})`)
    globalThis.open = (url) => report('script ran', `open(${url})`)
  })
  context.on('page', (page) => guardPage(page, watch))
  for (const page of context.pages()) guardPage(page, watch)
}

function guardPage(page, watch) {
  page.on('pageerror', (e) => watch.note('page error', e.stack ?? e.message))
  page.on('console', (m) => {
    if (m.type() === 'error') watch.note('console', `${m.text()} ${m.location().url ?? ''}`)
  })
  page.on('response', (r) => {
    if (r.status() >= 500) watch.note('answer', `${r.status()} ${r.request().method()} ${r.url()}`)
  })
  page.on('crash', () => watch.note('crash', page.url()))
  page.on('dialog', (d) => {
    watch.note('script ran', `dialog ${d.type()} ${d.message()}`)
    void d.dismiss()
  })
}
