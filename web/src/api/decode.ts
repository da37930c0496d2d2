import type { Announcement, Change, Content, Message } from './types'

const nobody = { id: '', kind: 'system', name: '' }

/** message gives every message a sender: system messages come with null. */
export function message(m: Message): Message {
  const raw = m as { sender: Message['sender'] | null; reply_to?: { sender: Message['sender'] | null } | null }
  raw.sender ??= nobody
  if (raw.reply_to) raw.reply_to.sender ??= nobody
  return m
}

export function messagesIn<T extends { items: Message[] }>(page: T): T {
  page.items.forEach(message)
  return page
}

export function changesIn<T extends { items: Change[] }>(page: T): T {
  for (const c of page.items) if (c.message) message(c.message)
  return page
}

/** announcement reads the content of a system message; what is not there stays empty. */
export function announcement(content: Content): Announcement {
  return { ...(content as Partial<Announcement>), type: content.type, kind: content.kind ?? '', fallback: content.fallback ?? '' }
}
