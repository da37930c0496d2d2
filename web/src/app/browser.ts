import type { Device } from '../api/sessions'
import { Store } from '../model/store'

/** local is localStorage where the browser allows it. */
export function local(): globalThis.Storage | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}

/** device is how this browser calls itself in the list of sessions. */
export function device(): Device {
  const agent = navigator.userAgent
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Browser'
  const system = /Windows/.test(agent)
    ? 'Windows'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Mac OS/.test(agent)
        ? 'macOS'
        : /Android/.test(agent)
          ? 'Android'
          : /Linux/.test(agent)
            ? 'Linux'
            : ''
  return { name: [browser, system].filter(Boolean).join(' · '), platform: 'web' }
}

/** copy puts a text on the clipboard. The modern way exists on https only; a hidden field works on plain http too. */
export async function copy(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Not allowed here: try the old way.
  }
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('readonly', '')
  field.style.position = 'fixed'
  field.style.opacity = '0'
  const before = document.activeElement
  ;(document.querySelector('dialog[open]') ?? document.body).append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}

/** attention is true while the page is visible and has the focus: only then something counts as read. */
export function attention(): Store<boolean> {
  const look = () => document.visibilityState === 'visible' && document.hasFocus()
  const store = new Store(look())
  const update = () => store.set(look())
  for (const type of ['focus', 'blur', 'pageshow'] as const) window.addEventListener(type, update)
  document.addEventListener('visibilitychange', update)
  return store
}

/** applyTheme marks the document; the stylesheet does the rest. */
export function applyTheme(theme: 'system' | 'light' | 'dark'): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
