import { organisation as api, type Department, type PersonItem, type Position, type Rank } from '../../api/organisation'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

/** What is asked for; it stands in the address. */
export interface PeopleQuery {
  readonly q: string
  readonly department: string
  /** With a department: also those below it. */
  readonly subtree: boolean
  readonly position: string
  /** Lowest level of rank, "" for all. */
  readonly rank: string
}

export interface PeopleSnapshot {
  readonly query: PeopleQuery
  readonly department: Department | undefined
  readonly items: readonly PersonItem[]
  readonly state: 'loading' | 'ready' | 'failed' | 'unknown'
  readonly more: 'none' | 'there' | 'loading'
  readonly positions: readonly Position[]
  readonly ranks: readonly Rank[]
}

export const wholeCompany: PeopleQuery = { q: '', department: '', subtree: true, position: '', rank: '' }

const rest = 100 // ms after a key before asking

/** PeopleViewModel finds people: of a department, of the whole company, by what was typed. */
export class PeopleViewModel extends ViewModel<PeopleSnapshot> {
  #abort = new AbortController()
  #cancel = () => {}
  #cursor: string | null = null
  #asked = false

  constructor(private readonly s: Services) {
    super({
      query: wholeCompany,
      department: undefined,
      items: [],
      state: 'loading',
      more: 'none',
      positions: [],
      ranks: [],
    })
  }

  override start(): () => void {
    Promise.all([api.positions(this.s.api), api.ranks(this.s.api)]).then(
      ([positions, ranks]) => this.merge({ positions: positions.items, ranks: ranks.items }),
      () => {}, // without them there are no filters; the list says what is wrong
    )
    return follow(() => {
      this.#cancel()
      this.#abort.abort()
      this.#asked = false
    })
  }

  show(query: PeopleQuery): void {
    const old = this.snapshot.query
    if (this.#asked && JSON.stringify(old) === JSON.stringify(query)) return
    const typed = this.#asked && old.q !== query.q && query.q !== ''
    this.#asked = true
    const elsewhere = old.department !== query.department
    this.merge({ query, ...(elsewhere ? { department: undefined } : {}), ...(typed ? {} : { items: [], state: 'loading' }) })
    this.#cancel()
    this.#abort.abort()
    this.#cancel = this.s.timers.after(typed ? rest : 0, () => void this.#find())
    if (query.department && (elsewhere || !this.snapshot.department)) void this.#name(query.department)
  }

  retry = (): void => {
    this.merge({ state: 'loading' })
    void this.#find()
  }

  more = (): void => {
    if (this.snapshot.more === 'there') void this.#find(this.#cursor ?? undefined)
  }

  async #name(id: string): Promise<void> {
    try {
      const department = await api.department(this.s.api, id)
      if (this.snapshot.query.department === id) this.merge({ department })
    } catch {
      // the list of its people says so
    }
  }

  async #find(cursor?: string): Promise<void> {
    const { q, department, subtree, position, rank } = this.snapshot.query
    this.#abort = new AbortController()
    const { signal } = this.#abort
    if (cursor) this.merge({ more: 'loading' })
    try {
      const found = await api.people(
        this.s.api,
        {
          q: q.trim(),
          position,
          rank_min: rank,
          ...(department ? { department, subtree } : {}),
          ...(cursor ? { cursor } : {}),
        },
        signal,
      )
      if (signal.aborted) return
      this.#cursor = found.next_cursor
      this.s.people.learn(found.items)
      const items = cursor ? [...this.snapshot.items, ...found.items] : found.items
      this.merge({ items, state: 'ready', more: found.next_cursor ? 'there' : 'none' })
    } catch (e) {
      if (signal.aborted) return
      if (cursor) {
        this.merge({ more: 'there' })
        this.s.fail(e)
      } else this.merge({ items: [], more: 'none', state: isUnknown(e) ? 'unknown' : 'failed' })
    }
  }
}

function isUnknown(e: unknown): boolean {
  return e instanceof Error && 'code' in e && (e.code === 'not_found' || e.code === 'invalid')
}
