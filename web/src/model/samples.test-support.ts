import type { Head, Message } from '../api/types'

/** Values for tests; change what the test is about. */
export function sampleMessage(seq: number, change: Partial<Message> = {}): Message {
  return {
    conversation_id: 'C',
    seq,
    rev: seq,
    client_id: `client-${seq}`,
    sender: { id: 'LI', kind: 'person', name: '李娜' },
    sent_at: new Date(1_750_000_000_000 + seq * 60_000).toISOString(),
    content: { type: 'text', text: `message ${seq}` },
    mentions: [],
    reactions: [],
    ...change,
  }
}

export function sampleHead(change: Partial<Head> = {}): Head {
  return {
    id: 'C',
    kind: 'group',
    name: '备货协调',
    purpose: '',
    last_seq: 0,
    rev: 0,
    member_rev: 1,
    member_count: 3,
    role: 'member',
    read_seq: 0,
    unread: 0,
    mentions: 0,
    muted: false,
    pinned: false,
    first_seq: 1,
    last_message: null,
    peer: null,
    history: 'all',
    post_right: 'all',
    all_right: 'all',
    updated_at: '2026-11-23T08:00:00.000Z',
    ...change,
  }
}

export function range(from: number, to: number, change: Partial<Message> = {}): Message[] {
  return Array.from({ length: to - from + 1 }, (_, i) => sampleMessage(from + i, change))
}
