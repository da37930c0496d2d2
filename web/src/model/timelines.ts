import type { Api } from '../api/client'
import { messages } from '../api/messages'
import type { ConversationID, Message } from '../api/types'
import type { Conversations } from './conversations'
import { Store } from './store'
import { appended, applied, emptyWindow, pageSize, prepended, trimmed, type Window, windowOf } from './timeline'

export interface TimelineState extends Window {
  readonly loading: 'none' | 'first' | 'older' | 'newer'
  /** The last load failed; the view offers to try again. */
  readonly error: unknown
}

const fresh: TimelineState = { ...emptyWindow, loading: 'none', error: undefined }

/** Timeline loads and keeps the window of one conversation. */
export class Timeline {
  readonly state = new Store<TimelineState>(fresh)
  /** Set while the reader is not at the end; see applied. */
  hold = false
  #generation = 0

  constructor(
    private readonly api: Api,
    private readonly heads: Conversations,
    readonly id: ConversationID,
    private readonly onMessages: (page: readonly Message[]) => void,
    private readonly onBehind: () => void,
  ) {}

  get loaded(): boolean {
    return this.state.value.messages.length > 0 || (this.state.value.atStart && this.state.value.atEnd)
  }

  /** Loads the window around a message, or the newest messages. */
  async open(around?: number): Promise<void> {
    const generation = ++this.#generation
    this.state.update((s) => ({ ...s, loading: 'first', error: undefined }))
    // What is loaded is at least as new as this; anything newer arrives as an event or is repaired.
    const rev = this.heads.rev(this.id) ?? 0
    try {
      const page = await messages.page(this.api, this.id, { ...(around ? { around } : {}), limit: pageSize })
      if (generation !== this.#generation) return
      this.onMessages(page.items)
      const head = this.heads.get(this.id)
      const seqs = page.items.map((m) => m.seq)
      const bounds = { first: head?.first_seq ?? 1, last: Math.max(head?.last_seq ?? 0, around ? 0 : Math.max(0, ...seqs)) }
      this.state.set({ ...windowOf(page.items, bounds), loading: 'none', error: undefined })
      if ((this.heads.rev(this.id) ?? 0) > rev) this.onBehind()
    } catch (error) {
      if (generation === this.#generation) this.state.update((s) => ({ ...s, loading: 'none', error }))
    }
  }

  older(): Promise<void> {
    const s = this.state.value
    const first = s.messages[0]?.seq
    if (s.loading !== 'none' || s.atStart || first === undefined) return Promise.resolve()
    return this.#extend('older', { before: first, limit: pageSize }, (w, page) =>
      prepended(w, page, this.heads.get(this.id)?.first_seq ?? 1),
    )
  }

  newer(): Promise<void> {
    const s = this.state.value
    const last = s.messages.at(-1)?.seq
    if (s.loading !== 'none' || s.atEnd || last === undefined) return Promise.resolve()
    return this.#extend('newer', { after: last, limit: pageSize }, (w, page) =>
      appended(w, page, this.heads.get(this.id)?.last_seq ?? 0),
    )
  }

  async #extend(
    loading: 'older' | 'newer',
    where: { before?: number; after?: number; limit: number },
    merge: (w: Window, page: readonly Message[]) => Window,
  ): Promise<void> {
    const generation = this.#generation
    this.state.update((s) => ({ ...s, loading, error: undefined }))
    try {
      const page = await messages.page(this.api, this.id, where)
      if (generation !== this.#generation) return
      this.onMessages(page.items)
      this.state.update((s) => ({ ...merge(s, page.items), loading: 'none', error: undefined }))
    } catch (error) {
      if (generation === this.#generation) this.state.update((s) => ({ ...s, loading: 'none', error }))
    }
  }

  apply(message: Message): void {
    this.onMessages([message])
    const { window, result } = applied(this.state.value, message, this.hold)
    if (window !== this.state.value) this.state.update((s) => ({ ...s, ...window }))
    if (result === 'gap') this.onBehind()
  }

  /** Called when the conversation is left. */
  rest(): void {
    this.hold = false
    this.state.update((s) => ({ ...s, ...trimmed(s) }))
  }

  forget(): void {
    this.#generation++
    this.state.set(fresh)
  }
}
