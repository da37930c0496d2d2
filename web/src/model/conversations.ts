import { announcement } from '../api/decode'
import type { ConversationID, Head, Message, PersonID } from '../api/types'
import { excerptOf, isSystem } from './content'
import { Store } from './store'

export interface ConversationList {
  readonly byId: ReadonlyMap<ConversationID, Head>
  /** Order of the list: pinned first, then by the newest activity. */
  readonly order: readonly ConversationID[]
  /** False until the first complete list has come. */
  readonly complete: boolean
  /** Of conversations that are not muted; mentions count from muted ones too. */
  readonly unread: number
  readonly mentions: number
  /** What waits for this person herself: mentions, and unread messages of direct conversations that are not muted. */
  readonly waiting: number
}

/** A channel that one only looks at is known but not in the list. */
const listed = (h: Head) => h.role !== ''

function derive(byId: ReadonlyMap<ConversationID, Head>, complete: boolean): ConversationList {
  const heads = [...byId.values()].filter(listed)
  const activity = (h: Head) => h.last_message?.sent_at ?? h.updated_at
  heads.sort(
    (a, b) => Number(b.pinned) - Number(a.pinned) || (activity(a) < activity(b) ? 1 : activity(a) > activity(b) ? -1 : 0),
  )
  let unread = 0
  let mentions = 0
  let waiting = 0
  for (const h of heads) {
    if (!h.muted) unread += h.unread
    mentions += h.mentions
    waiting += h.kind === 'direct' && !h.muted ? h.unread : h.mentions
  }
  return { byId, order: heads.map((h) => h.id), complete, unread, mentions, waiting }
}

/** Conversations holds the heads of all conversations of the person. */
export class Conversations {
  readonly list = new Store<ConversationList>(derive(new Map(), false))
  #revs = new Map<ConversationID, number>()

  constructor(readonly me: PersonID) {}

  get(id: ConversationID): Head | undefined {
    return this.list.value.byId.get(id)
  }

  /** The newest rev known without a gap. */
  rev(id: ConversationID): number | undefined {
    return this.#revs.get(id)
  }

  setRev(id: ConversationID, rev: number): void {
    this.#revs.set(id, Math.max(rev, this.#revs.get(id) ?? 0))
  }

  apply(heads: readonly Head[], all = false): void {
    const byId = all ? new Map<ConversationID, Head>() : new Map(this.list.value.byId)
    if (all) this.#revs.clear()
    for (const head of heads) {
      byId.set(head.id, head)
      this.setRev(head.id, head.rev)
    }
    this.list.set(derive(byId, all || this.list.value.complete))
  }

  patch(id: ConversationID, change: Partial<Head>): void {
    const head = this.get(id)
    if (!head) return
    const byId = new Map(this.list.value.byId)
    byId.set(id, { ...head, ...change })
    this.list.set(derive(byId, this.list.value.complete))
  }

  remove(id: ConversationID): void {
    if (!this.get(id)) return
    const byId = new Map(this.list.value.byId)
    byId.delete(id)
    this.#revs.delete(id)
    this.list.set(derive(byId, this.list.value.complete))
  }

  /** A new message moves its conversation up and counts as unread unless it is one's own or the system's. */
  message(m: Message): void {
    const head = this.get(m.conversation_id)
    if (!head) return
    this.setRev(head.id, m.rev)
    if (m.seq <= head.last_seq) {
      if (m.seq === head.last_message?.seq) this.patch(head.id, { last_message: lastMessage(m) })
      return
    }
    const counts = m.sender.id !== this.me && !isSystem(m) && m.seq > head.read_seq
    const mentioned = counts && (m.mentions ?? []).some((x) => x.id === this.me || x.id === 'all')
    this.patch(head.id, {
      last_seq: m.seq,
      last_message: lastMessage(m),
      updated_at: m.sent_at,
      unread: head.unread + (counts ? 1 : 0),
      mentions: head.mentions + (mentioned ? 1 : 0),
    })
  }

  /** Reading up to seq, before the server confirms it. */
  readTo(id: ConversationID, seq: number): void {
    const head = this.get(id)
    if (!head || seq <= head.read_seq) return
    const all = seq >= head.last_seq
    this.patch(id, {
      read_seq: seq,
      unread: all ? 0 : Math.min(head.unread, head.last_seq - seq),
      mentions: all ? 0 : head.mentions,
    })
  }
}

function lastMessage(m: Message): Head['last_message'] {
  const last = { seq: m.seq, sender: m.sender, sent_at: m.sent_at, excerpt: excerptOf(m), type: m.content.type }
  return isSystem(m) ? { ...last, content: announcement(m.content) } : last
}
