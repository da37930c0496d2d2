import type { ConversationID, PersonID } from '../api/types'
import type { Timers } from '../sync/timers'
import { Store } from './store'

export interface Typist {
  readonly id: PersonID
  readonly name: string
}

const shownFor = 6_000 // ms after the last sign; senders repeat every 3 s

/** Typing knows who writes where, right now. */
export class Typing {
  readonly now = new Store<ReadonlyMap<ConversationID, readonly Typist[]>>(new Map())
  #cancel = new Map<string, () => void>()

  constructor(private readonly timers: Timers) {}

  saw(conversation: ConversationID, who: Typist): void {
    const others = (this.now.value.get(conversation) ?? []).filter((t) => t.id !== who.id)
    this.#set(conversation, [...others, who])
    const key = `${conversation} ${who.id}`
    this.#cancel.get(key)?.()
    this.#cancel.set(
      key,
      this.timers.after(shownFor, () => this.stopped(conversation, who.id)),
    )
  }

  /** A message came, or nothing for a while. */
  stopped(conversation: ConversationID, who: PersonID): void {
    const now = this.now.value.get(conversation)
    if (now?.some((t) => t.id === who)) {
      this.#set(
        conversation,
        now.filter((t) => t.id !== who),
      )
    }
  }

  #set(conversation: ConversationID, typists: readonly Typist[]): void {
    this.now.update((all) => {
      const next = new Map(all)
      if (typists.length > 0) next.set(conversation, typists)
      else next.delete(conversation)
      return next
    })
  }
}
