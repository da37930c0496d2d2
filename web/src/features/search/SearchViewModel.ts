import { type Hit, type SearchFilter, search } from '../../api/search'
import { startOf } from '../../ui/days'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

/** What is asked for; it stands in the address. Dates are days (2026-11-23) in the reader's zone. */
export interface Query {
  readonly q: string
  readonly from: string
  readonly in: string
  readonly after: string
  readonly before: string
}

export interface SearchSnapshot {
  readonly query: Query
  readonly hits: readonly Hit[]
  readonly state: 'idle' | 'loading' | 'ready' | 'failed'
  readonly more: 'none' | 'there' | 'loading'
  readonly partial: boolean
}

export const noQuery: Query = { q: '', from: '', in: '', after: '', before: '' }

const rest = 250 // ms after a key before asking

/** SearchViewModel finds messages. */
export class SearchViewModel extends ViewModel<SearchSnapshot> {
  #abort = new AbortController()
  #cancel = () => {}
  #cursor: string | null = null

  constructor(private readonly s: Services) {
    super({ query: noQuery, hits: [], state: 'idle', more: 'none', partial: false })
  }

  override start(): () => void {
    return () => {
      this.#cancel()
      this.#abort.abort()
    }
  }

  show(query: Query): void {
    this.#cancel()
    this.#abort.abort()
    const empty = Object.values(query).every((v) => v.trim() === '')
    this.merge({ query, hits: empty ? [] : this.snapshot.hits, state: empty ? 'idle' : 'loading', more: 'none', partial: false })
    if (!empty) this.#cancel = this.s.timers.after(rest, () => void this.#find())
  }

  retry = (): void => {
    this.merge({ state: 'loading' })
    void this.#find()
  }

  more = (): void => {
    if (this.snapshot.more === 'there' && this.#cursor) void this.#find(this.#cursor)
  }

  async #find(cursor?: string): Promise<void> {
    const { q, from, in: where, after, before } = this.snapshot.query
    this.#abort = new AbortController()
    const { signal } = this.#abort
    const filter: SearchFilter = { q: q.trim(), from, in: where, after: startOf(after), before: startOf(before, 1) }
    if (cursor) {
      filter.cursor = cursor
      this.merge({ more: 'loading' })
    }
    try {
      const found = await search.messages(this.s.api, filter, signal)
      if (signal.aborted) return
      this.#cursor = found.next_cursor
      this.merge({
        hits: cursor ? [...this.snapshot.hits, ...found.items] : found.items,
        state: 'ready',
        more: found.next_cursor ? 'there' : 'none',
        partial: found.partial,
      })
    } catch (e) {
      if (signal.aborted) return
      if (cursor) {
        this.merge({ more: 'there' })
        this.s.fail(e)
      } else this.merge({ hits: [], more: 'none', state: 'failed' })
    }
  }
}
