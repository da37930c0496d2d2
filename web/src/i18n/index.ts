// Texts in people's languages. A catalogue is a flat object of key → text; keys are the same in every language, which the
// types hold (en is typed by zh-CN) and scripts/check-i18n.mjs checks. Texts have {name} places and {n, plural, one {…} other {…}}.

import type { admin } from './zh-CN/admin'
import type { chat } from './zh-CN/chat'
import type { entry } from './zh-CN/entry'
import type { keys } from './zh-CN/keys'
import type { later } from './zh-CN/later'
import type { organisation } from './zh-CN/organisation'
import type { search } from './zh-CN/search'
import type { settings } from './zh-CN/settings'

export type Locale = 'zh-CN' | 'en'
export const locales: readonly { id: Locale; name: string }[] = [
  { id: 'zh-CN', name: '简体中文' },
  { id: 'en', name: 'English' },
]

/** Catalogues by name; each is loaded with the route that needs it. */
export interface Catalogues {
  entry: typeof entry
  chat: typeof chat
  organisation: typeof organisation
  settings: typeof settings
  search: typeof search
  keys: typeof keys
  admin: typeof admin
  later: typeof later
}

export type CatalogueName = keyof Catalogues
type KeysOf<C> = C extends unknown ? keyof C : never
export type Key = KeysOf<Catalogues[CatalogueName]>
export type Params = Record<string, string | number>
export type Translate = (key: Key, params?: Params) => string

type Loader = () => Promise<Record<string, string>>
export type Loaders = Record<Locale, Record<CatalogueName, Loader>>

/** localeFor picks a language: what was chosen, else what the browser prefers. */
export function localeFor(chosen: string, preferred: readonly string[]): Locale {
  if (chosen === 'zh-CN' || chosen === 'en') return chosen
  return /^zh\b/i.test(preferred[0] ?? '') ? 'zh-CN' : 'en'
}

/** I18n holds the texts of one language and formats times and numbers in it. Views subscribe: a change of language is a change of state. */
export class I18n {
  #texts = new Map<string, string>()
  #names = new Set<CatalogueName>()
  #listeners = new Set<() => void>()
  /** Counts changes, so that views can compare. */
  version = 0

  constructor(
    private readonly loaders: Loaders,
    public locale: Locale,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async load(...names: CatalogueName[]): Promise<void> {
    const missing = names.filter((n) => !this.#names.has(n))
    const locale = this.locale
    const catalogues = await Promise.all(missing.map((n) => this.loaders[locale][n]()))
    if (locale !== this.locale) return this.load(...names)
    for (const name of missing) this.#names.add(name)
    for (const c of catalogues) for (const [key, text] of Object.entries(c)) this.#texts.set(key, text)
    if (missing.length > 0) this.#changed()
  }

  async use(locale: Locale): Promise<void> {
    if (locale === this.locale) return
    const names = [...this.#names]
    const catalogues = await Promise.all(names.map((n) => this.loaders[locale][n]()))
    this.locale = locale
    this.#texts = new Map(catalogues.flatMap((c) => Object.entries(c)))
    this.#formats.clear()
    this.#changed()
  }

  t: Translate = (key, params) => format(this.#texts.get(key) ?? key, params, this.locale)

  /** Whether a text exists; for keys that are made from data. */
  has(key: string): key is Key {
    return this.#texts.has(key)
  }

  #changed(): void {
    this.version++
    for (const listener of [...this.#listeners]) listener()
  }

  // biome-ignore format: one line reads better
  #formats = new Map<string, Intl.DateTimeFormat>()
  #format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    let f = this.#formats.get(name)
    if (!f) {
      f = new Intl.DateTimeFormat(this.locale, options)
      this.#formats.set(name, f)
    }
    return f
  }

  /** 14:05 */
  time(date: Date): string {
    return this.#format('time', { hour: '2-digit', minute: '2-digit', hour12: false }).format(date)
  }

  /** 2026年11月23日 星期一 14:05:09 */
  full(date: Date): string {
    return this.#format('full', { dateStyle: 'full', timeStyle: 'medium', hour12: false }).format(date)
  }

  /** 2026/11/23 14:05:09: in tables, where times are compared. */
  moment(date: Date): string {
    return this.#format('moment', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hour12: false,
    }).format(date)
  }

  /** 11月23日 or, in another year, 2025年11月23日 */
  date(date: Date, now: Date): string {
    const year = date.getFullYear() !== now.getFullYear()
    return this.#format(`date${year}`, { month: 'short', day: 'numeric', ...(year ? { year: 'numeric' } : {}) }).format(date)
  }

  /** 今天, 昨天, 星期三, 11月3日 星期二 */
  day(date: Date, now: Date): string {
    const days = daysBetween(date, now)
    if (days === 0 || days === 1) {
      const words = new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' }).format(-days, 'day')
      return words.charAt(0).toUpperCase() + words.slice(1)
    }
    const year = date.getFullYear() !== now.getFullYear()
    const options: Intl.DateTimeFormatOptions = {
      month: 'long',
      day: 'numeric',
      weekday: 'long',
      ...(year ? { year: 'numeric' } : {}),
    }
    return this.#format(`day${year}`, options).format(date)
  }

  /** In lists: the time today, "yesterday", the weekday within a week, else the date. */
  brief(date: Date, now: Date): string {
    const days = daysBetween(date, now)
    if (days === 0) return this.time(date)
    if (days === 1) return this.day(date, now)
    if (days > 1 && days < 7) return this.#format('weekday', { weekday: 'short' }).format(date)
    const year = date.getFullYear() !== now.getFullYear()
    return this.#format(
      `brief${year}`,
      year ? { year: '2-digit', month: 'numeric', day: 'numeric' } : { month: 'numeric', day: 'numeric' },
    ).format(date)
  }
}

/** Calendar days in the reader's zone. */
export function daysBetween(date: Date, now: Date): number {
  const midnight = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate())
  return Math.round((midnight(now) - midnight(date)) / 86_400_000)
}

/** format fills {name} and {n, plural, one {# day} other {# days}}; what is not given stays as it is. */
export function format(text: string, params: Params | undefined, locale: Locale): string {
  if (!params || !text.includes('{')) return text
  const chosen = text.replace(/\{(\w+), plural,((?: (?:=\d+|\w+) \{[^{}]*\})+)\}/g, (whole, name: string, forms: string) => {
    const n = Number(params[name])
    if (Number.isNaN(n)) return whole
    const found = new Map([...forms.matchAll(/ (=\d+|\w+) \{([^{}]*)\}/g)].map((m) => [m[1], m[2]]))
    const form = found.get(`=${n}`) ?? found.get(new Intl.PluralRules(locale).select(n)) ?? found.get('other') ?? ''
    return form.replaceAll('#', String(n))
  })
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}
