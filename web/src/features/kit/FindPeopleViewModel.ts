import { organisation, type PersonItem } from '../../api/organisation'
import type { Services } from './services'
import { ViewModel } from './ViewModel'

export interface FindPeopleSnapshot {
  readonly query: string
  /** undefined: nothing was asked for or answered yet. What was found stays until the next answer. */
  readonly found: readonly PersonItem[] | undefined
  /** Why the last question had no answer. */
  readonly failure: unknown
}

export interface FindPeopleOptions {
  /** At most so many. */
  readonly limit: number
  /** Offers people before anything is written. */
  readonly eager?: boolean
  /** Who cannot be chosen. */
  readonly without?: string | undefined
}

const rest = 120 // ms after a key before asking

/** FindPeopleViewModel finds people by name, pinyin, initials, department or number as one writes; the server does the finding. */
export class FindPeopleViewModel extends ViewModel<FindPeopleSnapshot> {
  #cancel = () => {}
  #asked = new AbortController()

  constructor(
    private readonly s: Pick<Services, 'api' | 'timers'>,
    private readonly o: FindPeopleOptions,
  ) {
    super({ query: '', found: undefined, failure: undefined })
  }

  override start(): () => void {
    if (this.o.eager) this.write(this.snapshot.query)
    return () => this.#end()
  }

  write = (query: string): void => {
    this.#end()
    const q = query.trim()
    if (q === '' && !this.o.eager) {
      this.merge({ query, found: undefined, failure: undefined })
      return
    }
    this.merge({ query })
    this.#cancel = this.s.timers.after(q === '' ? 0 : rest, () => void this.#ask(q))
  }

  #end(): void {
    this.#cancel()
    this.#asked.abort()
  }

  async #ask(q: string): Promise<void> {
    this.#asked = new AbortController()
    const { signal } = this.#asked
    const { limit, without } = this.o
    try {
      const page = await organisation.people(this.s.api, { q, limit }, signal)
      if (!signal.aborted) this.merge({ found: page.items.filter((p) => p.id !== without), failure: undefined })
    } catch (failure) {
      if (!signal.aborted) this.merge({ found: undefined, failure })
    }
  }
}
