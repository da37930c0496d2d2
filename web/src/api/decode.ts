import type { Change, Message } from './types'

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
