import type { ConversationID, ReplyTo } from '../api/types'
import type { Storage } from '../sync/storage'
import type { Timers } from '../sync/timers'
import { Store } from './store'

export interface Draft {
  readonly conversation_id: ConversationID
  readonly text: string
  readonly reply_to?: ReplyTo | undefined
  /** Mentions: which @label is whom. */
  readonly tags?: readonly { readonly id: string; readonly label: string }[]
}

const saveAfter = 400 // ms after the last key

/** Drafts keeps what was written and not sent, across reloads. */
export class Drafts {
  readonly all = new Store<ReadonlyMap<ConversationID, Draft>>(new Map())
  #pending = new Map<ConversationID, () => void>()

  constructor(
    private readonly storage: Storage,
    private readonly timers: Timers,
  ) {}

  async load(): Promise<void> {
    const kept = await this.storage.all<Draft>('drafts').catch(() => [])
    this.all.update((now) => new Map([...kept.map((d) => [d.conversation_id, d] as const), ...now]))
  }

  get(id: ConversationID): Draft | undefined {
    return this.all.value.get(id)
  }

  set(draft: Draft): void {
    const id = draft.conversation_id
    const empty = draft.text.trim() === '' && !draft.reply_to
    this.all.update((now) => {
      const next = new Map(now)
      if (empty) next.delete(id)
      else next.set(id, draft)
      return next
    })
    this.#pending.get(id)?.()
    this.#pending.set(
      id,
      this.timers.after(empty ? 0 : saveAfter, () => {
        this.#pending.delete(id)
        const write = empty ? this.storage.delete('drafts', id) : this.storage.put('drafts', id, draft)
        write.catch(() => {}) // a full disk costs the draft after a reload, nothing else
      }),
    )
  }
}
