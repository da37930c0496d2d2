import type { Api } from '../api/client'
import { conversations } from '../api/conversations'
import { message as decoded } from '../api/decode'
import { messages } from '../api/messages'
import type { Change, ConversationChange, ConversationID, Head, Hello, MemberChange, Message } from '../api/types'

/** Replica is this client's copy of what the server knows; the model implements it. */
export interface Replica {
  /** The newest rev that is known without a gap; undefined when the conversation is not in the list. */
  rev(id: ConversationID): number | undefined
  /** Whether messages are held, so that changes matter one by one. */
  holdsMessages(id: ConversationID): boolean
  /** all: these are every conversation there is. */
  heads(heads: readonly Head[], all: boolean): void
  /** A new or changed message, in rev order. */
  message(message: Message, isNew: boolean): void
  /** A change of members or settings, in rev order. */
  changed(change: MemberChange | ConversationChange): void
  /** Entries of the change log in rev order. */
  changes(id: ConversationID, changes: readonly Change[]): void
  /** Too much was missed: what is held of this conversation is to be loaded anew. */
  forget(id: ConversationID): void
  /** The person does not see the conversation any more. */
  gone(id: ConversationID): void
  /** Everything that has no rev: typing, receipts, read state, people. */
  other(event: string, data: unknown): void
}

const tooMany = 1_000 // changes; beyond this loading one page anew is cheaper than replaying

/** Follower keeps the replica in step: what arrives in order is applied, a jump in rev is repaired from the change log. */
export class Follower {
  #repairs = new Map<ConversationID, { again: boolean }>()

  constructor(
    private readonly api: Api,
    private readonly replica: Replica,
    /** Whether an error means that the conversation is not ours any more. */
    private readonly isGone: (e: unknown) => boolean,
  ) {}

  async hello(hello: Hello): Promise<void> {
    let heads = hello.heads
    if (hello.full) {
      heads = []
      let cursor: string | undefined
      do {
        const page = await conversations.list(this.api, cursor)
        heads.push(...page.items)
        cursor = page.next_cursor ?? undefined
      } while (cursor)
    }
    const behind = heads.filter((h) => this.replica.holdsMessages(h.id) && (this.replica.rev(h.id) ?? 0) < h.rev).map((h) => h.id)
    this.replica.heads(
      heads.map((h) => (behind.includes(h.id) ? { ...h, rev: this.replica.rev(h.id) ?? 0 } : h)),
      hello.full,
    )
    await Promise.all(behind.map((id) => this.repair(id)))
  }

  event(event: string, data: unknown): void {
    if (event === 'message' || event === 'message_changed') {
      const message = decoded(data as Message)
      this.#inOrder(message.conversation_id, message.rev, () => this.replica.message(message, event === 'message'))
      return
    }
    if (event === 'member' || event === 'conversation') {
      const change = data as MemberChange | ConversationChange
      const id = change.conversation_id
      if (change.rev !== undefined) this.#inOrder(id, change.rev, () => this.replica.changed(change))
      else if ('change' in change && change.change === 'left') this.replica.gone(id)
      else if ('change' in change && change.change === 'mine') this.replica.changed(change)
      else void this.repair(id)
      return
    }
    this.replica.other(event, data)
  }

  #inOrder(id: ConversationID, rev: number, apply: () => void): void {
    const known = this.replica.rev(id)
    if (known === undefined || rev > known + 1 || this.#repairs.has(id)) void this.repair(id)
    else apply() // an older rev is a repetition and harmless
  }

  /** Brings one conversation up to date. Calls during a repair start one more round after it. */
  async repair(id: ConversationID): Promise<void> {
    const running = this.#repairs.get(id)
    if (running) {
      running.again = true
      return
    }
    const own = { again: false }
    this.#repairs.set(id, own)
    try {
      do {
        own.again = false
        await this.#catchUp(id)
      } while (own.again)
    } catch (e) {
      if (this.isGone(e)) this.replica.gone(id)
      // Any other failure: the next event or hello shows the gap again.
    } finally {
      this.#repairs.delete(id)
    }
  }

  async #catchUp(id: ConversationID): Promise<void> {
    const head = await conversations.get(this.api, id)
    const known = this.replica.rev(id)
    if (known === undefined || !this.replica.holdsMessages(id)) {
      this.replica.heads([head], false)
      return
    }
    if (head.rev - known > tooMany) {
      this.replica.forget(id)
      this.replica.heads([head], false)
      return
    }
    for (let after = known; after < head.rev; ) {
      const page = await messages.changes(this.api, id, after)
      this.replica.changes(id, page.items)
      const last = page.items.at(-1)
      if (!last || last.rev <= after) break
      after = last.rev
    }
    this.replica.heads([{ ...head, rev: Math.max(head.rev, this.replica.rev(id) ?? 0) }], false)
  }
}
