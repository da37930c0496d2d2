import { conversations as conversationApi } from '../../api/conversations'
import { later as laterApi } from '../../api/later'
import { messages as messageApi } from '../../api/messages'
import type { ConversationID, Message } from '../../api/types'
import { isRecalled } from '../../model/content'
import type { Count } from '../../model/receipts'
import type { Timeline } from '../../model/timelines'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'
import { dividerFor, type Row, rowsOf } from './rows'

export interface TimelineSnapshot {
  readonly rows: readonly Row[]
  readonly loading: 'none' | 'first' | 'older' | 'newer'
  readonly error: unknown
  readonly atStart: boolean
  readonly atEnd: boolean
  /** Unread messages when the conversation was opened; the pill at the top counts them. */
  readonly unreadAtOpening: number
  readonly dividerSeq: number
  /** The reader has been at the divider: nothing needs to lead there any more. */
  readonly dividerSeen: boolean
  /** Messages that mention the reader and were unread at opening, as far as they are loaded and she has not been there. */
  readonly mentions: readonly number[]
  /** Messages that came while the reader was not at the end. */
  readonly below: number
  readonly highlight: number
  readonly receipts: ReadonlyMap<number, Count>
  readonly typing: readonly string[]
  /** The message whose recall is to be confirmed. */
  readonly recalling: Message | undefined
  /** The message for which a time of a reminder is being chosen. */
  readonly reminding: Message | undefined
  /** Where to begin: counted, so that the same place can be asked for twice. */
  readonly place: { readonly n: number; readonly to: 'end' | 'divider' | 'seq'; readonly seq: number }
}

const receiptsFor = 15 // own messages, newest first: further up nobody looks, and a click still asks

export class TimelineViewModel extends ViewModel<TimelineSnapshot> {
  readonly #timeline: Timeline
  #seenEnd = 0
  #ready = false
  /** What was read before this visit. */
  #readAtOpening = 0
  readonly #been = new Set<number>()

  constructor(
    private readonly s: Services,
    readonly id: ConversationID,
    target: number,
  ) {
    super({
      rows: [],
      loading: 'first',
      error: undefined,
      atStart: false,
      atEnd: false,
      unreadAtOpening: s.conversations.get(id)?.unread ?? 0,
      dividerSeq: 0,
      dividerSeen: false,
      mentions: [],
      below: 0,
      highlight: target,
      receipts: s.receipts.of(id),
      typing: [],
      recalling: undefined,
      reminding: undefined,
      place: { n: 0, to: 'end', seq: 0 },
    })
    this.#timeline = s.messaging.timeline(id)
    if (this.#timeline.loaded && target === 0) {
      this.#opened()
      this.#derive()
    }
  }

  override start(): () => void {
    const { s, id } = this
    s.messaging.watch(id)
    if (this.snapshot.highlight > 0) void this.goTo(this.snapshot.highlight)
    else if (!this.#timeline.loaded || !this.#timeline.state.value.atEnd) void this.#open()
    else if (!this.#ready) this.#opened()
    this.#derive()
    const end = follow(
      this.#timeline.state.subscribe(() => this.#derive()),
      s.messaging.onPending(id, () => this.#derive()),
      s.receipts.on(id, () => {
        this.#derive()
        this.#wantReceipts()
      }),
      s.typing.now.subscribe(() => this.#deriveTyping()),
      s.attentive.subscribe(() => this.#readEnd()),
    )
    return () => {
      end()
      this.#timeline.rest()
      s.messaging.watch(null)
    }
  }

  retryLoad = (): void => {
    void this.#open()
  }
  older = (): void => {
    if (!this.snapshot.error) void this.#timeline.older()
  }
  newer = (): void => {
    if (!this.snapshot.error) void this.#timeline.newer()
  }

  /** The newest messages, from wherever the reader is. */
  toNewest = async (): Promise<void> => {
    if (!this.#timeline.state.value.atEnd) await this.#timeline.open()
    this.merge({ below: 0, highlight: 0 })
    this.#goto('end', 0)
  }

  toDivider = async (): Promise<void> => {
    const seq = this.snapshot.dividerSeq
    if (seq === 0) return
    const first = this.#timeline.state.value.messages[0]?.seq ?? 0
    if (seq < first) await this.#timeline.open(seq)
    this.#derive()
    this.#goto('divider', seq)
  }

  /** The first message that mentions the reader and that she has not been at. */
  toMention = async (): Promise<void> => {
    const [seq] = this.snapshot.mentions
    if (seq === undefined) return
    await this.goTo(seq)
    this.#passed(seq, seq)
  }

  /** One message in the middle of the view, marked. */
  goTo = async (seq: number): Promise<void> => {
    const held = this.#timeline.state.value.messages.some((m) => m.seq === seq)
    if (!held) await this.#timeline.open(seq)
    if (!this.#ready) this.#opened()
    this.#derive()
    this.merge({ highlight: seq })
    this.#goto('seq', seq)
  }

  /** The view tells what is to be seen: the newest and the oldest message in view, and whether the end is. */
  saw = (seq: number, atEnd: boolean, from = seq): void => {
    if (!this.#ready) return
    if (seq > 0) this.#passed(from, seq)
    const really = atEnd && this.snapshot.atEnd
    this.#timeline.hold = !really
    this.#seenEnd = really ? Number.MAX_SAFE_INTEGER : seq
    this.#readEnd()
    this.merge({ below: this.#below() })
  }

  /** How many messages came in below the view that were never read: going back to old ones makes none new. */
  #below(): number {
    if (this.#seenEnd === 0 || this.#seenEnd === Number.MAX_SAFE_INTEGER) return 0
    const head = this.s.conversations.get(this.id)
    const newest = Math.max(head?.last_seq ?? 0, this.#timeline.state.value.messages.at(-1)?.seq ?? 0)
    return Math.max(0, newest - Math.max(this.#seenEnd, head?.read_seq ?? 0))
  }

  #passed(from: number, to: number): void {
    const { mentions, dividerSeq, dividerSeen } = this.snapshot
    const left = mentions.filter((m) => m < from || m > to)
    this.merge({
      ...(left.length < mentions.length ? { mentions: left } : {}),
      dividerSeen: dividerSeen || (dividerSeq > 0 && from <= dividerSeq),
    })
    for (const m of mentions) if (m >= from && m <= to) this.#been.add(m)
  }

  send(clientId: string, act: 'retry' | 'discard'): void {
    if (act === 'retry') this.s.messaging.outbox.retry(clientId)
    else this.s.messaging.outbox.discard(clientId)
  }

  react = (m: Message, emoji: string): void => {
    const mine = m.reactions?.find((r) => r.emoji === emoji)?.people.includes(this.s.me) ?? false
    const act = mine ? messageApi.unreact : messageApi.react
    this.#apply(m, { reactions: withReaction(m, emoji, this.s.me, !mine) })
    act(this.s.api, this.id, m.seq, emoji).catch((e) => {
      this.#apply(m, {})
      this.s.fail(e)
    })
  }

  /** Whether the time in which a message may be changed is over; then how many hours it was. */
  tooLate(m: Message, window: 'edit_window_ms' | 'recall_window_ms'): number | undefined {
    const ms = this.s.account.value.limits?.[window]
    if (ms === undefined || this.s.timers.now() - Date.parse(m.sent_at) <= ms) return undefined
    return Math.round(ms / 3_600_000)
  }

  askRecall = (m: Message | undefined): void => this.merge({ recalling: m })

  recall = (m: Message): void => {
    messageApi.recall(this.s.api, this.id, m.seq).catch(this.s.fail)
  }

  pin = (m: Message): void => {
    messageApi.pin(this.s.api, this.id, m.seq).then(() => this.s.say('message.pinned'), this.s.fail)
  }

  /** Puts a message on the person's list for later. */
  keep = (m: Message): void => {
    laterApi.put(this.s.api, this.id, m.seq).then(() => this.s.say('later.kept'), this.s.fail)
  }

  askReminder = (m: Message | undefined): void => this.merge({ reminding: m })

  remind = (m: Message, at: Date): void => {
    this.merge({ reminding: undefined })
    const { i18n, timers } = this.s
    const time = `${i18n.date(at, new Date(timers.now()))} ${i18n.time(at)}`
    laterApi
      .put(this.s.api, this.id, m.seq, { remind_at: at.toISOString() })
      .then(() => this.s.say('later.reminding', { time }), this.s.fail)
  }

  link(m: Message): string {
    return `${this.s.origin}/c/${this.id}/m/${m.seq}`
  }

  copy = async (text: string): Promise<void> => {
    if (await this.s.copy(text)) this.s.say('common.copied')
  }

  /** The newest own message that can still be changed. */
  lastOwn(): Message | undefined {
    return this.#timeline.state.value.messages.findLast(
      (m) =>
        m.sender.id === this.s.me &&
        m.content.type === 'text' &&
        !isRecalled(m) &&
        this.tooLate(m, 'edit_window_ms') === undefined,
    )
  }

  async #open(): Promise<void> {
    await this.#timeline.open()
    if (!this.#ready && this.#timeline.loaded) this.#opened()
    this.#derive()
  }

  /** Once per visit: where the divider stands does not change while the reader is here. */
  #opened(): void {
    this.#ready = true
    const head = this.s.conversations.get(this.id)
    const { messages } = this.#timeline.state.value
    const unread = head?.unread ?? 0
    const first = messages[0]?.seq ?? 0
    const readSeq = head?.read_seq ?? 0
    this.#readAtOpening = (head?.mentions ?? 0) > 0 ? readSeq : Number.MAX_SAFE_INTEGER
    // When the first unread message is further back than what was loaded, the divider comes into view with it.
    const dividerSeq = unread > 0 && readSeq + 1 < first ? readSeq + 1 : dividerFor(messages, readSeq, unread, this.s.me)
    this.merge({ dividerSeq, unreadAtOpening: unread, mentions: this.#mentionsIn(messages) })
    this.#goto(dividerSeq > 0 && dividerSeq >= first ? 'divider' : 'end', dividerSeq)
    this.#wantReceipts()
  }

  #goto(to: 'end' | 'divider' | 'seq', seq: number): void {
    this.merge({ place: { n: this.snapshot.place.n + 1, to, seq } })
  }

  #derive(): void {
    const t = this.#timeline.state.value
    const before = this.snapshot
    const { person } = this.s.account.value
    const rows = rowsOf({
      messages: t.messages,
      pending: this.s.messaging.pending(this.id),
      atStart: t.atStart && t.loading !== 'first',
      atEnd: t.atEnd,
      dividerSeq: before.dividerSeq,
      me: { id: this.s.me, name: person.name },
    })
    const kept = reuse(before.rows, rows)
    this.merge({
      rows: kept,
      loading: t.loading,
      error: t.error,
      atStart: t.atStart,
      atEnd: t.atEnd,
      below: this.#below(),
      receipts: this.s.receipts.of(this.id),
    })
    if (t.messages !== this.#lastMessages) {
      this.#lastMessages = t.messages
      if (this.#ready) this.merge({ mentions: this.#mentionsIn(t.messages) })
      this.#wantReceipts()
      this.#meet(t.messages)
    }
  }
  #lastMessages: readonly Message[] = []
  #met = false

  #mentionsIn(messages: readonly Message[]): readonly number[] {
    const found = messages.filter(
      (m) =>
        m.seq > this.#readAtOpening &&
        m.sender.id !== this.s.me &&
        !isRecalled(m) &&
        !this.#been.has(m.seq) &&
        (m.mentions ?? []).some((x) => x.id === this.s.me || x.id === 'all'),
    )
    const seqs = found.map((m) => m.seq)
    const old = this.snapshot.mentions
    return seqs.length === old.length && seqs.every((x, i) => x === old[i]) ? old : seqs
  }

  /** Messages carry names; where strangers meet, department and position are wanted too. Asked once per visit. */
  #meet(messages: readonly Message[]): void {
    const head = this.s.conversations.get(this.id)
    const strange = messages.some((m) => m.sender.id !== '' && !this.s.people.get(m.sender.id)?.department)
    if (this.#met || !strange || !head || head.kind === 'direct' || head.role === '') return
    this.#met = true
    conversationApi.members(this.s.api, this.id, { limit: 200 }).then(
      (page) => this.s.people.learn(page.items.map((m) => m.person)),
      () => {}, // names stay without their places
    )
  }

  #deriveTyping(): void {
    const names = (this.s.typing.now.value.get(this.id) ?? []).map((t) => t.name)
    if (names.join('\n') !== this.snapshot.typing.join('\n')) this.merge({ typing: names })
  }

  #readEnd(): void {
    if (!this.s.attentive.value || this.#seenEnd === 0 || !this.#ready) return
    const last = this.#timeline.state.value.messages.at(-1)?.seq ?? 0
    const seq = Math.min(this.#seenEnd, last)
    if (seq > 0) this.s.messaging.read(this.id, seq)
  }

  #wantReceipts(): void {
    const own = this.#timeline.state.value.messages.filter(
      (m) => m.sender.id === this.s.me && m.content.type === 'text' && !isRecalled(m),
    )
    const counts = this.s.receipts.of(this.id)
    const open = own.slice(-receiptsFor).filter((m) => (counts.get(m.seq)?.unread ?? 1) > 0)
    this.s.receipts.want(this.id, open.map((m) => m.seq).reverse())
  }

  #apply(m: Message, change: Partial<Message>): void {
    this.#timeline.apply({ ...m, ...change })
  }
}

/** withReaction is what the reactions will be once the server has taken the change. */
export function withReaction(m: Message, emoji: string, me: string, add: boolean): Message['reactions'] {
  const reactions = m.reactions ?? []
  const old = reactions.find((r) => r.emoji === emoji)
  if (!old) return add ? [...reactions, { emoji, count: 1, people: [me] }] : reactions
  const people = add ? [...old.people, me] : old.people.filter((p) => p !== me)
  const count = old.count + (add ? 1 : -1)
  return count <= 0 ? reactions.filter((r) => r !== old) : reactions.map((r) => (r === old ? { emoji, count, people } : r))
}

/** reuse keeps the old object of every row that did not change, so that only changed rows render again. */
export function reuse(old: readonly Row[], next: readonly Row[]): readonly Row[] {
  const byKey = new Map(old.map((r) => [r.key, r]))
  let same = old.length === next.length
  const rows = next.map((row, i) => {
    const before = byKey.get(row.key)
    const kept = before && alike(before, row) ? before : row
    if (kept !== old[i]) same = false
    return kept
  })
  return same ? old : rows
}

function alike(a: Row, b: Row): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'message' && b.kind === 'message') return a.message === b.message && a.head === b.head && a.entry === b.entry
  if (a.kind === 'system' && b.kind === 'system') return a.message === b.message
  return true
}
