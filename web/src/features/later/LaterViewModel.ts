import { later } from '../../api/later'
import type { Kept } from '../../api/types'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

export type LaterState = 'open' | 'done'

export interface LaterSnapshot {
  readonly state: LaterState
  /** undefined until the first page has come. */
  readonly items: readonly Kept[] | undefined
  readonly next: string | null
  readonly error: unknown
  /** For which a time is being chosen. */
  readonly asking: Kept | undefined
}

/** LaterViewModel is the list for later: pages of it, anew whenever it changes on any device. */
export class LaterViewModel extends ViewModel<LaterSnapshot> {
  #asked = 0

  constructor(
    private readonly s: Services,
    state: LaterState,
  ) {
    super({ state, items: undefined, next: null, error: undefined, asking: undefined })
  }

  override start(): () => void {
    void this.load()
    return this.s.later.counts.subscribe(() => void this.load())
  }

  /** Asks for as much as is shown. */
  load = async (): Promise<void> => {
    const ask = ++this.#asked
    const wanted = this.snapshot.items?.length ?? 0
    try {
      let page = await later.list(this.s.api, this.snapshot.state)
      const items = [...page.items]
      while (items.length < wanted && page.next_cursor) {
        page = await later.list(this.s.api, this.snapshot.state, page.next_cursor)
        items.push(...page.items)
      }
      if (ask === this.#asked) this.merge({ items, next: page.next_cursor, error: undefined })
    } catch (error) {
      if (ask === this.#asked) this.merge({ error })
    }
  }

  more = async (): Promise<void> => {
    const { next, items = [], state } = this.snapshot
    if (!next) return
    const ask = ++this.#asked
    try {
      const page = await later.list(this.s.api, state, next)
      if (ask === this.#asked) this.merge({ items: [...items, ...page.items], next: page.next_cursor })
    } catch (e) {
      this.s.fail(e)
    }
  }

  /** toggle moves a message to the other list. */
  toggle = (k: Kept): void => this.#act(k, later.put(this.s.api, k.conversation_id, k.seq, k.done_at ? {} : { done: true }))

  remove = (k: Kept): void => this.#act(k, later.remove(this.s.api, k.conversation_id, k.seq))

  ask = (asking: Kept | undefined): void => this.merge({ asking })

  remind = (k: Kept, at: Date | undefined): void => {
    this.merge({ asking: undefined })
    const wanted = at ? ({ remind_at: at.toISOString() } as const) : ({ quiet: true } as const)
    later.put(this.s.api, k.conversation_id, k.seq, wanted).catch(this.s.fail)
  }

  /** What leaves the list leaves it at once; if that fails, the list is asked for again. */
  #act(k: Kept, act: Promise<void>): void {
    this.merge({ items: this.snapshot.items?.filter((x) => x !== k) })
    act.catch((e) => {
      this.s.fail(e)
      void this.load()
    })
  }
}
