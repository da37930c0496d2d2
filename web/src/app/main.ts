import '../ui/tokens.css'
import '../ui/base.css'
import { ApiError, createApi } from '../api/client'
import { sessions } from '../api/sessions'
import type { Me } from '../api/types'
import type { EntryKind } from '../features/entry/EntryViewModel'
import { I18n, localeFor } from '../i18n'
import { loaders } from '../i18n/loaders'
import { Preferences } from '../model/prefs'
import { applyTheme, device, local } from './browser'

// The entry: decides between the pages before signing in (no React) and the client, and loads only what is needed.

const root = document.getElementById('root')
const prefs = new Preferences(local())
const i18n = new I18n(loaders, localeFor(prefs.store.value.locale, navigator.languages))
const api = createApi({ fetch: (input, init) => fetch(input, init) })

applyTheme(prefs.store.value.theme)
prefs.store.subscribe(() => {
  applyTheme(prefs.store.value.theme)
  void i18n.use(localeFor(prefs.store.value.locale, navigator.languages))
})
i18n.subscribe(() => {
  document.documentElement.lang = i18n.locale
})

const entryKinds: Record<string, EntryKind> = { '/login': 'login', '/setup': 'setup', '/link': 'link' }

/** Where to go after signing in: only a path of our own. */
function next(): string {
  const wanted = new URLSearchParams(location.search).get('next') ?? '/'
  try {
    // As browsers read it: they see //elsewhere in /\elsewhere and in a slash, a tab and a slash.
    const url = new URL(wanted, location.origin)
    return wanted.startsWith('/') && url.origin === location.origin && !(url.pathname in entryKinds) ? url.href : '/'
  } catch {
    return '/'
  }
}

async function showEntry(kind: EntryKind): Promise<void> {
  if (!root) return
  const [{ EntryViewModel }, { mountEntry }] = await Promise.all([
    import('../features/entry/EntryViewModel'),
    import('../features/entry/entryView'),
    i18n.load('entry'),
  ])
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''
  const end = mountEntry({
    root,
    i18n,
    onLocale: (locale) => prefs.set({ locale }),
    vm: new EntryViewModel({
      api,
      i18n,
      device: device(),
      kind,
      token,
      ended: new URLSearchParams(location.search).has('ended'),
      onDone: () => {
        history.replaceState(null, '', kind === 'login' ? next() : '/')
        end()
        void start()
      },
    }),
  })
}

async function showApp(me: Me): Promise<void> {
  if (!root) return
  const { locale, theme, send_key } = me.settings
  // What was chosen on another device counts here as long as nothing was chosen here.
  if (prefs.store.value.locale === '' && (locale === 'zh-CN' || locale === 'en')) prefs.set({ locale })
  if (prefs.store.value.theme === 'system' && (theme === 'light' || theme === 'dark')) prefs.set({ theme })
  if (prefs.store.value.sendKey === 'enter' && send_key === 'mod_enter') prefs.set({ sendKey: 'mod-enter' })
  const [{ compose }, { mountApp }] = await Promise.all([
    import('./compose'),
    import('./App'),
    import('../features/conversations/MessagesPage'), // most visits begin there: load beside, not after
    i18n.load('entry', 'chat'),
  ])
  const services = await compose({ api, me, i18n, prefs, onSignedOut: toLogin })
  mountApp(root, services)
}

/** The page for signing in that leads back here; ended: it says that the session is over. */
function loginFrom(ended: boolean): string {
  const here = location.pathname + location.search
  const query = [ended ? 'ended=1' : '', here === '/' || here === '/c' ? '' : `next=${encodeURIComponent(here)}`].filter(Boolean)
  return query.length > 0 ? `/login?${query.join('&')}` : '/login'
}

/** A fresh page: nothing of the last person stays in memory. */
function toLogin(ended: boolean): void {
  location.assign(loginFrom(ended))
}

async function start(): Promise<void> {
  const kind = entryKinds[location.pathname]
  if (kind) return showEntry(kind)
  try {
    return await showApp(await sessions.me(api))
  } catch (e) {
    if (!(e instanceof ApiError && e.status === 401)) return showTrouble()
    history.replaceState(null, '', loginFrom(e.code === 'session_ended'))
    return showEntry('login')
  }
}

/** The server did not answer before anything was there to show it in. */
async function showTrouble(): Promise<void> {
  await i18n.load('entry').catch(() => {})
  if (!root) return
  const text = document.createElement('p')
  text.setAttribute('role', 'alert')
  text.className = 'boot-trouble'
  text.textContent = i18n.t('error.network')
  root.replaceChildren(text)
  setTimeout(() => void start(), 3000)
}

void start()
