import { ApiError } from '../api/client'
import type { Code, ConversationID, MessageDraft, Posted } from '../api/types'
import type { Storage } from './storage'
import type { Timers } from './timers'

/** Entry is a message of one's own that the server has not confirmed to everybody yet. */
export interface Entry {
  readonly client_id: string
  readonly conversation_id: ConversationID
  readonly text: string
  readonly reply_to?: { seq: number; sender: { id: string; name: string }; excerpt: string } | undefined
  readonly created_at: number
  /** waiting: not on its way · sending · stored: the server has it, its event has not come yet · failed: needs a decision */
  readonly state: 'waiting' | 'sending' | 'stored' | 'failed'
  readonly code?: Code | undefined
  readonly seq?: number | undefined
}

export interface OutboxOptions {
  storage: Storage
  timers: Timers
  send: (conversation: ConversationID, draft: MessageDraft) => Promise<Posted>
  online: () => boolean
  onChange: (conversation: ConversationID) => void
}

/** These refusals pass by themselves; all others stay refused however often one asks. */
const passing = new Set<Code>(['rate_limited', 'unavailable', 'internal', 'insufficient_storage'])

/**
 * Outbox sends messages in the order in which they were written, one at a time per conversation, and keeps them until their
 * own event comes back. What is not sent survives a reload. Sending twice is harmless: the client id makes it once.
 */
export class Outbox {
  #entries: Entry[] = [] // in the order of writing
  #busy = new Set<ConversationID>()

  constructor(private readonly o: OutboxOptions) {}

  /** Reads what an earlier page left behind. */
  async load(): Promise<void> {
    let kept: Entry[] = []
    try {
      kept = await this.o.storage.all<Entry>('outbox')
    } catch {
      return // an unreadable outbox must not keep anybody from talking
    }
    const known = new Set(this.#entries.map((e) => e.client_id))
    const old = kept
      .filter((e) => !known.has(e.client_id))
      .map((e): Entry => ({ ...e, state: e.state === 'failed' ? 'failed' : 'waiting' }))
    this.#entries = [...old, ...this.#entries].sort((a, b) => a.created_at - b.created_at || (a.client_id < b.client_id ? -1 : 1))
    for (const id of new Set(old.map((e) => e.conversation_id))) this.o.onChange(id)
    this.flush()
  }

  of(conversation: ConversationID): readonly Entry[] {
    return this.#entries.filter((e) => e.conversation_id === conversation)
  }

  get unsent(): number {
    return this.#entries.filter((e) => e.state !== 'stored').length
  }

  /** Shows at once, writes to disk, then sends. */
  async add(entry: Omit<Entry, 'state'>): Promise<void> {
    const waiting: Entry = { ...entry, state: 'waiting' }
    this.#entries = [...this.#entries, waiting]
    this.o.onChange(entry.conversation_id)
    await this.o.storage.put('outbox', entry.client_id, waiting).catch(() => {}) // full disk: the message still goes out
    this.flush()
  }

  retry(clientId: string): void {
    const entry = this.#entries.find((e) => e.client_id === clientId)
    if (entry?.state !== 'failed') return
    this.#update(entry, { state: 'waiting', code: undefined })
    this.flush()
  }

  discard(clientId: string): void {
    this.#remove(clientId)
  }

  /** The message came back as an event or in a page of history: the entry's place is taken by it. */
  echo(clientId: string): void {
    this.#remove(clientId)
  }

  /** Sends what waits. Called when the connection is back and after every add. */
  flush(): void {
    for (const id of new Set(this.#entries.map((e) => e.conversation_id))) void this.#run(id)
  }

  async #run(conversation: ConversationID): Promise<void> {
    if (this.#busy.has(conversation)) return
    this.#busy.add(conversation)
    try {
      for (;;) {
        const next = this.#entries.find((e) => e.conversation_id === conversation && e.state === 'waiting')
        if (!next || !this.o.online()) return
        if (!(await this.#send(next))) return
      }
    } finally {
      this.#busy.delete(conversation)
    }
  }

  /** Says whether the next one may go. */
  async #send(entry: Entry): Promise<boolean> {
    this.#update(entry, { state: 'sending' })
    const draft: MessageDraft = { client_id: entry.client_id, content: { type: 'text', text: entry.text } }
    if (entry.reply_to) draft.reply_to = entry.reply_to.seq
    try {
      const posted = await this.o.send(entry.conversation_id, draft)
      this.#update(entry, { state: 'stored', seq: posted.seq })
      await this.o.storage.delete('outbox', entry.client_id).catch(() => {})
      return true
    } catch (e) {
      if (!(e instanceof ApiError)) {
        this.#update(entry, { state: 'waiting' }) // the connection went: flush comes again with the next one
        return false
      }
      if (passing.has(e.code)) {
        this.#update(entry, { state: 'waiting' })
        this.o.timers.after((e.retryAfter || 2) * 1000, () => this.flush())
        return false
      }
      const failed = this.#update(entry, { state: 'failed', code: e.code })
      if (failed) await this.o.storage.put('outbox', entry.client_id, failed).catch(() => {})
      return true // what was refused for good does not hold up what follows
    }
  }

  #update(entry: Entry, change: Partial<Entry>): Entry | undefined {
    let changed: Entry | undefined
    this.#entries = this.#entries.map((e) => {
      if (e.client_id !== entry.client_id) return e
      changed = { ...e, ...change }
      return changed
    })
    if (changed) this.o.onChange(entry.conversation_id)
    return changed
  }

  #remove(clientId: string): void {
    const entry = this.#entries.find((e) => e.client_id === clientId)
    if (!entry) return
    this.#entries = this.#entries.filter((e) => e !== entry)
    this.o.onChange(entry.conversation_id)
    void this.o.storage.delete('outbox', clientId).catch(() => {})
  }
}
