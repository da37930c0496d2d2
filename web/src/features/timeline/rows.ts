import type { Message } from '../../api/types'
import { isRecalled, isSystem } from '../../model/content'
import type { Entry } from '../../sync/outbox'

/** Row is one line of the timeline. Keys are stable: an own message keeps its key from the first frame to the stored one. */
export type Row =
  | { readonly kind: 'start'; readonly key: string }
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'system'; readonly key: string; readonly message: Message }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly message: Message
      /** Begins a group: shows who and when. */
      readonly head: boolean
      /** Not confirmed yet: the message is made of this entry. */
      readonly entry: Entry | undefined
    }

export interface RowsInput {
  readonly messages: readonly Message[]
  readonly pending: readonly Entry[]
  readonly atStart: boolean
  readonly atEnd: boolean
  /** The divider stands before this seq; 0: no divider. */
  readonly dividerSeq: number
  readonly me: { readonly id: string; readonly name: string }
}

const groupFor = 5 * 60_000 // ms: after a longer pause the name is shown again

const dayOf = (at: number) => {
  const d = new Date(at)
  return d.getFullYear() * 10_000 + d.getMonth() * 100 + d.getDate()
}

export function rowKey(m: Message, me: string): string {
  return m.sender.id === me && m.client_id ? m.client_id : `s${m.seq}`
}

const shells = new WeakMap<Entry, Message>()

/** messageOf is an unsent message in the shape of a sent one; seq 0 says that it has none yet. */
export function messageOf(entry: Entry, me: { id: string; name: string }): Message {
  let message = shells.get(entry)
  if (!message) {
    message = {
      conversation_id: entry.conversation_id,
      seq: 0,
      rev: 0,
      client_id: entry.client_id,
      sender: { id: me.id, kind: 'person', name: me.name },
      sent_at: new Date(entry.created_at).toISOString(),
      content: { type: 'text', text: entry.text },
      reply_to: entry.reply_to ?? null,
    }
    shells.set(entry, message)
  }
  return message
}

/** rowsOf lays out messages with day marks, the divider, and groups of one sender. */
export function rowsOf(input: RowsInput): Row[] {
  const rows: Row[] = []
  if (input.atStart) rows.push({ kind: 'start', key: 'start' })
  let day = 0
  let group: { sender: string; at: number } | undefined
  // Before older messages are loaded the divider has no place yet; at the top of what happens to be held it would move.
  const above = !input.atStart && (input.messages[0]?.seq ?? 0) > input.dividerSeq
  let divided = input.dividerSeq === 0 || above
  const add = (message: Message, entry: Entry | undefined) => {
    const at = Date.parse(message.sent_at)
    if (dayOf(at) !== day) {
      day = dayOf(at)
      rows.push({ kind: 'day', key: `d${day}`, at })
      group = undefined
    }
    if (!divided && !entry && message.seq >= input.dividerSeq) {
      divided = true
      rows.push({ kind: 'unread', key: 'unread' })
      group = undefined
    }
    if (isSystem(message)) {
      rows.push({ kind: 'system', key: `s${message.seq}`, message })
      group = undefined
      return
    }
    const continues = group?.sender === message.sender.id && at - group.at < groupFor && !message.reply_to
    rows.push({ kind: 'message', key: rowKey(message, input.me.id), message, head: !continues, entry })
    group = isRecalled(message) ? undefined : { sender: message.sender.id, at }
  }
  for (const m of input.messages) add(m, undefined)
  if (input.atEnd) {
    // An echo may arrive between two renderings: what is already a message is no longer pending.
    const stored = new Set(input.messages.filter((m) => m.sender.id === input.me.id).map((m) => m.client_id))
    for (const entry of input.pending) if (!stored.has(entry.client_id)) add(messageOf(entry, input.me), entry)
  }
  return rows
}

/** dividerFor is the first unread message that somebody else wrote, as of opening; 0 when there is none. */
export function dividerFor(messages: readonly Message[], readSeq: number, unread: number, me: string): number {
  if (unread <= 0) return 0
  return messages.find((m) => m.seq > readSeq && m.sender.id !== me && !isSystem(m))?.seq ?? 0
}
