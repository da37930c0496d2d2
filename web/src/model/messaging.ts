import { type Api, ApiError } from '../api/client'
import { conversations as conversationApi } from '../api/conversations'
import { messages } from '../api/messages'
import type {
  Change,
  ConversationChange,
  ConversationID,
  Head,
  MemberChange,
  Message,
  PersonID,
  Posted,
  ReadState,
  ReceiptCounts,
  ReplyTo,
} from '../api/types'
import { Follower, type Replica } from '../sync/follower'
import { type Entry, Outbox } from '../sync/outbox'
import type { Socket } from '../sync/socket'
import type { Storage } from '../sync/storage'
import type { Timers } from '../sync/timers'
import type { UUIDSource } from '../sync/uuid'
import type { Conversations } from './conversations'
import type { People } from './people'
import type { Presence } from './presence'
import type { Receipts } from './receipts'
import { Emitter, Store } from './store'
import { Timeline } from './timelines'
import type { Typing } from './typing'

export interface MessagingOptions {
  api: Api
  socket: Socket
  storage: Storage
  timers: Timers
  ids: UUIDSource
  conversations: Conversations
  people: People
  typing: Typing
  receipts: Receipts
  presence: Presence
  /** A change that only this client asked to hear: events that no store here keeps. */
  onOther?: (event: string, data: unknown) => void
}

/** Unsent says how many messages of a conversation are not sent, and whether one of them was refused. */
export interface Unsent {
  readonly n: number
  readonly failed: boolean
}

const held = 12 // timelines kept in memory; beyond that the least recently opened is dropped
const readDelay = 400 // ms; scrolling through unread messages makes one request, not one per row
const typingEvery = 3_000 // ms

const isGone = (e: unknown) => e instanceof ApiError && (e.code === 'not_found' || e.code === 'not_a_member')

/** Messaging joins the sync layer and the stores: it is the replica, owns the timelines and the outbox, and reads and writes. */
export class Messaging implements Replica {
  readonly outbox: Outbox
  readonly follower: Follower
  /** What is not sent yet, by conversation: failed when something there needs a decision. */
  readonly unsent = new Store<ReadonlyMap<ConversationID, Unsent>>(new Map())
  readonly #pending = new Emitter<ConversationID>()
  readonly #gone = new Emitter<ConversationID>()
  readonly #pins = new Emitter<ConversationID>()
  #timelines = new Map<ConversationID, Timeline>()
  #reads = new Map<ConversationID, { seq: number; cancel: () => void }>()
  #watched: ConversationID | null = null
  #typedAt = new Map<ConversationID, number>()

  constructor(private readonly o: MessagingOptions) {
    this.outbox = new Outbox({
      storage: o.storage,
      timers: o.timers,
      send: (conversation_id, draft) => o.socket.request<Posted>('post', { conversation_id, ...draft }),
      online: () => o.socket.online,
      onChange: (id) => {
        this.#countUnsent(id)
        this.#pending.emit(id)
      },
    })
    this.follower = new Follower(o.api, this, isGone)
  }

  // What views ask.

  timeline(id: ConversationID): Timeline {
    let timeline = this.#timelines.get(id)
    if (timeline) this.#timelines.delete(id)
    else {
      timeline = new Timeline(
        this.o.api,
        this.o.conversations,
        id,
        (page) => this.#met(page),
        () => void this.follower.repair(id),
      )
    }
    this.#timelines.set(id, timeline)
    for (const old of this.#timelines.keys()) {
      if (this.#timelines.size <= held) break
      if (old !== this.#watched) this.#timelines.delete(old)
    }
    return timeline
  }

  onPending(id: ConversationID, listener: () => void): () => void {
    return this.#pending.on(id, listener)
  }

  onGone(id: ConversationID, listener: () => void): () => void {
    return this.#gone.on(id, listener)
  }

  onPins(id: ConversationID, listener: () => void): () => void {
    return this.#pins.on(id, listener)
  }

  send(conversation_id: ConversationID, text: string, reply_to?: ReplyTo): Promise<void> {
    this.#typedAt.delete(conversation_id)
    if (!this.o.socket.online) this.o.socket.wake()
    return this.outbox.add({ client_id: this.o.ids.next(), conversation_id, text, reply_to, created_at: this.o.timers.now() })
  }

  pending(id: ConversationID): readonly Entry[] {
    return this.outbox.of(id)
  }

  /** Marks the conversation as the one on screen. Called again after every reconnection. */
  watch(id: ConversationID | null): void {
    this.#watched = id
    this.o.presence.watch(id)
    this.o.socket.request<{ online?: PersonID[] }>('watch', { conversation_id: id }).then(
      ({ online }) => id && this.o.presence.set(id, online ?? []),
      () => {}, // offline: the next connection watches again
    )
  }

  typing(id: ConversationID): void {
    const now = this.o.timers.now()
    if (now - (this.#typedAt.get(id) ?? 0) < typingEvery) return
    this.#typedAt.set(id, now)
    this.o.socket.tell('typing', { conversation_id: id })
  }

  /** Everything up to seq was seen. */
  read(id: ConversationID, seq: number): void {
    const head = this.o.conversations.get(id)
    if (!head || head.role === '' || seq <= head.read_seq) return
    this.o.conversations.readTo(id, seq)
    this.#reads.get(id)?.cancel()
    const cancel = this.o.timers.after(readDelay, () => {
      this.#reads.delete(id)
      const wanted = this.o.socket.online
        ? this.o.socket.request('read', { conversation_id: id, seq })
        : messages.read(this.o.api, id, seq)
      wanted.catch(() => {}) // read again with the next message, or corrected by the next hello
    })
    this.#reads.set(id, { seq, cancel })
  }

  async refreshHead(id: ConversationID): Promise<Head> {
    const head = await conversationApi.get(this.o.api, id)
    this.heads([head], false)
    return head
  }

  // What the connection brings.

  async connected(hello: Parameters<Follower['hello']>[0]): Promise<void> {
    await this.follower.hello(hello)
    if (this.#watched) this.watch(this.#watched)
    this.outbox.flush()
  }

  /** Until the connection is back nobody can be said to be there. */
  disconnected(): void {
    this.o.presence.forget()
  }

  // Replica: what the follower calls.

  rev(id: ConversationID): number | undefined {
    return this.o.conversations.rev(id)
  }

  holdsMessages(id: ConversationID): boolean {
    return this.#timelines.get(id)?.loaded ?? false
  }

  heads(heads: readonly Head[], all: boolean): void {
    this.o.people.learn(heads.flatMap((h) => (h.peer ? [h.peer] : [])))
    // A conversation that one left comes once more, with the role ""; a channel may still be looked at.
    for (const h of heads) if (h.role === '' && h.kind !== 'channel') this.#drop(h.id)
    if (all) {
      const keep = new Set(heads.map((h) => h.id))
      for (const id of this.o.conversations.list.value.byId.keys()) if (!keep.has(id)) this.#drop(id)
    }
    this.o.conversations.apply(
      heads.filter((h) => h.role !== '' || h.kind === 'channel').map((h) => this.#withPendingRead(h)),
      all,
    )
  }

  message(m: Message): void {
    this.o.typing.stopped(m.conversation_id, m.sender.id)
    this.#timelines.get(m.conversation_id)?.apply(m)
    this.#met([m])
    this.o.conversations.message(m)
  }

  changed(c: MemberChange | ConversationChange): void {
    const id = c.conversation_id
    if (c.rev !== undefined) this.o.conversations.setRev(id, c.rev)
    const patch: Partial<Head> = {}
    if ('kind' in c) {
      this.o.people.learn(c.people)
      if (c.member_rev !== undefined) patch.member_rev = c.member_rev
      if (c.member_count !== undefined) patch.member_count = c.member_count
      if (c.kind === 'role' && c.role && c.people.some((p) => p.id === this.o.conversations.me)) patch.role = c.role
    } else {
      const { name, purpose, history, post_right, all_right, archived_at, muted, pinned, change } = c
      if (change === 'mine') Object.assign(patch, { muted: muted ?? false, pinned: pinned ?? false })
      else if (change === 'pinned' || change === 'unpinned') this.#pins.emit(id)
      else Object.assign(patch, { name, purpose: purpose ?? '', history, post_right, all_right, archived_at })
    }
    this.o.conversations.patch(id, patch)
  }

  changes(id: ConversationID, changes: readonly Change[]): void {
    // A message that was changed later comes with that later change: in order of seq nothing is appended across a gap.
    const found = changes.flatMap((c) => (c.message ? [c.message] : [])).sort((a, b) => a.seq - b.seq)
    for (const m of found) this.message(m)
    for (const c of changes) {
      if (c.kind === 'pinned' || c.kind === 'unpinned') this.#pins.emit(id)
      this.o.conversations.setRev(id, c.rev)
    }
  }

  forget(id: ConversationID): void {
    this.#timelines.get(id)?.forget()
  }

  gone(id: ConversationID): void {
    this.#drop(id)
  }

  other(event: string, data: unknown): void {
    if (event === 'typing') {
      const { conversation_id, person } = data as { conversation_id: ConversationID; person: string }
      const name = this.o.people.name(person)
      if (name && person !== this.o.conversations.me) this.o.typing.saw(conversation_id, { id: person, name })
    } else if (event === 'read') {
      const { conversation_id, read_seq, unread, mentions } = data as ReadState
      const pending = this.#reads.get(conversation_id)
      // Our own newer reading is on its way: the counts of the older one would flicker.
      if (!pending || pending.seq <= read_seq) this.o.conversations.patch(conversation_id, { read_seq, unread, mentions })
    } else if (event === 'presence') {
      const { conversation_id, person, online } = data as { conversation_id: ConversationID; person: PersonID; online: boolean }
      this.o.presence.saw(conversation_id, person, online)
    } else if (event === 'receipt') {
      const { conversation_id, receipts } = data as ReceiptCounts
      this.o.receipts.set(conversation_id, receipts)
    }
    this.o.onOther?.(event, data)
  }

  #countUnsent(id: ConversationID): void {
    const entries = this.outbox.of(id).filter((e) => e.state !== 'stored')
    const old = this.unsent.value.get(id)
    const failed = entries.some((e) => e.state === 'failed')
    if ((old?.n ?? 0) === entries.length && (old?.failed ?? false) === failed) return
    this.unsent.update((now) => {
      const next = new Map(now)
      if (entries.length > 0) next.set(id, { n: entries.length, failed })
      else next.delete(id)
      return next
    })
  }

  #met(page: readonly Message[]): void {
    this.o.people.learnFrom(page)
    for (const m of page) if (m.sender.id === this.o.conversations.me) this.outbox.echo(m.client_id)
  }

  /** A head that was asked for before our own reading arrived must not bring old counts back. */
  #withPendingRead(h: Head): Head {
    const read = this.#reads.get(h.id)
    if (!read || read.seq <= h.read_seq) return h
    return { ...h, read_seq: read.seq, ...(read.seq >= h.last_seq ? { unread: 0, mentions: 0 } : {}) }
  }

  #drop(id: ConversationID): void {
    this.#timelines.delete(id)
    this.o.conversations.remove(id)
    this.#gone.emit(id)
  }
}
