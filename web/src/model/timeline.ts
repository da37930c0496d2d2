import type { Message } from '../api/types'

/** At most this many messages are held of one conversation: each may bring the mark of a day, and at most 400 rows are mounted. */
export const maxHeld = 195
export const pageSize = 60

/** Window is a contiguous piece of a conversation's log: no seq is missing between its first and its last message. */
export interface Window {
  readonly messages: readonly Message[]
  /** Nothing older can be read. */
  readonly atStart: boolean
  /** The newest message is held; only then may new ones be appended. */
  readonly atEnd: boolean
}

export const emptyWindow: Window = { messages: [], atStart: false, atEnd: false }

const firstSeq = (w: Window) => w.messages[0]?.seq
const lastSeq = (w: Window) => w.messages.at(-1)?.seq

/** replaced: a page that has nothing to do with what was held. bounds: what the person may read, as the head has it. */
export function windowOf(page: readonly Message[], bounds: { first: number; last: number }): Window {
  const messages = contiguousTail(page)
  const first = messages[0]?.seq ?? bounds.last + 1
  const last = messages.at(-1)?.seq ?? bounds.last
  return { messages, atStart: first <= Math.max(1, bounds.first), atEnd: last >= bounds.last }
}

/** A page must be contiguous; if it is not (a fault), only the newest unbroken piece counts. */
function contiguousTail(page: readonly Message[]): readonly Message[] {
  const sorted = [...page].sort((a, b) => a.seq - b.seq)
  for (let i = sorted.length - 1; i > 0; i--) {
    const here = sorted[i]?.seq ?? 0
    const before = sorted[i - 1]?.seq ?? 0
    if (here !== before + 1) return sorted.slice(i)
  }
  return sorted
}

/** prepended: older messages before the window; when it grows too long the newest go, and with them the claim to the end. */
export function prepended(w: Window, page: readonly Message[], start: number): Window {
  const first = firstSeq(w)
  const older = contiguousTail(page).filter((m) => first === undefined || m.seq < first)
  const joins = older.length === 0 || first === undefined || older.at(-1)?.seq === first - 1
  if (!joins) return w
  const all = [...older, ...w.messages]
  const messages = all.slice(0, maxHeld)
  const oldest = messages[0]?.seq ?? 1
  return {
    messages,
    atStart: page.length === 0 || oldest <= Math.max(1, start),
    atEnd: w.atEnd && messages.length === all.length,
  }
}

/** appended: newer messages after the window; when it grows too long the oldest go. */
export function appended(w: Window, page: readonly Message[], newest: number): Window {
  const last = lastSeq(w)
  const newer = page.filter((m) => last === undefined || m.seq > last).sort((a, b) => a.seq - b.seq)
  if (newer.length > 0 && last !== undefined && newer[0]?.seq !== last + 1) return w
  const all = [...w.messages, ...newer]
  const messages = all.slice(-maxHeld)
  const end = messages.at(-1)?.seq ?? 0
  return { messages, atStart: w.atStart && messages.length === all.length, atEnd: page.length === 0 || end >= newest }
}

export type Applied = { window: Window; result: 'appended' | 'replaced' | 'outside' | 'gap' }

/**
 * applied: one message by its seq. Appends only when it continues a window that reaches the end; replaces when held and not
 * older than what is held; a jump over the end is a gap, and the window then no longer reaches the end.
 * hold: the reader looks at older messages of a full window; nothing may be taken from under her eyes, so the end is given up instead.
 */
export function applied(w: Window, m: Message, hold = false): Applied {
  const first = firstSeq(w)
  const last = lastSeq(w)
  if (first === undefined || last === undefined) {
    if (w.atEnd && w.atStart) return { window: { ...w, messages: [m] }, result: 'appended' }
    return { window: w, result: 'outside' }
  }
  if (m.seq >= first && m.seq <= last) {
    const at = m.seq - first
    const held = w.messages[at]
    if (held && held.rev > m.rev) return { window: w, result: 'replaced' }
    const messages = w.messages.slice()
    messages[at] = m
    return { window: { ...w, messages }, result: 'replaced' }
  }
  if (m.seq < first || !w.atEnd) return { window: w, result: 'outside' }
  if (m.seq > last + 1) return { window: { ...w, atEnd: false }, result: 'gap' }
  if (hold && w.messages.length >= maxHeld) return { window: { ...w, atEnd: false }, result: 'outside' }
  return { window: appended(w, [m], m.seq), result: 'appended' }
}

/** trimmed: what is kept of a conversation that is left while it shows its end; opening it again then mounts few rows. */
export function trimmed(w: Window, keep = pageSize): Window {
  if (!w.atEnd || w.messages.length <= keep) return w
  return { messages: w.messages.slice(-keep), atStart: false, atEnd: true }
}
