import { Store } from './store'

export type Theme = 'system' | 'light' | 'dark'
export type SendKey = 'enter' | 'mod-enter'

export interface Prefs {
  readonly theme: Theme
  /** "" follows the browser. */
  readonly locale: '' | 'zh-CN' | 'en'
  readonly sendKey: SendKey
}

const key = 'xinshu.prefs' // public/before-paint.js reads it too
const defaults: Prefs = { theme: 'system', locale: '', sendKey: 'enter' }

/** What of localStorage is used; absent where the browser forbids it. */
export interface KeyValue {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

export function readPrefs(storage: KeyValue | undefined): Prefs {
  try {
    const raw = JSON.parse(storage?.getItem(key) ?? '{}') as Record<string, unknown>
    return {
      theme: raw.theme === 'light' || raw.theme === 'dark' ? raw.theme : 'system',
      locale: raw.locale === 'zh-CN' || raw.locale === 'en' ? raw.locale : '',
      sendKey: raw.sendKey === 'mod-enter' ? 'mod-enter' : 'enter',
    }
  } catch {
    return defaults
  }
}

/** Preferences of this browser: they hold before anybody has signed in. */
export class Preferences {
  readonly store: Store<Prefs>
  constructor(private readonly storage: KeyValue | undefined) {
    this.store = new Store(readPrefs(storage))
  }

  set(change: Partial<Prefs>): void {
    this.store.update((p) => ({ ...p, ...change }))
    try {
      this.storage?.setItem(key, JSON.stringify(this.store.value))
    } catch {
      // Forbidden or full: the choice holds until the page is closed.
    }
  }
}
