import type { List } from '../api/types'
import { Store } from './store'

export interface PagesState<T> {
  readonly items: readonly T[]
  /** Of the list as a whole; what was there stays while it is read anew. */
  readonly state: 'loading' | 'ready' | 'failed'
  readonly more: boolean
  /** Of the next page: its failure leaves the list alone. */
  readonly next: 'idle' | 'loading' | 'failed'
}

export type LoadPage<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<List<T>>

/** Pages reads a list page by page. What was asked for last counts, whatever is answered last. */
export class Pages<T> {
  readonly store = new Store<PagesState<T>>({ items: [], state: 'loading', more: false, next: 'idle' })
  #load: LoadPage<T> | undefined
  #cursor: string | undefined
  #asked = new AbortController()

  /**
   * read begins another list: of another filter, say. What is shown belongs to the old one and goes; with keep it stays until
   * the answer, as people expect who narrow a list while they write.
   */
  async read(load: LoadPage<T>, keep = false): Promise<void> {
    this.#load = load
    this.store.update(({ items }) => ({ items: keep ? items : [], state: 'loading', more: false, next: 'idle' }))
    await this.#again(1)
  }

  /** reload reads the same list anew, as far as it was read; what is shown stays until then. */
  reload = async (): Promise<void> => {
    this.store.update((v) => ({ ...v, state: v.items.length > 0 ? v.state : 'loading', next: 'idle' }))
    await this.#again(this.store.value.items.length)
  }

  next = async (): Promise<void> => {
    const { more, next } = this.store.value
    if (!this.#load || !more || next === 'loading') return
    const { signal } = this.#asked
    this.store.update((v) => ({ ...v, next: 'loading' }))
    try {
      const page = await this.#load(this.#cursor, signal)
      if (signal.aborted) return
      this.#cursor = page.next_cursor ?? undefined
      this.store.update((v) => ({ ...v, items: [...v.items, ...page.items], more: page.next_cursor !== null, next: 'idle' }))
    } catch {
      if (!signal.aborted) this.store.update((v) => ({ ...v, next: 'failed' }))
    }
  }

  /** end gives up what is asked for. */
  end(): void {
    this.#asked.abort()
  }

  async #again(atLeast: number): Promise<void> {
    this.#asked.abort()
    this.#asked = new AbortController()
    const { signal } = this.#asked
    const load = this.#load
    if (!load) return
    const items: T[] = []
    let cursor: string | undefined
    try {
      do {
        const page = await load(cursor, signal)
        if (signal.aborted) return
        items.push(...page.items)
        cursor = page.next_cursor ?? undefined
      } while (cursor && items.length < atLeast)
      this.#cursor = cursor
      this.store.set({ items, state: 'ready', more: cursor !== undefined, next: 'idle' })
    } catch {
      if (!signal.aborted) this.store.update((v) => ({ ...v, state: 'failed' }))
    }
  }
}
