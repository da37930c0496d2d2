import type { ConversationID, PersonID } from '../api/types'
import { Store } from './store'

/** Presence knows who of the conversation on screen is connected; the server says so for conversations of up to 200 people. */
export class Presence {
  readonly online = new Store<ReadonlySet<PersonID>>(new Set())
  #watched: ConversationID | null = null

  /** Another conversation is on screen: what was known of the last one does not hold any more. */
  watch(id: ConversationID | null): void {
    if (id === this.#watched) return
    this.#watched = id
    this.forget()
  }

  /** What was known does not hold any more. */
  forget(): void {
    if (this.online.value.size > 0) this.online.set(new Set())
  }

  /** Everybody of the watched conversation who is connected now. */
  set(id: ConversationID, people: readonly PersonID[]): void {
    if (id === this.#watched) this.online.set(new Set(people))
  }

  saw(id: ConversationID, person: PersonID, online: boolean): void {
    if (id !== this.#watched || this.online.value.has(person) === online) return
    this.online.update((now) => {
      const next = new Set(now)
      if (online) next.add(person)
      else next.delete(person)
      return next
    })
  }
}
