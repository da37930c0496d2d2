import type { Api } from '../api/client'
import { messages } from '../api/messages'
import type { ConversationID } from '../api/types'
import { Emitter } from './store'

/** How many members who could see a message have read it. */
export interface Count {
  readonly read: number
  readonly unread: number
}

/** Receipts holds the counts of own messages; they come with events for what is on screen and are asked for otherwise. */
export class Receipts {
  #counts = new Map<ConversationID, Map<number, Count>>()
  #asked = new Set<string>()
  readonly #changed = new Emitter<ConversationID>()

  constructor(private readonly api: Api) {}

  of(conversation: ConversationID): ReadonlyMap<number, Count> {
    return this.#counts.get(conversation) ?? new Map()
  }

  on(conversation: ConversationID, listener: () => void): () => void {
    return this.#changed.on(conversation, listener)
  }

  set(conversation: ConversationID, counts: readonly (Count & { seq: number })[]): void {
    if (counts.length === 0) return
    const next = new Map(this.#counts.get(conversation))
    for (const { seq, read, unread } of counts) next.set(seq, { read, unread })
    this.#counts.set(conversation, next)
    this.#changed.emit(conversation)
  }

  /** Asks for the counts that nobody has asked for yet, the newest first. */
  want(conversation: ConversationID, seqs: readonly number[]): void {
    for (const seq of seqs) {
      const key = `${conversation} ${seq}`
      if (this.#asked.has(key)) continue
      this.#asked.add(key)
      messages.receipts(this.api, conversation, seq, 1).then(
        (r) => {
          this.set(conversation, [{ seq, read: r.read_count, unread: r.unread_count }])
        },
        () => this.#asked.delete(key),
      )
    }
  }
}
